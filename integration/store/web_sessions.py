"""Sessions of the pages that ended before their cookie did.

A cookie names its session and the athlete's epoch. Signing out remembers the session for as long as a copy of its
cookie could be good; signing out everywhere gives the athlete a new epoch, which ends every session begun before.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from integration.store.database.prepared import Prepared
from integration.store.tables import Athlete, EndedSession

REMEMBERED_FOR = timedelta(days=31)  # a cookie is good for 30 days after it was last set

_ENDED = cast("Table", EndedSession.__table__)
_FIND = Prepared(lambda _: select(_ENDED.c.id_hash).where(_ENDED.c.id_hash == bindparam("of")))


def new_id() -> str:
    """Return the name of a new session."""
    return secrets.token_urlsafe(16)


def has_ended(session: Session, athlete: Athlete, session_id: str, epoch: object) -> bool:
    """Return True if the athlete signed out of this session, or everywhere since it began."""
    return epoch != athlete.session_epoch or bool(_FIND.rows(session, {"of": _hash(session_id)}))


def end(session: Session, session_id: str, now: datetime) -> None:
    """End one session. Ending it again changes nothing."""
    session.merge(EndedSession(id_hash=_hash(session_id), ended_at=now))


def end_all(session: Session, athlete_id: int | None = None) -> None:
    """End every session of one athlete, or of all."""
    whose = update(Athlete) if athlete_id is None else update(Athlete).where(Athlete.id == athlete_id)
    session.execute(whose.values(session_epoch=secrets.token_hex(8)))


def expire(session: Session, now: datetime) -> None:
    """Forget sessions whose cookies are too old by now."""
    session.execute(delete(EndedSession).where(EndedSession.ended_at < now - REMEMBERED_FOR))


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
