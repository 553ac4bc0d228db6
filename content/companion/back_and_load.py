"""The back beside the load: each run with the worst score told for it, and the kinds of load it belongs to.

Shoes go by the number that Strava gives them, as long as the runs are here: no name of them is read or kept.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from content.companion.association import ScoredRun
from content.companion.diary import Tap
from content.routines.facts import QUARTER, RUN_DAYS, hilly, run_days
from content.routines.past import LoggedSession
from content.runs import Run

LONG_S: Final = 2 * 60 * 60
FAR: Final = 1.5  # times the usual run
LEAST_BEFORE: Final = 3  # runs of 90 days: below that nothing is usual
SESSION_TELLS: Final = timedelta(hours=36)  # so long after a run a session's score tells of it
FULL_WEEK: Final = 1.3  # times the usual week: the mean of the four before
WEEK: Final = timedelta(weeks=1)
WEEKS_BEFORE: Final = 4
SHOE: Final = "shoe:"  # the kind of runs in one pair: this, and the number of the shoes
KINDS: Final[Mapping[str, str]] = {
    "long": "runs beyond 2 h",
    "far": "runs beyond 1.5 times your usual one",
    "days": "runs on a third day in a row, or a later one",
    "week": "runs that made a week 1.3 times your usual one",
    "hilly": "hilly runs",
    "trail": "trail runs",
}


def scored_runs(
    runs: Sequence[Run], taps: Iterable[Tap], sessions: Iterable[LoggedSession]
) -> list[tuple[Run, ScoredRun]]:
    """Return the runs that a score is known of, in order, with the highest: of taps, and of the sessions soon after.

    `runs` are canonical, in order of start. A session tells of the last run that began before it.
    """
    worst: dict[int, int] = {}
    for tap in taps:
        worst[tap.activity] = max(tap.back, worst.get(tap.activity, 0))
    for session in sessions:
        run = _told_of(runs, session.at)
        if run is not None and session.back is not None:
            worst[run.id] = max(session.back, worst.get(run.id, 0))
    return [(run, ScoredRun(worst[run.id], kinds_of(run, runs))) for run in runs if run.id in worst]


def kinds_of(run: Run, runs: Sequence[Run]) -> frozenset[str]:
    """Return the kinds of load that the run belongs to, of KINDS."""
    before = runs[bisect_left(runs, run.start - QUARTER, key=_start) : bisect_left(runs, run.start, key=_start)]
    usual = median(other.distance_dm for other in before) if len(before) >= LEAST_BEFORE else None
    is_true = {
        "long": run.moving_s >= LONG_S,
        "far": usual is not None and run.distance_dm > FAR * usual,
        "days": run_days(run, before) >= RUN_DAYS,
        "week": _in_full_week(run, before),
        "hilly": hilly(run),
        "trail": run.sport == "TrailRun",
        f"{SHOE}{run.shoe}": bool(run.shoe),
    }
    return frozenset(kind for kind, so in is_true.items() if so)


def shoes_of(scored: Iterable[tuple[Run, ScoredRun]]) -> dict[str, Run]:
    """Return for each pair of shoes the kind of the runs in it, with the last of them, the one worn last first."""
    last: dict[str, Run] = {}
    for run, _ in scored:
        if run.shoe:
            last[f"{SHOE}{run.shoe}"] = run
    return dict(sorted(last.items(), key=lambda pair: pair[1].start, reverse=True))


def _in_full_week(run: Run, before: Sequence[Run]) -> bool:
    """Return True if the seven days up to the run hold clearly more than a usual week of the four before them."""
    begin = run.start - WEEK
    earlier = [other for other in before if begin - WEEKS_BEFORE * WEEK <= other.start <= begin]
    week = run.distance_dm + sum(other.distance_dm for other in before if other.start > begin)
    usual = sum(other.distance_dm for other in earlier) / WEEKS_BEFORE
    return len(earlier) >= LEAST_BEFORE and week > FULL_WEEK * usual


def _told_of(runs: Sequence[Run], at: datetime) -> Run | None:
    place = bisect_left(runs, at, key=_start)
    return runs[place - 1] if place and at - runs[place - 1].start <= SESSION_TELLS else None


def _start(run: Run) -> datetime:
    return run.start
