"""From an outing (who, when, how far, how long) to the activity that Strava would hold of it. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Activity = dict[str, Any]

RUNS = frozenset({"Run", "TrailRun", "VirtualRun"})
# The sport_types and their deprecated `type`, from Strava's API description; if no `type` is written it is the same.
_SPORTS = """
AlpineSki BackcountrySki Badminton:Workout Basketball:Workout Canoeing Cricket:Workout Crossfit Dance:Workout
EBikeRide Elliptical EMountainBikeRide:EBikeRide Golf GravelRide:Ride Handcycle HighIntensityIntervalTraining:Workout
Hike IceSkate InlineSkate Kayaking Kitesurf MountainBikeRide:Ride NordicSki Padel:Workout PhysicalTherapy:Workout
Pickleball:Workout Pilates:Workout Racquetball:Workout Ride RockClimbing RollerSki Rowing Run Sail Skateboard
Snowboard Snowshoe Soccer Squash:Workout StairStepper StandUpPaddling Surfing Swim TableTennis:Workout Tennis:Workout
TrailRun:Run Velomobile VirtualRide VirtualRow:Workout VirtualRun Volleyball:Workout Walk WeightTraining Wheelchair
Windsurf Workout Yoga
"""
OLD_TYPES = {sport: old or sport for sport, _, old in (word.partition(":") for word in _SPORTS.split())}
SPORTS = frozenset(OLD_TYPES)
SAME_TYPES = frozenset(sport for sport, old in OLD_TYPES.items() if sport == old)
SPORT_WORDS = {"Run": "Run", "TrailRun": "Trail Run", "VirtualRun": "Virtual Run", "WeightTraining": "Weight Training"}


def old_type(sport: str) -> str:
    """The deprecated `type` that goes with a sport_type."""
    return OLD_TYPES[sport]


def usual_title(local: datetime, sport: str) -> str:
    """The title Strava gives an upload: by the hour of its start."""
    hours = ((5, "Night"), (11, "Morning"), (14, "Lunch"), (18, "Afternoon"), (22, "Evening"), (24, "Night"))
    when = next(word for hour, word in hours if local.hour < hour)
    return f"{when} {SPORT_WORDS.get(sport, sport)}"


def zone_text(zone: ZoneInfo, at: datetime) -> str:
    """Strava's `timezone`: the zone's standard offset, whatever the season, then its name."""
    offset = (at.astimezone(zone).utcoffset() or timedelta()) - (at.astimezone(zone).dst() or timedelta())
    minutes = int(offset.total_seconds()) // 60
    return f"(GMT{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}) {zone.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """One activity as a person would tell it: metres, seconds, `start` aware. None: the activity lacks that value."""

    start: datetime
    zone: ZoneInfo
    sport: str = "Run"
    distance_m: float
    moving_s: int
    elapsed_s: int | None = None
    climb_m: float = 0.0
    title: str | None = None
    description: str | None = None
    private_note: str = ""
    workout_type: int | None = None
    trainer: bool = False
    private: bool = False
    manual: bool = False
    gear_id: str | None = None
    cadence: float | None = None  # of one leg per minute, as Strava gives it for runs
    temperature: int | None = None
    heartrate: float | None = None

    def as_strava(self, activity_id: int, athlete_id: int) -> Activity:
        """The activity with everything a summary holds, and its two texts."""
        local = self.start.astimezone(self.zone)
        return {
            "resource_state": 3,
            "id": activity_id,
            "athlete": {"id": athlete_id, "resource_state": 1},
            "name": self.title or usual_title(local, self.sport),
            "description": self.description,
            "private_note": self.private_note,
            **self._measured(),
            "type": old_type(self.sport),
            "sport_type": self.sport,
            "workout_type": self.workout_type if self.workout_type is not None or self.sport not in RUNS else 0,
            "start_date": self.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "start_date_local": local.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "timezone": zone_text(self.zone, self.start),
            "utc_offset": (local.utcoffset() or timedelta()).total_seconds(),
            **self._flags(),
            **self._origin(activity_id),
        }

    def _measured(self) -> Activity:
        speed = self.distance_m / self.moving_s if self.moving_s else 0.0
        measured: Activity = {
            "distance": round(self.distance_m, 1),
            "moving_time": self.moving_s,
            "elapsed_time": self.elapsed_s or self.moving_s,
            "total_elevation_gain": round(self.climb_m, 1),
            "average_speed": round(speed, 3),
            "max_speed": round(speed * 1.4, 3),
            "has_heartrate": self.heartrate is not None,
        }
        if self.cadence is not None:
            measured["average_cadence"] = self.cadence
        if self.temperature is not None:
            measured["average_temp"] = self.temperature
        if self.heartrate is not None:
            measured |= {
                "average_heartrate": self.heartrate,
                "max_heartrate": round(self.heartrate * 1.12),
                "suffer_score": round(self.moving_s / 60 * max(self.heartrate - 95, 5) / 45),
            }
        return measured

    def _flags(self) -> Activity:
        return {
            "trainer": self.trainer,
            "commute": False,
            "manual": self.manual,
            "private": self.private,
            "visibility": "only_me" if self.private else "everyone",
            "flagged": False,
            "hide_from_home": False,
            "heartrate_opt_out": False,
            "display_hide_heartrate_option": self.heartrate is not None,
            "from_accepted_tag": False,
            "has_kudoed": False,
            **dict.fromkeys(
                ("achievement_count", "kudos_count", "comment_count", "photo_count", "total_photo_count", "pr_count"), 0
            ),
            "athlete_count": 1,
        }

    def _origin(self, activity_id: int) -> Activity:
        return {
            "gear_id": self.gear_id,
            "location_city": None,
            "location_state": None,
            "location_country": None,
            "start_latlng": [],
            "end_latlng": [],
            "map": {"id": f"a{activity_id}", "summary_polyline": "", "resource_state": 2},
            "upload_id": None if self.manual else activity_id + 1,
            "upload_id_str": None if self.manual else str(activity_id + 1),
            "external_id": None if self.manual else f"sandbox-{activity_id}.fit",
            **({} if self.manual else {"device_name": "Sandbox watch"}),
        }
