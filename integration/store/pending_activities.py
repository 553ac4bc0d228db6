"""The doorbell: one row per activity that something happened to. A ring is one upsert; the row is the only truth.

`rung` counts what we event, `settled` how far it is answered; a bell waits while rung > settled, unless it was set
aside.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Executable,
    TableClause,
    and_,
    bindparam,
    case,
    delete,
    func,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from integration.store.engine import changed
from integration.store.tables import Athlete, Instant, PendingActivity

KEPT_FOR = timedelta(days=7)  # settled rows die, and failing ones are set aside, by then
TRIED_OFTEN = 10  # times, before a bell is set aside: seven days of which we were down are no seven days of trying
BEFORE_A_LISTING = timedelta(seconds=10)  # by how much Strava's clock may be behind ours
CREATED = "create"
DELETED, MISSING, ASKED = "delete", "missing", "asked"  # kinds that the workers tell apart
GONE = "Gone"  # the error of what Strava did not find


@dataclass(frozen=True)
class ActivityEvent:
    """What a push, a listing or a page tells of one activity.

    `event_time`: of a push, by Strava's clock; what others tell is news whatever we event before.
    `kind`: what happened, such as create or delete; "missing" where a listing no longer shows the activity.
    `tags`: those of ours in the title, comma separated; None where the title was not told.
    `is_cosmetic`: a title or privacy edit, which changes nothing we judge by unless its tags differ from those known.
    """

    athlete_id: int
    activity_id: int
    kind: str
    event_time: datetime
    origin: str
    tags: str | None = None
    is_cosmetic: bool = False


def record_event(session: Session, event: ActivityEvent, *, now: datetime, due_at: datetime) -> bool:
    """Record an event. Ignores duplicates, stale events and cosmetic edits. Returns True if work is pending.

    `due_at`: when an activity never event of is to be looked at; one that is known is due now, unless it waits already.
    """
    pushed = event.origin == "push"
    created = pushed and event.kind == CREATED
    statement = _upsert(session.get_bind().dialect.name, pushed, event.tags is not None, event.is_cosmetic, created)
    told = {
        "athlete_id": event.athlete_id, "activity_id": event.activity_id, "now": now, "due_at": due_at,
        "event_time": min(event.event_time, now if pushed else now - BEFORE_A_LISTING), "kind": event.kind,
        "tags": event.tags or "", "origin": event.origin,
    }  # fmt: skip
    row = session.connection().execute(statement, told).first()
    return row is not None and row.received > row.processed


@cache
def _upsert(dialect: str, pushed: bool, titled: bool, is_cosmetic: bool, created: bool) -> Executable:
    """Built once for each kind of ring: putting a statement together takes longer than running it."""
    bells, waits = PendingActivity.__table__.c, waiting()
    now = bindparam("now", type_=Instant())
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(cast("TableClause", PendingActivity.__table__)).values(
        athlete_id=bindparam("athlete_id"), activity_id=bindparam("activity_id"), received=1, processed=0,
        first_received=now, waiting_since=now, last_received=now, event_time=bindparam("event_time", type_=Instant()),
        kind=bindparam("kind"),
        tags=bindparam("tags"), origin=bindparam("origin"), due_at=bindparam("due_at", type_=Instant()), attempts=0,
    )  # fmt: skip
    new = statement.excluded
    tags = new.tags if titled else bells.tags
    # Of two events of one second the later arrival is believed; should it be the older one, a listing will tell. But
    # nothing comes after a deletion, save the create that tells of an activity shown to us again.
    believed = and_(new.kind != bells.kind, or_(bells.kind != DELETED, new.kind == CREATED))
    another = and_(new.event_time == bells.event_time, believed)
    news = or_(new.event_time > bells.event_time, another, bells.failed_at.is_not(None))
    if is_cosmetic:
        news = and_(news, tags != bells.tags)
    # Strava tells a create several times, also with a later time. Once we know the activity it rings no bell, but what
    # is older than it is old: it may tell of an activity shown to us again, whose hiding is still on its way.
    settled_unknown = and_(bells.received <= bells.processed, bells.judged_as.is_(None))
    unknown = or_(bells.kind.in_((DELETED, MISSING)), bells.failed_at.is_not(None), settled_unknown)
    rings = unknown if created else true()
    # A deletion costs no call, and what was not found before may be there now; anything else waits for its time.
    at_once = or_(new.kind == DELETED, bells.last_error == GONE)
    return statement.on_conflict_do_update(
        index_elements=[bells.athlete_id, bells.activity_id],
        where=news if pushed else None,
        set_={
            "received": case((rings, bells.received + 1), else_=bells.received),
            "event_time": new.event_time if pushed else bells.event_time,
            "kind": case((rings, new.kind), else_=bells.kind),
            "tags": tags,
            "last_received": case(
                (and_(rings, bells.last_received < new.last_received), new.last_received), else_=bells.last_received
            ),
            "waiting_since": case((waits, bells.waiting_since), else_=new.waiting_since),
            "due_at": case((and_(waits, not_(at_once)), bells.due_at), else_=now),
            "attempts": case((waits, bells.attempts), else_=0),
            "failed_at": None,
        },
    ).returning(bells.received, bells.processed)


def of(session: Session, athlete_id: int) -> dict[int, PendingActivity]:
    """Every bell of one athlete, by activity id."""
    return {
        bell.activity_id: bell
        for bell in session.scalars(select(PendingActivity).where(PendingActivity.athlete_id == athlete_id))
    }


def find(session: Session, athlete_id: int, activity_id: int) -> PendingActivity | None:
    return session.get(PendingActivity, (athlete_id, activity_id))


def waiting() -> ColumnElement[bool]:
    """The condition that a bell is unanswered and still being tried."""
    return and_(PendingActivity.received > PendingActivity.processed, PendingActivity.failed_at.is_(None))


def due(session: Session, athlete_id: int, now: datetime) -> list[PendingActivity]:
    """Bells of one athlete to be answered now, oldest ring first."""
    query = select(PendingActivity).where(
        PendingActivity.athlete_id == athlete_id, waiting(), PendingActivity.due_at <= now
    )
    return list(session.scalars(query.order_by(PendingActivity.waiting_since, PendingActivity.activity_id)))


def mark_processed(
    session: Session,
    bell: PendingActivity,
    now: datetime,
    *,
    judged_as: str | None,
    outcome: str,
    tags: str | None = None,
) -> None:
    """Answers what had been rung when `bell` was read; a bell rung meanwhile goes on waiting.

    `tags`: those that were read in the title. They are what the next title is compared with, unless a newer one came.
    """
    seen = (
        PendingActivity.tags
        if tags is None
        else case((PendingActivity.received == bell.received, tags), else_=PendingActivity.tags)
    )
    session.execute(
        update(PendingActivity)
        .where(PendingActivity.athlete_id == bell.athlete_id, PendingActivity.activity_id == bell.activity_id)
        .values(
            processed=bell.received,
            processed_at=now,
            attempts=0,
            last_error=None,
            judged_as=judged_as,
            outcome=outcome,
            tags=seen,
        )
    )


def postpone(session: Session, bell: PendingActivity, until: datetime, now: datetime, why: str) -> None:
    """It failed: tries again at `until`, or sets the bell aside after seven days of failing. `why`: the kind of error.

    What is set aside keeps nothing of Strava's. A bell that rang since `bell` was read stays due.
    """
    failed = now - bell.waiting_since >= KEPT_FOR and bell.attempts + 1 >= TRIED_OFTEN
    aside = {"failed_at": now, "judged_as": None, "tags": ""} if failed else {}
    session.execute(
        update(PendingActivity)
        .where(
            PendingActivity.athlete_id == bell.athlete_id,
            PendingActivity.activity_id == bell.activity_id,
            PendingActivity.received == bell.received,
        )
        .values(due_at=until, attempts=PendingActivity.attempts + 1, last_error=why, **aside)
    )


def wait(session: Session, athlete_id: int, until: datetime, now: datetime, why: str) -> None:
    """What is due of one athlete waits for its turn, such as the budget's next window: that is no failure."""
    due_now = and_(PendingActivity.athlete_id == athlete_id, waiting(), PendingActivity.due_at <= now)
    session.execute(update(PendingActivity).where(due_now).values(due_at=until, last_error=why))


