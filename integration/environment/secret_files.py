"""Files of generated secrets: each is made once, in its own file of mode 0600. config.py says what each is for."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def private_directory(path: Path) -> Path:
    """Make `path` if it is not there, closed to everybody else (mode 0700), and return it.

    A directory that is not ours, or holds something already, is left as it is: it may be a container's volume,
    somebody's home, or shared on purpose.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    here = path.stat()
    if here.st_mode & 0o077 and here.st_uid == os.getuid() and not any(path.iterdir()):
        path.chmod(0o700)
    return path


def holds_secret(path: Path) -> bool:
    """Return True if the file is there and not empty."""
    return bool(stored_secret(path))


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """Return the content of `path`; if there is none yet, `make()` gives it.

    Any number of processes may call this at once: all of them get the same content.
    """
    if secret := stored_secret(path):
        return secret
    with _alone(path.parent):
        if secret := stored_secret(path):
            return secret
        secret = make()
        _write(path, secret)
        return secret


def change(path: Path, new: Callable[[str], str]) -> None:
    """Replace the content of `path` by `new(content)` in one step."""
    with _alone(path.parent):
        _write(path, new(stored_secret(path)))


def replace_secret(path: Path, secret: str) -> None:
    """Put `secret` in place of the content of `path`."""
    change(path, lambda _: secret)


def stored_secret(path: Path) -> str:
    """Return the content of the file; nothing if it is not there."""
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def _write(path: Path, secret: str) -> None:
    """Write the file whole: readers see the old content or the new one, also after a power cut."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp's mode is 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
