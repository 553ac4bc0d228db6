"""An activity and an athlete as the API shows them: summary and detailed representations. Pure.

The shapes follow Strava's API description and the answers it was seen to give; a summary has neither of the two texts.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from integration.sandbox.activities.outings import RUNS, Activity

DETAIL_ONLY = frozenset({
    "description", "gear", "calories", "splits_metric", "splits_standard", "laps", "best_efforts", "segment_efforts",
    "photos", "embed_token", "similar_activities", "available_zones", "stats_visibility", "perceived_exertion",
    "prefer_perceived_exertion", "private_note", "hide_from_home",
})  # fmt: skip
MILE = 1609.344


def summary(activity: Activity) -> Activity:
    """As `GET /athlete/activities` lists it."""
    kept = {key: value for key, value in activity.items() if key not in DETAIL_ONLY}
    shape = {key: value for key, value in (activity.get("map") or {}).items() if key != "polyline"}
    return kept | {"resource_state": 2, "map": shape | {"resource_state": 2}}


def detailed(activity: Activity, gear: Mapping[str, Any] | None) -> Activity:
    """As `GET /activities/{id}` gives it; what the record holds itself goes before what is computed."""
    shape = {"polyline": ""} | (activity.get("map") or {})
    return (
        {
            "description": None,
            "private_note": "",
            "calories": round(float(activity.get("distance") or 0) * 0.065, 1),
            "perceived_exertion": None,
            "prefer_perceived_exertion": None,
            "hide_from_home": False,
            "splits_metric": splits(activity, 1000.0),
            "splits_standard": splits(activity, MILE),
            "laps": laps(activity),
            "best_efforts": [],
            "segment_efforts": [],
            "photos": {"primary": None, "count": 0},
            "embed_token": f"{activity['id']:040x}",
            "stats_visibility": [
                {"type": kind, "visibility": "everyone"}
                for kind in ("heart_rate", "pace", "power", "speed", "calories")
            ],
            "available_zones": [],
        }
        | activity
        | {"resource_state": 3, "map": shape | {"resource_state": 3}}
        | ({"gear": dict(gear)} if gear else {})
    )


def splits(activity: Activity, length: float) -> list[dict[str, Any]]:
    """Even splits of `length` metres and what is left over; runs only, as on Strava."""
    distance, moving = float(activity.get("distance") or 0), int(activity.get("moving_time") or 0)
    if activity.get("sport_type") not in RUNS or distance <= 0 or moving <= 0:
        return []
    elapsed = int(activity.get("elapsed_time") or moving)
    marks = [index * length for index in range(int(distance // length) + 1)]
    if distance - marks[-1] > 1:
        marks.append(distance)
    speed = round(distance / moving, 2)
    return [
        {
            "distance": round(end - begin, 1),
            "elapsed_time": round(elapsed * end / distance) - round(elapsed * begin / distance),
            "elevation_difference": 0.0,
            "moving_time": round(moving * end / distance) - round(moving * begin / distance),
            "split": number,
            "average_speed": speed,
            "average_grade_adjusted_speed": speed,
            "pace_zone": 0,
        }
        for number, (begin, end) in enumerate(pairwise(marks), start=1)
    ]


def laps(activity: Activity) -> list[dict[str, Any]]:
    """One lap over the whole activity, as a watch without lap button records it."""
    copied = ("elapsed_time", "moving_time", "start_date", "start_date_local", "distance", "average_speed", "max_speed")
    return [
        {
            "id": int(activity["id"]) * 10 + 1,
            "resource_state": 2,
            "name": "Lap 1",
            "activity": {"id": activity["id"], "resource_state": 1},
            "athlete": activity["athlete"],
            **{key: activity[key] for key in copied if key in activity},
            "total_elevation_gain": activity.get("total_elevation_gain", 0.0),
            "start_index": 0,
            "end_index": int(activity.get("moving_time") or 0),
            "lap_index": 1,
            "split": 1,
        }
    ]


def athlete_summary(profile: Mapping[str, Any]) -> dict[str, Any]:
    """As a token answer and, without profile:read_all, `GET /athlete` give it."""
    hidden = {"measurement_preference", "date_preference", "ftp", "weight"}
    return {key: value for key, value in profile.items() if key not in hidden} | {"resource_state": 2}


def athlete_detailed(profile: Mapping[str, Any], gear: list[dict[str, Any]]) -> dict[str, Any]:
    """As `GET /athlete` gives it with profile:read_all."""
    return dict(profile) | {
        "resource_state": 3,
        "follower_count": 0,
        "friend_count": 0,
        "clubs": [],
        "bikes": [item for item in gear if item["id"].startswith("b")],
        "shoes": [item for item in gear if item["id"].startswith("g")],
    }


def gear_with_distances(gear: Iterable[dict[str, Any]], activities: Iterable[Activity]) -> list[dict[str, Any]]:
    """Return the gear, each with the metres that these activities covered with it."""
    covered: dict[str, float] = {}
    for activity in activities:
        key = activity.get("gear_id") or ""
        covered[key] = covered.get(key, 0.0) + float(activity.get("distance") or 0)
    return [item | {"distance": round(covered.get(item["id"], 0.0))} for item in gear]


def new_profile(athlete_id: int, firstname: str, lastname: str, now: datetime) -> dict[str, Any]:
    """An athlete's own data, as `GET /athlete` knows it."""
    created_at = now.replace(microsecond=0, year=now.year - 4, day=1).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": athlete_id,
        "username": None,
        "resource_state": 3,
        "firstname": firstname,
        "lastname": lastname,
        "bio": None,
        "city": None,
        "state": None,
        "country": None,
        "sex": None,
        "premium": False,
        "summit": False,
        "created_at": created_at,
        "updated_at": created_at,
        "badge_type_id": 0,
        "weight": None,
        "profile_medium": "avatar/athlete/medium.png",
        "profile": "avatar/athlete/large.png",
        "friend": None,
        "follower": None,
        "measurement_preference": "meters",
        "date_preference": "%m/%d/%Y",
        "ftp": None,
    }
