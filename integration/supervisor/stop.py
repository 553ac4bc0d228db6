"""The event that a signal sets: whoever waits for it may be interrupted by the signal's handler at any moment."""

import os
import select
import threading


class Stop(threading.Event):
    """An event whose `set` takes no lock, so that a handler of signals may call it.

    Python's own would wait there for the lock that the interrupted code holds, in `wait` or in an earlier `set`: two
    signals at once, as a closing terminal or `timeout` sends them, had hung an instance for good. Set once, it stays.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_set = False
        self._reader, self._writer = os.pipe()

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        if not self._is_set:
            self._is_set = True
            os.write(self._writer, b"!")  # nobody reads it: whoever waits sees that there is something to read

    def wait(self, timeout: float | None = None) -> bool:
        return self._is_set or bool(select.select([self._reader], [], [], timeout)[0])
