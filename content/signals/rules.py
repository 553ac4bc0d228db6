"""The four signals: each is a definition by the athlete's own history, and returns the numbers that prove it."""

from datetime import date, timedelta
from typing import NamedTuple

from content.runs import Run
from content.signals.history import Lookback
from content.signals.thresholds import Thresholds

SESSION_SPIKE = "session_spike"
WEEKLY_HIGH = "weekly_high"
LONG_EFFORT = "long_effort"
COMEBACK = "comeback"

BANDS = ("small", "moderate", "large")  # in rising order: severity 1, 2, 3
LEARNING_DAYS = 30  # until the first run is this old there is no usual length to compare with
WEEKS_DAYS = 35  # and until then no five weeks
MIN_QUARTER_RUNS = 8
DM_PER_KM = 10_000


class Finding(NamedTuple):
    """A signal that fired, and its proof. Distances are tenths of a metre: effort distances if the athlete set that.

    `dm` is this run's distance, or for weekly_high the 7 days up to it. The reference is the longest run of the 30 days
    before (session_spike), the best week of the last five (weekly_high; `when` is its last day), the median distance of
    90 days (long_effort; no `when`). A comeback compares nothing: `when` and `reference_id` tell the last run before.
    """

    signal: str
    dm: int
    twice_reference_dm: int | None = None  # doubled, since a median may lie half-way between two tenths
    band: str | None = None
    when: date | None = None
    reference_id: int | None = None

    @property
    def km(self) -> float:
        """`dm` in km."""
        return self.dm / DM_PER_KM

    @property
    def reference_km(self) -> float | None:
        """The distance that `km` is measured against, in km."""
        return None if self.twice_reference_dm is None else self.twice_reference_dm / (2 * DM_PER_KM)

    @property
    def ratio(self) -> float | None:
        """`km` / `reference_km`."""
        return None if self.twice_reference_dm is None else 2 * self.dm / self.twice_reference_dm

    @property
    def severity(self) -> int:
        """1 to 3: how much it asks of the strength work's timing."""
        if self.band is not None:
            return BANDS.index(self.band) + 1
        return 2 if self.signal == WEEKLY_HIGH else 1

    def as_json(self) -> dict[str, object]:
        """The signal, its band if it has one, and km, unrounded."""
        band = {} if self.band is None else {"band": self.band}
        if self.twice_reference_dm is None:
            return {"signal": self.signal, **band, "km": self.km}
        measured = {"km": self.km, "reference_km": self.reference_km, "ratio": self.ratio}
        return {"signal": self.signal, **band, **measured}


def lookback(thresholds: Thresholds) -> Lookback:
    """Return a Lookback that compares runs by these thresholds, with no run yet."""
    lay_off = timedelta(days=thresholds.comeback_days) if thresholds.comeback_on else timedelta.max
    return Lookback(thresholds.distance, lay_off)


def findings(run: Run, before: Lookback, thresholds: Thresholds) -> tuple[Finding, ...]:
    """Return the signals that fire for the run, given the runs before it. A comeback stands alone."""
    distance = thresholds.distance(run)
    if before.comes_back:
        return (comeback(distance, before),)
    fired = (
        session_spike(distance, before, thresholds),
        weekly_high(distance, before, thresholds),
        long_effort(distance, run.moving_s, before, thresholds),
    )
    return tuple(filter(None, fired)) if any(fired) else ()


def beyond(distance: int, reference: int, share: int, excess: int) -> bool:
    """Return whether the distance exceeds the reference by more than a share in per cent and by at least an excess."""
    return distance - reference >= excess and 100 * distance > (100 + share) * reference


