"""Histories: an athlete's counted runs, whole or absent, never older than six days (Strava allows a cache of seven)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import BigInteger, BindParameter, Table, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from content.companion.recorded import COUNTS_FOR, MOST_S, RecordedSession, stored_sessions
from content.runs import Run
from integration.store.database.column_types import Instant
from integration.store.database.engine import changed
from integration.store.database.prepared import Prepared
from integration.store.tables import Athlete, Preferences, StoredHistory, StoredRun

FRESH_FOR = timedelta(days=6)

_RUNS, _HISTORIES = cast("Table", StoredRun.__table__), cast("Table", StoredHistory.__table__)
_OF: BindParameter[int] = bindparam("of")
_RUNS_OF = select(*(_RUNS.c[name] for name in Run._fields)).where(_RUNS.c.athlete_id == _OF)
_IN_ORDER = _RUNS_OF.order_by(_RUNS.c.start, _RUNS.c.id)
_SINCE = bindparam("since", type_=Instant)
_ONE_BEFORE = select(func.max(_RUNS.c.start)).where(_RUNS.c.athlete_id == _OF, _RUNS.c.start < _SINCE).scalar_subquery()
_ALL = Prepared(lambda _: _IN_ORDER)
_LATE = Prepared(lambda _: _IN_ORDER.where(_RUNS.c.start >= func.coalesce(_ONE_BEFORE, _SINCE)))
_WITH_DEVICE = Prepared(lambda _: select(_RUNS.c.id).where(_RUNS.c.athlete_id == _OF, _RUNS.c.device != "").limit(1))
_STATE_OF = select(_HISTORIES.c.fetched_at, _HISTORIES.c.covered_from, _HISTORIES.c.activities)
_STATE = Prepared(lambda _: _STATE_OF.where(_HISTORIES.c.athlete_id == _OF))
_INSERT = insert(_RUNS)
_DROP = delete(_RUNS).where(_RUNS.c.athlete_id == _OF, _RUNS.c.id.in_(bindparam("ids", expanding=True)))
_RECORDED = Prepared(
    lambda _: select(_HISTORIES.c.recorded).where(_HISTORIES.c.athlete_id == _OF, _HISTORIES.c.fetched_at.is_not(None))
)
_NEWEST = bindparam("newest", type_=BigInteger)
_SEE = (
    update(_HISTORIES)
    .where(_HISTORIES.c.athlete_id == _OF, _HISTORIES.c.fetched_at.is_not(None))
    .values(newest_activity=case((_HISTORIES.c.newest_activity < _NEWEST, _NEWEST), else_=_HISTORIES.c.newest_activity))
)


def find(session: Session, athlete_id: int) -> StoredHistory | None:
    return session.get(StoredHistory, athlete_id)


class FreshHistory(NamedTuple):
    """A history that is whole and young enough: how many activities of any sport its listing showed."""

    activities: int


def fresh(session: Session, athlete_id: int, now: datetime, *, since: datetime | None = None) -> FreshHistory | None:
    """Return the history if it is whole, young enough and (if asked) reaches back to `since`; else None."""
    for fetched_at, covered_from, activities in _STATE.rows(session, {"of": athlete_id}):
        young = fetched_at is not None and now - fetched_at < FRESH_FOR
        reaches = since is None or (covered_from is not None and covered_from <= since)
        if young and reaches:
            return FreshHistory(activities)
    return None


def runs(session: Session, athlete_id: int, *, since: datetime | None = None) -> list[Run]:
    """All stored runs in order of (start, id), both recordings of an outing included.

    With `since` (aware): those that started then or later, and the one before them.
    """
    of = {"of": athlete_id}
    rows = _ALL.rows(session, of) if since is None else _LATE.rows(session, {**of, "since": since})
    return [Run(number, start, datetime.fromisoformat(wall), *others) for number, start, wall, *others in rows]


def any_device(session: Session, athlete_id: int) -> bool:
    """Return whether a stored run names the maker of the device that recorded it."""
    return bool(_WITH_DEVICE.rows(session, {"of": athlete_id}))


def replace(
    session: Session, athlete_id: int, fetched: Iterable[Run], *, covered_from: datetime, now: datetime,
    newest_activity: int, activities: int, recorded: Iterable[RecordedSession] = (),
) -> None:  # fmt: skip
    """Put a freshly listed history in place of whatever was there; `recorded` are its sessions of other sports."""
    agreed = _agreed(session, athlete_id)
    session.execute(delete(StoredRun).where(StoredRun.athlete_id == athlete_id))
    rows = [_as_row(athlete_id, run) for run in fetched]
    if rows:
        session.execute(_INSERT, rows)
    history = session.get(StoredHistory, athlete_id) or StoredHistory(athlete_id=athlete_id, pages=0)
    history.fetched_at, history.covered_from = now, covered_from
    history.newest_activity = max(newest_activity, history.newest_activity or 0)
    history.activities = activities
    history.recorded = _plain(recorded, now) if agreed else {}
    session.add(history)


def merge(
    session: Session, athlete_id: int, listed: Iterable[Run], *, newest_activity: int, now: datetime,
    recorded: Iterable[RecordedSession] = (), reached: datetime | None = None,
) -> None:  # fmt: skip
    """Add and correct what a listing shows; the rest stays, and with it the history's age.

    Of other sports' sessions nothing stays that surely began after `reached` (aware) and is not among the `recorded`.
    Without `reached` all stay: rows of the listing were odd, and what it does not show may be there.

    Runs that the listing no longer shows stay too: whether they are gone is for a call to find out.
    """
    agreed = _agreed(session, athlete_id)
    history = session.get(StoredHistory, athlete_id)
    if history is None or history.fetched_at is None:
        return
    by_id = {run.id: run for run in listed}
    drop(session, athlete_id, *by_id)
    if by_id:
        session.execute(_INSERT, [_as_row(athlete_id, run) for run in by_id.values()])
    history.newest_activity = max(history.newest_activity, newest_activity)
    shown_from = None if reached is None else reached + timedelta(seconds=MOST_S)
    kept = (each for each in stored_sessions(history.recorded) if shown_from is None or each.at <= shown_from)
    history.recorded = _plain(kept, now) | _plain(recorded, now) if agreed else {}


def report_progress(session: Session, athlete_id: int, pages: int, activities: int) -> None:
    """Record how far a listing has come, for the page that waits for it."""
    history = session.get(StoredHistory, athlete_id) or StoredHistory(athlete_id=athlete_id, newest_activity=0)
    history.pages, history.activities = pages, activities
    session.add(history)


def add(session: Session, athlete_id: int, *added: Run) -> None:
    """Add or correct runs, if the history is here at all: a history is whole or absent."""
    newest = max((run.id for run in added), default=0)
    if added and changed(session, _SEE, {"of": athlete_id, "newest": newest}):
        drop(session, athlete_id, *(run.id for run in added))
        session.execute(_INSERT, [_as_row(athlete_id, run) for run in added])


def drop(session: Session, athlete_id: int, *activity_ids: int) -> None:
    if activity_ids:
        session.execute(_DROP, {"of": athlete_id, "ids": activity_ids})


def update_recorded(
    session: Session, athlete_id: int, *, now: datetime,
    gone: Iterable[int] = (), added: Iterable[RecordedSession] = (),
) -> None:  # fmt: skip
    """Delete these activities from the sessions of other sports, and add or correct some, if the history is here."""
    new = list(added)
    if any(new or recorded for (recorded,) in _RECORDED.rows(session, {"of": athlete_id})):
        agreed = _agreed(session, athlete_id)
        history = session.get_one(StoredHistory, athlete_id, populate_existing=True)
        names = set(map(str, gone))
        kept = {name: stored for name, stored in history.recorded.items() if name not in names}
        history.recorded = kept | _plain(new, now) if agreed else {}


def forget_recorded(session: Session, athlete_id: int) -> None:
    """Delete the sessions of other sports: the athlete no longer agrees to our keeping sessions."""
    session.execute(update(StoredHistory).where(StoredHistory.athlete_id == athlete_id).values(recorded={}))


def recorded(session: Session, athlete_id: int) -> tuple[RecordedSession, ...]:
    """Return the sessions of other sports that are known, oldest first."""
    history = session.get(StoredHistory, athlete_id)
    return stored_sessions(history.recorded) if history else ()


def knows(session: Session, athlete_id: int, activity_id: int) -> bool:
    """Return True if a listing has shown this activity, or one that came after it: ids grow with time."""
    history = session.get(StoredHistory, athlete_id)
    return history is not None and activity_id <= history.newest_activity


def purge_stale(session: Session, now: datetime) -> list[int]:
    """Delete histories of six days and more, whole; return whose. One that a worker judges by now is left to it."""
    idle = or_(Athlete.lease_until.is_(None), Athlete.lease_until <= now)
    old = select(StoredHistory.athlete_id).join(Athlete, Athlete.id == StoredHistory.athlete_id)
    stale = list(
        session.scalars(old.where(StoredHistory.fetched_at <= now - FRESH_FOR, idle).with_for_update(of=Athlete))
    )
    for athlete_id in stale:
        session.execute(delete(StoredRun).where(StoredRun.athlete_id == athlete_id))
        session.execute(
            update(StoredHistory)
            .where(StoredHistory.athlete_id == athlete_id)
            .values(fetched_at=None, covered_from=None, newest_activity=0, pages=0, activities=0, recorded={})
        )
    return stale


def _agreed(session: Session, athlete_id: int) -> bool:
    """Return whether the athlete agrees to our keeping sessions. It stays so until the transaction ends."""
    consent = select(Preferences.answers_consented_at).where(Preferences.athlete_id == athlete_id)
    return session.scalar(consent.with_for_update(read=True)) is not None


def _plain(recorded: Iterable[RecordedSession], now: datetime) -> dict[str, object]:
    return {str(each.id): each.as_mapping() for each in recorded if each.at > now - COUNTS_FOR}


def _as_row(athlete_id: int, run: Run) -> dict[str, object]:
    return {"athlete_id": athlete_id, **run._asdict(), "start_local": run.start_local.isoformat()}
