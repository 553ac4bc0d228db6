"""The reasons for a limit in words: the signal that a run of that length fires first, and what it is measured by."""

from typing import Protocol

from content.signals.headroom import Headroom, HeadroomReason
from content.signals.rules import LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH
from content.signals.thresholds import Thresholds

NO_LICENCE = "Your last very long run does not raise the bar yet."
WEEK_IS_FULL = "This week is already more than you are used to."
CLIMBS = "Climbs count as distance, as you set it. The limit is for a flat run."
TWICE = 2


class NumberFormat(Protocol):
    """The reader's way of writing numbers."""

    def distance(self, dm: float) -> str:
        """Return tenths of a metre such as "18.3 km"."""

    def exact(self, dm: float) -> str:
        """Return tenths of a metre with up to two digits, such as "11.36 km": enough to multiply."""

    def share(self, fraction: float) -> str:
        """Return 0.1 such as "10 %"."""

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with so many digits after the point."""


def explain(headroom: Headroom, thresholds: Thresholds, fmt: NumberFormat) -> list[str]:
    """Return sentences with every number that decides the limit, in the reader's units; none without a limit."""
    reason = headroom.reason
    if reason is None:
        return []
    say = {SESSION_SPIKE: _spike, WEEKLY_HIGH: _week, LONG_EFFORT: _long}[reason.first.signal]
    said = say(reason, thresholds, fmt)
    if headroom.dm == 0:
        said.insert(0, WEEK_IS_FULL)
    if thresholds.effort_distance:
        said.append(CLIMBS)
    return said


def _spike(reason: HeadroomReason, thresholds: Thresholds, fmt: NumberFormat) -> list[str]:
    longest = fmt.distance(reason.reference_dm)
    if reason.shortened:
        said = [NO_LICENCE, f"We count {longest} as your longest run."]
    elif reason.returning:
        said = [f"Your longest run since your break was {longest}."]
    else:
        said = [f"Your longest run of the last 30 days was {longest}."]
    return [*said, _long_run(reason.reference_dm, thresholds, fmt)]


def _long_run(longest: float, thresholds: Thresholds, fmt: NumberFormat) -> str:
    share, excess, least = (
        thresholds.session_spike_over,
        thresholds.session_spike_min_excess_dm,
        thresholds.session_spike_min_dm,
    )
    by_share, by_excess = (100 + share) * longest / 100, longest + excess
    if max(by_share, by_excess) < least:
        return f"A long run has {fmt.distance(least)} or more."
    if by_excess >= by_share:
        return f"A long run goes {fmt.distance(excess)} beyond it."
    return f"A long run goes more than {fmt.share(share / 100)} beyond it."


def _week(reason: HeadroomReason, thresholds: Thresholds, fmt: NumberFormat) -> list[str]:
    best, share, excess = reason.reference_dm, thresholds.weekly_high_over, thresholds.weekly_high_min_excess_dm
    by_excess = 100 * excess >= share * best
    beyond = fmt.distance(excess) if by_excess else f"more than {fmt.share(share / 100)}"
    return [
        f"You have run {fmt.distance(reason.week_dm)} in 7 days; your best week was {fmt.distance(best)}.",
        f"A bigger week goes {beyond} beyond it.",
    ]


def _long(reason: HeadroomReason, thresholds: Thresholds, fmt: NumberFormat) -> list[str]:
    times, minutes = thresholds.long_effort_times_median / 10, thresholds.long_effort_minutes
    multiple = "twice" if times == TWICE else f"{fmt.number(times, 0 if times.is_integer() else 1)} times"
    said = [f"We call a run long from {minutes} minutes and {multiple} your usual {fmt.exact(reason.usual_dm)}."]
    if reason.timed_dm is not None and reason.timed_dm >= times * reason.usual_dm:
        said.append(f"At your usual pace {minutes} minutes take you {fmt.distance(reason.timed_dm)}.")
    return said
