"""Strength, yoga, pilates and physiotherapy that the athlete recorded: sessions that count as done until taken back.

Strava's data, read with the runs and kept no longer than they are. The athlete's own "no" is all that outlives it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from content.devices import garmin_device
from content.routines.past import LoggedSession
from content.runs import identity, moment, number

# Strava's sport -> its words on a page, and whether it is strength work. Yoga is no strength day of a plan (ours).
SPORTS: Final[Mapping[str, tuple[str, bool]]] = {
    "WeightTraining": ("Strength", True),
    "Pilates": ("Pilates", True),
    "PhysicalTherapy": ("Physiotherapy", True),
    "Yoga": ("Yoga", False),
}
LEAST_S: Final = 5 * 60
MOST_S: Final = 24 * 60 * 60  # a watch that nobody stopped
COUNTS_FOR: Final = timedelta(days=100)  # as far back as the runs that are always here
SAME_WITHIN: Final = timedelta(hours=12)  # logged here too so soon, it is one session


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """One such activity. `at`: its end (aware, UTC). `device`: words of attribution to its maker, or empty."""

    id: int
    at: datetime
    sport: str  # one of SPORTS
    device: str = ""

    @property
    def words(self) -> str:
        """Its kind, for a page."""
        return SPORTS[self.sport][0]

    @property
    def session(self) -> LoggedSession:
        """The session that it counts as; nothing is known of the back."""
        return LoggedSession(self.at, SPORTS[self.sport][1])

    def as_mapping(self) -> dict[str, Any]:
        """Return plain values for JSON, without the id."""
        return {"at": self.at.isoformat(), "sport": self.sport, "device": self.device}


def recorded_session(activity: Mapping[str, object]) -> RecordedSession | None:
    """Return the session in Strava's JSON of an activity (summary or detailed), or None.

    One that is very short, or longer than a day, is none.
    """
    activity_id, start = identity(activity.get("id")), moment(activity.get("start_date"))
    sport, lasted = activity.get("sport_type"), number(activity.get("elapsed_time"))
    if activity_id is None or start is None or not isinstance(sport, str) or sport not in SPORTS:
        return None
    if lasted is None or not LEAST_S <= lasted <= MOST_S:
        return None
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    return RecordedSession(
        activity_id, start.astimezone(UTC) + timedelta(seconds=round(lasted)), sport, garmin_device(activity)
    )


def stored_sessions(stored: Mapping[str, object]) -> tuple[RecordedSession, ...]:
    """Return the sessions of what `as_mapping` gave, by activity id as text, oldest first.

    One that another version wrote and this one cannot read is left aside.
    """
    found = (_stored_session(name, each) for name, each in stored.items())
    return tuple(sorted((each for each in found if each), key=lambda each: (each.at, each.id)))


def _stored_session(name: str, stored: object) -> RecordedSession | None:
    activity_id = identity(int(name)) if name.isascii() and name.isdecimal() else None
    if activity_id is None or not isinstance(stored, Mapping):
        return None
    at, sport, device = moment(stored.get("at")), stored.get("sport"), stored.get("device", "")
    if at is None or at.tzinfo is None or not isinstance(sport, str) or sport not in SPORTS:
        return None
    return RecordedSession(activity_id, at, sport, device if isinstance(device, str) else "")


def not_logged(recorded: Iterable[RecordedSession], logged: Collection[LoggedSession]) -> tuple[RecordedSession, ...]:
    """Return those that were not logged here as well, oldest first."""
    others = (each for each in recorded if not _is_logged(each, logged))
    return tuple(sorted(others, key=lambda each: (each.at, each.id)))


def _is_logged(recorded: RecordedSession, logged: Collection[LoggedSession]) -> bool:
    """Return True if a session logged within hours says as much: strength, or nothing more than a stretch."""
    near = (each for each in logged if abs(each.at - recorded.at) < SAME_WITHIN)
    return any(each.strength or not recorded.session.strength for each in near)
