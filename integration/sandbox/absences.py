"""The new activities that still answer 404, as some do on Strava right after they were made."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Absence:
    """One activity that is not there yet: for so many calls, and until a moment (aware)."""

    calls: int
    until: datetime


class Absences:
    """The absences of one sandbox by activity id. To be used under the sandbox's lock."""

    def __init__(self) -> None:
        self._absent: dict[int, Absence] = {}

    def hide(self, activity_id: int, calls: int, until: datetime) -> None:
        """Let an activity be absent for `calls` calls, and until then."""
        self._absent[activity_id] = Absence(calls, until)

    def counts_one(self, activity_id: int, now: datetime) -> bool:
        """Return True while a call to the activity gets 404. Each asking counts as one call."""
        absence = self._absent.get(activity_id)
        if absence is None:
            return False
        absence.calls -= 1
        if absence.calls < 0 and now >= absence.until:
            del self._absent[activity_id]
            return False
        return True
