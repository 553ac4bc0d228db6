"""The cost of recording one event, by its kind, without the commit that several share; beside one bare upsert.

A transaction records a thousand events of as many activities: first of new ones, then of ones that are known.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from cryptography.fernet import Fernet
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from integration.store import Store, Vault, athletes, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.athletes import Tokens
from integration.store.schema import migrate

ANNA, EVENTS, ROUNDS = 1001, 1000, 15
START = datetime(2026, 11, 21, 18, tzinfo=UTC)
BARE = "INSERT INTO bare (id, received) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET received = received + 1"


def prepared(path: Path) -> Store:
    """A migrated SQLite database with one athlete."""
    store = Store(f"sqlite:///{path}/bench.sqlite3")
    migrate(store)
    keys = [Fernet.generate_key().decode()]
    with store.write() as session:
        tokens = Tokens("a", "r", START + timedelta(hours=6))
        athletes.connect(session, Vault(lambda: keys), ANNA, tokens, "read", START)
        session.connection().exec_driver_sql("CREATE TABLE bare (id INTEGER PRIMARY KEY, received INTEGER)")
    return store


def microseconds(work: Callable[[int], object]) -> float:
    """The processor time of one call, on average over a thousand: other load does not count."""
    began = time.process_time()
    for number in range(EVENTS):
        work(number)
    return (time.process_time() - began) / EVENTS * 1e6


def recorder(session: Session, kind: str, at: datetime, first: int, **more: object) -> Callable[[int], object]:
    def record(number: int) -> bool:
        event = ActivityEvent(ANNA, first + number, kind, at, "push", **more)  # type: ignore[arg-type]
        return pending_activities.record_event(session, event, now=at, due_at=at)

    return record


def bare_upsert(connection: Connection) -> Callable[[int], object]:
    return lambda number: connection.exec_driver_sql(BARE, (number,))


def test_recording_an_event_costs_a_few_bare_upserts(tmp_path: Path) -> None:
    store = prepared(tmp_path)
    took: dict[str, list[float]] = {}
    retitled = {"tags": "", "is_cosmetic": True}
    for number in range(ROUNDS):  # by turns, so that whatever else the machine does meets all of them
        first, at = 1 + number * EVENTS, START + timedelta(minutes=number)
        with store.write() as session:
            for name, work in (
                ("bare", bare_upsert(session.connection())),
                ("new", recorder(session, "create", at, first)),
                ("repeated", recorder(session, "create", at, first)),
                ("title", recorder(session, "update:title", at + timedelta(seconds=1), first, **retitled)),
                ("changed", recorder(session, "update:type", at + timedelta(seconds=2), first)),
                ("deleted", recorder(session, "delete", at + timedelta(seconds=3), first)),
            ):  # fmt: skip
                took.setdefault(name, []).append(microseconds(work))
    typical = {name: median(times) for name, times in took.items()}
    print("\n" + ", ".join(f"{name} {value:.0f} µs" for name, value in typical.items()))  # noqa: T201 - the result
    store.dispose()

    assert max(typical.values()) < 25 * typical["bare"]
