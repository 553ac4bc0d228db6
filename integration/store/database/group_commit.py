"""Group commit: what many requests want to write at the same time becomes one transaction of one thread.

One sync of the disk then serves all of them, and on SQLite one thread alone waits for the lock, where many would
overtake each other by chance until the unluckiest gives up.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from integration.errors import StoreUnavailable
from integration.store.database.engine import Store

Item = TypeVar("Item")
Result = TypeVar("Result")
LARGEST_GROUP = 500  # items of one transaction, so that on SQLite others get their turn


@dataclass(frozen=True, slots=True)
class _Write(Generic[Item, Result]):
    item: Item
    answer: "asyncio.Future[Result]"


class GroupCommit(Generic[Item, Result]):
    """A way into a store for small writes from one event loop.

    `work` writes a group of items and returns their results in the same order.
    """

    def __init__(self, store: Store, work: Callable[[Session, Sequence[Item]], Sequence[Result]]) -> None:
        self._store = store
        self._work = work
        self._waiting: SimpleQueue[_Write[Item, Result]] = SimpleQueue()
        self._gathered: list[_Write[Item, Result]] = []
        self._thread: threading.Thread | None = None

    async def write(self, item: Item) -> Result:
        """Write `item`; return its result once that is committed. Raises what `work` raised, or StoreUnavailable.

        An item is written again, alone, if another one of its group failed; one that nobody waits for is left out.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        if not self._gathered:  # what else came by now is handed over together: the thread wakes up once
            loop.call_soon(self._hand_over)
        self._gathered.append(_Write(item, answer))
        return await answer

    def _hand_over(self) -> None:
        if self._thread is None or not self._thread.is_alive():  # lazily: a thread does not survive a fork
            self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
            self._thread.start()
        gathered, self._gathered = self._gathered, []
        for write in gathered:
            self._waiting.put(write)

    def _run(self) -> None:
        while True:
            _tell(self._write_group(self._waiting.get()))

    def _write_group(self, first: _Write[Item, Result]) -> "list[_Outcome[Item, Result]]":
        """Write everything that waits by the time that the database lets us write."""
        group = [first]
        try:
            with self._store.write() as session:
                session.connection()
                group = self._wanted(group)
                results = self._work(session, [write.item for write in group])
        except StoreUnavailable as error:  # whoever came meanwhile would wait as long and as vainly
            return [(write, None, error) for write in self._wanted(group)]
        except Exception:  # noqa: BLE001  # whose fault it was shows when each is done alone
            return [self._write_alone(write) for write in group]
        return [(write, result, None) for write, result in zip(group, results, strict=True)]

    def _wanted(self, group: list[_Write[Item, Result]]) -> list[_Write[Item, Result]]:
        with suppress(Empty):
            while len(group) < LARGEST_GROUP:
                group.append(self._waiting.get_nowait())
        return [write for write in group if not write.answer.done()]

    def _write_alone(self, write: _Write[Item, Result]) -> "_Outcome[Item, Result]":
        try:
            with self._store.write() as session:
                [result] = self._work(session, [write.item])
        except Exception as error:  # noqa: BLE001  # it is raised where it was asked for
            return write, None, error
        return write, result, None


_Outcome = tuple[_Write[Item, Result], Result | None, Exception | None]


def _tell(outcomes: Sequence[_Outcome[Item, Result]]) -> None:
    """Wake whoever waits: the event loop once for the whole group."""

    def tell() -> None:
        for write, result, error in outcomes:
            if write.answer.done():  # nobody waits any more
                continue
            if error is None:
                write.answer.set_result(result)  # type: ignore[arg-type]  # the result, if there is no error
            else:
                write.answer.set_exception(error)

    if outcomes:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            outcomes[0][0].answer.get_loop().call_soon_threadsafe(tell)
