"""Group commit: what several threads want to write at the same time becomes one transaction.

One sync of the disk then serves all of them, and on SQLite one thread alone waits for the lock, where many would
overtake each other by chance until the unluckiest gives up.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from integration.errors import StoreUnavailable
from integration.store.engine import Store

Result = TypeVar("Result")


class GroupCommit:
    """A store's way in for small writes from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = Lock()
        self._waiting: deque[_Write[Any]] = deque()

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Does `work`, and returns what it returned once that is committed; raises what it raised, or StoreUnavailable.

        It is done again, alone, if something else in its transaction failed.
        """
        mine = _Write(work)
        self._waiting.append(mine)
        with self._turn:
            if not mine.answer.done():
                self._write_all()
        return mine.answer.result()

    def _write_all(self) -> None:
        """Everything that waits by the time that the database lets us write; nothing is left waiting behind."""
        taken: list[_Write[Any]] = []
        try:
            with self._store.write() as session:
                session.connection()
                taken += self._take()
                results = [write.work(session) for write in taken]
        except StoreUnavailable as error:
            for write in [*taken, *self._take()]:
                write.answer.set_exception(error)
        except Exception:  # noqa: BLE001  # whose fault it was shows when each is done alone
            for write in taken:
                self._write_alone(write)
        else:
            for write, result in zip(taken, results, strict=True):
                write.answer.set_result(result)

    def _take(self) -> list["_Write[Any]"]:
        taken = []
        with suppress(IndexError):
            while True:
                taken.append(self._waiting.popleft())
        return taken

    def _write_alone(self, write: "_Write[Any]") -> None:
        try:
            with self._store.write() as session:
                result = write.work(session)
        except Exception as error:  # noqa: BLE001  # it is raised where it was asked for
            write.answer.set_exception(error)
        else:
            write.answer.set_result(result)


class _Write(Generic[Result]):
    def __init__(self, work: Callable[[Session], Result]) -> None:
        self.work = work
        self.answer: Future[Result] = Future()
