"""Times and days in what an athlete told or brought, as text: those that nobody can mean are none.

At the ends of time the next day, or the same hour elsewhere, cannot be reckoned any more.
"""

from datetime import UTC, date, datetime
from typing import Final

YEARS: Final = range(2000, 2201)


def told_time(stored: object) -> datetime | None:
    """Return the time (aware, UTC; a text without a zone is UTC), None for what is none."""
    if not isinstance(stored, str):
        return None
    try:
        found = datetime.fromisoformat(stored)
        at = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year in YEARS else None


def told_day(stored: object) -> date | None:
    """Return the day, None for what is none."""
    if not isinstance(stored, str):
        return None
    try:
        day = date.fromisoformat(stored)
    except ValueError:
        return None
    return day if day.year in YEARS else None
