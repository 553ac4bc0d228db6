"""The process that speaks to the database for the supervisor, which itself imports next to nothing.

It migrates at once and says so; told that the pages answer, it says what the operator should know, and ends.
"""

import subprocess
from collections.abc import Callable, Sequence

MIGRATED = "migrated"  # what it says then, on a line of its own
READY = "ready"  # what it is told


class Helper:
    """A started helper. Whatever it cannot do it says on stderr, and ends: SystemExit carries its exit code on."""

    def __init__(self, command: Sequence[str], directory: str, keep_open: Sequence[int]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=keep_open,
            process_group=0,  # the terminal's Ctrl-C reaches the supervisor alone
        )

    def wait_until_migrated(self) -> None:
        assert self._process.stdout  # noqa: S101 - asked for above
        if self._process.stdout.readline().strip() != MIGRATED:
            raise SystemExit(self._process.wait() or 1)

    def announce(self, say: Callable[[str], None]) -> None:
        """Tell it that the pages answer, and hand on what it says."""
        lines, _ = self._process.communicate(f"{READY}\n")
        for line in lines.splitlines():
            say(line)
        if self._process.returncode:
            raise SystemExit(self._process.returncode)

    def kill(self) -> None:
        """End it at once, without waiting for that: a signal's handler must not."""
        self._process.kill()

    def end(self) -> None:
        """End it wherever it is; nothing if it has ended."""
        self._process.terminate()
        self._process.wait()
