"""Files of something that runs: one may go or come between being listed and read, as when Redis rewrites its own."""

from contextlib import suppress
from pathlib import Path

ATTEMPTS = 100  # to find no file gone meanwhile; each takes milliseconds, and a rewrite comes every few seconds at most


def read_files(directory: Path) -> dict[str, bytes]:
    """Return the content of each file below `directory` by its path there; no file went while they were read."""
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            files = [path for path in directory.rglob("*") if path.is_file()]
            return {str(file.relative_to(directory)): file.read_bytes() for file in files}
    raise AssertionError(f"a file of {directory} went each time that they were read")
