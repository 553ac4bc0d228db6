"""Turns the bytes of a push into an Event, and says whether their signature is right.

Pure: no socket, no clock of its own, and never stravalib, since the webhook answers within two seconds.
Source: https://developers.strava.com/docs/webhooks/
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integration.errors import BackstrideError

SIGNATURE_TOLERANCE_S = 300
_LAST_SECOND = 253_402_300_799  # of the year 9999, the last that datetime knows

Kind = Literal["activity", "athlete"]
Aspect = Literal["create", "update", "delete"]
_Id = Annotated[int, Field(gt=0, lt=2**63)]


class NotAnEvent(BackstrideError):
    """These bytes are no event: answer 400. The message names the field, never its value."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a push says: something of `athlete_id` changed. `activity_id` is None when the athlete is what changed."""

    kind: Kind
    aspect: Aspect
    activity_id: int | None
    athlete_id: int
    updates: Mapping[str, str]
    event_time: datetime
    subscription_id: int

    @property
    def deauthorized(self) -> bool:
        """Whether it says that the athlete disconnected us. Anyone may have sent it: check before deleting."""
        return self.kind == "athlete" and self.aspect == "update" and self.updates.get("authorized") == "false"


class _Push(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    object_type: Kind
    aspect_type: Aspect
    object_id: _Id
    owner_id: _Id
    subscription_id: Annotated[int, Field(ge=0, lt=2**63)]
    event_time: Annotated[int, Field(ge=0, le=_LAST_SECOND)]
    updates: dict[str, str] = {}


def parse_event(body: bytes) -> Event:
    """The event in `body` (UTF-8 JSON); anything else, whatever it is, raises NotAnEvent."""
    push = _read(body)
    of_activity = push.object_type == "activity"
    if not of_activity and push.object_id != push.owner_id:
        raise NotAnEvent("object_id: an athlete's event must be about its owner_id")
    return Event(
        kind=push.object_type,
        aspect=push.aspect_type,
        activity_id=push.object_id if of_activity else None,
        athlete_id=push.owner_id,
        updates=MappingProxyType(push.updates),
        event_time=datetime.fromtimestamp(push.event_time, UTC),
        subscription_id=push.subscription_id,
    )


def _read(body: bytes) -> _Push:
    try:
        return _Push.model_validate_json(body)
    except ValidationError as refused:
        first = refused.errors(include_url=False, include_context=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "body"
        problem = f"{field}: {first['msg']}"
    raise NotAnEvent(problem)  # outside of the except, so that what was sent does not travel along


def verify_signature(header: str | None, body: bytes, secret: str, now: datetime) -> bool:
    """Whether `header` (`X-Strava-Signature: t=<unix>,v1=<hex>`) signs `body` and is at most 300 s off `now`.

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
