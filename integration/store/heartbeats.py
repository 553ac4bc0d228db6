"""Signs of life of worker and beat, kept in the database: pages and `doctor` tell by them if notes can come.

A heartbeat needs all that a note needs: the process, Redis for the worker, and a database that takes writes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from integration.store import instance_facts

WORKER, BEAT = "worker", "beat"
PARTS: Final = (WORKER, BEAT)
EVERY = timedelta(seconds=8)
SILENT_AFTER = timedelta(seconds=25)


@dataclass(frozen=True)
class Silence:
    """A part that gave no sign of life; `since` is None if it never did."""

    part: str
    since: datetime | None

    def __str__(self) -> str:
        return "has not started" if self.since is None else f"silent since {self.since:%H:%M:%S} UTC"


def record(session: Session, part: str, now: datetime) -> None:
    instance_facts.set_fact(session, _name(part), now.isoformat())


def silent(session: Session, now: datetime, *, started: datetime | None = None) -> list[Silence]:
    """Return the parts without a sign of life in the last 25 s; one that was never heard has as long from `started`.

    A sign from the future was given by a clock that has been put right since: it counts for nothing.
    """
    found = []
    for part in PARTS:
        told = instance_facts.fact(session, _name(part))
        last = datetime.fromisoformat(told) if told else None
        newest = max(filter(None, (last if last and last <= now + EVERY else None, started)), default=None)
        if newest is None or now - newest > SILENT_AFTER:
            found.append(Silence(part, last))
    return found


def _name(part: str) -> str:
    return f"heartbeat_{part}"
