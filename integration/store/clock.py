"""Notice that our own clock was put right, and undo what it had put off meanwhile.

The distance between the wall clock and the time since the machine's start tells a jump exactly, also between processes.
After a restart of the machine only a clock that was ahead can be told: the last round is in the future then.
"""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, ColumnElement, type_coerce, update
from sqlalchemy.orm import Session

from integration.store import instance_facts
from integration.store.database.column_types import EPOCH, Instant
from integration.store.tables import Table

TOLERANCE = timedelta(seconds=10)  # clocks are corrected by a little all the time
NOT_BY_OUR_CLOCK = {"token_expires_at"}
MAY_LIE_AHEAD = {"paused_until": timedelta(days=400)}  # as athletes chose; further ahead a wrong clock put it
PATIENCE = {"disconnected_at", "leaving_since", "waiting_since", "changed_at"}  # since when something is waited for


class Boot(NamedTuple):
    """One start of the machine, and the seconds since then, sleep included."""

    name: str
    uptime: float


def this_boot() -> Boot:
    """Return the newest start of this machine."""
    try:
        name = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return Boot(name, time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, AttributeError):  # not Linux
        return Boot("unknown", time.monotonic())


def put_right(session: Session, now: datetime, boot: Boot) -> timedelta:
    """Shift what a wrong clock had set, if ours has jumped since the last call. Returns the jump, or zero.

    Nothing that was stored lies ahead by a wrong clock afterwards. What is waited for with patience (14 days for a
    reconnect, a day for leaving) is waited for as long as without the jump.
    """
    jump = jumped(session, now, boot)
    if jump is None or abs(jump) > TOLERANCE:
        instance_facts.set_fact(session, _fact(boot), str(_started(now, boot)))
    if jump is None:
        jump = _behind_the_last_round(session, now)
    if jump < -TOLERANCE:
        _shift_what_lies_ahead(session, now, jump)
    elif jump > TOLERANCE:
        _shift_patience(session, jump)
    else:
        return timedelta()
    return jump


def jumped(session: Session, now: datetime, boot: Boot) -> timedelta | None:
    """Return by how much our clock jumped since it was looked at last; None if the machine was started since."""
    started = instance_facts.fact(session, _fact(boot))
    return timedelta(seconds=_started(now, boot) - float(started)) if started else None


def _fact(boot: Boot) -> str:
    return f"clock {boot.name}"[:40]  # several machines may share a database


def _started(now: datetime, boot: Boot) -> float:
    return (now - EPOCH).total_seconds() - boot.uptime


def _behind_the_last_round(session: Session, now: datetime) -> timedelta:
    last_round = instance_facts.fact(session, "last_round_at")
    return min(timedelta(), now - datetime.fromisoformat(last_round)) if last_round else timedelta()


def _shift_what_lies_ahead(session: Session, now: datetime, jump: timedelta) -> None:
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Instant) and column.name not in NOT_BY_OUR_CLOCK:
                limit = now + MAY_LIE_AHEAD.get(column.name, timedelta())
                session.execute(update(table).where(column > limit).values({column: _moved(column, jump)}))


def _shift_patience(session: Session, jump: timedelta) -> None:
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if column.name in PATIENCE:
                session.execute(update(table).where(column.is_not(None)).values({column: _moved(column, jump)}))


def _moved(column: Column[datetime], jump: timedelta) -> ColumnElement[int]:
    return type_coerce(column, BigInteger) + jump // timedelta(microseconds=1)
