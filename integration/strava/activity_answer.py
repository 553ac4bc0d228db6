"""The check that an answer of Strava is the activity that it should be. Pure."""

from datetime import datetime
from typing import Any


def is_activity(answer: object, activity_id: int | None = None) -> bool:
    """Return whether `answer` has what every activity has, and the id asked for if one was.

    Anything else says nothing about the activity: neither that it is no run, nor that it is gone.
    """
    if not isinstance(answer, dict) or type(answer.get("id")) is not int:
        return False
    same = activity_id is None or answer["id"] == activity_id
    return same and _is_text(answer.get("sport_type")) and _is_time(answer.get("start_date"))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_time(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
