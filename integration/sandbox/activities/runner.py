"""A made-up runner: two and a half years of a plausible training log, the same for the same seed and end. Pure.

Four runs a week with the long one on Sunday, three weeks building up and one cutting back, two races a year in easier
weeks, a lay-off of some weeks and the way back from it, hills and trails, a treadmill in winter, rides and swims.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from integration.sandbox.activities.outings import Activity, Outing

WEEKS = 130
LAY_OFF = range(78, 83)  # weeks without a run, counted from the first
RACES = {25: 10.0, 51: 21.1, 76: 10.0, 103: 21.1, 121: 10.0}  # week -> km
FULL_WEEKS = 2  # at the end nothing is skipped, so that the last run lies only days back
FIRST_ID, ID_STEP = 12_000_000_000, 2_900_017
ZONE = ZoneInfo("Europe/Vienna")
SHOES = ("g11000001", "g11000002", "g11000003")
TRAIL_SHOES, BIKE = "g11000009", "b12000001"
GEAR = [
    *(
        {"id": shoe, "primary": False, "name": f"Road shoes {n}", "resource_state": 2}
        for n, shoe in enumerate(SHOES, 1)
    ),
    {"id": TRAIL_SHOES, "primary": False, "name": "Trail shoes", "resource_state": 2},
    {"id": BIKE, "primary": True, "name": "Gravel bike", "resource_state": 2},
]
WORDS = (
    "Legs heavy, head clear.",
    "With Anna along the river. Wind from everywhere.",
    "Calf a bit tight on the way home.\nBetter after the first hour.",
    "Neue Strecke, viel Gegenwind 🌬️",
    "Rain. So much rain.",
    "Felt easy – kept it easy.",
    "4 × 6 min, 2 min off.\n\n1) 4:52\n2) 4:49\n3) 4:47\n4) 4:41",
    "Slept badly, ran anyway.",
)
TITLES = ("Before work", "The usual loop", "Canal and back", "Running errands", "Out and back", "Last light")


@dataclass(frozen=True)
class Runner:
    """An athlete as `Sandbox.add_athlete` takes one in."""

    firstname: str
    lastname: str
    timezone: str
    gear: list[dict[str, Any]]
    activities: list[Activity]

    def fields(self) -> dict[str, Any]:
        return dict(vars(self))


def make_runner(seed: int, end: datetime) -> Runner:
    """The log of seed's runner up to a day before `end` (aware). The last run lies one to four days back."""
    chance = Random(seed)  # noqa: S311 - a reproducible story, no secret
    latest = end.astimezone(UTC) - timedelta(days=1)
    outings = [outing for outing in _story(chance, latest.astimezone(ZONE).date()) if _over(outing) <= latest]
    outings.sort(key=lambda outing: outing.start)
    activities = [outing.as_strava(FIRST_ID + number * ID_STEP, 0) for number, outing in enumerate(outings)]
    return Runner("Robin", "Sample", ZONE.key, [dict(item) for item in GEAR], activities)


def _over(outing: Outing) -> datetime:
    return outing.start + timedelta(seconds=outing.elapsed_s or outing.moving_s)


def _story(chance: Random, last_day: date) -> Iterator[Outing]:
    monday = last_day - timedelta(days=last_day.weekday(), weeks=WEEKS - 1)
    for week in range(WEEKS):
        first = monday + timedelta(weeks=week)
        if week not in LAY_OFF:
            yield from _runs(chance, week, first)
        yield from _other_sports(chance, first, resting=week in LAY_OFF)


def _weekly_km(week: int) -> float:
    """Return the kilometres of a week: slow growth over the years, 3 weeks up and 1 back, easier before a race."""
    grown = 24 + 14 * min(1.0, week / 100)
    km = grown * (1.0, 1.08, 1.16, 0.72)[week % 4]
    since = week - LAY_OFF.stop
    if 0 <= since < 6:
        km *= 0.4 + 0.1 * since
    return km * (0.6 if week in RACES else 1.0)


def _runs(chance: Random, week: int, monday: date) -> Iterator[Outing]:
    km = _weekly_km(week) * chance.uniform(0.93, 1.07)
    keep = 1.0 if week >= WEEKS - FULL_WEEKS else 0.9
    if chance.random() < keep:
        yield _easy(chance, week, monday + timedelta(days=1), km * 0.22)
    if chance.random() < keep:
        yield _hard(chance, week, monday + timedelta(days=3), km * 0.20)
    if chance.random() < keep - 0.08:
        yield _saturday(chance, week, monday + timedelta(days=5), km * 0.19)
    if week in RACES:
        yield _race(chance, week, monday + timedelta(days=6), RACES[week])
    elif chance.random() < keep + 0.05:
        yield _long(chance, week, monday + timedelta(days=6), km * 0.39)


