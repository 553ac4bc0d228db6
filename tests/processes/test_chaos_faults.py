"""The faults that take minutes (`make chaos`): workers and databases that stand still, clocks that are moved, files
that a power cut damaged. They print what they measured.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from moved_clock import IS_THERE, MISSING, MovedClock
from real_instance import RealInstance, boundless_strava
from steady import VIENNA, add_steady_runner
from stopped import own_postgres, stopped, stopped_postgres
from stream import Stream
from waiting import wait_until

from content.notes import block
from integration.sandbox import SandboxServer
from integration.store import heartbeats
from integration.store.leases import LEASE

pytestmark = pytest.mark.chaos

ANNA = 1001
PATIENCE_S = 120.0
IN_THE_END_S = 300.0
needs_a_moved_clock = pytest.mark.skipif(not IS_THERE, reason=MISSING)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Shows a line to whoever runs the tests."""

    def show(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return show


@contextmanager
def real_instance(directory: Path, database: str = "sqlite", **environ: str) -> Iterator[RealInstance]:
    with ExitStack() as opened:
        if database == "postgresql":
            environ["DATABASE_URL"] = opened.enter_context(own_postgres("runs")).get_uri("runs")
        server = opened.enter_context(SandboxServer(boundless_strava()))
        real = opened.enter_context(RealInstance(server, directory, **environ).running())
        real.subscribe()
        yield real


def connected(real: RealInstance) -> None:
    add_steady_runner(real.strava, ANNA)
    real.connect(ANNA)
    real.settle(PATIENCE_S)
    wait_until(lambda: has_given_a_sign_of_life(real), PATIENCE_S)


def has_given_a_sign_of_life(real: RealInstance) -> bool:
    """Both parts, since this start or before."""
    with real.store.read() as session:
        return not heartbeats.silent(session, datetime.now(UTC))


def streaming(real: RealInstance, *, athletes: int, events: int, seed: int) -> Stream:
    stream = Stream(real.strava, range(3001, 3001 + athletes), events=events, seed=seed)
    for diary in stream.diaries:
        real.connect(diary.athlete, diary.target)
    real.settle(IN_THE_END_S)
    return stream


def readiness(real: RealInstance) -> tuple[int, dict[str, str]]:
    answer = requests.get(f"{real.url}/readyz", timeout=30)
    return answer.status_code, json.loads(answer.content)


def doctor(real: RealInstance) -> tuple[int, list[str]]:
    """Its exit code, and what it found to do."""
    command = [sys.executable, "-m", "integration.cli", "doctor"]
    shown = subprocess.run(command, env=real.environ, capture_output=True, text=True, check=False)
    return shown.returncode, [line for line in shown.stdout.splitlines() if line.startswith("FIX")]


def noted(real: RealInstance, run: int) -> int:
    return (real.strava.description(run) or "").count(block.START)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_worker_that_stands_still_is_told_of_everywhere_and_all_is_served_when_it_goes_on(
    database: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with real_instance(tmp_path, database) as real:
        connected(real)
        workers = [*real.processes("worker"), *real.processes("child")]
        with stopped(workers):
            began = time.monotonic()
            run = real.strava.create_activity(ANNA, km=21)
            wait_until(lambda: readiness(real)[1].get("worker", "").startswith("silent since "), PATIENCE_S)
            took = time.monotonic() - began
            assert readiness(real)[0] == 503
            code, found = doctor(real)
            assert code == 1
            assert [line for line in found if line.startswith("FIX   worker: silent since ")]
            wait_until(lambda: "worker silent since" in real.output.read_text(), PATIENCE_S)
            assert noted(real, run) == 0
        real.settle(PATIENCE_S)
        wait_until(lambda: "notes come again" in real.output.read_text(), PATIENCE_S)

        assert noted(real, run) == 1
        assert real.output.read_text().count("notes cannot come") == 1
        assert [line for line in doctor(real)[1] if "worker" in line] == []
    tell(f"{database}: a worker that stood still was told of after {took:.0f} s")


def test_a_worker_that_stands_still_is_taken_over_by_another_and_nothing_is_done_twice(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """On PostgreSQL; SQLite has one worker, which may stand still while it holds the only lock."""
    with real_instance(tmp_path, "postgresql") as real:
        real.strava.options.echo_description = True
        stream = streaming(real, athletes=30, events=600, seed=11)
        first = [*real.processes("worker"), *real.processes("child")]
        events = iter(stream)
        take(events, 150)
        with stopped(first):
            real.add_worker()
            take(events, 200)
            wait_until(lambda: stream_is_served(real), IN_THE_END_S)
            time.sleep(LEASE.total_seconds())  # whatever they held when they stopped is another's now
        take(events, 600)
        settled = real.settle(IN_THE_END_S)

        assert stream.mistakes() == []
        assert stream.notes_due == 30
        assert "Traceback" not in real.output.read_text()
    tell(f"taken over and back, all answered {settled:.0f} s after the last of 600 events, no mistake")


def take(events: Iterator[None], number: int) -> None:
    for _, _ in zip(range(number), events, strict=False):
        time.sleep(0.03)


def stream_is_served(real: RealInstance) -> bool:
    return real.strava.pushes.settle(1.0) and not real.unanswered()


def test_postgresql_that_stands_still_for_a_while_delays_notes_and_nothing_else(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with (
        own_postgres("runs") as postgres,
        SandboxServer(boundless_strava()) as server,
        RealInstance(server, tmp_path, DATABASE_URL=postgres.get_uri("runs")).running() as real,
    ):
        real.subscribe()
        real.add_worker()
        stream = streaming(real, athletes=20, events=400, seed=5)
        events = iter(stream)
        take(events, 100)
        with stopped_postgres(postgres):
            take(events, 100)
            wait_until(lambda: "the database cannot be used" in real.output.read_text(), PATIENCE_S)
        take(events, 400)
        settled = real.settle(IN_THE_END_S)
        given_up = [push for push in real.strava.pushes.log if push.state == "given up"]

        assert stream.mistakes() == []
        assert "Traceback" not in real.output.read_text()
    tell(f"PostgreSQL stood still: all answered {settled:.0f} s after the last event; {len(given_up)} pushes given up")


def zeros_at_the_end(file: Path) -> None:
    with file.open("ab") as damaged:
        damaged.write(bytes(4096))


def garbage(file: Path) -> None:
    file.write_bytes(os.urandom(500))


def halved(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


@pytest.mark.parametrize("damage", [zeros_at_the_end, garbage, halved, Path.unlink])
def test_files_that_a_power_cut_damaged_cost_no_note(
    damage: Callable[[Path], None], tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """Redis's files; and zeros behind the database's log, which is all that its promise leaves to damage."""
    with SandboxServer(boundless_strava()) as server:
        real = RealInstance(server, tmp_path)
        with real.running():
            real.subscribe()
            stream = streaming(real, athletes=10, events=200, seed=3)
            events = iter(stream)
            take(events, 100)
        var = tmp_path / "var"
        hints = list((var / "redis").rglob("*.aof"))
        assert hints
        for file in hints:
            damage(file)
        zeros_at_the_end(var / "backstride.sqlite3-wal")
        with real.running():
            take(events, 200)
            settled = real.settle(IN_THE_END_S)

            assert stream.mistakes() == []
            assert stream.notes_due == 10
    tell(f"{damage.__name__} of {len(hints)} files: all answered {settled:.0f} s after the last event, no mistake")


@needs_a_moved_clock
@pytest.mark.parametrize("wrong", ["1:00:00", "1 day", "365 days"])
@pytest.mark.parametrize("way", [1, -1])
def test_a_clock_that_was_wrong_and_is_put_right_under_running_processes_delays_no_note(
    wrong: str, way: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    span = {"1:00:00": timedelta(hours=1), "1 day": timedelta(days=1), "365 days": timedelta(days=365)}[wrong]
    clock = MovedClock(tmp_path)
    with real_instance(tmp_path / "i", **clock.environ) as real:
        connected(real)
        clock.set(way * span)
        for number in range(10):
            real.push_took(ANNA, 900 + number)
            time.sleep(1)
        real.ask(ANNA, reconcile_requested=True)
        time.sleep(10)
        clock.set(timedelta())
        began = time.monotonic()
        run = real.strava.create_activity(ANNA, km=21)
        wait_until(lambda: noted(real, run), IN_THE_END_S)
        took = time.monotonic() - began
        real.settle(PATIENCE_S)
        wait_until(lambda: readiness(real)[0] == 200, PATIENCE_S)

        assert noted(real, run) == 1
    where = "ahead" if way > 0 else "behind"
    tell(f"a clock {where} by {wrong}: {took:.0f} s after it was put right a run had its note")


@needs_a_moved_clock
@pytest.mark.parametrize("month", [3, 10])
def test_the_hour_that_is_missing_or_twice_there_delays_nothing(
    month: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """The processes live in Vienna, and so does the athlete."""
    change = next_change(month)
    ahead = change - datetime.now(UTC) - timedelta(seconds=60)
    clock = MovedClock(tmp_path)
    clock.set(ahead)
    with SandboxServer(boundless_strava()) as server:
        server.strava.advance(seconds=ahead.total_seconds())
        with RealInstance(server, tmp_path / "i", **clock.environ, TZ=VIENNA.key).running() as real:
            real.subscribe()
            stream = streaming(real, athletes=5, events=100, seed=month)
            events = iter(stream)
            take(events, 50)
            wait_until(lambda: server.strava.now() > change + timedelta(seconds=30), PATIENCE_S)
            take(events, 100)
            settled = real.settle(PATIENCE_S)

            assert stream.mistakes() == []
            assert stream.notes_due == 5
            assert readiness(real)[0] == 200
    tell(f"over the change of {change:%d %b %Y}: all answered {settled:.0f} s after the last event, no mistake")


def next_change(month: int, zone: ZoneInfo = VIENNA) -> datetime:
    """The moment in which the clocks of a zone change in that month, next."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    while True:
        later = hour + timedelta(hours=1)
        if later.month == month and later.astimezone(zone).utcoffset() != hour.astimezone(zone).utcoffset():
            return later
        hour = later
