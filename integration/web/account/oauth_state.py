"""Attempts to connect. Each has a `state` that comes back from Strava, bound to the browser's cookie and used once.

Kept in the signed session and nowhere else; a few at a time, because people open two tabs.
"""

import secrets
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

LASTS = timedelta(minutes=30)
AT_A_TIME = 4

Session = MutableMapping[str, Any]


@dataclass(frozen=True)
class Attempt:
    """An attempt: the page to come back to, and the invitation."""

    at: float  # seconds since 1970
    next: str | None = None
    invite: str | None = None


@dataclass(frozen=True)
class Half:
    """An attempt that came back with fewer scopes than asked for, until the athlete decides to go on."""

    code: str
    scopes: str
    attempt: Attempt


def begin(session: Session, attempt: Attempt) -> str:
    """Remember the attempt and return its state."""
    state = secrets.token_urlsafe(24)
    kept = list(session.get("attempts", {}).items())[-(AT_A_TIME - 1) :]
    session["attempts"] = dict([*kept, (state, asdict(attempt))])
    return state


def take(session: Session, state: str, now: datetime) -> Attempt | None:
    """Return the attempt behind a state, once; None for a state that is unknown, used or too old."""
    attempts = dict(session.get("attempts", {}))
    found = attempts.pop(state, None)
    session["attempts"] = attempts
    return _young(Attempt(**found), now) if found else None


def keep_half(session: Session, half: Half) -> None:
    session["half"] = asdict(half)


def take_half(session: Session, now: datetime) -> Half | None:
    """Return the half attempt that waits for a decision, once; None if there is none, or it is too old."""
    found = session.pop("half", None)
    if found is None:
        return None
    attempt = _young(Attempt(**found["attempt"]), now)
    return Half(found["code"], found["scopes"], attempt) if attempt else None


def _young(attempt: Attempt, now: datetime) -> Attempt | None:
    return attempt if now.timestamp() - attempt.at < LASTS.total_seconds() else None
