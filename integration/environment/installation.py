"""The installation: a checkout, or a package anywhere. It decides where `.env` and the data are looked for."""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CODE = Path(__file__).resolve().parents[2]  # the directory that holds content, integration and workers


def is_checkout(code: Path = CODE) -> bool:
    """Return True if the code lies in a checkout, not among installed packages."""
    return (code / "pyproject.toml").is_file()


def home(code: Path = CODE) -> Path:
    """Return the directory of `.env` and of relative paths: the checkout, or without one the working directory."""
    return code if is_checkout(code) else Path.cwd()


def default_data_dir(code: Path = CODE) -> Path:
    """Return `var`, for the checkout; without one, the place that the system has for this user's data."""
    if is_checkout(code):
        return Path("var")
    import platformdirs  # a checkout does without

    return platformdirs.user_data_path("backstride", appauthor=False)


def why_unusable(error: OSError) -> str:
    """Return one line on a data directory that cannot be used, with the remedy."""
    remedies = {
        errno.EROFS: "the file system is read-only: mount a volume there that can be written",
        errno.ENOSPC: "the disk is full: make room",
        errno.ENOENT: "make that directory, or name another",
    }
    remedy = remedies.get(error.errno or 0) or _remedy_for_owner(Path(error.filename or "."))
    return f"is not usable ({error.strerror}: {error.filename}): {remedy}"


def _remedy_for_owner(path: Path) -> str:
    """Return the remedy by the owner of the directory: another user's is a volume made for another user id."""
    there, owner = next(_owners(path))
    me = os.getuid()
    if owner == me:
        return "name a directory that this user may write to"
    return f"{there} belongs to user {owner} and this runs as user {me}: chown it, or name another directory"


def _owners(path: Path) -> Iterator[tuple[Path, int]]:
    """Yield the directories up from `path` that can be looked at, and whose they are; one that is closed cannot."""
    for each in (path, *path.parents):
        with suppress(OSError):
            yield each, each.stat().st_uid
