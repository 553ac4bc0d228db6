"""The bundled Redis's files: they are a hint, so damaged ones are set aside and new ones begun.

Zeros at the end of the append-only file are enough to stop it for good; a power cut leaves such files.
"""

import re
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
TOO_LITTLE = re.compile(
    r"out of memory|cannot allocate|initialize background jobs|can't create .*thread", re.IGNORECASE
)
FAREWELL = "is now ready to exit, bye bye"  # logged as a warning, but nothing is wrong
LIMITS = "the limit of its memory (ulimit -v, MemoryMax, that of the container)"
ELSEWHERE = "let REDIS_URL name a Redis elsewhere"


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
    """Return what Redis last complained about in its log, or None; what it did before it was stopped is over."""
    return next(_complaints(_log(directory)), None)


def put_back(directory: Path) -> None:
    """Put what was set aside last in its place again: new files did not help, so the old ones are as good."""
    if away := set_asides(directory):
        shutil.rmtree(directory)
        away[-1].rename(directory)


def never_answered(directory: Path, process_id: int, how: str) -> str:
    """Return one line on why this process of Redis ended before it answered, and the remedy."""
    said = list(_complaints(_log(directory), f"{process_id}:"))[::-1]
    if short := next(filter(TOO_LITTLE.search, said), None):
        return f"redis: there is too little memory for it ({short}): raise {LIMITS}, or {ELSEWHERE}"
    why = said[0] if said else how
    return (
        f"redis: ended again and again before it answered ({why}): see that {LIMITS} is 64 MB at least, or {ELSEWHERE}"
    )


def is_short_of_memory(directory: Path, process_id: int) -> bool:
    """Return True if this process of Redis said so in its log."""
    return any(map(TOO_LITTLE.search, _complaints(_log(directory), f"{process_id}:")))


def _log(directory: Path) -> list[str]:
    try:
        return (directory / LOG).read_text(errors="replace").splitlines()
    except OSError:
        return []


def _complaints(lines: list[str], start: str = "") -> Iterator[str]:
    """Yield what Redis complained about in lines that begin with `start` since it was last stopped, newest first."""
    for line in reversed(lines):
        if FAREWELL in line:
            return
        _, mark, text = line.partition(" # ")
        if mark and line.startswith(start) and not text.startswith("WARNING Memory overcommit"):  # said at every start
            yield text.strip()[:LONGEST_REASON]
