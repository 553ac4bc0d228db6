"""The file of a backup: written whole or not at all, and read with a line on what is wrong with it."""

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from integration.errors import BadInput

FORMAT = 1
LARGEST = 256 * 2**20  # bytes of JSON; a thousand athletes over years make a fifth of it
MOST_VALUES = 8 * 10**6  # in it; each takes up to a hundred bytes of memory, however few it takes in the file


def read(path: Path) -> dict[str, Any]:
    """Return what the file holds. Raises BadInput if it is no whole backup."""
    try:
        content = json.loads(_unpacked(path))
    except (OSError, ValueError, EOFError, zlib.error, RecursionError) as error:  # the last: nested beyond all measure
        raise BadInput(f"{path}: {_why_unreadable(error)}") from None
    if not isinstance(content, dict) or content.get("backstride_backup") != FORMAT or not _complete(content):
        raise BadInput(f"{path}: is no backup of Backstride")
    return content


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
        return f"{error.strerror}: name a backup that this user may read"
    if isinstance(error, EOFError):
        return "ends too early, as a file does that was copied by half: copy it again, or take another backup"
    return "is no backup of Backstride"


def _unpacked(path: Path) -> bytes:
    """Return the JSON inside; ValueError if it holds more than any backup, which a small file may pretend to."""
    with gzip.open(path) as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST or sum(map(content.count, (b"{", b"[", b","))) > MOST_VALUES:
        raise ValueError("too large")
    return content


def _complete(content: Mapping[str, Any]) -> bool:
    if not (isinstance(content.get("secrets"), dict) and isinstance(content.get("tables"), dict)):
        return False
    texts = [content.get("revision"), *content["secrets"].values()]
    tables = content["tables"].values()
    rows_are_rows = all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in tables)
    return rows_are_rows and all(
        isinstance(text, str) and text.encode(errors="ignore").decode() == text for text in texts
    )


def write_private(path: Path, content: bytes) -> None:
    """Write the file for its owner alone. Raises BadInput if it cannot be written."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror}): name another file") from None
