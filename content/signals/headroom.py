"""The limit: how far a run could go before it is flagged, and the numbers the athlete sees beside that."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from content.runs import MIN_DISTANCE_DM, MIN_MOVING_S, Run
from content.signals.history import MONTH, History, Lookback, lately
from content.signals.rules import (
    DM_PER_KM,
    LEARNING_DAYS,
    Finding,
    far_beyond,
    long_effort,
    lookback,
    session_spike,
    spike,
    spike_measurable,
    weekly_high,
)
from content.signals.thresholds import Thresholds

FAR_DM = 10**9  # 100,000 km: what does not fire at that distance never does
STEP_DM = 1_000  # headroom is rounded down to 0.1 km


@dataclass(frozen=True, slots=True)
class HeadroomReason:
    """The numbers that decide a headroom. Distances are tenths of a metre, as the athlete wants them compared."""

    first: Finding  # the one that a run of that length would get; of several the first in the order of the rules
    week_dm: int  # the last 7 days without that run
    usual_dm: float  # the median of 90 days
    timed_dm: int | None  # how far a long effort's minutes take at the median pace, in whole 0.1 km; None without runs
    shortened: bool  # the longest run of 30 days was a spike, and counts less than its distance
    returning: bool  # measured by the runs since a comeback

    @property
    def reference_dm(self) -> float:
        """The distance that `first` is measured against."""
        return (self.first.twice_reference_dm or 0) / 2


@dataclass(frozen=True, slots=True)
class Headroom:
    """From `dm` on (tenths of a metre, in whole 0.1 km) a run now would get a finding; None while none can."""

    dm: int | None
    learning: bool  # fewer than 30 days of history: no session_spike and no weekly_high yet
    reason: HeadroomReason | None = None  # None while there is none

    @property
    def km(self) -> float | None:
        """`dm` in km."""
        return None if self.dm is None else self.dm / DM_PER_KM


@dataclass(frozen=True, slots=True)
class Context:
    """The numbers that a run now is measured by. Distances are tenths of a metre, as they are compared."""

    week_dm: int  # the last 7 days, today included
    best_week_dm: int  # the best 7 days that ended 7 to 34 days ago
    best_week_ends: date | None  # None if those five weeks hold no run
    longest_dm: int  # the longest run of the last 30 × 24 hours, 0 without any
    longest: Run | None


def headroom(history: History, thresholds: Thresholds, *, at: datetime) -> Headroom:
    """Return the smallest distance with which a run at that moment would fire a signal other than a comeback.

    `at` is aware, in the athlete's time zone: now, or a later moment with no run until then. The run is taken to be
    flat, at the median pace of the last 90 days. For a session_spike only, an earlier one of the last 30 days counts no
    more than the longest run before it: one spike is no licence for the next. None while nothing can fire, or while a
    comeback would; 0 if any further run makes the week bigger than usual.
    """
    trial = _Trial(history, thresholds, at)
    learning = not trial.before.reaches_back(LEARNING_DAYS)
    smallest = bisect_left(range(FAR_DM), True, key=lambda distance: bool(trial.findings(distance)))
    if smallest == FAR_DM:
        return Headroom(None, learning)
    return Headroom(trial.limit(smallest), learning, trial.reason(smallest))


def headroom_on(history: History, thresholds: Thresholds, day: date, *, now: datetime) -> Headroom:
    """Return the limit of a day, with no run until then: that of `now` today, on a later day one for the whole day.

    The latter is the lesser of the limits at the day's start and end, whatever the hour of `now`, so that all who name
    the limit of a day name the same. `now` is aware, in the athlete's time zone.
    """
    if day <= now.date():
        return headroom(history, thresholds, at=now)
    ends = (datetime.combine(day, hour, tzinfo=now.tzinfo) for hour in (time.min, time.max))
    limits = [headroom(history, thresholds, at=moment) for moment in ends]
    return min(limits, key=lambda limit: FAR_DM if limit.dm is None else limit.dm)


def context(history: History, thresholds: Thresholds, *, now: datetime) -> Context:
    """The distance of the last 7 days, the best week of the last five and the longest run of the last 30 days.

    `now` as for headroom.
    """
    instant = now.astimezone(UTC)  # before any subtraction: on a wall clock a day may have 23 hours
    runs = _runs_until(instant, history)
    before = lookback(thresholds)
    before.take(runs)
    before.stand(instant, now.toordinal())
    best, ends = before.days.best_week(before.day)
    longest = before.longest
    return Context(
        week_dm=before.days.week(before.day),
        best_week_dm=best,
        best_week_ends=date.fromordinal(ends) if best else None,
        longest_dm=0 if longest is None else before.distances[longest],
        longest=None if longest is None else runs[longest],
    )


def run_of(history: History, thresholds: Thresholds, distance_dm: int, *, at: datetime) -> Run:
    """Return the run that a headroom asks about: flat, of that distance, at the median pace of the 90 days before.

    `at` is aware, in the athlete's time zone. Its id is greater than any of `history`.
    """
    trial = _Trial(history, thresholds, at)
    moving = trial.moving_s(distance_dm)
    number = max((run.id for run in history), default=0) + 1
    return Run(number, at.astimezone(UTC), at.replace(tzinfo=None), "Run", distance_dm, moving, moving)


def _runs_until(instant: datetime, history: History) -> Sequence[Run]:
    """Return the canonical runs that the rules look at, without those after the instant."""
    return lately(history.canonical[: bisect_right(history.canonical, instant, key=lambda run: run.start)], instant)


class _Trial:
    """A run made up for a moment, of any distance, and the signals that it fires."""

    def __init__(self, history: History, thresholds: Thresholds, at: datetime) -> None:
        instant = at.astimezone(UTC)
        runs = _runs_until(instant, history)
        self.thresholds = thresholds
        self.before = lookback(thresholds)
        reckoned = _reckoned(runs, self.before, instant - MONTH, thresholds)
        self.before.stand(instant, at.toordinal())
        distances = self.before.distances
        counted = [(reckoned.get(place, distances[place]), place) for place in self.before.month]
        self.longest = max(counted, default=None)
        self.shortened = bool(counted) and max(counted)[0] < max(distances[place] for _, place in counted)
        self.measurable = spike_measurable(self.before, thresholds)
        self.pace = _twice_median_pace([runs[place] for place in self.before.quarter])

    def findings(self, distance: int) -> list[Finding]:
        """Return the findings of a run of that distance, whether or not it would be a counted run."""
        if self.before.comes_back:
            return []
        found = (
            self._spike(distance),
            weekly_high(distance, self.before, self.thresholds),
            long_effort(distance, self.moving_s(distance), self.before, self.thresholds),
        )
        return [finding for finding in found if finding is not None]

    def limit(self, smallest: int) -> int:
        """Return the distance rounded down to 0.1 km, or 0 if no counted run is shorter."""
        shorter = smallest - 1
        if shorter < MIN_DISTANCE_DM or self.moving_s(shorter) < MIN_MOVING_S:
            return 0
        return _whole_steps(smallest)

    def reason(self, smallest: int) -> HeadroomReason:
        """Return the numbers that decide the limit."""
        before = self.before
        return HeadroomReason(
            first=self.findings(smallest)[0],
            week_dm=before.days.week(before.day),
            usual_dm=before.twice_median() / 2,
            timed_dm=_timed(self.thresholds.long_effort_minutes, self.pace),
            shortened=self.shortened,
            returning=before.returning,
        )

    def _spike(self, distance: int) -> Finding | None:
        if self.longest is None or not self.measurable:
            return None
        longest, place = self.longest
        if not far_beyond(distance, longest, self.thresholds):
            return None
        return spike(distance, self.before.runs[place], longest)

    def moving_s(self, distance: int) -> int:
        """Return the whole seconds of a run of that distance: the rules ask only whether a whole number was reached."""
        return MIN_MOVING_S if self.pace is None else distance * self.pace[0] // (2 * self.pace[1])


def _reckoned(runs: Iterable[Run], before: Lookback, since: datetime, thresholds: Thresholds) -> dict[int, int]:
    """Return the distances that session_spikes since then count with, by place. Lets `before` hold all of the runs.

    Each is the lesser of its distance and the longest so reckoned in the 30 days before it.
    """
    reckoned: dict[int, int] = {}
    for place, run in enumerate(before.walk(runs)):
        distance = thresholds.distance(run)
        if run.start < since or before.comes_back or not session_spike(distance, before, thresholds):
            continue
        longest = max(reckoned.get(earlier, before.distances[earlier]) for earlier in before.month)
        reckoned[place] = min(distance, longest)
    return reckoned


def _twice_median_pace(runs: Sequence[Run]) -> tuple[int, int] | None:
    """Return twice the median of moving time / distance as an exact fraction of whole numbers; None without runs."""
    if not runs:
        return None
    by_pace = sorted(runs, key=lambda run: run.moving_s / run.distance_dm)
    faster, slower = by_pace[(len(runs) - 1) // 2], by_pace[len(runs) // 2]
    both = faster.moving_s * slower.distance_dm + slower.moving_s * faster.distance_dm
    return both, faster.distance_dm * slower.distance_dm


def _whole_steps(distance: int) -> int:
    return distance - distance % STEP_DM


def _timed(minutes: int, twice_pace: tuple[int, int] | None) -> int | None:
    """Return how far so many minutes take at that pace, in whole 0.1 km."""
    return None if twice_pace is None else _whole_steps(-(-120 * minutes * twice_pace[1] // twice_pace[0]))
