"""When strength work may begin after a run, and what the clock says where the athlete is."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from content.moves.facts import MARATHON_DM
from content.runs import Run
from content.signals.rules import Finding

LONG_S: Final = 2 * 60 * 60
FARTHEST_ZONE: Final = timedelta(hours=14)
QUARTER_HOUR: Final = timedelta(minutes=15)
MORNING, MIDDAY, EVENING = 6, 12, 18  # hours from which one can sensibly say so


def offset_of(run: Run, recent: Sequence[Run] = ()) -> timedelta:
    """How far the athlete's clock was ahead of UTC at this run, in whole quarters of an hour.

    A hidden start says nothing about the clock: then the last run with a visible one is asked. 0 where nobody knows.
    """
    clocks = [run, *sorted(recent, key=lambda other: other.start, reverse=True)]
    clock = next((other for other in clocks if not other.hidden_start), run)
    ahead = clock.start_local - clock.start.replace(tzinfo=None)
    rounded = round(ahead / QUARTER_HOUR) * QUARTER_HOUR
    return rounded if abs(rounded) <= FARTHEST_ZONE else timedelta(0)


def run_end(run: Run, offset: timedelta) -> datetime:
    """When the run was over (aware, UTC): start + elapsed time; the end of its day where the start is hidden."""
    end = run.start + timedelta(seconds=max(run.elapsed_s, run.moving_s))
    if not run.hidden_start:
        return end
    midnight = datetime(run.day.year, run.day.month, run.day.day, tzinfo=UTC) + timedelta(days=1)
    return max(end, midnight - offset)


def rest_before_strength(run: Run, findings: Collection[Finding]) -> timedelta:
    """24, 48 or 72 hours or 7 days, by the distance, the highest severity among the findings and the time in motion."""
    severity = max((finding.severity for finding in findings), default=0)
    if run.distance_dm >= MARATHON_DM:
        return timedelta(days=7)
    if severity >= 3:
        return timedelta(hours=72)
    return timedelta(hours=48 if severity == 2 or run.moving_s >= LONG_S else 24)


def strength_at(run: Run, findings: Collection[Finding], offset: timedelta) -> datetime:
    """The first moment for strength work (naive, the athlete's own time)."""
    return local(run_end(run, offset) + rest_before_strength(run, findings), offset)


def first_day(moment: datetime) -> tuple[date, str]:
    """The day to name for a moment, and from which part of it on ("", "midday", "evening"); never before the moment."""
    hour = moment.hour + (moment.minute + moment.second / 60) / 60
    if hour > EVENING:
        return moment.date() + timedelta(days=1), ""
    return moment.date(), "" if hour <= MORNING else "midday" if hour <= MIDDAY else "evening"


def local(moment: datetime, offset: timedelta) -> datetime:
    """An aware moment as the naive wall time of the athlete."""
    return moment.astimezone(UTC).replace(tzinfo=None) + offset
