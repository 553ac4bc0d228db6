"""Pending activities: one row per activity that something happened to. The row is the only truth about what to do.

`received` counts events, `processed` how many of them are dealt with; an activity waits while received > processed,
unless it was set aside. Recording an event is one upsert.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import String, Table, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from integration.store.activity_events import PUSHED, ActivityEvent, upsert, waiting
from integration.store.database.column_types import Instant
from integration.store.database.engine import changed
from integration.store.database.prepared import Prepared
from integration.store.tables import Athlete, PendingActivity

KEPT_FOR = timedelta(days=7)  # processed rows die, and failing ones are set aside, by then
TRIED_OFTEN = 10  # times, before one is set aside: seven days of which we were down are no seven days of trying
_UPSERT = Prepared(upsert)
BEFORE_A_LISTING = timedelta(seconds=10)  # by how much Strava's clock may be behind ours


class Arrival(NamedTuple):
    """An event as it reached us.

    `due_at`: when an activity that is not known yet is due; one that is known is due now, unless it waits already.
    """

    event: ActivityEvent
    now: datetime
    due_at: datetime


def record_event(session: Session, event: ActivityEvent, *, now: datetime, due_at: datetime) -> bool:
    """Record an event. Ignores duplicates, stale events and cosmetic edits. Returns True if work is pending."""
    return record_events(session, [Arrival(event, now, due_at)])[0]


def record_events(session: Session, arrivals: Sequence[Arrival]) -> list[bool]:
    """Record events in their order, as `record_event` does. Return for each if work is pending."""
    recorded = _UPSERT.rows_of_each(session, [_values(*each) for each in arrivals])
    return [any(received > processed for received, processed in rows) for rows in recorded]


def _values(event: ActivityEvent, now: datetime, due_at: datetime) -> dict[str, object]:
    pushed = event.origin == PUSHED
    return {
        "athlete_id": event.athlete_id, "activity_id": event.activity_id, "now": now, "due_at": due_at,
        "event_time": min(event.event_time, now if pushed else now - BEFORE_A_LISTING), "kind": event.kind,
        "tags": event.tags, "origin": event.origin, "is_cosmetic": event.is_cosmetic,
    }  # fmt: skip


def of(session: Session, athlete_id: int) -> dict[int, PendingActivity]:
    """Return every row of one athlete, by activity id."""
    rows = session.scalars(select(PendingActivity).where(PendingActivity.athlete_id == athlete_id))
    return {row.activity_id: row for row in rows}


def find(session: Session, athlete_id: int, activity_id: int) -> PendingActivity | None:
    return session.get(PendingActivity, (athlete_id, activity_id))


def due(session: Session, athlete_id: int, now: datetime) -> list[PendingActivity]:
    """Return what is to be processed now of one athlete, longest waiting first."""
    return list(session.scalars(_DUE, {"of": athlete_id, "now": now}))


_DUE = (
    select(PendingActivity)
    .where(PendingActivity.athlete_id == bindparam("of"), waiting(), PendingActivity.due_at <= bindparam("now"))
    .order_by(PendingActivity.waiting_since, PendingActivity.activity_id)
)


@dataclass(frozen=True)
class Processed:
    """The outcome of an activity as `pending` was read; what it received since goes on waiting.

    `tags`: those that were read in the title. The next title is compared with them, unless a newer one came meanwhile.
    """

    pending: PendingActivity
    outcome: str
    judged_as: str | None = None
    tags: str | None = None


def mark_processed(session: Session, results: Sequence[Processed], now: datetime) -> None:
    """Record what came of activities, of all in one statement.

    In order of activities, as pushes are recorded: the two never wait for each other in a circle.
    """
    rows = [
        {
            "of": each.pending.athlete_id, "activity": each.pending.activity_id, "seen": each.pending.received,
            "now": now, "came_of_it": each.outcome, "basis": each.judged_as, "read_tags": each.tags,
        }
        for each in sorted(results, key=lambda each: each.pending.activity_id)
    ]  # fmt: skip
    session.execute(_MARK, rows)


_ROWS = cast("Table", PendingActivity.__table__)
_MARK = (
    update(_ROWS)
    .where(_ROWS.c.athlete_id == bindparam("of"), _ROWS.c.activity_id == bindparam("activity"))
    .values(
        processed=bindparam("seen"), processed_at=bindparam("now"), outcome=bindparam("came_of_it"),
        judged_as=bindparam("basis"), attempts=0, last_error=None,
        tags=case(
            (_ROWS.c.received == bindparam("seen"), func.coalesce(bindparam("read_tags", type_=String), _ROWS.c.tags)),
            else_=_ROWS.c.tags,
        ),
    )
)  # fmt: skip


def postpone(session: Session, pending: PendingActivity, until: datetime, now: datetime, why: str) -> None:
    """Record a failure: tried again at `until`, or set aside after seven days of failing. `why`: the kind of error.

    What is set aside keeps nothing of Strava's. If another event came since `pending` was read, it stays due.
    """
    failed = now - pending.waiting_since >= KEPT_FOR and pending.attempts + 1 >= TRIED_OFTEN
    aside = {"failed_at": now, "judged_as": None, "tags": ""} if failed else {}
    session.execute(
        update(PendingActivity)
        .where(
            PendingActivity.athlete_id == pending.athlete_id,
            PendingActivity.activity_id == pending.activity_id,
            PendingActivity.received == pending.received,
        )
        .values(due_at=until, attempts=PendingActivity.attempts + 1, last_error=why, **aside)
    )


def wait(session: Session, athlete_id: int, until: datetime, now: datetime, why: str) -> None:
    """Put off what is due of one athlete until its turn, such as the budget's next window; no failure is counted."""
    due_now = and_(PendingActivity.athlete_id == athlete_id, waiting(), PendingActivity.due_at <= now)
    session.execute(update(PendingActivity).where(due_now).values(due_at=until, last_error=why))


