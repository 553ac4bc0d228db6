"""On PostgreSQL two writers of one athlete's rows never wait for each other in a circle: all lock in one order."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from waiting import wait_until

from integration.store import Store, Vault, athletes, histories, pending_activities
from integration.store.athletes import Tokens
from integration.store.pending_activities import Processed
from integration.strava.events import parse_event
from integration.web.pushes import Push, record_group
from workers.rounds.cleanup import expire_rows

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7, minutes=5)
ANNA = 1001
WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def push(activity: int, at: datetime = NOW) -> Push:
    body = {
        "object_type": "activity", "object_id": activity, "aspect_type": "update", "owner_id": ANNA,
        "subscription_id": 1, "event_time": int(at.timestamp()), "updates": {"type": f"Run {at}"},
    }  # fmt: skip
    return Push(parse_event(json.dumps(body).encode()), at)


@pytest.fixture
def known(store: Store, vault: Vault) -> list[Processed]:
    """The results of two activities of Anna's, the later one first."""
    with store.write() as session:
        athletes.connect(session, vault, ANNA, Tokens("a", "r", NOW + timedelta(days=1)), "read", NOW)
    with store.write() as session:
        histories.replace(session, ANNA, [], covered_from=NOW, now=NOW, newest_activity=1, activities=1)
        record_group(session, [push(1), push(2)])
        due = pending_activities.due(session, ANNA, NOW + timedelta(days=1))
    return sorted((Processed(each, "muted") for each in due), key=lambda each: -each.pending.activity_id)


def mark(store: Store, known: list[Processed]) -> None:
    with store.write() as session:
        pending_activities.mark_processed(session, known, NOW)


def record(store: Store, *pushes: Push) -> None:
    with store.write() as session:
        record_group(session, pushes)


def somebody_waits(store: Store) -> bool:
    with store.read() as session:
        return bool(session.scalar(text(WAITING)))


def beside_a_push_of_two(store: Store, other: Callable[[], None], at: datetime) -> None:
    """Record a push of activity 1, let the other begin and wait for it, then record one of activity 2."""
    with ThreadPoolExecutor(1) as pool:
        with store.write() as session:
            record_group(session, [push(1, at)])
            begun = pool.submit(other)
            wait_until(lambda: somebody_waits(store) or begun.done())
            record_group(session, [push(2, at)])
        begun.result()


def test_two_webs_record_activities_in_one_order(store: Store, known: list[Processed]) -> None:
    at = NOW + timedelta(seconds=5)  # so soon after the last push that the athlete's row is not touched

    beside_a_push_of_two(store, lambda: record(store, push(2, at), push(1, at)), at)


def test_a_worker_marks_activities_in_the_order_of_pushes(store: Store, known: list[Processed]) -> None:
    beside_a_push_of_two(store, lambda: mark(store, known), NOW + timedelta(seconds=5))


def test_a_cleanup_holds_no_activity_while_it_waits_for_an_athlete(store: Store, known: list[Processed]) -> None:
    mark(store, known[:1])  # activity 2: it has lived its time

    beside_a_push_of_two(store, lambda: expire_rows(store, LATER), LATER)
