"""The processes of this machine, any of which may end while it is looked at."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Member:
    """A process."""

    id: int
    parent: int
    group: int
    session: int
    command: str

    def signal(self, number: int) -> None:
        os.kill(self.id, number)

    @property
    def megabytes(self) -> float:
        """Its memory (PSS): pages that it shares count by their share; 0 once it has ended."""
        try:
            rollup = Path(f"/proc/{self.id}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return 0.0
        return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1000


def living() -> Iterator[Member]:
    """Every process of this machine that is no zombie."""
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            status, parent, group, session = (directory / "stat").read_text().rpartition(")")[2].split()[:4]
            command = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if status != "Z":
            yield Member(int(directory.name), int(parent), int(group), int(session), command)


def alive(process_id: int) -> bool:
    """Return True if the process is there, and no zombie."""
    return status_of(process_id) not in {None, "Z"}


def status_of(process_id: int) -> str | None:
    """One letter, see proc(5); None for a process that is gone."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def members_of(*leaders: subprocess.Popen[Any]) -> list[Member]:
    """The living processes of the sessions that these began."""
    sessions = {leader.pid for leader in leaders}
    return [member for member in living() if member.session in sessions]


def end_sessions(*leaders: subprocess.Popen[Any]) -> None:
    """End all processes of the sessions that these began, those too that one starts while others are ended."""
    while members := members_of(*leaders):
        for member in members:
            with suppress(ProcessLookupError):  # it has gone by itself meanwhile
                member.signal(signal.SIGKILL)
        time.sleep(0.01)
    for leader in leaders:
        leader.wait()
