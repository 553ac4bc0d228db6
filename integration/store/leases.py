"""The lease that lets one worker at a time serve an athlete.

Every store by a worker begins with `renew`: whoever lost the lease stores nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, or_, update
from sqlalchemy.orm import Session

from integration.errors import LeaseLost
from integration.store.database.column_types import Instant
from integration.store.database.prepared import Prepared
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
    lease = Lease(athlete_id, secrets.token_hex(8), now + LEASE)
    return lease if _TAKE.rows(session, {**_values(lease), "now": now}) else None


def renew(session: Session, held: Lease, now: datetime) -> Lease:
    """Begin a store that depends on the lease: lock the row until the commit, and renew the lease with it.

    Raises LeaseLost when somebody else took it, or the athlete is gone.
    """
    renewed = Lease(held.athlete_id, held.token, now + LEASE)
    if not _RENEW.rows(session, _values(renewed)):
        raise LeaseLost
    return renewed


def release(session: Session, held: Lease) -> None:
    _RELEASE.rows(session, _values(held))


def is_held(lease: Lease) -> ColumnElement[bool]:
    """Return the condition that this holder still has the lease."""
    return and_(Athlete.id == lease.athlete_id, Athlete.lease_token == lease.token)


def _values(lease: Lease) -> dict[str, object]:
    return {"of": lease.athlete_id, "mine": lease.token, "until": lease.until}


_ATHLETES = cast("Table", Athlete.__table__)
_ROW = _ATHLETES.c
_NOW, _UNTIL = bindparam("now", type_=Instant()), bindparam("until", type_=Instant())
_OF, _MINE = bindparam("of", type_=_ROW.id.type), bindparam("mine", type_=_ROW.lease_token.type)
_FREE = or_(_ROW.lease_until.is_(None), _ROW.lease_until <= _NOW)


def _changes(condition: ColumnElement[bool], **values: object) -> Prepared:
    """Return the statement that changes the athlete's row under this condition, and whose rows say if it did."""
    statement = update(_ATHLETES).where(_ROW.id == _OF, condition).values(**values).returning(_ROW.id)
    return Prepared(lambda _: statement)


_TAKE = _changes(_FREE, lease_token=_MINE, lease_until=_UNTIL)
_RENEW = _changes(_ROW.lease_token == _MINE, lease_until=_UNTIL)
_RELEASE = _changes(_ROW.lease_token == _MINE, lease_token=None, lease_until=None)
