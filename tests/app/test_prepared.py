"""Statements put into words once: they say the same as SQLAlchemy's own, and fail as those do, on both databases."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from databases import new_postgresql, new_sqlite
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from integration.errors import StoreUnavailable
from integration.store import Store, Vault, athletes, histories, pending_activities, webhook_context
from integration.store.activity_events import ActivityEvent
from integration.store.athlete_states import AthleteState
from integration.store.athletes import Tokens
from integration.store.database.group_commit import LARGEST_GROUP
from integration.store.pending_activities import Arrival
from integration.store.tables import PendingActivity
from integration.strava.events import parse_event
from integration.web.pushes import Push, record_group

ANNA = 1001
NOW = datetime(2026, 11, 21, 18, 0, 0, 250, tzinfo=UTC)
KEYS = [Fernet.generate_key().decode()]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of each kind with one athlete; a test may take its tables away."""
    if request.param == "sqlite":
        made = Store(new_sqlite(tmp_path / "backstride.sqlite3"))
    else:
        made = Store(new_postgresql(request.getfixturevalue("postgres"), migrated=True))
    with made.write() as session:
        tokens = Tokens("a", "r", NOW + timedelta(hours=6))
        athletes.connect(session, Vault(lambda: KEYS), ANNA, tokens, "read", NOW)
        session.flush()
        athletes.heard_of(session, ANNA, NOW, before=None)
    yield made
    made.dispose()


def test_values_and_rows_are_those_of_the_tables(store: Store) -> None:
    event = ActivityEvent(ANNA, 7, "create", NOW, "push", tags="recover")
    with store.write() as session:
        assert pending_activities.record_event(session, event, now=NOW, due_at=NOW + timedelta(minutes=5))
    with store.read() as session:
        row = session.get_one(PendingActivity, (ANNA, 7))
        told = webhook_context.find(session, {ANNA, 5})

    assert (row.event_time, row.due_at, row.tags) == (NOW, NOW + timedelta(minutes=5), "recover")
    assert set(told) == {ANNA}
    assert (told[ANNA].last_event_at, told[ANNA].state, told[ANNA].subscription) == (NOW, AthleteState.CONNECTED, None)


def test_events_of_one_group_are_recorded_in_their_order_and_answered_each(store: Store) -> None:
    told = [(7, "create", NOW), (7, "create", NOW), (8, "create", NOW), (7, "delete", NOW + timedelta(seconds=1))]
    arrivals = [Arrival(ActivityEvent(ANNA, number, kind, at, "push"), at, at) for number, kind, at in told]
    with store.write() as session:
        assert pending_activities.record_events(session, arrivals) == [True, False, True, True]
        assert pending_activities.record_events(session, []) == []
    with store.read() as session:
        rows = {number: (row.received, row.kind) for number, row in pending_activities.of(session, ANNA).items()}

    assert rows == {7: (2, "delete"), 8: (1, "create")}


def retitled(title: str, at: datetime) -> Push:
    body = {
        "object_type": "activity", "object_id": 7, "aspect_type": "update", "owner_id": ANNA,
        "subscription_id": 1, "event_time": int(at.timestamp()), "updates": {"title": title},
    }  # fmt: skip
    return Push(parse_event(json.dumps(body).encode()), at)


def test_a_tag_that_comes_and_goes_within_one_group_is_gone(store: Store) -> None:
    """The second title has no tag of ours and would be no news, were it not for the first."""
    with store.write() as session:
        histories.replace(session, ANNA, [], covered_from=NOW, now=NOW, newest_activity=9, activities=1)
    with store.write() as session:
        both = [retitled("Sunday #nonote", NOW), retitled("Sunday", NOW + timedelta(seconds=1))]
        assert record_group(session, both)[0]
    with store.read() as session:
        row = session.get_one(PendingActivity, (ANNA, 7))

    assert (row.received, row.tags) == (2, "")


@pytest.mark.parametrize("count", [1, 2, 8, 9, LARGEST_GROUP])
def test_a_group_of_any_size_finds_whom_we_know(store: Store, count: int) -> None:
    with store.read() as session:
        assert set(webhook_context.find(session, range(ANNA, ANNA + count))) == {ANNA}


def record(store: Store, *owners: int) -> None:
    events = (ActivityEvent(athlete, 8, "create", NOW, "push") for athlete in owners)
    with store.write() as session:
        pending_activities.record_events(session, [Arrival(event, NOW, NOW) for event in events])


def test_what_the_database_refuses_is_raised_as_sqlalchemy_does_and_undone(store: Store) -> None:
    with pytest.raises(IntegrityError):
        record(store, ANNA, 5)  # nobody has the number 5

    with store.read() as session:
        assert session.scalars(select(PendingActivity)).all() == []


def test_a_table_that_is_away_is_told_as_for_every_statement(store: Store) -> None:
    with store.write() as session:
        session.execute(text("ALTER TABLE pending_activities RENAME TO away"))

    with pytest.raises((StoreUnavailable, ProgrammingError)):  # of SQLite, of PostgreSQL
        record(store, ANNA)