def wait_for_another(session: Session, bell: PendingActivity, until: datetime) -> None:
    """One bell waits until another one is due, which must be answered before it."""
    mine = and_(PendingActivity.athlete_id == bell.athlete_id, PendingActivity.activity_id == bell.activity_id)
    session.execute(update(PendingActivity).where(mine).values(due_at=until))


def awaited(session: Session, athlete_id: int, now: datetime) -> dict[int, datetime]:
    """Activity id → when it is due, of what waits only because the athlete wants time for words of their own."""
    later = and_(
        waiting(), PendingActivity.due_at > now, PendingActivity.attempts == 0, PendingActivity.last_error.is_(None)
    )
    query = select(PendingActivity.activity_id, PendingActivity.due_at).where(
        PendingActivity.athlete_id == athlete_id, later
    )
    return {row.activity_id: row.due_at for row in session.execute(query)}


def retry(session: Session, athlete_id: int | None, now: datetime) -> int:
    """Takes up what was set aside, of one athlete or of all; returns how many. It is tried as often as at first."""
    again = update(PendingActivity).where(PendingActivity.failed_at.is_not(None))
    if athlete_id is not None:
        again = again.where(PendingActivity.athlete_id == athlete_id)
    ids = session.execute(again.values(failed_at=None, due_at=now, attempts=0).returning(PendingActivity.activity_id))
    return len(ids.all())


def hurry(session: Session, athlete_id: int | None, now: datetime, why: str | None = None) -> int:
    """Makes due now what an error put off, or only an error of the kind `why`; of one athlete or of all.

    Returns how many. What waits because the athlete wants it later goes on waiting.
    """
    by_error = PendingActivity.last_error.is_not(None) if why is None else PendingActivity.last_error == why
    put_off = and_(waiting(), PendingActivity.due_at > now, by_error)
    if athlete_id is not None:
        put_off = and_(put_off, PendingActivity.athlete_id == athlete_id)
    return changed(session, update(PendingActivity).where(put_off).values(due_at=now))


def found_without_a_push(session: Session, since: datetime) -> int:
    """How many activities listings found since then, of which no push had told, and after which none came at all."""
    last_push = select(func.max(Athlete.last_event_at)).scalar_subquery()
    silent = or_(last_push.is_(None), PendingActivity.first_received > last_push)
    query = select(func.count()).select_from(PendingActivity)
    return (
        session.scalar(
            query.where(PendingActivity.origin == "listing", PendingActivity.first_received >= since, silent)
        )
        or 0
    )


def expire(session: Session, now: datetime) -> None:
    """Forgets settled bells after seven days, and what a bell that waits anew still holds from back then."""
    old = PendingActivity.processed_at <= now - KEPT_FOR
    session.execute(
        delete(PendingActivity).where(
            PendingActivity.received <= PendingActivity.processed, old, PendingActivity.failed_at.is_(None)
        )
    )
    session.execute(
        update(PendingActivity).where(old, PendingActivity.judged_as.is_not(None)).values(judged_as=None, outcome=None)
    )
