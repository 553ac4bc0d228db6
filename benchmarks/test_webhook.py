"""The pushes that the callback takes in a second, each committed before it is answered, beside a bare Flask route.

The callback is served as an instance serves it, the route by granian with 16 threads; wrk sends by sixteen connections.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import pytest
from cryptography.fernet import Fernet

from benchmarks.figures import Figures
from benchmarks.pushing import push_of
from integration.config import SETTINGS, environment, load_settings
from integration.ports import free_port
from integration.store import Store, Vault, athletes
from integration.store.athletes import Tokens
from integration.store.schema import migrate
from integration.supervisor.programs import web_command
from integration.supervisor.reach import is_up

ATHLETES, SECONDS, ROUNDS = 50, 3, 5
FIRST, STRANGER = 5001, 900_001
SECRET = "long-enough-for-a-path"
PATH = f"/webhook/{SECRET}"
SCRIPT = Path(__file__).with_name("pushes.lua")
ALL_OF_STRAVA = 100  # pushes a second
UNIT = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@contextmanager
def served(command: Callable[[str, int], tuple[str, ...]], environ: dict[str, str]) -> Iterator[int]:
    """The port on which the server that `command` starts (given a host and a port) answers."""
    port = free_port("127.0.0.1")
    command_line = command("127.0.0.1", port)
    process = subprocess.Popen(command_line, env=environ, start_new_session=True)
    try:
        give_up = time.monotonic() + 60
        while not is_up(f"http://127.0.0.1:{port}/healthz"):
            assert time.monotonic() < give_up
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def bare_command(host: str, port: int) -> tuple[str, ...]:
    """The command line of a bare Flask route on granian: one worker, sixteen threads."""
    options = ("--interface", "wsgi", "--factory", "--no-ws", "--http", "1", "--log-level", "error")
    where = ("--workers", "1", "--blocking-threads", "16", "--host", host, "--port", str(port))
    return (sys.executable, "-m", "granian", *options, *where, "benchmarks.bare:serve")


def furnished(directory: Path, redis_url: str) -> dict[str, str]:
    """The environment of an instance with fifty athletes, and no sign of workers."""
    given = {"DATA_DIR": str(directory), "REDIS_URL": redis_url, "WEBHOOK_SECRET": SECRET}
    environ = environment(**dict.fromkeys((name.upper() for name in SETTINGS), "") | given)
    settings, now = load_settings(environ), datetime.now(UTC)
    store, vault = Store(settings.database_url), Vault(lambda: [Fernet.generate_key().decode()])
    migrate(store)
    with store.write() as session:
        for athlete in range(FIRST, FIRST + ATHLETES):
            athletes.connect(session, vault, athlete, Tokens("a", "r", now + timedelta(hours=6)), "read", now)
    store.dispose()
    return environ


def bombarded(port: int, path: str, owner: int, first_activity: int) -> tuple[float, float]:
    """Send as fast as the answers come. Return the answers a second, and what 99 of 100 take at most, in ms."""
    command = ["wrk", "-c16", "-t2", f"-d{SECONDS}", "--latency", "-s", str(SCRIPT), f"http://127.0.0.1:{port}{path}"]
    ran = subprocess.run([*command, "--", str(first_activity), str(owner)], capture_output=True, text=True, check=True)
    a_second, p99 = re.search(r"Requests/sec:\s+([\d.]+)", ran.stdout), re.search(r"99%\s+([\d.]+)(\w+)", ran.stdout)
    assert a_second, ran.stdout
    assert p99, ran.stdout
    assert ("Non-2xx" in ran.stdout) == (path != PATH), ran.stdout
    return float(a_second[1]), float(p99[1]) * UNIT[p99[2]]


def paced(port: int, seconds: float) -> float:
    """Send as many pushes as all of Strava does. Return what 99 of 100 take at most, in ms."""
    took = []
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.monotonic()
        for number in range(int(seconds * ALL_OF_STRAVA)):
            time.sleep(max(0.0, began + number / ALL_OF_STRAVA - time.monotonic()))
            sent = time.perf_counter()
            peer.sendall(push_of(PATH, FIRST + number % ATHLETES, 10**9 + number))
            assert peer.recv(4096).startswith(b"HTTP/1.1 200")
            took.append(time.perf_counter() - sent)
    return quantiles(took, n=100)[-1] * 1000


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has to serve and to send at once")
@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_the_callback_keeps_pace_with_a_bare_route(tmp_path: Path, redis_url: str, figures: Figures) -> None:
    environ = furnished(tmp_path / "var", redis_url)
    with served(bare_command, environ) as bare_port, served(web_command, environ) as our_port:
        kinds = {
            "bare route": (bare_port, PATH, FIRST),
            "webhook": (our_port, PATH, FIRST),
            "wrong path": (our_port, "/webhook/somebody-elses-path", FIRST),
            "unknown owner": (our_port, PATH, STRANGER),
        }
        found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
        for number in range(ROUNDS + 1):  # by turns, so that whatever else the machine does meets all; first warm up
            for kind, (port, path, owner) in kinds.items():
                found[kind].append(bombarded(port, path, owner, 1 + number * 10_000_000))
        slowest = {"bare route": paced(bare_port, 10), "webhook": paced(our_port, 10)}
    bare = [rate for rate, _ in found["bare route"][1:]]
    ratios = {}
    for kind, rounds in found.items():
        ratios[kind] = median(rate / beside for (rate, _), beside in zip(rounds[1:], bare, strict=True))
        figures.add(f"{kind}: answers a second", median(rate for rate, _ in rounds[1:]))
        if kind != "bare route":
            figures.add(f"{kind}: of the bare route's", ratios[kind], least=0.45 if kind == "webhook" else 0.5)
        p99 = median(p99 for _, p99 in rounds[1:])
        figures.add(f"{kind}: p99 by 16 connections, ms", p99, most=25 if kind == "webhook" else None)
    for kind, p99 in slowest.items():
        figures.add(f"{kind}: p99 at 100 a second, ms", p99, most=10 if kind == "webhook" else None)

    assert ratios["webhook"] > 0.3
    assert min(ratios["wrong path"], ratios["unknown owner"]) > 0.3
