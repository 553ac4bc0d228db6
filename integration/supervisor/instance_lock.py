"""The lock that an instance takes on its DATA_DIR before anything starts."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from integration.environment.installation import why_unusable
from integration.environment.secret_files import private_directory
from integration.errors import BadSetting

CLEAN_UP = 15.0  # seconds that the watchdog of a killed instance may need to end what was left


@contextmanager
def lock_data_dir(data_dir: Path, *, patience: float = CLEAN_UP) -> Iterator[int]:
    """Hold DATA_DIR for this process and for all that inherit the descriptor it gives, until the last of them ends.

    Raises BadSetting if it cannot be written, and while another instance runs on it, or what a killed one left does
    so for `patience` seconds yet.
    """
    try:
        file = (private_directory(data_dir) / "run.lock").open("a+")
    except OSError as error:
        raise BadSetting("DATA_DIR", why_unusable(error)) from None
    with file as lock:
        _lock(lock.fileno(), data_dir, time.monotonic() + patience)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _lock(descriptor: int, data_dir: Path, give_up: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode()
            if _alive(owner):
                remedy = f"{data_dir} is in use by process {owner}: stop that one first, or name another directory"
                raise BadSetting("DATA_DIR", remedy) from None
            # The processes of a killed instance hold its lock; its watchdog needs some seconds to end them.
            if time.monotonic() > give_up:
                raise BadSetting("DATA_DIR", f"{data_dir} is in use by {_left_behind(descriptor)}") from None
            time.sleep(0.1)


def _left_behind(descriptor: int) -> str:
    """Return a line that names the process that holds a dead owner's lock, and the remedy."""
    numbers = " ".join(str(number) for number in _holders(os.fstat(descriptor)))
    if not numbers:
        return "processes that cannot be seen from here: end them first, or name another directory"
    return f"what a killed backstride left running: end it first with kill {numbers}"


def _holders(file: os.stat_result) -> list[int]:
    """Ids of the processes through which a lock is held on the file, as far as the kernel shows them (Linux)."""
    return sorted({int(process.name) for process in Path("/proc").glob("[0-9]*") if _holds(process, file)})


def _holds(process: Path, file: os.stat_result) -> bool:
    with suppress(OSError):  # the process ended meanwhile, or is somebody else's
        for link in (process / "fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                if os.path.samestat(link.stat(), file) and "FLOCK" in (process / "fdinfo" / link.name).read_text():
                    return True
    return False


def _alive(process_id: str) -> bool:
    try:
        os.kill(int(process_id), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True
