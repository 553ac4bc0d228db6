"""The rest before strength work: after runs, after the last strength session, by the athlete's own clock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from content.routines.facts import MARATHON_DM
from content.routines.past import LoggedSession
from content.runs import Run
from content.signals.history import History, order
from content.signals.review import Review

LONG_S: Final = 2 * 60 * 60
FARTHEST_ZONE: Final = timedelta(hours=14)
QUARTER_HOUR: Final = timedelta(minutes=15)
LONGEST_RUN_S: Final = 7 * 86_400  # a watch that claims more was left on, and what it says is no time of a run
SPEAKS_FOR: Final = timedelta(days=15)  # after that a run has nothing to say: such a run, its day, and a week of rest
APART: Final = timedelta(hours=48)  # between two strength sessions
MOST_A_WEEK: Final = 3  # of them in any seven days
WEEK: Final = timedelta(days=7)
MORNING, MIDDAY, EVENING = 6, 12, 18  # hours from which one can sensibly say so


def offset_of(run: Run, recent: Iterable[Run] = ()) -> timedelta:
    """Return how far the athlete's clock was ahead of UTC at this run, in whole quarters of an hour.

    A hidden start says nothing about the clock: then the last run before with a visible one counts, else the next one
    after, else 0.
    """
    if run.hidden_start:
        clocks = sorted((other for other in recent if not other.hidden_start), key=order)
        before = [other for other in clocks if order(other) < order(run)]
        run = next(iter(before[-1:] or clocks), run)
    ahead = run.start_local - run.start.replace(tzinfo=None)
    rounded = round(ahead / QUARTER_HOUR) * QUARTER_HOUR
    return rounded if abs(rounded) <= FARTHEST_ZONE else timedelta(0)


def tells_the_clock(runs: Iterable[Run]) -> bool:
    """Return True if `offset_of` is known by these runs: one of them has a visible start."""
    return any(not run.hidden_start for run in runs)


def local_now(runs: Sequence[Run], now: datetime) -> datetime:
    """Return `now` by the clock of the place where the latest run was; UTC before there is one."""
    return now.astimezone(timezone(offset_of(runs[-1], runs))) if runs else now


def run_end(run: Run, offset: timedelta) -> datetime:
    """Return the end of the run (aware, UTC): start + elapsed time; the end of its day if the start is hidden."""
    end = run.start + timedelta(seconds=min(LONGEST_RUN_S, max(run.elapsed_s, run.moving_s)))
    if not run.hidden_start:
        return end
    midnight = datetime(run.day.year, run.day.month, run.day.day, tzinfo=UTC) + timedelta(days=1)
    return max(end, midnight - offset)


def rest_before_strength(run: Run, severity: int) -> timedelta:
    """Return 24, 48 or 72 hours or 7 days, by the distance, the highest severity (0–3) and the time in motion."""
    if run.distance_dm >= MARATHON_DM:
        return timedelta(days=7)
    if severity >= 3:
        return timedelta(hours=72)
    return timedelta(hours=48 if severity == 2 or run.moving_s >= LONG_S else 24)


def severities(flagged: Iterable[Review], noted: Mapping[int, int], history: History) -> dict[int, int]:
    """Return the severity of each flagged run: by its findings, or by its note if that said more.

    `flagged` are the runs' reviews by what is known now, `noted` is what the ledger has: activity id to severity. A
    note counts for the canonical recording of its outing, and for nothing once its run is gone.
    """
    severe = {found.run.id: found.severity for found in flagged}
    for activity, severity in noted.items():
        if run := history.canonical_for(activity):
            severe[run.id] = max(severity, severe.get(run.id, 0))
    return severe


def strength_at(runs: Iterable[Run], severe: Mapping[int, int], now: datetime) -> datetime | None:
    """Return when strength work may begin (aware): not before each run that has begun by `now` allows it.

    So an easy run after a hard one allows nothing that the hard one does not. `severe` is what `severities` gives; a
    run that it does not name counts as 0. None if no run of the last days has anything to say.
    """
    begun = [run for run in runs if run.start <= now]
    late = (run for run in begun if run.start > now - SPEAKS_FOR)
    rested = (run_end(run, offset_of(run, begun)) + rest_before_strength(run, severe.get(run.id, 0)) for run in late)
    return max(rested, default=None)


def strength_again(sessions: Iterable[LoggedSession], now: datetime) -> datetime | None:
    """Return when strength work may follow what was logged by `now` (aware): after 48 hours, three days a week at most.

    None if no strength work was logged.
    """
    done = sorted(session.at for session in sessions if session.strength and session.at <= now)
    if not done:
        return None
    fewest = done[-MOST_A_WEEK] + WEEK if len(done) >= MOST_A_WEEK else done[-1]
    return max(done[-1] + APART, fewest)


def first_day(moment: datetime) -> tuple[date, str]:
    """Return the day to name for a moment, and its part ("", "midday", "evening"); never before the moment."""
    hour = moment.hour + (moment.minute + moment.second / 60) / 60
    if hour > EVENING:
        return moment.date() + timedelta(days=1), ""
    return moment.date(), "" if hour <= MORNING else "midday" if hour <= MIDDAY else "evening"


def local(moment: datetime, offset: timedelta) -> datetime:
    """Return an aware moment as the athlete's wall time (naive)."""
    return moment.astimezone(UTC).replace(tzinfo=None) + offset
