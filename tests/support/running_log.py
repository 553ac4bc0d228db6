"""Activities as Strava's API gives them, made by hand: only what a test says differs from a plain run."""

from datetime import UTC, datetime, timedelta
from typing import Any

from content.runs import Run, counted_run
from content.signals import Review, Thresholds, backtest

MONDAY = datetime(2024, 1, 1, 7, tzinfo=UTC)
PACE_S = 360  # seconds per km


def activity(
    number: int, start: datetime, km: float, *, minutes: float | None = None, local: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """A run at 6 min/km, its local time UTC, unless said otherwise."""
    moving = round(60 * minutes if minutes is not None else PACE_S * km)
    return {
        "id": number,
        "sport_type": "Run",
        "start_date": start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "start_date_local": (local or start).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "distance": round(km * 1000, 1),
        "moving_time": moving,
        "elapsed_time": moving,
        "total_elevation_gain": 0.0,
        "workout_type": None,
        "flagged": False,
        **more,
    }


def on_days(*days: float, km: float = 8, first: int = 1, start: datetime = MONDAY, **more: Any) -> list[dict[str, Any]]:
    """One run on each of these days after the first Monday, numbered from `first`."""
    return [activity(number, start + timedelta(days=day), km, **more) for number, day in enumerate(days, first)]


def counted(*activities: dict[str, Any]) -> list[Run]:
    """The counted runs among them."""
    return [run for run in map(counted_run, activities) if run]


def replayed(activities: list[dict[str, Any]], values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a backtest with these thresholds flags, as JSON without the times."""
    return [without_start(run) for run in backtest(counted(*activities), Thresholds.from_mapping(values)).flagged]


def without_start(found: Review) -> dict[str, Any]:
    """A judged run as JSON, which a plain list of days can be compared with."""
    return {name: value for name, value in found.as_json().items() if name != "start"}
