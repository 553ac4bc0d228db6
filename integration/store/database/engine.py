"""The database connection: SQLite in WAL mode, or PostgreSQL, behind the same two ways in, `read` and `write`.

SQLite: writes begin with BEGIN IMMEDIATE, because a deferred transaction that upgrades fails at once whatever the busy
timeout; synchronous=FULL, because a 200 to Strava promises that the event survives a power cut; secure_delete, because
what an athlete deletes must leave the file. A database that cannot take a write raises StoreUnavailable.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import CursorResult, Engine, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from integration.errors import StoreUnavailable

VACUUM_WITHIN = 600.0  # seconds
LEFT_MS = 30_000  # after which PostgreSQL ends the transaction of a process that stands still in the middle of it
LOST_MS = 10_000  # after which a PostgreSQL behind a dead network is away


class Store:
    """One process's way to the database. Cheap to make; connects on first use, so it may be made before a fork."""

    def __init__(
        self,
        database_url: str,
        *,
        busy_seconds: float = 5.0,
        connections: int = 5,
        answer_within: float | None = None,
    ) -> None:
        """`busy_seconds`: how long a write waits for another writer before it gives up with StoreUnavailable.

        `connections`: how many are kept open; as many as threads use the store at once.
        `answer_within`: seconds for PostgreSQL to answer one statement; without it a migration may take its time.
        """
        self.engine = _make_engine(database_url, busy_seconds, connections, answer_within)
        self._reader = self.engine.execution_options(read_only=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed at the end, or not at all."""
        with _unavailable(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that changes nothing; on SQLite it never waits for a writer."""
        with _unavailable(), Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    def leave_no_trace(self, *, of_somebody: bool = False) -> bool:
        """Move what was deleted out of SQLite's write-ahead log too; return if nobody's reading stood in the way.

        `of_somebody`: an athlete's rows went, so the file is written anew: secure_delete overwrites what is deleted,
        but not the copies that rearranging a page left in its gaps. PostgreSQL recycles its own log, and vacuumed rows.
        """
        if not self.is_sqlite:
            return self._vacuum() if of_somebody else True
        with _unavailable(), self.engine.connect() as connection:
            raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
            raw.rollback()  # no transaction may be open, not even our own
            try:
                if of_somebody:
                    raw.execute("VACUUM")
                busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:  # locked
                return False
            return not busy

    def forget_for_good(self, patience: float = 10.0) -> bool:
        """Leave no trace of somebody's rows, trying for up to `patience` seconds; return True if it is done.

        Somebody may be reading the database just now; nobody does so for long.
        """
        give_up = time.monotonic() + patience
        while not (done := self.leave_no_trace(of_somebody=True)) and time.monotonic() < give_up:
            time.sleep(0.1)
        return done

    def _vacuum(self) -> bool:
        """Vacuum PostgreSQL, which takes longer than any other statement."""
        with _unavailable(), self.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            usual, raw.answer_within = raw.answer_within, VACUUM_WITHIN
            try:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM"))
            finally:
                raw.answer_within = usual
        return True

    def ping(self) -> None:
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def dispose(self) -> None:
        self.engine.dispose()


def changed(session: Session, statement: Any, values: Mapping[str, Any] | None = None) -> int:
    """Run an UPDATE or DELETE and return how many rows it changed: the whole of a conditional claim."""
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InternalError, PoolTimeout) as error:
        raise StoreUnavailable(f"the database cannot be used now ({type(error).__name__})") from error
    except DBAPIError as error:
        if error.connection_invalidated or type(error) is DatabaseError:  # such as a damaged file
            raise StoreUnavailable("the database is damaged, or the connection to it was lost") from error
        raise


def _make_engine(database_url: str, busy_seconds: float, connections: int, answer_within: float | None) -> Engine:
    if not database_url.startswith("sqlite"):
        return _make_postgresql(database_url, busy_seconds, connections, answer_within)
    engine = create_engine(
        database_url, hide_parameters=True, pool_size=connections, connect_args={"timeout": busy_seconds}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_postgresql(database_url: str, busy_seconds: float, connections: int, answer_within: float | None) -> Engine:
    engine = create_engine(
        database_url,
        pool_pre_ping=True,
        hide_parameters=True,  # errors must not show parameters: they hold athletes' data
        pool_timeout=busy_seconds,
        pool_size=connections,
        connect_args={
            "connect_timeout": max(2, int(busy_seconds)),
            "tcp_user_timeout": LOST_MS,
            "keepalives_idle": LOST_MS // 1000,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "options": f"-c lock_timeout={int(busy_seconds * 1000)} -c idle_in_transaction_session_timeout={LEFT_MS}",
        },
    )

    def connect(_: object, __: object, arguments: list[Any], options: dict[str, Any]) -> Any:
        from integration.store.database.patient_connection import PatientConnection  # SQLite needs no psycopg

        connection = PatientConnection.connect(*arguments, **options)
        connection.answer_within = answer_within
        return connection

    event.listen(engine, "do_connect", connect)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cast("sqlite3.Connection", connection).isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
