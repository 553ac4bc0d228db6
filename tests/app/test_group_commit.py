"""What many threads write at once is committed together, and each one hears what became of its own."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from integration.errors import StoreUnavailable
from integration.store import Store, instance_facts
from integration.store.group_commit import GroupCommit
from integration.store.schema import migrate
from integration.store.tables import Fact

WRITERS = 16
BUSY_S = 0.4


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path}/facts.db", busy_seconds=BUSY_S)
    migrate(made)
    yield made
    made.dispose()


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Somebody else, such as a worker, is writing."""
    with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def fact(number: int) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        session.execute(Fact.__table__.insert().values(name=f"fact {number}", value=""))  # type: ignore[attr-defined]
        return number

    return work


def kept(store: Store) -> int:
    with store.read() as session:
        return sum(instance_facts.fact(session, f"fact {number}") is not None for number in range(WRITERS))


def test_what_waits_for_another_writer_is_then_committed_at_once(store: Store) -> None:
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    together = GroupCommit(store)

    with ThreadPoolExecutor(WRITERS) as threads, locked(store):
        answers = [threads.submit(together.write, fact(number)) for number in range(WRITERS)]
        while len(together._waiting) < WRITERS:
            time.sleep(0.005)

    assert [answer.result() for answer in answers] == list(range(WRITERS))
    assert kept(store) == WRITERS
    assert len(commits) - 1 <= 2  # one was the reading in kept()


def test_what_fails_fails_alone(store: Store) -> None:
    together = GroupCommit(store)
    with ThreadPoolExecutor(WRITERS) as threads, locked(store):
        answers = [threads.submit(together.write, fact(max(number, 1))) for number in range(WRITERS)]
        while len(together._waiting) < WRITERS:
            time.sleep(0.005)

    errors = [answer.exception() for answer in answers]
    assert sum(isinstance(error, IntegrityError) for error in errors) == 1, errors  # two wrote fact 1
    assert kept(store) == WRITERS - 1


def test_nobody_waits_longer_than_one_would_alone(store: Store) -> None:
    together = GroupCommit(store)

    def patience(number: int) -> float:
        time.sleep(number / WRITERS * BUSY_S)  # each comes while another one is waiting already
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            together.write(fact(number))
        return time.monotonic() - began

    with locked(store), ThreadPoolExecutor(WRITERS) as threads:
        took = list(threads.map(patience, range(WRITERS)))

    assert max(took) < 2 * BUSY_S
    assert kept(store) == 0
    assert together.write(fact(0)) == 0
