"""The facts of a run, as far as its numbers tell: the names that the rules ask for.

Pain is never inferred. The state of the back, which the athlete told (`back.state_of`), is a fact beside them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from content.routines.back import Back
from content.runs import Run
from content.signals.rules import Finding

# Cut-offs. They are ours: the articles name none but the few hundred miles of a shoe.
HILLY_M_PER_KM: Final = 15
LOW_CADENCE: Final = 160.0  # steps per minute of both legs
USUAL_PACE_WITHIN: Final = 0.10
HOT_C: Final = 24.0
COLD_C: Final = 5.0
LASTING_S: Final = 90 * 60
SHOE_KM: Final = 500.0
RUN_DAYS: Final = 3
MARATHON_DM: Final = 420_000
QUARTER: Final = timedelta(days=90)

# Of these facts a tip is about this very run; others give a tip that fits many runs.
PARTICULAR: Final = frozenset(
    {"sore", "irritable", "comeback", "treadmill_ache", "worn_shoe", "low_cadence", "run_days", "hot", "cold"}
)

FACTS: Final[Mapping[str, str]] = {
    "session_spike": "farther than the longest run of the last 30 days",
    "weekly_high": "more in the last 7 days than in the best 7 of the five weeks before",
    "long_effort": "long in minutes and far beyond the usual distance",
    "comeback": "the first run after weeks without one",
    "race": "marked as a race",
    "marathon": "42 km or more",
    "hilly": f"{HILLY_M_PER_KM} m of climb per km or more",
    "trail": "a trail run",
    "treadmill_ache": "on a treadmill, and the athlete told of a back that is not quiet",
    "low_cadence": f"fewer than {LOW_CADENCE:.0f} steps a minute at the athlete's usual pace",
    "hot": f"{HOT_C:.0f} °C or warmer",
    "thirsty": f"{HOT_C:.0f} °C or warmer, or {LASTING_S // 60} minutes or longer",
    "worn_shoe": f"a shoe with {SHOE_KM:.0f} km or more",
    "run_days": f"the last of {RUN_DAYS} or more days in a row with a run",
    "cold": f"{COLD_C:.0f} °C or colder",
    "sore": "the athlete told of a sore back: an answer, a score of 5 or more, or #back",
    "irritable": "the athlete told of an irritable back: a score of 3 or 4",
    "asked": "no signal fired: the athlete asked for it",
}


def facts_of(
    run: Run,
    findings: Collection[Finding],
    *,
    recent: Sequence[Run] = (),
    back: Back = Back.QUIET,
    shoe_km: float | None = None,
) -> frozenset[str]:
    """Return the names of the FACTS that hold. `recent` are the athlete's runs; those after this one are left aside."""
    before = [other for other in recent if (other.start, other.id) < (run.start, run.id)]
    is_true = {
        "race": run.race,
        "marathon": run.distance_dm >= MARATHON_DM,
        "hilly": hilly(run),
        "trail": run.sport == "TrailRun",
        "treadmill_ache": run.trainer and back is not Back.QUIET,
        "low_cadence": low_cadence(run, before),
        "hot": (run.temperature or 0.0) >= HOT_C,
        "thirsty": run.moving_s >= LASTING_S or (run.temperature or 0.0) >= HOT_C,
        "worn_shoe": (shoe_km or 0.0) >= SHOE_KM,
        "run_days": run_days(run, before) >= RUN_DAYS,
        "cold": run.temperature is not None and run.temperature <= COLD_C,
        "sore": back is Back.SORE,
        "irritable": back is Back.IRRITABLE,
        "asked": not findings,
    }
    return frozenset(name for name, so in is_true.items() if so) | {finding.signal for finding in findings}


def hilly(run: Run) -> bool:
    """Return True if the climb per kilometre reaches the cut-off."""
    return run.climb_dm * 1000 >= HILLY_M_PER_KM * run.distance_dm


def low_cadence(run: Run, before: Sequence[Run]) -> bool:
    """Return True for fewer steps than the cut-off at the athlete's usual pace: the median of the 90 days before.

    A slow run has fewer steps for a good reason, and without a usual pace nothing can be said.
    """
    if run.cadence is None or not 0 < run.cadence < LOW_CADENCE:
        return False
    paces = [other.moving_s / other.distance_dm for other in before if other.start >= run.start - QUARTER]
    if not paces:
        return False
    usual = median(paces)
    return abs(run.moving_s / run.distance_dm - usual) <= USUAL_PACE_WITHIN * usual


def run_days(run: Run, before: Sequence[Run]) -> int:
    """Return the number of calendar days in a row with a run, up to the run's own."""
    days = sorted({other.day for other in before if other.day <= run.day} | {run.day}, reverse=True)
    for count, (later, earlier) in enumerate(pairwise(days), start=1):
        if later - earlier != timedelta(days=1):
            return count
    return len(days)
