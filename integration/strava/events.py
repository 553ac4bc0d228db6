"""Read the bytes of a push as an Event, and check their signature.

Pure: no socket, no clock of its own, and never stravalib, since the webhook answers within two seconds.
Source: https://developers.strava.com/docs/webhooks/
"""

import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from integration.errors import BackstrideError

SIGNATURE_TOLERANCE_S = 300
KINDS = ("activity", "athlete")
ASPECTS = ("create", "update", "delete")
_LAST_SECOND = 253_402_300_799  # of the year 9999, the last that datetime knows


class NotAnEvent(BackstrideError):
    """These bytes name no object, owner or kind: answer 400. The message names the field, never its value."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something of `athlete_id` changed. `activity_id` is None when the athlete is what changed.

    `event_time` and `subscription_id` are None if the push holds nothing usable; `updates` is empty then.
    `known`: False for a kind that we do not know, or an athlete's event about somebody else; such is ignored.
    """

    kind: str
    aspect: str
    known: bool
    activity_id: int | None
    athlete_id: int
    updates: Mapping[str, Any]
    event_time: datetime | None
    subscription_id: int | None

    @property
    def deauthorized(self) -> bool:
        """True if it says that the athlete disconnected us. Anyone may have sent it: check before deleting."""
        says_no = str(self.updates.get("authorized")).lower() == "false"
        return self.known and self.kind == "athlete" and self.aspect == "update" and says_no

    @property
    def title(self) -> str | None:
        """The new title, if it tells one."""
        title = self.updates.get("title")
        return title if isinstance(title, str) else None


def parse_event(body: bytes) -> Event:
    """Return the event in `body` (JSON). Raises NotAnEvent for anything without an object, an owner and a kind.

    Everything else may be missing or of any type: what Strava varies one day must not lose an event.
    """
    push = _fields(body)
    kind, aspect = _word(push, "object_type"), _word(push, "aspect_type")
    object_id, owner_id = _id(push, "object_id"), _id(push, "owner_id")
    updates = push.get("updates")
    return Event(
        kind=kind,
        aspect=aspect,
        known=kind in KINDS and aspect in ASPECTS and (kind == "activity" or object_id == owner_id),
        activity_id=object_id if kind == "activity" else None,
        athlete_id=owner_id,
        updates=MappingProxyType(updates if isinstance(updates, dict) else {}),
        event_time=_time(push.get("event_time")),
        subscription_id=_whole(push.get("subscription_id")),
    )


def _fields(body: bytes) -> dict[str, Any]:
    try:
        push = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        push = None
    if not isinstance(push, dict):
        raise NotAnEvent("body: send one JSON object")  # outside of the except: what was sent does not travel along
    return push


def _word(push: Mapping[str, Any], field: str) -> str:
    value = push.get(field)
    if not isinstance(value, str) or not value:
        raise NotAnEvent(f"{field}: send a word, such as activity or create")
    return value


def _id(push: Mapping[str, Any], field: str) -> int:
    value = push.get(field)
    if type(value) is not int or not 0 < value < 2**63:
        raise NotAnEvent(f"{field}: send a whole number above 0")
    return value


def _whole(value: object) -> int | None:
    """A whole number of seconds or an id, as number or as text of digits; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    return value if type(value) is int else None


def _time(value: object) -> datetime | None:
    seconds = _whole(value)
    if seconds is None or not 0 <= seconds <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def verify_signature(header: str | None, body: bytes, secret: str, now: datetime) -> bool:
    """Return True if `header` (`X-Strava-Signature: t=<unix>,v1=<hex>`) signs `body` and is at most 300 s off `now`.

    HMAC-SHA256 over `t.body`; several v1 may stand there while a secret is rotated. Compares in constant time.
    """
    parts = [part.strip().partition("=") for part in (header or "").split(",")]
    times = [value for name, _, value in parts if name == "t"]
    if len(times) != 1 or not _recent(times[0], now):
        return False
    expected = hmac.new(secret.encode(), times[0].encode() + b"." + body, hashlib.sha256).hexdigest().encode()
    matches = [
        hmac.compare_digest(value.encode(errors="replace"), expected) for name, _, value in parts if name == "v1"
    ]
    return any(matches)


def _recent(seconds: str, now: datetime) -> bool:
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 13):
        return False
    return abs(now.timestamp() - int(seconds)) <= SIGNATURE_TOLERANCE_S
