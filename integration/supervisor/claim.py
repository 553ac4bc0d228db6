"""What an instance needs for itself alone: its DATA_DIR and its port. Both are claimed before anything starts."""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from integration.errors import BadSetting
from integration.secret_files import private_directory

CLEAN_UP = 15.0  # seconds that the guard of a killed instance may need to end what was left


@contextmanager
def claim_data_dir(data_dir: Path) -> Iterator[None]:
    """Holds DATA_DIR for this process; raises BadSetting while another instance runs on it."""
    with (private_directory(data_dir) / "run.lock").open("a+") as lock:
        _lock(lock.fileno(), data_dir)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock(descriptor: int, data_dir: Path) -> None:
    give_up = time.monotonic() + CLEAN_UP
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode()
            # A killed instance's lock is held for some seconds by its guard, which ends what was left.
            if _alive(holder) or time.monotonic() > give_up:
                raise BadSetting(
                    "DATA_DIR",
                    f"{data_dir} is in use by process {holder}: stop that one first, or name another directory",
                ) from None
            time.sleep(0.1)


def _alive(process_id: str) -> bool:
    with suppress(ProcessLookupError, ValueError):
        os.kill(int(process_id), 0)
        return True
    return False


def require_free_port(host: str, port: int) -> None:
    """Raises BadSetting, naming PORT or HOST, where nothing could listen there."""
    try:
        _listen(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = f"{port} is in use on {host}: stop what listens there, or choose another, as in PORT={port + 1}"
            raise BadSetting("PORT", remedy) from None
        if error.errno == errno.EACCES:
            raise BadSetting("PORT", f"{port} is not for this user: choose one from 1024 to 65535") from None
        raise BadSetting("HOST", f"{host} is no address of this machine ({error.strerror or error})") from None


def free_port(host: str, first: int = 0) -> int:
    """The first free port from `first` on; any free one for 0. Raises BadSetting when there is none."""
    for port in range(first, 65536) if first else (0,):
        with suppress(OSError):
            return _listen(host, port)
    raise BadSetting("PORT", f"no free port from {first} on: choose a lower one")


def _listen(host: str, port: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with closing(socket.socket(family, kind, protocol)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
        listener.bind(address)
        listener.listen(1)  # on Linux two may bind an address with SO_REUSEADDR, but only one may listen
        return int(listener.getsockname()[1])
