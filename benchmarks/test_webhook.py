"""How many pushes a second the callback takes, each committed before it is answered, beside a bare Flask route.

The callback is served as an instance serves it, the route by granian with 16 threads; sixteen connections send.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import pytest
from cryptography.fernet import Fernet

from integration.config import SETTINGS, environment, load_settings
from integration.store import Store, Vault, athletes
from integration.store.athletes import Tokens
from integration.store.schema import migrate
from integration.supervisor import answers, free_port
from integration.supervisor.programs import web_command

ATHLETES, CONNECTIONS, SECONDS, ROUNDS = 50, 16, 3.0, 3
FIRST = 5001
SECRET = "long-enough-for-a-path"


class Rate:
    """What was measured in one round: requests a second, and how long one takes, in milliseconds."""

    def __init__(self, took: list[float], seconds: float) -> None:
        self.a_second = len(took) / seconds
        self.typical = median(took) * 1000
        self.p99 = quantiles(took, n=100)[-1] * 1000

    def __str__(self) -> str:
        return f"{self.a_second:.0f}/s (median {self.typical:.1f} ms, p99 {self.p99:.0f} ms)"


@contextmanager
def served(command: Callable[[str, int], tuple[str, ...]], environ: dict[str, str]) -> Iterator[int]:
    """The port on which the server that `command` starts (given a host and a port) answers."""
    port = free_port("127.0.0.1")
    command_line = command("127.0.0.1", port)
    process = subprocess.Popen(command_line, env=environ, start_new_session=True)
    try:
        give_up = time.monotonic() + 30
        while not answers(f"http://127.0.0.1:{port}/healthz"):
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


def bombarded(port: int, seconds: float, first_activity: int) -> Rate:
    """Sends events of ever new activities from several connections, and waits for each answer."""
    took: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    stop = time.monotonic() + seconds

    def send(connection: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            activity = first_activity + connection
            while time.monotonic() < stop:
                request = push(activity)
                began = time.perf_counter()
                peer.sendall(request)
                answer = peer.recv(4096)
                took[connection].append(time.perf_counter() - began)
                assert answer.startswith(b"HTTP/1.1 200"), answer
                activity += CONNECTIONS

    threads = [threading.Thread(target=send, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Rate([each for those in took for each in those], seconds)


def push(activity: int) -> bytes:
    event = {
        "object_type": "activity", "object_id": activity, "aspect_type": "create", "updates": {},
        "owner_id": FIRST + activity % ATHLETES, "subscription_id": 1, "event_time": int(time.time()),
    }  # fmt: skip
    body = json.dumps(event).encode()
    head = f"POST /webhook/{SECRET} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has to serve and to send at once")
def test_the_callback_keeps_pace_with_a_bare_route(tmp_path: Path, redis_url: str) -> None:
    environ = furnished(tmp_path / "var", redis_url)
    bare, ours = [], []
    with (
        served(bare_command, environ) as bare_port,
        served(web_command, environ) as our_port,
    ):
        for number in range(ROUNDS + 1):  # by turns, so that whatever else the machine does meets both; first warm up
            bare.append(bombarded(bare_port, SECONDS, 1))
            ours.append(bombarded(our_port, SECONDS, 1 + number * 10_000_000))
    fastest = max(ours[1:], key=lambda rate: rate.a_second)
    ratio = median(rate.a_second for rate in ours[1:]) / median(rate.a_second for rate in bare[1:])
    print(f"\nbare {bare[-1]}; ours {fastest}; ratio {ratio:.2f}")  # noqa: T201 - the result

    assert ratio > 0.15
    assert fastest.p99 < 250
