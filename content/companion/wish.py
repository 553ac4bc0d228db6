"""The long run that is wished for ("18 km on Sunday"): what would be said of it, and the ladder of long runs up to it.

A rung of the ladder is never above the limit of its day (`headroom_on`), and a review of it finds nothing at whatever
hour it is run. The runner's usual other runs are taken to go on as in the last four weeks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from content.runs import Run
from content.signals import COMEBACK, Finding, Headroom, History, Thresholds, headroom_on, review, run_of
from content.signals.headroom import STEP_DM
from content.signals.history import MONTH, QUARTER
from content.signals.rules import LONG_EFFORT

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(weeks=1)
USUAL: Final = 4 * WEEK  # the weeks that are taken to go on
LOOKED_AT: Final = timedelta(days=200)  # before the last run: longer than every window of the signals
MOST_WEEKS: Final = 26
STALLED: Final = 6  # weeks without a longer rung: by then the four usual weeks have all had their turn
LEAST_RUNG_DM: Final = 30_000  # a limit below 3 km is no long run: that week is left out
HORIZON_DAYS: Final = 7 * MOST_WEEKS  # a wish may lie so far ahead


@dataclass(frozen=True, slots=True)
class Rung:
    """One long run of a ladder. `dm`: its distance in tenths of a metre, in whole 0.1 km but for the last."""

    day: date
    dm: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """Long runs, one a week, that say nothing. `stopped_by`: what a longer one than the last would say."""

    rungs: tuple[Rung, ...] = ()
    reaches: bool = False  # the last rung is the wished distance
    stopped_by: Finding | None = None

    @property
    def ends_long_in_minutes(self) -> bool:
        """True when a longer run would be long against the usual one, which longer long runs do not raise."""
        return self.stopped_by is not None and self.stopped_by.signal == LONG_EFFORT


@dataclass(frozen=True, slots=True)
class Wish:
    """A run that is wished for, in tenths of a metre, and what would be said of it."""

    day: date
    dm: int
    limit: Headroom  # of that day
    findings: tuple[Finding, ...]  # of a flat run at the usual pace; () beyond a limit that an earlier spike lowers
    longest_dm: int | None  # the longest run of that day that says nothing; None while there is no limit
    ladder: Ladder = Ladder()  # empty if nothing would be said, and before a comeback

    @property
    def comeback(self) -> bool:
        """True if the next run of any length is a comeback: that is run first."""
        return any(finding.signal == COMEBACK for finding in self.findings)

    @property
    def within(self) -> bool:
        """True if nothing would be said."""
        return not self.findings and (self.longest_dm is None or self.dm <= self.longest_dm)


def wish(history: History, thresholds: Thresholds, *, dm: int, day: date, now: datetime) -> Wish:
    """Return what would be said of a run of `dm` tenths of a metre on that day, if none is run until then.

    `now` is aware, in the athlete's time zone; `day` is today or later. Distances are flat: of effort and distance
    alike.
    """
    history = _late(history, now)
    limit = headroom_on(history, thresholds, day, now=now)
    found = _findings(history, thresholds, dm, day, now)
    longest = None if limit.dm is None else _silent(history, thresholds, limit.dm, day, now)
    wished = Wish(day, dm, limit, found, longest)
    if wished.within or wished.comeback:
        return wished
    return replace(wished, ladder=ladder(history, thresholds, dm=dm, weekday=day.weekday(), now=now))


def ladder(history: History, thresholds: Thresholds, *, dm: int, weekday: int, now: datetime) -> Ladder:
    """Return one long run a week on that weekday (0: Monday), each the longest that says nothing, up to `dm`.

    No ladder takes fewer weeks, since a longer rung never lowers a later limit. It ends early if further weeks add
    nothing: a long effort, for one, is measured against the usual run, and not against the longest.
    """
    history = _late(history, now)
    first = now.date() + ((weekday - now.date().weekday() - 1) % 7 + 1) * DAY
    for run in list(usual_others(history, weekday, now, until=first + MOST_WEEKS * WEEK)):
        history.add(run)
    rungs: list[Rung] = []
    top = weeks = 0  # the place behind the longest rung so far, and the weeks behind that
    for day in (first + week * WEEK for week in range(MOST_WEEKS)):
        rung = _longest_silent(history, thresholds, dm, day, now)
        weeks += 1
        if rung is not None:
            rungs.append(rung)
            if rung.dm > max((earlier.dm for earlier in rungs[:top]), default=0):
                top, weeks = len(rungs), 0
            history.add(run_of(history, thresholds, rung.dm, at=datetime.combine(day, time(9), now.tzinfo)))
        if rungs and rungs[-1].dm >= dm:
            return Ladder(tuple(rungs), reaches=True)
        if weeks >= STALLED:
            break
    reason = headroom_on(history, thresholds, day + WEEK, now=now).reason
    return Ladder(tuple(rungs[:top]), stopped_by=None if reason is None else reason.first)


def _late(history: History, now: datetime) -> History:
    """Return a history of its own with the runs until `now` that any window of the signals can reach."""
    past = [run for run in history if run.start <= now]
    return History(run for run in past if run.start >= past[-1].start - LOOKED_AT)


def usual_others(history: History, weekday: int, now: datetime, until: date) -> Iterator[Run]:
    """Yield the last four weeks again and again, without their long runs and without what falls on that weekday."""
    late = [run for run in history.canonical if run.start > now - USUAL]
    others = [run for run in late if run.day.weekday() != weekday and run.id not in _long_runs(late, now)]
    number = max((run.id for run in history), default=0)
    for turn in range(1, -(-(until - now.date()) // USUAL) + 1):
        for run in others:
            number += 1
            yield run._replace(id=number, start=run.start + turn * USUAL, start_local=run.start_local + turn * USUAL)


def _long_runs(runs: Sequence[Run], now: datetime) -> set[int]:
    """Return the id of the longest run of each week, counted back from `now`."""
    longest: dict[int, Run] = {}
    for run in runs:
        week = (now - run.start) // WEEK
        longest[week] = max(longest.get(week, run), run, key=lambda known: known.distance_dm)
    return {run.id for run in longest.values()}


def _longest_silent(history: History, thresholds: Thresholds, dm: int, day: date, now: datetime) -> Rung | None:
    """Return the longest run of that day, up to `dm`, that says nothing; None if that is no long run."""
    limit = headroom_on(history, thresholds, day, now=now)
    longest = dm if limit.dm is None else _silent(history, thresholds, min(dm, limit.dm), day, now)
    if longest < min(dm, LEAST_RUNG_DM) or _findings(history, thresholds, longest, day, now):
        return None
    return Rung(day, longest)


def _silent(history: History, thresholds: Thresholds, dm: int, day: date, now: datetime) -> int:
    """Return `dm`, or one step less if a run of just that length says something: a limit is where that begins."""
    return dm - STEP_DM if _findings(history, thresholds, dm, day, now) else dm


def _findings(history: History, thresholds: Thresholds, dm: int, day: date, now: datetime) -> tuple[Finding, ...]:
    """Return the first findings of such a run over the hours of the day; () if it says nothing all day long."""
    for at in _moments(history, day, now):
        if found := review(run_of(history, thresholds, dm, at=at), history, {}, thresholds).findings:
            return found
    return ()


def _moments(history: History, day: date, now: datetime) -> list[datetime]:
    """Return the moments of the day, not before `now`, between which no run leaves a window: all hours are like one."""
    start = max(now, datetime.combine(day, time.min, now.tzinfo)).astimezone(UTC)
    end = datetime.combine(day, time.max, now.tzinfo).astimezone(UTC)
    leaving = (run.start + window + timedelta(microseconds=1) for run in history for window in (MONTH, QUARTER))
    return [start, *sorted(moment for moment in leaving if start < moment < end), end]
