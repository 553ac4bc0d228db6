"""Ends every process of the instance when the supervisor dies without a word (SIGKILL, out of memory).

A process that reads a pipe: the kernel closes the other end whatever happens to the supervisor. It signals process
groups, so it reaches the children's children too, on every Unix. Run as a file of its own, it needs the standard
library alone and is there in no time.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

GRACE = 10.0  # seconds from SIGTERM to SIGKILL
AT_MOST_EVERY = 1.0  # seconds a watchdog is replaced


class Watchdog:
    """Holds the list of process groups to end; `keep_open` are descriptors that its process inherits.

    It may die like any other process: whoever made it calls `replace_if_dead` now and then.
    """

    def __init__(self, keep_open: Sequence[int] = ()) -> None:
        self._keep_open = keep_open
        self._groups: set[int] = set()
        self._start()

    @property
    def process_id(self) -> int:
        return self._process.pid

    def watch(self, group: int) -> None:
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def release(self, group: int) -> None:
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def replace_if_dead(self) -> bool:
        """Start another watchdog if this one died, and return True then. OSError: none starts."""
        if self._process.poll() is None or time.monotonic() - self._started < AT_MOST_EVERY:
            return False
        broken = self._pipe
        self._start()
        broken.close()
        return True

    def dismiss(self) -> None:
        """End the watchdog, which ends whatever was not released first."""
        self._pipe.close()
        self._process.wait()

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this file
            (sys.executable, "-I", "-S", __file__),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,  # it holds none of the supervisor's streams open
            stderr=subprocess.DEVNULL,
            pass_fds=self._keep_open,
            process_group=0,  # out of reach of the terminal's Ctrl-C
        )
        assert self._process.stdin  # noqa: S101 - asked for above
        self._pipe = self._process.stdin
        self._started = time.monotonic()
        for group in self._groups:
            self._tell(f"+{group}\n")

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # the next watchdog is told all that is watched
            self._pipe.write(line.encode())


def end_group(group: int, signal_number: int) -> bool:
    """Signal a process group; return if anybody was there."""
    try:
        os.killpg(group, signal_number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group of which only zombies are left
        return False
    return True


def wait_and_end(lines: Iterable[str]) -> None:
    """Read "+group" and "-group" until there are no more, then end the groups that were not released."""
    groups: set[int] = set()
    for line in lines:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 1.0)):
        groups = {group for group in groups if end_group(group, number)}
        _wait_until_gone(groups, patience)


def _wait_until_gone(groups: set[int], patience: float) -> None:
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up and any(end_group(group, 0) for group in groups):
        time.sleep(0.05)


if __name__ == "__main__":
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    wait_and_end(sys.stdin)
