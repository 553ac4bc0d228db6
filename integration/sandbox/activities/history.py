"""A file of activities as the API lists them, moved in time so that its last run was just now. Reads that one file.

Moved by whole weeks: a Sunday run stays a Sunday run, at the same local time of day.
"""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from integration.sandbox.activities.outings import RUNS, Activity

WHEN = "%Y-%m-%dT%H:%M:%SZ"


class HistoryError(ValueError):
    """The file is no list of activities; the message is one line that names the file and what is wrong."""


def load_history(path: str | Path, now: datetime) -> list[Activity]:
    """The activities of a JSON file (`.json` or `.json.gz`), the last run 1 to 7 whole days before `now` (aware).

    What came after the last run and would now lie in the future is left out. HistoryError says what is wrong.
    """
    activities = _read(Path(path))
    weeks = timedelta(weeks=((now - _last_run(activities)).days - 1) // 7)
    moved = [_moved(activity, weeks) for activity in activities]
    return [activity for activity in moved if _at(activity, "start_date") < now]


def _read(path: Path) -> list[Activity]:
    try:
        raw = path.read_bytes()
        found = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except OSError as error:
        raise HistoryError(f"{path}: {error.strerror or 'is no readable gzip file'}") from None
    except (ValueError, EOFError, RecursionError):
        raise HistoryError(f"{path}: is no JSON; give a list of activities as Strava's API lists them") from None
    if not isinstance(found, list) or not found:
        raise HistoryError(f"{path}: holds no list of activities; give what GET /athlete/activities answers")
    for number, activity in enumerate(found, start=1):
        if problem := _problem(activity):
            raise HistoryError(f"{path}: entry {number} is no activity: {problem}")
    return found


def _problem(activity: Any) -> str | None:
    """Return in plain words why an entry is no activity."""
    if not isinstance(activity, dict):
        return "not a JSON object"
    number = activity.get("id")
    if not isinstance(number, int) or isinstance(number, bool):
        return "its id is no whole number"
    if not isinstance(activity.get("sport_type"), str):
        return "it has no sport_type"
    for field in ("start_date", "start_date_local"):
        try:
            _at(activity, field)
        except (KeyError, TypeError, ValueError, AttributeError):
            return f"its {field} is no time such as 2026-05-17T07:30:00Z"
    return None


def _at(activity: Activity, field: str) -> datetime:
    at = datetime.fromisoformat(activity[field])
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _last_run(activities: list[Activity]) -> datetime:
    """The start of the last run; of the last activity if there is no run."""
    runs = [activity for activity in activities if activity["sport_type"] in RUNS]
    return max(_at(activity, "start_date") for activity in runs or activities)


def _moved(activity: Activity, by: timedelta) -> Activity:
    return activity | {
        field: (_at(activity, field) + by).strftime(WHEN) for field in ("start_date", "start_date_local")
    }