def wait_for_another(session: Session, pending: PendingActivity, until: datetime) -> None:
    """Put off one activity until another one is due that must be processed before it."""
    mine = and_(PendingActivity.athlete_id == pending.athlete_id, PendingActivity.activity_id == pending.activity_id)
    session.execute(update(PendingActivity).where(mine).values(due_at=until))


def awaited(session: Session, athlete_id: int, now: datetime) -> dict[int, datetime]:
    """Return activity id → when it is due, of what waits only because the athlete wants time to write own words."""
    return dict(_AWAITED.rows(session, {"of": athlete_id, "now": now}))  # type: ignore[arg-type]  # two columns


_LATER = and_(
    waiting(), _ROWS.c.due_at > bindparam("now", type_=Instant()), _ROWS.c.attempts == 0, _ROWS.c.last_error.is_(None)
)
_AWAITED = Prepared(
    lambda _: select(_ROWS.c.activity_id, _ROWS.c.due_at).where(_ROWS.c.athlete_id == bindparam("of"), _LATER)
)


def retry(session: Session, athlete_id: int | None, now: datetime) -> int:
    """Take up what was set aside, of one athlete or of all; return how many. It is tried as often as at first."""
    again = update(PendingActivity).where(PendingActivity.failed_at.is_not(None))
    if athlete_id is not None:
        again = again.where(PendingActivity.athlete_id == athlete_id)
    ids = session.execute(again.values(failed_at=None, due_at=now, attempts=0).returning(PendingActivity.activity_id))
    return len(ids.all())


def hurry(session: Session, athlete_id: int | None, now: datetime, why: str | None = None) -> int:
    """Make due now what an error, or one of the kind `why`, put off; of one athlete or of all. Return how many.

    What waits because the athlete wants it later goes on waiting.
    """
    by_error = PendingActivity.last_error.is_not(None) if why is None else PendingActivity.last_error == why
    put_off = and_(waiting(), PendingActivity.due_at > now, by_error)
    if athlete_id is not None:
        put_off = and_(put_off, PendingActivity.athlete_id == athlete_id)
    return changed(session, update(PendingActivity).where(put_off).values(due_at=now))


def found_without_a_push(session: Session, since: datetime) -> int:
    """Return how many activities only listings told of since then, without any push after them."""
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
    """Delete processed rows after seven days, and what a row that waits anew still holds from back then."""
    old = PendingActivity.processed_at <= now - KEPT_FOR
    session.execute(
        delete(PendingActivity).where(
            PendingActivity.received <= PendingActivity.processed, old, PendingActivity.failed_at.is_(None)
        )
    )
    session.execute(
        update(PendingActivity).where(old, PendingActivity.judged_as.is_not(None)).values(judged_as=None, outcome=None)
    )
