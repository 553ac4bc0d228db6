"""An activity as Strava told it to this worker: a value, asked by everything that works on it."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from content.companion.recorded import RecordedSession, recorded_session
from content.notes import block
from content.notes.target import Target
from content.runs import Run, counted_run
from integration.errors import OddAnswer


@dataclass(frozen=True)
class Reading:
    """An activity as Strava told it, at `at` on the monotonic clock. A summary from a listing has no description.

    `call` is the number of the session's call that told it.
    """

    activity: dict[str, Any]
    at: float = field(default_factory=time.monotonic)
    detailed: bool = False
    call: int = 0

    @cached_property
    def run(self) -> Run | None:
        """The counted run that it is, or None."""
        return counted_run(self.activity)

    @property
    def start(self) -> str:
        """The time of its start as text, to sort by."""
        return str(self.activity.get("start_date"))

    @property
    def recorded(self) -> RecordedSession | None:
        """The session of another sport that it is, if it is one."""
        return recorded_session(self.activity)

    @property
    def shoe_km(self) -> float | None:
        """The distance that its shoes have run; None if Strava does not tell."""
        gear = self.activity.get("gear") or {}
        return gear["distance"] / 1000 if gear.get("distance") else None

    def is_of(self, athlete_id: int) -> bool:
        """Return whether the activity is this athlete's, as far as Strava tells."""
        return (self.activity.get("athlete") or {}).get("id") in (None, athlete_id)

    def words(self, target: Target) -> str | None:
        """Return the target's field as it is on Strava, our block included; None and "" are both an empty one.

        Raises OddAnswer for an answer without it: that says nothing of the athlete's words, and nothing may be written.
        """
        if target.field not in self.activity:
            raise OddAnswer(f"Strava's answer holds no {target.field}", datetime.now(UTC))
        text: str | None = self.activity[target.field]
        return text

    def carries_note(self, target: Target) -> bool:
        """Return whether a mark of ours stands in the field. Raises OddAnswer."""
        return block.carries(self.words(target))
