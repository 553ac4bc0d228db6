"""The next run: rest first, then easy, and never beyond the limit of its day.

One function, `outlook`, serves the note, the dashboard and every other page, so that all name the same day and the same
number. The rest before the next run is ours; no source gives it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Final

from content.moves.models import NextRunWords
from content.routines.facts import LASTING_S, MARATHON_DM, QUARTER
from content.routines.reason import Reason
from content.runs import Run
from content.signals.headroom import Headroom, headroom_on
from content.signals.history import History
from content.signals.rules import SESSION_SPIKE, WEEKLY_HIGH
from content.signals.thresholds import Thresholds

DAY: Final = timedelta(days=1)
LONG_S: Final = 2 * 60 * 60
MARATHON_REST: Final = 6  # days
RESTS_FOR: Final = 10 * DAY  # an earlier run asks for no rest any more
LEAST_DM: Final = 30_000  # a limit below 3 km is no run: rest on
SEARCHED: Final = 7  # days after the rest
LEAST_NAMED_DM: Final = 10_000  # "no longer than half a kilometre" helps nobody
HOLDS_FOR: Final = timedelta(days=30)  # the window of Frandsen's comparison
RETURNING: Final = timedelta(days=28)
LEAST_RUNS: Final = 3  # below this nothing is usual


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next run's day and length. Distances are tenths of a metre, as the athlete wants them compared."""

    day: date | None  # None: no day of the next week leaves room for a run
    limit_dm: int | None  # the lesser of the usual run and the day's limit; None: unknown, or after 42 km
    spike_dm: int | None = None  # the day's limit, if the longest run of 30 days decides it and it leaves more room
    full_until: date | None = None  # the last rested day on which the 7 days leave no room; None: rest alone decides


@dataclass(frozen=True, slots=True)
class NextRun:
    """The outlook with the words for it. `until`: the day up to which `outlook.spike_dm` is not to be exceeded."""

    words: NextRunWords
    outlook: Outlook
    reason: Reason
    until: date


def outlook(
    history: History, thresholds: Thresholds, severe: Mapping[int, int], *, now: datetime, no_sooner: date | None = None
) -> Outlook:
    """Return the day and the length of the next run, if none is run until then.

    `severe` is what `rest.severities` gives. `now` is aware, in the athlete's time zone; `no_sooner` is a day before
    which the reader will not be asked to run.
    """
    runs = _runs_until(history, now)
    first = max(_first_rested_day(runs, thresholds, severe, now.date()), no_sooner or date.min)
    usual, full_until = _usual_dm(runs, thresholds, now), None
    for day in (first + n * DAY for n in range(SEARCHED + 1)):
        limit = headroom_on(history, thresholds, day, now=now)
        if limit.dm is None or limit.dm >= LEAST_DM:
            if walks_first(runs, now.date()):
                return Outlook(day, None, None, full_until)
            return Outlook(day, _length(usual, limit), _spike_limit(usual, limit), full_until)
        if limit.reason is not None and limit.reason.first.signal == WEEKLY_HIGH:
            full_until = day
    return Outlook(None, None)


def rest_days(run: Run, severity: int, *, comeback: bool = False) -> int:
    """Return the days off after a run: 6, 2, 1 or 0, by its distance, its highest severity and its time in motion."""
    if run.distance_dm >= MARATHON_DM:
        return MARATHON_REST
    if severity >= 3:
        return 2
    return int(severity == 2 or run.moving_s >= LONG_S or comeback)


def _runs_until(history: History, now: datetime) -> Sequence[Run]:
    runs = history.canonical
    return runs[: bisect_right(runs, now.astimezone(UTC), key=lambda run: run.start)]


def _first_rested_day(runs: Sequence[Run], thresholds: Thresholds, severe: Mapping[int, int], today: date) -> date:
    """Return today, or the first day that all runs of the last days have left their rest before."""
    first = today
    for place, run in enumerate(runs):
        if run.day > today - RESTS_FOR:
            rest = rest_days(run, severe.get(run.id, 0), comeback=_is_comeback(runs, place, thresholds))
            first = max(first, run.day + (1 + rest) * DAY)
    return first


def walks_first(runs: Sequence[Run], today: date) -> bool:
    """Return True while the way back is walked before it is run: no length is named then. That is ours, too."""
    return any(run.distance_dm >= MARATHON_DM and run.day > today - RESTS_FOR for run in runs)


def _is_comeback(runs: Sequence[Run], place: int, thresholds: Thresholds) -> bool:
    if place == 0 or not thresholds.comeback_on:
        return False
    return runs[place].start - runs[place - 1].start > timedelta(days=thresholds.comeback_days)


def _usual_dm(runs: Sequence[Run], thresholds: Thresholds, now: datetime) -> int | None:
    """Return the median of 90 days; None for fewer than three runs.

    For 28 days after a comeback it is no more than the median since. A comeback of 90 minutes is no measure by itself.
    """
    late = [run for run in runs if run.start >= now - QUARTER]
    comebacks = (place for place in range(len(runs)) if _is_comeback(runs, place, thresholds))
    back = max(comebacks, default=None)
    if back is None or runs[back].start < now - RETURNING:
        return _median(late, thresholds) if len(late) >= LEAST_RUNS else None
    earlier = [run for run in late if run.start < runs[back].start]
    known = [_median(earlier, thresholds)] if len(earlier) >= LEAST_RUNS else []
    if known or runs[back].moving_s < LASTING_S:
        known.append(_median(runs[back:], thresholds))
    return min(known, default=None)


def _median(runs: Sequence[Run], thresholds: Thresholds) -> int:
    return int(median(map(thresholds.distance, runs)))


def _length(usual: int | None, limit: Headroom) -> int | None:
    known = [dm for dm in (usual, limit.dm) if dm is not None]
    return min(known) if known and min(known) >= LEAST_NAMED_DM else None


def _spike_limit(usual: int | None, limit: Headroom) -> int | None:
    """Return the day's limit if signal 1 decides it and the usual run leaves room below it.

    Only then is it a number for more than a day: what decides a week changes from day to day.
    """
    decided = limit.reason is not None and limit.reason.first.signal == SESSION_SPIKE
    return limit.dm if decided and limit.dm is not None and usual is not None and usual < limit.dm else None
