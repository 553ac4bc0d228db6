"""The writing delay: the time that an athlete wants for words of their own before a note is written.

An activity that is told of becomes due after it: by a push (`web/pushes.py`) or a listing (`workers/fetch_history.py`).
"""

from datetime import timedelta
from typing import Final

DELAYS: Final = (0, 5, 15, 60)  # minutes


def known_delay(minutes: int | None) -> int:
    """Return the stored delay in minutes; the default for one that nobody knows."""
    return minutes if minutes in DELAYS else DELAYS[0]


def writing_delay(minutes: int | None) -> timedelta:
    """Return the time that a new activity waits, by the athlete's stored choice."""
    return timedelta(minutes=known_delay(minutes))
