"""What the instance knows of itself: facts (subscription, owner, last push) and one-time links for connecting."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from integration.store.engine import changed
from integration.store.tables import Fact, Invitation

INVITATION_LASTS = timedelta(days=14)
SOMEBODY_LEFT = "somebody_left"  # a fact until every trace of them is gone


def fact(session: Session, name: str) -> str | None:
    found = session.get(Fact, name)
    return found.value if found else None


def set_fact(session: Session, name: str, value: str | None) -> None:
    """Stores a fact; None takes it away."""
    if value is None:
        known = session.get(Fact, name)
        if known:
            session.delete(known)
    else:
        session.merge(Fact(name=name, value=value))


def subscription_id(session: Session) -> int | None:
    known = fact(session, "subscription_id")
    return int(known) if known else None


def owner(session: Session) -> int | None:
    known = fact(session, "owner")
    return int(known) if known else None


def invite(session: Session, role: str, now: datetime) -> str:
    """Makes a one-time link's token for `role` (owner | guest); only its hash is stored."""
    token = secrets.token_urlsafe(24)
    session.add(Invitation(token_hash=_hash(token), role=role, created_at=now))
    return token


def invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation behind a link, if it is unused and not too old."""
    query = select(Invitation).where(
        Invitation.token_hash == _hash(token),
        Invitation.used_by.is_(None),
        Invitation.created_at > now - INVITATION_LASTS,
    )
    return session.scalar(query)


def use_invitation(session: Session, token: str, athlete_id: int, now: datetime) -> str | None:
    """Uses a link up, once; returns its role, or None if it was used or is too old. An owner's link makes the owner."""
    found = invitation(session, token, now)
    if found is None:
        return None
    claim = update(Invitation).where(Invitation.token_hash == found.token_hash, Invitation.used_by.is_(None))
    if not changed(session, claim.values(used_by=athlete_id)):
        return None
    if found.role == "owner":
        set_fact(session, "owner", str(athlete_id))
    return found.role


def invited(session: Session, athlete_id: int) -> bool:
    """Whether this athlete once came by an invitation."""
    return session.scalar(select(Invitation.role).where(Invitation.used_by == athlete_id).limit(1)) is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