def _easy(chance: Random, week: int, day: date, km: float) -> Outing:
    if day.month in (12, 1, 2) and chance.random() < 0.4:
        return _run(chance, week, day, km, pace=6.1, climb=0, trainer=True, title="Treadmill")
    title = chance.choice(TITLES) if chance.random() < 0.2 else None
    return _run(chance, week, day, km, pace=6.0, climb=4, title=title)


def _hard(chance: Random, week: int, day: date, km: float) -> Outing:
    if week % 2:
        return _run(chance, week, day, km, pace=5.9, climb=22, title="Hill repeats", workout_type=3)
    return _run(chance, week, day, km, pace=5.3, climb=5, title="Intervals", workout_type=3)


def _saturday(chance: Random, week: int, day: date, km: float) -> Outing:
    if chance.random() < 0.3:
        return _run(chance, week, day, km * 1.1, pace=7.0, climb=34, sport="TrailRun", gear_id=TRAIL_SHOES)
    return _run(chance, week, day, km, pace=6.1, climb=5, private=chance.random() < 0.08)


def _long(chance: Random, week: int, day: date, km: float) -> Outing:
    marked = 2 if chance.random() < 0.4 else 0
    title = "Long run" if marked and chance.random() < 0.5 else None
    return _run(chance, week, day, km, pace=6.2, climb=8, workout_type=marked, title=title)


def _race(chance: Random, week: int, day: date, km: float) -> Outing:
    name = "Half marathon" if km > 20 else "10 km race"
    words = "Chip time says personal best!" if chance.random() < 0.5 else "Went out too fast. Again."
    return _run(chance, week, day, km, pace=4.9, climb=3, workout_type=1, title=name, description=words)


def _run(chance: Random, week: int, day: date, km: float, *, pace: float, climb: float, **given: Any) -> Outing:
    """A run at about `pace` min/km with about `climb` m/km; a watch that sometimes lacks a value."""
    km = max(3.0, km * chance.uniform(0.94, 1.06))
    moving_s = round(60 * km * pace * (1.04 - 0.08 * week / WEEKS) * chance.uniform(0.97, 1.03))
    outdoors = not given.get("trainer")
    told: dict[str, Any] = {
        "workout_type": 0,
        "gear_id": SHOES[min(len(SHOES) - 1, week * len(SHOES) // WEEKS)],
        "cadence": round(chance.gauss(82.5, 1.4) + (5.9 - pace) * 2, 1) if chance.random() < 0.9 else None,
        "temperature": _temperature(chance, day) if outdoors and chance.random() < 0.8 else None,
        "heartrate": round(chance.gauss(146, 4) + (6.0 - pace) * 12, 1) if chance.random() < 0.85 else None,
        "description": chance.choice(WORDS) if chance.random() < 0.16 else None,
    }
    return Outing(
        start=_start(chance, day),
        zone=ZONE,
        distance_m=round(km * 1000, 1),
        moving_s=moving_s,
        elapsed_s=round(moving_s * chance.uniform(1.0, 1.06)),
        climb_m=round(km * climb * chance.uniform(0.7, 1.3), 1) if outdoors else 0.0,
        **(told | given),
    )


def _other_sports(chance: Random, monday: date, *, resting: bool) -> Iterator[Outing]:
    if chance.random() < (0.5 if resting else 0.3):
        yield _other(chance, monday + timedelta(days=2), "Swim", chance.randrange(1200, 2600, 50), metres_per_s=0.62)
    if monday.month in range(4, 10) and chance.random() < 0.3:
        yield _other(chance, monday, "Ride", chance.uniform(18_000, 52_000), metres_per_s=6.4, gear_id=BIKE)
    if chance.random() < 0.15:
        yield _other(chance, monday + timedelta(days=4), "WeightTraining", 0.0, moving_s=chance.randrange(1500, 3000))


def _other(
    chance: Random,
    day: date,
    sport: str,
    metres: float,
    *,
    metres_per_s: float = 1.0,
    moving_s: int = 0,
    gear_id: str | None = None,
) -> Outing:
    seconds = moving_s or round(metres / metres_per_s / chance.uniform(0.95, 1.05))
    return Outing(
        start=_start(chance, day), zone=ZONE, sport=sport, distance_m=metres, moving_s=seconds, gear_id=gear_id
    )


def _start(chance: Random, day: date) -> datetime:
    """Before or after work on weekdays, in the morning on weekends: wall time, so daylight saving follows."""
    hour = chance.randint(8, 9) if day.weekday() >= 5 else chance.choice((6, 6, 18))
    wall = time(hour, chance.randrange(60), chance.randrange(60), tzinfo=ZONE)
    return datetime.combine(day, wall).astimezone(UTC)


def _temperature(chance: Random, day: date) -> int:
    """°C as a watch on the wrist sees it: warmer than the air."""
    return round(14 - 10 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365) + chance.gauss(0, 3))
