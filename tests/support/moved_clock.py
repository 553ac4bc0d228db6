"""A wall clock that is moved under real processes while they run; what counts the time since a start is not."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

COMPILER = shutil.which("cc") or shutil.which("gcc")
MISSING = "no C compiler is at hand, or this is not Linux: the clock of a process cannot be moved"
IS_THERE = COMPILER is not None and sys.platform == "linux"


class MovedClock:
    """The clock of every process that is started with `environ`. `set` moves it at once."""

    def __init__(self, directory: Path) -> None:
        self._file, self._library = directory / "ahead", directory / "moved_clock.so"
        self.set(timedelta())
        source = Path(__file__).with_suffix(".c")
        assert COMPILER
        subprocess.run([COMPILER, "-shared", "-fPIC", "-O2", "-o", self._library, source], check=True)

    @property
    def environ(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "MOVED_CLOCK": str(self._file)}

    def set(self, ahead: timedelta) -> None:
        """Move the clock to so far ahead of the real one."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:  # the same file: all have it mapped
            file.write(round(ahead.total_seconds()).to_bytes(8, sys.byteorder, signed=True))
