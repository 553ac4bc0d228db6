"""Slow and idle clients, as many as may be, keep nobody else waiting: probes and pushes are answered meanwhile."""

import math
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from proxies import running_proxy
from real_instance import STRAVA_WAITS_S, RealInstance, boundless_strava
from slow_clients import A_PAGE, KINDS, answered, begun, large_form, slow_clients
from steady import add_steady_runner

from integration.sandbox import SandboxServer
from integration.web.server.listeners import READ_WITHIN

pytestmark = pytest.mark.processes

ANNA = 1001
ASKED = 5


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealInstance]:
    with SandboxServer(boundless_strava()) as sandbox:
        add_steady_runner(sandbox.strava, ANNA)
        with RealInstance(sandbox, tmp_path_factory.mktemp("slow")).running() as real:
            real.connect(ANNA)
            real.subscribe()
            yield real


def slowest(real: RealInstance, url: str = "") -> tuple[float, float]:
    """The longest of some probes, and of some pushes, in seconds; sent to `url`, or to the instance itself."""
    probes, pushes = [], []
    for number in range(ASKED):
        began = time.monotonic()
        assert requests.get(f"{url or real.url}/healthz", timeout=60).status_code == 200
        probes.append(time.monotonic() - began)
        try:
            pushes.append(real.push_took(ANNA, 1_000_000 + number, url))
        except requests.Timeout:
            pushes.append(math.inf)
    return max(probes), max(pushes)


def assert_prompt(real: RealInstance, kind: str, count: int, url: str = "") -> None:
    """Fail if slow clients keep others waiting each time of five: a fault does so always, a busy machine does not."""
    for attempt in reversed(range(5)):
        with slow_clients(url or real.url, begun(kind, real.settings), count):
            probe, push = slowest(real, url)
        if max(probe, push) < STRAVA_WAITS_S:
            return
        assert attempt, f"{count} of {kind}: a probe took {probe:.2f} s, a push {push:.2f} s"


@pytest.mark.parametrize("count", [16, 200, pytest.param(2000, marks=pytest.mark.chaos)])
@pytest.mark.parametrize("kind", KINDS)
def test_slow_clients_keep_neither_a_probe_nor_a_push_waiting(real: RealInstance, kind: str, count: int) -> None:
    assert_prompt(real, kind, count)


@pytest.mark.parametrize("count", [200, pytest.param(2000, marks=pytest.mark.chaos)])
@pytest.mark.parametrize("proxy", ["caddy", "nginx"])
def test_behind_a_proxy_as_we_advise_it_slow_clients_keep_nothing_waiting(
    real: RealInstance, proxy: str, count: int, tmp_path: Path
) -> None:
    with running_proxy(proxy, int(real.settings.port), tmp_path) as url:
        for kind in ("half a form", "half a form with a session", "half a header", "nothing"):
            assert_prompt(real, kind, count, url)


def test_a_form_without_a_session_is_refused_before_its_body_is_there(real: RealInstance) -> None:
    with slow_clients(real.url, begun("half a form", real.settings), 1) as [client]:
        said = answered(client)

    assert said.startswith(b"HTTP/1.1 400")  # and not 408, as when the body was waited for


def test_who_stays_silent_or_sends_a_byte_a_second_is_let_go(real: RealInstance) -> None:
    said = {}
    with (
        slow_clients(real.url, begun("half a form with a session", real.settings), 1) as [form],
        slow_clients(real.url, begun("half a header", real.settings), 1) as [header],
        slow_clients(real.url, begun("nothing", real.settings), 1) as [nothing],
        slow_clients(real.url, begun("half a push", real.settings), 1) as [push],
    ):
        said["push"] = answer_to_single_bytes(push)[:12]
        for kind, client in (("form", form), ("header", header), ("nothing", nothing)):
            client.settimeout(60)
            said[kind] = answered(client)[:12]

    assert said == {"push": b"HTTP/1.1 408", "form": b"HTTP/1.1 408", "header": b"", "nothing": b""}


def answer_to_single_bytes(client: socket.socket) -> bytes:
    """Return what the server says to a client that sends a byte a second."""
    client.settimeout(1)
    for _ in range(60):
        try:
            client.sendall(b"a")
            return client.recv(65536)
        except TimeoutError:
            continue
    return b""


@pytest.mark.chaos
def test_who_never_reads_is_cut_off(real: RealInstance) -> None:
    with slow_clients(real.url, A_PAGE * 1000, 1) as [client]:
        client.settimeout(4 * READ_WITHIN)
        time.sleep(2 * READ_WITHIN)
        said = answered(client)

    assert len(said) < 1000 * len(requests.get(f"{real.url}/moves", timeout=10).content)


def test_the_memory_of_the_web_process_stays_small_while_forms_of_the_largest_size_hang(real: RealInstance) -> None:
    form = large_form(real.settings, 250_000) + b"a" * 240_000
    slowest(real)  # so that what the first push imports is there
    [web] = real.processes("web")
    before = memory_mb(real, web.group)
    with slow_clients(real.url, form, 400):
        slowest(real)
        grown = memory_mb(real, web.group) - before

    assert grown < 100  # about 45: 8 of bodies, and 64 KB of each connection; all bodies would be 96, and as much again


def memory_mb(real: RealInstance, group: int) -> float:
    """Return what the processes of a group hold, in MB."""
    return sum(member.megabytes for member in real.members() if member.group == group)
