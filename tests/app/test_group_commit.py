"""Many requests' writes are committed together, and each one hears what became of its own."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import coroutines
import pytest
from databases import new_sqlite
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from integration.errors import StoreUnavailable
from integration.store import Store, instance_facts
from integration.store.database.group_commit import GroupCommit
from integration.store.tables import Fact

WRITERS = 16
BRIEFLY_S = 0.1
SHORT_S, LONG_S = 0.3, 60.0  # how long a store waits for another writer: nothing that passes waits for the long one


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = Store(new_sqlite(tmp_path / "facts.db"), busy_seconds=getattr(request, "param", LONG_S))
    yield made
    made.dispose()


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Somebody else, such as a worker, is writing."""
    with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def insert(session: Session, numbers: Sequence[int]) -> list[int]:
    for number in numbers:
        session.execute(Fact.__table__.insert().values(name=f"fact {number}", value=""))  # type: ignore[attr-defined]
    return list(numbers)


def stored(store: Store) -> int:
    with store.read() as session:
        return sum(instance_facts.fact(session, f"fact {number}") is not None for number in range(WRITERS))


async def written(store: Store, numbers: Sequence[int], *, after: float = 0.0) -> list[object]:
    """The outcomes of writes, each begun `after` seconds after the one before."""
    group = GroupCommit(store, insert)

    async def write(place: int) -> object:
        await asyncio.sleep(place * after)
        return await group.write(numbers[place])

    return await asyncio.gather(*map(write, range(len(numbers))), return_exceptions=True)


def written_behind_another(store: Store, numbers: Sequence[int]) -> list[object]:
    """The outcomes of writes, all begun while the database is locked for a moment."""

    async def write_all() -> list[object]:
        with locked(store):
            writes = asyncio.ensure_future(written(store, numbers))
            await asyncio.sleep(BRIEFLY_S)
        return await writes

    return coroutines.run(write_all())


def test_what_waits_for_another_writer_is_then_committed_at_once(store: Store) -> None:
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)

    assert written_behind_another(store, range(WRITERS)) == list(range(WRITERS))
    assert stored(store) == WRITERS
    assert len(commits) - 1 <= 2  # one was the reading in stored()


def test_what_fails_fails_alone(store: Store) -> None:
    answers = written_behind_another(store, [max(number, 1) for number in range(WRITERS)])

    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1, answers  # two wrote fact 1
    assert stored(store) == WRITERS - 1


@pytest.mark.parametrize("store", [SHORT_S], indirect=True)
def test_while_the_database_stays_locked_every_write_is_refused_and_none_is_done(store: Store) -> None:
    with locked(store):
        answers = coroutines.run(written(store, range(WRITERS), after=SHORT_S / WRITERS))

    assert all(isinstance(answer, StoreUnavailable) for answer in answers), answers
    assert stored(store) == 0
    assert coroutines.run(written(store, [0])) == [0]


def test_what_nobody_waits_for_any_more_is_not_written(store: Store) -> None:
    async def give_up() -> None:
        group = GroupCommit(store, insert)
        with locked(store):
            first = asyncio.ensure_future(group.write(0))
            second = asyncio.ensure_future(group.write(1))
            await asyncio.sleep(BRIEFLY_S)
            second.cancel()
        assert await first == 0

    coroutines.run(give_up())

    assert stored(store) == 1
