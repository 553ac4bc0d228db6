"""Connections: who is connected, the tokens, and what pages and rounds request of the workers."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from content.notes.target import Target
from integration.store import leases, ledger
from integration.store.activity_events import waiting
from integration.store.athlete_states import AthleteState
from integration.store.database.column_types import Instant
from integration.store.database.engine import changed
from integration.store.database.prepared import Prepared
from integration.store.tables import Athlete, PendingActivity, Preferences
from integration.store.vault import Vault

TO_THE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Tokens:
    """An athlete's open tokens, and the version that was read with them."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    version: int = 0


def find(session: Session, athlete_id: int) -> Athlete | None:
    return session.get(Athlete, athlete_id)


def connect(session: Session, vault: Vault, athlete_id: int, tokens: Tokens, scopes: str, now: datetime) -> Athlete:
    """Store a fresh authorization, of somebody new or of somebody who comes back. One who is leaving stays leaving."""
    athlete = lock(session, athlete_id)
    if athlete is None:
        athlete = Athlete(
            id=athlete_id,
            key=secrets.token_urlsafe(12),
            receipt=secrets.token_urlsafe(16),
            state=AthleteState.CONNECTED,
            token_version=0,
        )
        session.add(athlete)
        session.add(Preferences(athlete_id=athlete_id))
    if athlete.state is AthleteState.DISCONNECTED:
        athlete.state = AthleteState.CONNECTED
    athlete.connected_at = now
    athlete.disconnected_at = None
    athlete.deauthorization_received_at = None
    athlete.scopes = scopes
    _set_tokens(athlete, vault, tokens)
    athlete.request_due_at = now
    ledger.resume_removals(session, athlete_id, now)
    return athlete


def tokens(athlete: Athlete, vault: Vault) -> Tokens:
    """Return the tokens in the open. Raises KeysLost."""
    return Tokens(
        vault.decrypt(athlete.access_token),
        vault.decrypt(athlete.refresh_token),
        athlete.token_expires_at,
        athlete.token_version,
    )


def keep_refreshed(session: Session, vault: Vault, athlete_id: int, refreshed: Tokens, *, over: int) -> bool:
    """Store refreshed tokens unless a reconnect stored newer ones than version `over` meanwhile. Returns whether.

    It needs no lease. Whoever took the lease meanwhile may have been refused with the old tokens: these are good.
    """
    athlete = lock(session, athlete_id)
    if athlete is None or athlete.token_version != over:
        return False
    if athlete.state is AthleteState.DISCONNECTED:
        athlete.state, athlete.disconnected_at = AthleteState.CONNECTED, None
    _set_tokens(athlete, vault, refreshed)
    return True


def _set_tokens(athlete: Athlete, vault: Vault, fresh: Tokens) -> None:
    athlete.access_token = vault.encrypt(fresh.access)
    athlete.refresh_token = vault.encrypt(fresh.refresh)
    athlete.token_expires_at = fresh.expires_at
    athlete.token_version += 1


def disconnect(session: Session, athlete_id: int, *, over: int, now: datetime) -> None:
    """Mark that the tokens of version `over` are dead: no more calls until the athlete connects again."""
    session.execute(
        update(Athlete)
        .where(Athlete.id == athlete_id, Athlete.token_version == over, Athlete.state == AthleteState.CONNECTED)
        .values(state=AthleteState.DISCONNECTED, disconnected_at=now)
    )


def lose_scope(session: Session, athlete_id: int, scope: str) -> None:
    """Record that this scope was never granted: it is not tried again."""
    athlete = lock(session, athlete_id)
    if athlete is not None:
        athlete.scopes = ",".join(granted for granted in athlete.scopes.split(",") if granted != scope)


def see_private_note(session: Session, athlete_id: int, *, kept: bool) -> None:
    """Record whether Strava keeps private notes; nothing happens if the athlete has chosen another target meanwhile."""
    asked = (Preferences.athlete_id == athlete_id, Preferences.target == Target.PRIVATE)
    session.execute(update(Preferences).where(*asked).values(private_note_seen=kept))


def heard_of(session: Session, athlete_id: int, now: datetime, *, before: datetime | None) -> None:
    """Record that a push came, to the minute: each of a hundred pushes of a bulk upload need not change the row."""
    if before is None or now - before >= TO_THE_MINUTE:
        session.execute(update(Athlete).where(Athlete.id == athlete_id).values(last_event_at=now))


def request(session: Session, athlete_id: int, now: datetime, **wants: object) -> None:
    """Leave a request for the workers on the athlete's row, such as history_requested_from=… or leaving_since=…."""
    values = {"request_due_at": now, "request_attempts": 0, "request_error": None, **wants}
    session.execute(update(Athlete).where(Athlete.id == athlete_id).values(**values))


