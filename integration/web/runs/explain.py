"""Why notes start where they do: the signal that a run of that length would be first, and what it is measured by."""

from content.signals import LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH, Headroom, Reason, Thresholds
from integration.web.formats import Formats

SHORTENED = "One spike is no licence for the next: for 30 days it counts as long as the run that it went beyond."
TWICE = 2
CLIMBS = "All distances here count climbs, as you set it."


def why(headroom: Headroom, thresholds: Thresholds, fmt: Formats) -> list[str]:
    """Sentences with every number that decides the headroom, in the athlete's units; none without one."""
    reason = headroom.reason
    if reason is None:
        return []
    say = {SESSION_SPIKE: _spike, WEEKLY_HIGH: _seven_days, LONG_EFFORT: _long}[reason.first.signal]
    said = [say(reason, thresholds, fmt)]
    if reason.shortened and reason.first.signal != LONG_EFFORT:
        said.append(SHORTENED)
    if thresholds.effort_distance:
        said.append(CLIMBS)
    return said


def _spike(reason: Reason, thresholds: Thresholds, fmt: Formats) -> str:
    longest, excess = reason.reference_dm, thresholds.session_spike_min_excess_dm
    share = thresholds.session_spike_over
    by_share, by_excess = (100 + share) * longest / 100, longest + excess
    if max(by_share, by_excess) < thresholds.session_spike_min_dm:
        beyond = f"from {fmt.distance(thresholds.session_spike_min_dm)} on a run beyond it"
    elif by_excess >= by_share:
        beyond = f"{fmt.distance(excess)} beyond that"
    else:
        beyond = f"more than {fmt.share(share / 100)} beyond that"
    return f"Because your longest run of the last 30 days counts {fmt.distance(longest)}: {beyond} is a spike."


def _seven_days(reason: Reason, thresholds: Thresholds, fmt: Formats) -> str:
    best, excess = reason.reference_dm, thresholds.weekly_high_min_excess_dm
    share = thresholds.weekly_high_over
    by_excess = 100 * excess >= share * best
    beyond = fmt.distance(excess) if by_excess else f"more than {fmt.share(share / 100)}"
    return (
        f"Because your last 7 days count {fmt.distance(reason.week_dm)} without it, and your best 7 days before "
        f"{fmt.distance(best)}: {beyond} beyond these is a week bigger than usual."
    )


def _long(reason: Reason, thresholds: Thresholds, fmt: Formats) -> str:
    times, usual = thresholds.long_effort_times_median / 10, fmt.distance(reason.reference_dm)
    least = f"{thresholds.long_effort_minutes} minutes"
    multiple = "twice" if times == TWICE else f"{fmt.number(times, 0 if times.is_integer() else 1)} times"
    if reason.timed_dm is not None and reason.timed_dm >= times * reason.reference_dm:
        far = f"{least} at your usual pace are {fmt.distance(reason.timed_dm)}"
        return f"Because {far}: that long, and at least {multiple} your usual run of {usual}, is a long effort."
    return f"Because your usual run is {usual}: {multiple} that, in {least} or more, is a long effort."
