"""How far a run could go now before it is flagged, and the numbers the athlete sees beside that."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from content.runs import MIN_DISTANCE_DM, MIN_MOVING_S, Run
from content.signals.history import MONTH, History, Lookback
from content.signals.rules import COMEBACK, DM_PER_KM, LEARNING_DAYS, SESSION_SPIKE, Finding, findings, reaches_back
from content.signals.thresholds import Thresholds

FAR_DM = 10**9  # 100,000 km: what does not fire at that distance never does
STEP_DM = 1_000  # headroom is rounded down to 0.1 km


@dataclass(frozen=True, slots=True)
class Reason:
    """What decides a headroom. Distances are tenths of a metre, as the athlete wants them compared."""

    first: Finding  # the one that a run of that length would get; of several the first in the order of the rules
    week_dm: int  # the last 7 days without that run
    usual_dm: float  # the median of 90 days
    timed_dm: int | None  # how far a long effort's minutes take at the median pace, in whole 0.1 km; None without runs
    shortened: bool  # a spike of the last 30 days counts as if it had been as long as its reference

    @property
    def reference_dm(self) -> float:
        """What `first` is measured against."""
        return (self.first.twice_reference_dm or 0) / 2


@dataclass(frozen=True, slots=True)
class Headroom:
    """From `dm` on (tenths of a metre, in whole 0.1 km) a run now would get a finding; None while none can."""

    dm: int | None
    learning: bool  # fewer than 30 days of history: no session_spike and no weekly_high yet
    reason: Reason | None = None  # None while there is none

    @property
    def km(self) -> float | None:
        """`dm` in km."""
        return None if self.dm is None else self.dm / DM_PER_KM


@dataclass(frozen=True, slots=True)
class Context:
    """What stands before a run now. Distances are tenths of a metre, as the athlete wants them compared."""

    week_dm: int  # the last 7 days, today included
    best_week_dm: int  # the best 7 days that ended 7 to 34 days ago
    best_week_ends: date | None  # None where those five weeks hold no run
    longest_dm: int  # the longest run of the last 30 × 24 hours, 0 without any
    longest: Run | None


def headroom(history: History, thresholds: Thresholds, *, now: datetime) -> Headroom:
    """The smallest distance with which a run now would be a session_spike, a weekly_high or a long_effort.

    `now` is aware, in the athlete's time zone: its date is the day of the run, which is taken to be at the median pace
    of the last 90 days. A session_spike of the last 30 days counts as if it had been as long as its reference: one
    spike is no licence for the next. While a run now would be a comeback nothing else can fire, so there is none.
    """
    instant = now.astimezone(UTC)
    runs = _runs_until(instant, history)
    distances = [thresholds.distance(run) for run in runs]
    counted = _without_spikes(instant, runs, distances, thresholds)
    before = _lookback(instant, runs, counted)
    pace = _twice_median_pace([(runs[place].moving_s, distances[place]) for place in before.quarter])

    def found(distance: int) -> list[Finding]:
        run = _run_now(now, distance, pace)
        return [one for one in findings(run, before, thresholds) if one.signal != COMEBACK] if run else []

    smallest = bisect_left(range(FAR_DM), True, key=lambda distance: bool(found(distance)))
    learning = not reaches_back(now.toordinal(), before, LEARNING_DAYS)
    if smallest == FAR_DM:
        return Headroom(None, learning)
    reason = Reason(
        first=found(smallest)[0],
        week_dm=before.days.week(now.toordinal()),
        usual_dm=before.twice_median() / 2 if before.quarter else 0,
        timed_dm=_timed(thresholds.long_effort_minutes, pace),
        shortened=counted != distances,
    )
    return Headroom(_whole_steps(smallest), learning, reason)


def context(history: History, thresholds: Thresholds, *, now: datetime) -> Context:
    """The distance of the last 7 days, the best week of the last five and the longest run of the last 30 days.

    `now` as for headroom.
    """
    instant = now.astimezone(UTC)  # before any subtraction: on a wall clock a day may have 23 hours
    runs = _runs_until(instant, history)
    before = _lookback(instant, runs, [thresholds.distance(run) for run in runs])
    best, ends = before.days.best_week(now.toordinal())
    longest = before.longest if before.month_runs else None
    return Context(
        week_dm=before.days.week(now.toordinal()),
        best_week_dm=best,
        best_week_ends=date.fromordinal(ends) if best else None,
        longest_dm=0 if longest is None else before.distances[longest],
        longest=None if longest is None else runs[longest],
    )


def _runs_until(instant: datetime, history: History) -> Sequence[Run]:
    return history.canonical[: bisect_right(history.canonical, instant, key=lambda run: run.start)]


def _lookback(instant: datetime, runs: Sequence[Run], distances: Sequence[int]) -> Lookback:
    before = Lookback(runs, distances)
    before.move(len(runs), instant)
    return before


def _without_spikes(
    instant: datetime, runs: Sequence[Run], distances: Sequence[int], thresholds: Thresholds
) -> Sequence[int]:
    """The distances, each session_spike of the last 30 days as long as the run that it went beyond."""
    shortened = list(distances)
    before = Lookback(runs, distances)
    for place in range(bisect_left(runs, instant - MONTH, key=lambda run: run.start), len(runs)):
        before.move(place, runs[place].start)
        for finding in findings(runs[place], before, thresholds):
            if finding.signal == SESSION_SPIKE and finding.twice_reference_dm is not None:
                shortened[place] = finding.twice_reference_dm // 2
    return shortened


def _twice_median_pace(runs: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Twice the median of moving time / distance as an exact fraction of whole numbers; None without runs."""
    if not runs:
        return None
    by_pace = sorted(runs, key=lambda run: run[0] / run[1])
    (time, distance), (slower_time, slower_distance) = by_pace[(len(runs) - 1) // 2], by_pace[len(runs) // 2]
    return time * slower_distance + slower_time * distance, distance * slower_distance


def _whole_steps(distance: int) -> int:
    return distance - distance % STEP_DM


def _timed(minutes: int, twice_pace: tuple[int, int] | None) -> int | None:
    """How far so many minutes take at that pace, in whole 0.1 km."""
    return None if twice_pace is None else _whole_steps(-(-120 * minutes * twice_pace[1] // twice_pace[0]))


def _run_now(now: datetime, distance: int, twice_pace: tuple[int, int] | None) -> Run | None:
    """A run of that distance at that pace, or None where it would not be counted.

    Whole seconds lose nothing: the rules ask only whether a whole number of them was reached.
    """
    moving_s = MIN_MOVING_S if twice_pace is None else distance * twice_pace[0] // (2 * twice_pace[1])
    if distance < MIN_DISTANCE_DM or moving_s < MIN_MOVING_S:
        return None
    return Run(
        id=0,
        start=now.astimezone(UTC),
        start_local=now.replace(tzinfo=None),
        sport="Run",
        distance_dm=distance,
        moving_s=moving_s,
        elapsed_s=moving_s,
    )
