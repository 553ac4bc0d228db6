"""The processor time of processes, as Linux tells it."""

import os
from pathlib import Path

from living import Member


def processor_s(member: Member) -> float:
    """Return the seconds of processor time that a process took so far; 0 once it has ended."""
    try:
        fields = Path(f"/proc/{member.id}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
