"""Facts of the instance (its subscription, its owner), and one-time links for connecting."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from integration.store.database.engine import changed
from integration.store.database.prepared import Prepared
from integration.store.tables import Fact, Invitation

INVITATION_LASTS = timedelta(days=14)
SOMEBODY_LEFT = "somebody_left"  # a fact until every trace of them is gone
UNTOLD_PROXY = "untold_proxy"  # the date on which a proxy was last seen that TRUSTED_PROXIES does not count

_FACTS = cast("Table", Fact.__table__)
_VALUE = Prepared(lambda _: select(_FACTS.c.value).where(_FACTS.c.name == bindparam("of")))


def fact(session: Session, name: str) -> str | None:
    found = _VALUE.rows(session, {"of": name})
    return str(found[0][0]) if found else None


def set_fact(session: Session, name: str, value: str | None) -> None:
    """Store a fact; None deletes it."""
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
    """Return a new one-time link's token for `role` (owner | guest); only its hash is stored.

    Only the newest owner link opens: those before it are void.
    """
    if role == "owner":
        _void_owner_links(session)
    token = secrets.token_urlsafe(24)
    session.add(Invitation(token_hash=_hash(token), role=role, created_at=now))
    return token


def invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """Return the invitation behind a link; None if it was used or is older than 14 days."""
    query = select(Invitation).where(
        Invitation.token_hash == _hash(token),
        Invitation.used_by.is_(None),
        Invitation.created_at > now - INVITATION_LASTS,
    )
    return session.scalar(query)


def use_invitation(session: Session, token: str, athlete_id: int, now: datetime) -> str | None:
    """Use a link up and return its role; None if somebody used it first, or it is too old.

    An owner link makes the owner. With an owner every other owner link is void, also after that owner has left.
    """
    found = invitation(session, token, now)
    if found is None:
        return None
    claim = update(Invitation).where(Invitation.token_hash == found.token_hash, Invitation.used_by.is_(None))
    if not changed(session, claim.values(used_by=athlete_id)):
        return None
    if found.role == "owner":
        set_fact(session, "owner", str(athlete_id))
        _void_owner_links(session)
    return found.role


def _void_owner_links(session: Session) -> None:
    session.execute(delete(Invitation).where(Invitation.role == "owner", Invitation.used_by.is_(None)))


def invited(session: Session, athlete_id: int) -> bool:
    """Return True if this athlete once came by an invitation."""
    return session.scalar(select(Invitation.role).where(Invitation.used_by == athlete_id).limit(1)) is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
