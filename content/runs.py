"""A run: one Strava activity reduced to whole numbers, if it counts.

Knows the shape of Strava's JSON for an activity and no more of Strava; `content.signals` decides what a run means.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from math import floor
from typing import NamedTuple

from content.devices import garmin_device

SPORTS = ("Run", "TrailRun", "VirtualRun")
MIN_DISTANCE_DM = 5_000
MIN_MOVING_S = 120
MAX_SPEED_DM_S = 65  # 6.5 m/s, a world record over 5 to 10 km: beyond it is a ride, a car or a GPS fault
HIDDEN_START = time(0, 0, 1)  # how Strava shows a start time that the athlete hides
NO_START, NO_LOCAL_START = "no start time", "no local start time"
MISSING = frozenset({"no id", NO_START, NO_LOCAL_START, "no distance", "no moving time"})  # it may be a run
YEARS = range(1900, 2200)
TOO_LARGE = 10**15
LARGEST_ID = 2**63 - 1  # that a database takes
LONGEST_S = 10**8  # three years: beyond it, a time is a fault
LONGEST_SHOE = 40  # characters
RACE = 1  # Strava's workout_type of a run: 0 default, 1 race, 2 long run, 3 workout


class Run(NamedTuple):
    """A counted run. Distances and climbs are whole tenths of a metre (dm), times whole seconds."""

    id: int
    start: datetime  # aware, UTC: Strava's start_date
    start_local: datetime  # naive wall time: Strava's start_date_local
    sport: str  # one of SPORTS
    distance_dm: int
    moving_s: int
    elapsed_s: int
    climb_dm: int = 0
    race: bool = False
    trainer: bool = False
    cadence: float | None = None  # steps per minute of both legs
    temperature: float | None = None  # °C
    name: str = ""
    device: str = ""  # words of attribution to its maker, shown beside the title; see content.devices
    shoe: str = ""  # the number of its shoes on Strava, which is no name; empty: none was told

    @property
    def day(self) -> date:
        """The calendar date where the athlete was."""
        return self.start_local.date()

    @property
    def hidden_start(self) -> bool:
        """True if the athlete hides the start time: then `start` does not tell when the run began."""
        return self.start_local.time() == HIDDEN_START

    @property
    def effort_dm(self) -> int:
        """Distance + 10 × climb, in tenths of a metre: the effort as a distance on the flat."""
        return self.distance_dm + 10 * self.climb_dm


def counted_run(activity: Mapping[str, object]) -> Run | None:
    """Return the Run of Strava's JSON of an activity (summary or detailed); None if it is no counted run.

    A counted run has a sport_type of SPORTS, is not flagged, and has an id, a start in UTC and on the athlete's clock,
    at least 500 m and 120 s of moving time and at most 6.5 m/s on average. Distance and climb are rounded half up.
    Never raises on odd values: they are taken as missing.
    """
    run = _run_or_reason(activity)
    return run if isinstance(run, Run) else None


def why_not_counted(activity: Mapping[str, object]) -> str | None:
    """Return the reason in plain words for which the activity is no counted run; None if it is one."""
    run = _run_or_reason(activity)
    return run if isinstance(run, str) else None


def _run_or_reason(activity: Mapping[str, object]) -> Run | str:
    get = activity.get
    sport, activity_id = get("sport_type"), identity(get("id"))
    start, start_local = moment(get("start_date")), moment(get("start_date_local"))
    distance, moving = _whole(get("distance"), 10), _seconds(get("moving_time"))
    if not isinstance(sport, str) or sport not in SPORTS:
        return "not a run"
    if activity_id is None:
        return "no id"
    if start is None or start_local is None:
        return NO_START if start is None else NO_LOCAL_START
    if distance is None or moving is None:
        return "no distance" if distance is None else "no moving time"
    if reason := _ruled_out(get("flagged") is True, distance, moving):
        return reason
    return _run(activity, activity_id, sport, start, start_local, distance, moving)


def _run(
    activity: Mapping[str, object],
    activity_id: int,
    sport: str,
    start: datetime,
    start_local: datetime,
    distance: int,
    moving: int,
) -> Run:
    """Return the Run of what has been read of an activity, and of what it may lack."""
    get = activity.get
    return Run(
        id=activity_id,
        start=start if start.tzinfo is UTC else start.replace(tzinfo=start.tzinfo or UTC).astimezone(UTC),
        start_local=start_local.replace(tzinfo=None),
        sport=sport,
        distance_dm=distance,
        moving_s=moving,
        elapsed_s=_seconds(get("elapsed_time")) or moving,
        climb_dm=max(0, _whole(get("total_elevation_gain"), 10) or 0),
        race=get("workout_type") == RACE,
        trainer=get("trainer") is True,
        cadence=_of_both_legs(number(get("average_cadence"))),
        temperature=number(get("average_temp")),
        name=str(get("name") or ""),
        device=garmin_device(activity),
        shoe=_shoe(get("gear_id")),
    )


def _shoe(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_SHOE else ""


def _of_both_legs(cadence: float | None) -> float | None:
    return None if cadence is None else 2 * cadence


def _ruled_out(flagged: bool, distance_dm: int, moving_s: int) -> str | None:
    if flagged:
        return "flagged on Strava"
    if distance_dm < MIN_DISTANCE_DM:
        return "shorter than 500 m"
    if moving_s < MIN_MOVING_S:
        return "less than two minutes of moving time"
    if distance_dm > MAX_SPEED_DM_S * moving_s:
        return "faster than 6.5 m/s on average"
    return None


def number(value: object) -> float | None:
    """Return a number of a sane size, or None: JSON may hold null, text, NaN or 400 digits instead."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < TOO_LARGE:
        return None
    return value


def _whole(value: object, per_unit: int = 1) -> int | None:
    """Return the number in whole units, rounded half up."""
    known = number(value)
    return None if known is None else floor(known * per_unit + 0.5)


def _seconds(value: object) -> int | None:
    seconds = _whole(value)
    return seconds if seconds is not None and 0 <= seconds <= LONGEST_S else None


def identity(value: object) -> int | None:
    """Return an id that a database takes, or None."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= LARGEST_ID else None


def moment(text: object) -> datetime | None:
    """Return an ISO 8601 time as it stands; None for any other value and for years that no watch can mean."""
    if not isinstance(text, str):
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.year in YEARS else None
