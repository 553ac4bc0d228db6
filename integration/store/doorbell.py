"""The doorbell: one row per activity that something happened to. A ring is one upsert; the row is the only truth.

`rung` counts what we heard, `settled` how far it is answered; a bell waits while rung > settled, unless it was set
aside.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from integration.store.tables import Bell

KEPT_FOR = timedelta(days=7)  # settled rows die, and failing ones are set aside, by then


@dataclass(frozen=True)
class Ring:
    """What a push or a listing tells of one activity.

    `tags`: those of ours in the title, comma separated; None where the title was not told.
    `trifle`: nothing we judge by can have changed (a title or privacy edit), unless the tags differ from those known.
    """

    athlete_id: int
    activity_id: int
    kind: str
    event_time: datetime
    origin: str
    tags: str | None = None
    trifle: bool = False


def ring(session: Session, heard: Ring, *, now: datetime, due_at: datetime) -> bool:
    """Rings unless it is a repeat, older than what is known, or a trifle; says whether it rang. One statement."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Bell).values(
        athlete_id=heard.athlete_id, activity_id=heard.activity_id, rung=1, settled=0, first_rung=now,
        waiting_since=now, event_time=min(heard.event_time, now), kind=heard.kind, tags=heard.tags or "",
        origin=heard.origin, due_at=due_at, attempts=0,
    )  # fmt: skip
    new = statement.excluded
    news = or_(
        new.event_time > Bell.event_time,
        and_(new.event_time == Bell.event_time, new.kind != Bell.kind),
        Bell.failed_at.is_not(None),
    )
    tags = Bell.tags if heard.tags is None else new.tags
    if heard.trifle:
        news = and_(news, tags != Bell.tags)
    waits = and_(Bell.rung > Bell.settled, Bell.failed_at.is_(None))
    statement = statement.on_conflict_do_update(
        index_elements=[Bell.athlete_id, Bell.activity_id],
        where=news,
        set_={
            "rung": Bell.rung + 1,
            "event_time": new.event_time,
            "kind": new.kind,
            "tags": tags,
            "waiting_since": case((waits, Bell.waiting_since), else_=new.waiting_since),
            "due_at": case((waits, Bell.due_at), else_=new.due_at),
            "attempts": case((waits, Bell.attempts), else_=0),
            "failed_at": None,
            "settled_at": None,
        },
    )
    return session.execute(statement.returning(Bell.rung)).first() is not None


def find(session: Session, athlete_id: int, activity_id: int) -> Bell | None:
    return session.get(Bell, (athlete_id, activity_id))


def waiting() -> ColumnElement[bool]:
    """The condition that a bell is unanswered and still being tried."""
    return and_(Bell.rung > Bell.settled, Bell.failed_at.is_(None))


def due(session: Session, athlete_id: int, now: datetime) -> list[Bell]:
    """Bells of one athlete to be answered now, oldest ring first."""
    query = select(Bell).where(Bell.athlete_id == athlete_id, waiting(), Bell.due_at <= now)
    return list(session.scalars(query.order_by(Bell.waiting_since, Bell.activity_id)))


def settle(session: Session, bell: Bell, now: datetime, *, judged_as: str | None, outcome: str) -> None:
    """Answers what had been rung when `bell` was read; a bell rung meanwhile goes on waiting."""
    session.execute(
        update(Bell)
        .where(Bell.athlete_id == bell.athlete_id, Bell.activity_id == bell.activity_id)
        .values(settled=bell.rung, settled_at=now, attempts=0, last_error=None, judged_as=judged_as, outcome=outcome)
    )


def postpone(session: Session, bell: Bell, until: datetime, now: datetime, why: str, *, counts: bool = True) -> None:
    """Tries again at `until`, or sets the bell aside when it failed for seven days. `why`: the kind of error.

    `counts` is False where only the budget ran out: waiting for one's turn is no failure.
    """
    failed = counts and now - bell.waiting_since >= KEPT_FOR
    session.execute(
        update(Bell)
        .where(Bell.athlete_id == bell.athlete_id, Bell.activity_id == bell.activity_id)
        .values(
            due_at=until,
            attempts=Bell.attempts + (1 if counts else 0),
            last_error=why,
            failed_at=now if failed else None,
        )
    )


def retry(session: Session, athlete_id: int | None, now: datetime) -> int:
    """Takes up what was set aside, of one athlete or of all; returns how many."""
    again = update(Bell).where(Bell.failed_at.is_not(None))
    if athlete_id is not None:
        again = again.where(Bell.athlete_id == athlete_id)
    ids = session.execute(
        again.values(failed_at=None, due_at=now, waiting_since=now, attempts=0).returning(Bell.activity_id)
    )
    return len(ids.all())


def expire(session: Session, now: datetime) -> None:
    """Forgets settled bells after seven days."""
    session.execute(
        delete(Bell).where(Bell.rung <= Bell.settled, Bell.settled_at <= now - KEPT_FOR, Bell.failed_at.is_(None))
    )
