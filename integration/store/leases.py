"""The lease that lets one worker at a time serve an athlete.

Every store by a worker begins with `renew`: whoever lost the lease stores nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.orm import Session

from integration.errors import LeaseLost
from integration.store.database.engine import changed
from integration.store.tables import Athlete

LEASE = timedelta(seconds=30)


@dataclass(frozen=True)
class Lease:
    """The right to serve one athlete until `until`; `token` tells this holder from the next."""

    athlete_id: int
    token: str
    until: datetime


def take(session: Session, athlete_id: int, now: datetime) -> Lease | None:
    """Claim the athlete with one conditional UPDATE. Returns None while another worker holds the lease."""
    token = secrets.token_hex(8)
    free = or_(Athlete.lease_until.is_(None), Athlete.lease_until <= now)
    claim = update(Athlete).where(Athlete.id == athlete_id, free).values(lease_token=token, lease_until=now + LEASE)
    return Lease(athlete_id, token, now + LEASE) if changed(session, claim) else None


def renew(session: Session, held: Lease, now: datetime) -> Lease:
    """Begin a store that depends on the lease: lock the row until the commit, and renew the lease with it.

    Raises LeaseLost when somebody else took it, or the athlete is gone.
    """
    if not changed(session, update(Athlete).where(is_held(held)).values(lease_until=now + LEASE)):
        raise LeaseLost
    return Lease(held.athlete_id, held.token, now + LEASE)


def release(session: Session, held: Lease) -> None:
    session.execute(update(Athlete).where(is_held(held)).values(lease_token=None, lease_until=None))


def is_held(lease: Lease) -> ColumnElement[bool]:
    """Return the condition that this holder still has the lease."""
    return and_(Athlete.id == lease.athlete_id, Athlete.lease_token == lease.token)
