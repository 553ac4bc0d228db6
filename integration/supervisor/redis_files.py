"""The bundled Redis's files: they are a hint, so damaged ones are set aside and new ones begun.

Zeros at the end of the append-only file are enough to stop it for good; a power cut leaves such files.
"""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from integration.environment.secret_files import private_directory

DIRECTORY = "redis"
LOG = "redis.log"
KEPT_FOR = timedelta(days=7)  # as long as anything of Strava's may be kept; then nobody looks at them any more
LONGEST_REASON = 160


def set_aside(directory: Path) -> str:
    """Move the directory out of the way, begin a new one, and return the line that says so."""
    away = directory.with_name(f"{directory.name}-damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    directory.rename(away)
    private_directory(directory)
    return f"redis ended twice at once: its files are set aside as {away}, and new ones begun. No event is lost"


def set_asides(directory: Path) -> list[Path]:
    """Return the directories that were set aside, oldest first."""
    return sorted(directory.parent.glob(f"{directory.name}-damaged-*"))


def forget_old(directory: Path) -> None:
    """Delete what was set aside more than seven days ago."""
    for away in set_asides(directory):
        if time.time() - away.stat().st_mtime > KEPT_FOR.total_seconds():
            shutil.rmtree(away, ignore_errors=True)


def reason(directory: Path) -> str | None:
    """Return what Redis last complained about in its log, or None."""
    try:
        lines = (directory / LOG).read_text(errors="replace").splitlines()
    except OSError:
        return None
    return next(_complaints(lines), None)


def _complaints(lines: list[str]) -> Iterator[str]:
    for line in reversed(lines):
        _, mark, text = line.partition(" # ")
        if mark and "memory" not in text.lower():  # it warns of the machine's overcommit at every start
            yield text.strip()[:LONGEST_REASON]
