"""The sockets on which this process listens: what is set on them, the system sets on each connection they accept."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

READ_WITHIN = 20.0  # seconds for a client to take some more of its answer


def cut_off_who_never_reads() -> None:
    """Let the system close each new connection whose client takes nothing of what it is sent for READ_WITHIN.

    The web server knows no deadline for sending. Linux does; elsewhere such a client holds its connection.
    """
    for listener in _listeners():
        with listener:
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(READ_WITHIN * 1000))


def _listeners() -> Iterator[socket.socket]:
    """The listening sockets of this process, each as a copy to be closed. The web server keeps them to itself."""
    for name in [path.name for path in Path("/dev/fd").iterdir()]:
        with suppress(OSError):  # closed meanwhile
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                yield from _if_listening(socket.socket(fileno=os.dup(int(name))))


def _if_listening(found: socket.socket) -> Iterator[socket.socket]:
    internet = found.family in {socket.AF_INET, socket.AF_INET6}
    if internet and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        yield found
    else:
        found.close()
