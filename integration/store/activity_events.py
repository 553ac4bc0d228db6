"""The one statement that records an event of an activity: an upsert, the same for every kind of event.

Its conditions are written once, by name, as expressions over the `row` that is there and the `new` one of the event.
Boundary: builds the statement; `integration.store.pending_activities` runs it.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    TableClause,
    UpdateBase,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    null,
    or_,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from integration.store.database.column_types import Instant
from integration.store.tables import PendingActivity

if TYPE_CHECKING:
    from sqlalchemy.dialects import sqlite

PUSHED = "push"  # an origin
CREATED = "create"
DELETED, MISSING, ASKED = "delete", "missing", "asked"  # kinds that the workers tell apart
GONE = "Gone"  # the error of what Strava did not find

Columns = ReadOnlyColumnCollection[str, Any]


@dataclass(frozen=True)
class ActivityEvent:
    """An event of one activity: from a push, a listing or a page.

    `event_time`: of a push, by Strava's clock; what others tell is always news.
    `kind`: what happened, such as create or delete; "missing" if a listing no longer shows the activity.
    `tags`: those of ours in the title, comma separated; None if the title is not known.
    `is_cosmetic`: a title or privacy edit, which changes nothing we judge by unless its tags differ from those known.
    """

    athlete_id: int
    activity_id: int
    kind: str
    event_time: datetime
    origin: str
    tags: str | None = None
    is_cosmetic: bool = False


def waiting() -> ColumnElement[bool]:
    """The condition that an activity is still to be processed, and not set aside."""
    return and_(PendingActivity.received > PendingActivity.processed, PendingActivity.failed_at.is_(None))


def upsert(dialect: str) -> UpdateBase:
    """Build the statement that records an event."""
    insert = _insert_of(dialect)
    now, due_at = bindparam("now", type_=Instant()), bindparam("due_at", type_=Instant())
    tags = bindparam("tags", type_=String())
    statement = insert(cast("TableClause", PendingActivity.__table__)).values(
        athlete_id=bindparam("athlete_id"), activity_id=bindparam("activity_id"), received=1, processed=0,
        first_received=now, waiting_since=now, last_received=now, event_time=bindparam("event_time", type_=Instant()),
        kind=bindparam("kind"), tags=func.coalesce(tags, _constant("")),
        origin=bindparam("origin"), due_at=due_at, attempts=0,
    )  # fmt: skip
    row, new = PendingActivity.__table__.c, statement.excluded
    repeats, waits = _repeats_a_create(row, new), waiting()
    return statement.on_conflict_do_update(
        index_elements=[row.athlete_id, row.activity_id],
        where=or_(new.origin != _constant(PUSHED), _is_news(row, new, tags)),
        set_={
            "received": _either(repeats, row.received, row.received + _constant(1)),
            "event_time": _either(new.origin == _constant(PUSHED), new.event_time, row.event_time),
            "kind": _either(repeats, row.kind, new.kind),
            "tags": func.coalesce(tags, row.tags),
            "last_received": _either(
                or_(repeats, row.last_received > new.last_received), row.last_received, new.last_received
            ),
            "waiting_since": _either(waits, row.waiting_since, new.waiting_since),
            "due_at": _either(and_(waits, not_(_need_not_wait(row, new))), row.due_at, new.last_received),
            "attempts": _either(waits, row.attempts, _constant(0)),
            "failed_at": null(),
        },
    ).returning(row.received, row.processed)


def _is_news(row: Columns, new: Columns, tags: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a pushed event tells more than is known.

    Of two events of one second the later arrival is believed; should it be the older one, a listing will tell. But
    nothing comes after a deletion, save the create that tells of an activity shown to us again.
    """
    is_newer = new.event_time > row.event_time
    follows = or_(row.kind != _constant(DELETED), new.kind == _constant(CREATED))
    is_another = and_(new.event_time == row.event_time, new.kind != row.kind, follows)
    changes_what_counts = or_(
        not_(bindparam("is_cosmetic", type_=Boolean())), func.coalesce(tags, row.tags) != row.tags
    )
    return and_(or_(is_newer, is_another, row.failed_at.is_not(None)), changes_what_counts)


def _repeats_a_create(row: Columns, new: Columns) -> ColumnElement[bool]:
    """The condition that Strava tells again of the creation of an activity that we know: there is nothing to do.

    Its time is kept: what is older than it is old, such as the hiding of an activity that is shown again by now.
    """
    is_unknown = and_(row.received <= row.processed, row.judged_as.is_(None))
    was_away = or_(row.kind == _constant(DELETED), row.kind == _constant(MISSING))
    return and_(
        new.origin == _constant(PUSHED),
        new.kind == _constant(CREATED),
        not_(or_(is_unknown, was_away, row.failed_at.is_not(None))),
    )


def _need_not_wait(row: Columns, new: Columns) -> ColumnElement[bool]:
    """The condition that what waits is due at once: a deletion costs no call, what was not found may be there now."""
    return or_(new.kind == _constant(DELETED), row.last_error == _constant(GONE))


def _either(condition: ColumnElement[bool], then: object, otherwise: object) -> ColumnElement[Any]:
    return case((condition, then), else_=otherwise)


def _insert_of(dialect: str) -> "type[sqlite.Insert]":
    """Return the dialect's INSERT. The other one is not imported: it would take 2 MB of each process."""
    return cast("type[sqlite.Insert]", import_module(f"sqlalchemy.dialects.{dialect}").Insert)


def _constant(value: str | int) -> ColumnElement[Any]:
    """A constant of ours as part of the statement's text: each bound value would cost time in each call."""
    return literal_column(repr(value))