def session_spike(distance: int, before: Lookback, thresholds: Thresholds) -> Finding | None:
    """Return a finding for a run far beyond the longest run of the last 30 × 24 hours; None otherwise.

    Far: by more than a share and by at least some kilometres. Needs 30 days of history and some runs within them, or
    one run since a comeback of the last 28 days. Source: Frandsen et al., Br J Sports Med 2025;59:1203: the rate of
    overuse injury was higher by a factor of 1.64 for >10–30 %, 1.52 for >30–100 % and 2.28 for >100 % beyond the
    longest run of 30 days. That a lay-off ends what counts as usual is ours.
    """
    place = before.longest
    if place is None or distance <= before.distances[place]:
        return None  # most runs end here
    if not far_beyond(distance, before.distances[place], thresholds) or not spike_measurable(before, thresholds):
        return None
    return spike(distance, before.runs[place], before.distances[place])


def spike_measurable(before: Lookback, thresholds: Thresholds) -> bool:
    """Return whether a session_spike can fire: whether there is a usual length to compare with."""
    if not thresholds.session_spike_on:
        return False
    runs = len(before.month)
    if before.returning:
        return runs > 0
    return runs >= thresholds.session_spike_min_runs and before.reaches_back(LEARNING_DAYS)


def far_beyond(distance: int, longest: int, thresholds: Thresholds) -> bool:
    """Return whether a run is a session_spike over the longest run, if one can be measured."""
    if distance < thresholds.session_spike_min_dm:
        return False
    return beyond(distance, longest, thresholds.session_spike_over, thresholds.session_spike_min_excess_dm)


def spike(distance: int, then: Run, longest: int) -> Finding:
    """Return the session_spike over the run `then`, which counts with the distance `longest`."""
    return Finding(SESSION_SPIKE, distance, 2 * longest, band(distance, longest), then.day, then.id)


def band(distance: int, longest: int) -> str:
    """Return "small" up to 1.30 times the longest, "moderate" up to 2.00 times, "large" above."""
    if 100 * distance <= 130 * longest:
        return "small"
    return "moderate" if distance <= 2 * longest else "large"


def weekly_high(distance: int, before: Lookback, thresholds: Thresholds) -> Finding | None:
    """Return a finding if the 7 days up to the run go far beyond the best 7 days of the five weeks before.

    Needs 35 days of history. Weeks are any 7 days in a row by the athlete's own calendar; the best one ends 7 to 34
    days before. Source: our own count on 41,638 runs of 116 runners (docs/evidence.md); no study of injuries.
    """
    if not thresholds.weekly_high_on:
        return None
    share, excess = thresholds.weekly_high_over, thresholds.weekly_high_min_excess_dm
    day, days = before.day, before.days
    week = days.week(day) + distance
    if not beyond(week, days.best_at_least(day), share, excess) or not before.reaches_back(WEEKS_DAYS):
        return None  # most runs end here: a search for the best week takes longer
    base, last_day = days.best_week(day)
    if base < thresholds.weekly_high_min_base_dm or not beyond(week, base, share, excess):
        return None
    return Finding(WEEKLY_HIGH, week, 2 * base, when=date.fromordinal(last_day))


def long_effort(distance: int, moving_s: int, before: Lookback, thresholds: Thresholds) -> Finding | None:
    """Return a finding for a run long in minutes and far beyond the median distance of the last 90 × 24 hours.

    Needs at least 8 runs in these.

    Source: none; it is where trunk and hips are asked for most (docs/evidence.md says what is known and what is not).
    """
    if not thresholds.long_effort_on or moving_s < 60 * thresholds.long_effort_minutes:
        return None
    if len(before.quarter) < MIN_QUARTER_RUNS:
        return None
    twice_median = before.twice_median()
    if 20 * distance < thresholds.long_effort_times_median * twice_median:
        return None
    return Finding(LONG_EFFORT, distance, twice_median)


def comeback(distance: int, before: Lookback) -> Finding:
    """Return the finding of the first run after so many × 24 hours without one. Compares nothing, names no percentage.

    Source: none; what was usual before a break is no measure of what is usual after it.
    """
    last = before.runs[-1]
    return Finding(COMEBACK, distance, when=last.day, reference_id=last.id)
