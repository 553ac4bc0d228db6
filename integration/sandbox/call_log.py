"""The log of the calls that a sandbox got, under a lock of its own."""

import threading
from collections import deque
from datetime import datetime
from fnmatch import fnmatchcase

from integration.sandbox.model import Call

KEPT = 50_000  # calls


class CallLog:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=KEPT)

    def add(self, method: str, path: str, status: int | None, athlete: int | None, at: datetime) -> None:
        """Record a call; `status` is None if the connection was cut."""
        with self._lock:
            self._calls.append(Call(method, path, status, athlete, at))

    def matching(self, method: str = "*", path: str = "*", athlete: int | None = None) -> list[Call]:
        """Return the calls of a method and a path, both patterns (`/activities/*`), and of one athlete or all."""
        with self._lock:
            calls = list(self._calls)
        return [
            call
            for call in calls
            if fnmatchcase(call.method, method)
            and fnmatchcase(call.path, path)
            and (athlete is None or call.athlete == athlete)
        ]

    def clear(self) -> None:
        """Forget every call."""
        with self._lock:
            self._calls.clear()
