"""A runner with ten years on Strava: the made-up training of two and a half, four times in a row."""

from datetime import UTC, datetime, timedelta
from typing import Any

from integration.sandbox.activities.runner import make_runner

WEEKS = 130  # of the made-up training


def ten_years() -> dict[str, Any]:
    """Return the fields of such an athlete, as the stand-in takes them."""
    made_up = make_runner(1, datetime.now(UTC)).fields()
    years = [_weeks_ago(kept, WEEKS * back) for back in range(4) for kept in made_up["activities"]]
    return {**made_up, "activities": years}


def _weeks_ago(activity: dict[str, Any], weeks: int) -> dict[str, Any]:
    moved = {
        name: (datetime.fromisoformat(activity[name]) - timedelta(weeks=weeks)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name in ("start_date", "start_date_local")
    }
    return {**activity, **moved, "id": activity["id"] - 100_000 * (weeks + 1)}