def complete(session: Session, held: leases.Lease, **done: object) -> None:
    """Clear requests that were fulfilled."""
    session.execute(update(Athlete).where(leases.is_held(held)).values(request_attempts=0, request_error=None, **done))


def postpone_requests(
    session: Session, athlete_id: int, until: datetime | None, why: str, *, asked_by: datetime
) -> None:
    """Put off what was due at `asked_by`, not what was asked since. None: until the athlete connects again."""
    session.execute(
        update(Athlete)
        .where(Athlete.id == athlete_id, Athlete.request_due_at <= asked_by)
        .values(request_due_at=until, request_attempts=Athlete.request_attempts + 1, request_error=why)
    )


def hurry_requests(session: Session, athlete_id: int | None, now: datetime, why: str | None = None) -> int:
    """Make due now what was requested and an error, or one of the kind `why`, put off. Returns how many."""
    by_error = Athlete.request_error.is_not(None) if why is None else Athlete.request_error == why
    put_off = and_(Athlete.request_due_at > now, by_error)
    if athlete_id is not None:
        put_off = and_(put_off, Athlete.id == athlete_id)
    return changed(session, update(Athlete).where(put_off).values(request_due_at=now))


def keys_due(session: Session, now: datetime, limit: int = 500) -> list[str]:
    """Return keys of athletes for whom something is due and whom no worker serves, longest waiting first."""
    activity_due = (
        select(PendingActivity.athlete_id, func.min(PendingActivity.due_at).label("since"))
        .where(waiting(), PendingActivity.due_at <= now)
        .group_by(PendingActivity.athlete_id)
        .subquery()
    )
    free = or_(Athlete.lease_until.is_(None), Athlete.lease_until <= now)
    has_activities = and_(activity_due.c.since.is_not(None), Athlete.state == AthleteState.CONNECTED)
    has_requests = Athlete.request_due_at <= now
    since = func.coalesce(activity_due.c.since, Athlete.request_due_at)
    query = select(Athlete.key).outerjoin(activity_due, activity_due.c.athlete_id == Athlete.id)
    return list(session.scalars(query.where(free, or_(has_activities, has_requests)).order_by(since).limit(limit)))


def who_is_due(session: Session, key: str, now: datetime) -> int | None:
    """Return the id of the athlete behind `key` if activities or requests of theirs are due; None otherwise."""
    rows = _DUE.rows(session, {"key": key, "now": now})
    return rows[0][0] if rows else None


def something_due(session: Session, athlete_id: int, now: datetime) -> bool:
    """Return whether activities or requests of this athlete are due: asked once more after the lease was released."""
    return bool(_STILL_DUE.rows(session, {"of": athlete_id, "now": now}))


_ATHLETES = cast("Table", Athlete.__table__).c
_NOW = bindparam("now", type_=Instant())
_ACTIVITY_DUE = exists().where(PendingActivity.athlete_id == _ATHLETES.id, waiting(), PendingActivity.due_at <= _NOW)
_IS_DUE = or_(_ATHLETES.request_due_at <= _NOW, and_(_ATHLETES.state == AthleteState.CONNECTED, _ACTIVITY_DUE))
_DUE = Prepared(lambda _: select(_ATHLETES.id).where(_ATHLETES.key == bindparam("key"), _IS_DUE))
_STILL_DUE = Prepared(lambda _: select(_ATHLETES.id).where(_ATHLETES.id == bindparam("id"), _IS_DUE))


def lock(session: Session, athlete_id: int) -> Athlete | None:
    """Return the athlete's row, which nobody else changes until the commit; taken before any other row of theirs."""
    return session.get(Athlete, athlete_id, with_for_update=True, populate_existing=True)


def relock_all(session: Session, vault: Vault) -> int:
    """Encrypt everything under the newest key. Returns how many athletes that were."""
    everyone = session.scalars(select(Athlete).with_for_update()).all()
    for athlete in everyone:
        athlete.access_token = vault.reencrypt(athlete.access_token)
        athlete.refresh_token = vault.reencrypt(athlete.refresh_token)
    for preferences in session.scalars(select(Preferences).with_for_update()):
        preferences.answers = preferences.answers and vault.reencrypt(preferences.answers)
        preferences.session_log = preferences.session_log and vault.reencrypt(preferences.session_log)
        preferences.diary = preferences.diary and vault.reencrypt(preferences.diary)
        preferences.tell_at = preferences.tell_at and vault.reencrypt(preferences.tell_at)
    return len(everyone)
