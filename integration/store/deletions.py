"""Delete everything of an athlete, and keep a register of that: times and counts, nothing of whose they were.

Each athlete has a one-time address, shown before, at which the register confirms the deletion. It holds a hash of it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from integration.store import athletes, instance_facts
from integration.store.athlete_states import DeletionReason
from integration.store.database.engine import changed
from integration.store.tables import (
    Athlete,
    Deletion,
    Fact,
    Invitation,
    Note,
    PendingActivity,
    Preferences,
    StoredHistory,
    StoredRun,
)

CONFIRMED_FOR = timedelta(days=365)


def forget(
    session: Session, athlete_id: int, reason: DeletionReason, now: datetime, *, revoked: bool | None = None
) -> Deletion | None:
    """Delete every row of the athlete. Return the register's row, None for somebody unknown.

    `revoked`: True if Strava took our access back, False if it did not, None if it was not asked to.

    Call `Store.forget_for_good` after the commit. What that could not do, or was killed before, is done later: the
    instance knows that somebody left.
    """
    athlete = athletes.lock(session, athlete_id)
    if athlete is None:
        return None
    instance_facts.set_fact(session, instance_facts.SOMEBODY_LEFT, "1")
    counts = _counts(session, athlete_id) | ({} if revoked is None else {"revoked": int(revoked)})
    confirmed = hash_of(athlete.receipt) if athlete.receipt else None
    for table in (StoredRun, StoredHistory, PendingActivity, Note, Preferences):
        session.execute(delete(table).where(table.athlete_id == athlete_id))
    session.execute(delete(Invitation).where(Invitation.used_by == athlete_id))
    session.execute(delete(Fact).where(Fact.name == "owner", Fact.value == str(athlete_id)))
    session.execute(delete(Athlete).where(Athlete.id == athlete_id))
    row = Deletion(id=secrets.token_hex(8), at=now, reason=reason, counts=counts, receipt_hash=confirmed)
    session.add(row)
    return row


def _counts(session: Session, athlete_id: int) -> dict[str, int]:
    """Return how much of each kind was kept about the athlete."""
    told = session.get(Preferences, athlete_id)
    return {
        "runs": _count(session, StoredRun, athlete_id),
        "notes": _count(session, Note, athlete_id),
        "events": _count(session, PendingActivity, athlete_id),
        "answers": int(told is not None and bool(told.answers or told.session_log or told.diary)),
        "addresses": int(told is not None and bool(told.tell_at)),
    }


def _count(session: Session, table: type[StoredRun | Note | PendingActivity], athlete_id: int) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.athlete_id == athlete_id)) or 0


def register(session: Session) -> list[Deletion]:
    """Return all deletions, oldest first."""
    return list(session.scalars(select(Deletion).order_by(Deletion.at)))


def find(session: Session, receipt: str) -> Deletion | None:
    """Return the deletion that this athlete's address confirms; None if there was none, or it was confirmed before."""
    return session.scalar(select(Deletion).where(Deletion.receipt_hash == hash_of(receipt)))


def confirm(session: Session, receipt: str) -> Deletion | None:
    """Return the deletion as `find` does, and let the address work no more."""
    found = find(session, receipt)
    if found is not None:
        session.execute(update(Deletion).where(Deletion.id == found.id).values(receipt_hash=None))
    return found


def expire(session: Session, now: datetime) -> int:
    """Let addresses that nobody opened for a year work no more. Return how many."""
    old = (Deletion.at <= now - CONFIRMED_FOR, Deletion.receipt_hash.is_not(None))
    return changed(session, update(Deletion).where(*old).values(receipt_hash=None))


def hash_of(receipt: str) -> str:
    """Return the hash of an address's secret part: all that is kept of it once the athlete is gone."""
    return hashlib.sha256(receipt.encode()).hexdigest()
