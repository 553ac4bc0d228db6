"""The changes of an activity that are pushed: their words, by the scopes of an app. Pure.

Strava tells title, type and privacy. To an app without activity:read_all an activity that goes to Only You is deleted,
and created when it comes back; an app with neither activity scope is told nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.sandbox.activities.outings import Activity, old_type


@dataclass(frozen=True)
class Event:
    """One thing that happened; `private` says whether the activity is Only You after it (before it, for a deletion)."""

    object_type: str
    object_id: int
    owner: int
    aspect: str
    updates: dict[str, str] = field(default_factory=dict)
    private: bool = False

    def for_scopes(self, scopes: frozenset[str]) -> "Event | None":
        """The event as an app with these scopes is told it, or None."""
        if "activity:read_all" in scopes:
            return self
        if "activity:read" not in scopes:
            return None
        if "private" in self.updates:
            return Event(self.object_type, self.object_id, self.owner, "delete" if self.private else "create")
        return None if self.private else self

    def as_json(self, subscription_id: int, now: datetime) -> dict[str, Any]:
        return {
            "object_type": self.object_type,
            "object_id": self.object_id,
            "aspect_type": self.aspect,
            "updates": self.updates,
            "owner_id": self.owner,
            "subscription_id": subscription_id,
            "event_time": int(now.timestamp()),
        }


def _of(activity: Activity, aspect: str, **updates: str) -> Event:
    owner = int(activity["athlete"]["id"])
    return Event("activity", int(activity["id"]), owner, aspect, updates, bool(activity.get("private")))


def created(activity: Activity) -> Event:
    return _of(activity, "create")


def deleted(activity: Activity) -> Event:
    return _of(activity, "delete")


def deauthorized(athlete_id: int) -> Event:
    return Event("athlete", athlete_id, athlete_id, "update", {"authorized": "false"})


def changed(before: Activity, after: Activity, *, echo_description: bool) -> Event | None:
    """Return the one event that Strava sends about a change, or None if it sends none."""
    updates: dict[str, str] = {}
    if before.get("name") != after.get("name"):
        updates["title"] = str(after.get("name") or "")
    if before.get("sport_type") != after.get("sport_type"):
        updates["type"] = str(after.get("type"))
    if bool(before.get("private")) != bool(after.get("private")):
        updates["private"] = "true" if after.get("private") else "false"
    if updates or (echo_description and before.get("description") != after.get("description")):
        return _of(after, "update", **updates)
    return None


def tidied(fields: dict[str, Any], *, tidy: bool) -> dict[str, Any]:
    """Changed fields with what goes along with them: type with sport_type, visibility with private."""
    changes = dict(fields)
    if "sport_type" in changes:
        changes["type"] = old_type(changes["sport_type"])
    elif "type" in changes:
        changes["sport_type"] = changes["type"]
    if "private" in changes:
        changes["visibility"] = "only_me" if changes["private"] else "everyone"
    for name in ("description", "private_note"):
        if tidy and isinstance(changes.get(name), str):
            changes[name] = changes[name].replace("\r\n", "\n").strip()
    return changes
