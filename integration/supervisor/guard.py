"""Ends every process of the instance when the supervisor dies without a word (SIGKILL, out of memory).

A fork of the supervisor that waits on a pipe: the kernel closes the other end whatever happens to the supervisor.
It signals process groups, so it reaches the children's children too, on every Unix.
"""

import os
import signal
import time
from contextlib import suppress

GRACE = 10.0  # seconds from SIGTERM to SIGKILL


class Guard:
    """Holds the list of process groups to end. Make it before any thread starts: it forks."""

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._writer)
            _wait_and_end(reader)
            os._exit(0)
        os.close(reader)

    def watch(self, group: int) -> None:
        os.write(self._writer, f"+{group}\n".encode())

    def release(self, group: int) -> None:
        os.write(self._writer, f"-{group}\n".encode())

    def dismiss(self) -> None:
        """Ends the guard, which ends whatever was not released first."""
        os.close(self._writer)
        os.waitpid(self._process, 0)


def end_group(group: int, signal_number: int) -> bool:
    """Signals a process group; says whether anybody was there."""
    try:
        os.killpg(group, signal_number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group of which only zombies are left
        return False
    return True


def _wait_and_end(reader: int) -> None:
    _detach()
    groups: set[int] = set()
    with os.fdopen(reader) as lines:
        for line in lines:
            (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 1.0)):
        groups = {group for group in groups if end_group(group, number)}
        _wait_until_gone(groups, patience)


def _wait_until_gone(groups: set[int], patience: float) -> None:
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up and any(end_group(group, 0) for group in groups):
        time.sleep(0.05)


def _detach() -> None:
    """Out of reach of the terminal's Ctrl-C, and holding none of the supervisor's streams open."""
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
