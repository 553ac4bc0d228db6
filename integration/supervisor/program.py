"""A program to keep up, and the plan of an instance: plain values, so that a bare process can be handed them."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Program:
    """One process to keep up. `address`: where it answers HTTP once it is ready; later ones start after that.

    `quiet`: only what it writes to stderr is shown. `files`: a directory of Redis's that may be damaged; it is set
    aside after two early ends in a row. `socket`: where that Redis answers.
    """

    name: str
    command: tuple[str, ...]
    stops_within: float  # seconds from SIGTERM to SIGKILL; all of them together stay under 15
    address: str | None = None
    quiet: bool = False
    files: str | None = None
    socket: str | None = None


class NeverUp(Exception):
    """A program that cannot run here; the message is one line with the remedy."""


@dataclass(frozen=True)
class Plan:
    """All that keeping an instance up needs. `helper`: see integration.supervisor.helper.

    `lock`: the descriptor that DATA_DIR is held by. `emptied`: a directory to take away in the end, or None.
    """

    programs: tuple[Program, ...]
    helper: tuple[str, ...]
    directory: str
    lock: int
    emptied: str | None = None

    def dumps(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def loads(cls, text: bytes) -> "Plan":
        told: dict[str, Any] = json.loads(text)
        programs = tuple(Program(**each | {"command": tuple(each["command"])}) for each in told.pop("programs"))
        return cls(programs, tuple(told.pop("helper")), **told)
