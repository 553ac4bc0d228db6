"""Slow and idle clients, as many as may be, keep nobody else waiting: probes and pushes are answered meanwhile."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from proxies import running_proxy
from real_instance import STRAVA_WAITS_S, RealInstance, boundless_strava
from slow_clients import BEGUN, answered, half_a_push, slow_clients
from steady import add_steady_runner

from integration.sandbox import SandboxServer
from integration.web.asgi import BODY_WITHIN

pytestmark = pytest.mark.processes

ANNA = 1001
PROBE_WAITS_S = 1.0  # Strava's two seconds, and half of them for a probe
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
        assert requests.get(f"{url or real.url}/healthz", timeout=10).status_code == 200
        probes.append(time.monotonic() - began)
        pushes.append(real.push_took(ANNA, 1_000_000 + number, url))
    return max(probes), max(pushes)


@pytest.mark.parametrize("count", [16, 200, pytest.param(2000, marks=pytest.mark.chaos)])
@pytest.mark.parametrize("kind", BEGUN)
def test_slow_clients_keep_neither_a_probe_nor_a_push_waiting(real: RealInstance, kind: str, count: int) -> None:
    with slow_clients(real.url, BEGUN[kind], count):
        probe, push = slowest(real)

    assert probe < PROBE_WAITS_S
    assert push < STRAVA_WAITS_S


@pytest.mark.parametrize("counts", [(16, 200), pytest.param((2000,), marks=pytest.mark.chaos)])
@pytest.mark.parametrize("proxy", ["caddy", "nginx"])
def test_behind_a_proxy_as_we_advise_it_slow_clients_keep_nothing_waiting(
    real: RealInstance, proxy: str, counts: tuple[int, ...], tmp_path: Path
) -> None:
    with running_proxy(proxy, int(real.settings.port), tmp_path) as url:
        for count in counts:
            for kind in ("half a form", "half a form with a cookie", "half a header", "nothing"):
                with slow_clients(url, BEGUN[kind], count):
                    probe, push = slowest(real, url)

                assert probe < PROBE_WAITS_S, (kind, count)
                assert push < STRAVA_WAITS_S, (kind, count)


@pytest.mark.parametrize("count", [16, pytest.param(2000, marks=pytest.mark.chaos)])
def test_slow_clients_that_know_the_callback_keep_no_push_waiting(real: RealInstance, count: int) -> None:
    with slow_clients(real.url, half_a_push(real.settings.callback_url), count):
        probe, push = slowest(real)

    assert probe < PROBE_WAITS_S
    assert push < STRAVA_WAITS_S


def test_a_form_without_a_session_is_refused_before_its_body_is_there(real: RealInstance) -> None:
    with slow_clients(real.url, BEGUN["half a form"], 1) as [client]:
        began = time.monotonic()
        said = answered(client)

    assert said.startswith(b"HTTP/1.1 400")
    assert time.monotonic() - began < BODY_WITHIN


def test_who_stays_silent_is_let_go(real: RealInstance) -> None:
    said = {}
    with (
        slow_clients(real.url, BEGUN["half a form with a cookie"], 1) as [form],
        slow_clients(real.url, BEGUN["half a header"], 1) as [header],
        slow_clients(real.url, BEGUN["nothing"], 1) as [nothing],
    ):
        for kind, client in (("form", form), ("header", header), ("nothing", nothing)):
            client.settimeout(4 * BODY_WITHIN)
            said[kind] = answered(client)[:12]

    assert said == {"form": b"HTTP/1.1 408", "header": b"", "nothing": b""}


def test_one_byte_a_second_is_too_slow_for_a_push(real: RealInstance) -> None:
    body, said = b'{"object_type": "activity"}', b""
    with slow_clients(real.url, half_a_push(real.settings.callback_url), 1) as [client]:
        client.settimeout(1)
        for byte in body:
            try:
                client.sendall(bytes([byte]))
                said = client.recv(65536)
                break
            except TimeoutError:
                continue

    assert said.startswith(b"HTTP/1.1 408")


def test_the_memory_of_the_web_process_stays_small_while_forms_of_the_largest_size_hang(real: RealInstance) -> None:
    begun = BEGUN["half a form with a cookie"].replace(b"1000", b"250000") + b"a" * 240_000
    [web] = real.processes("web")
    before = memory_mb(real, web.group)
    with slow_clients(real.url, begun, 400):
        probe, push = slowest(real)
        grown = memory_mb(real, web.group) - before

    assert probe < PROBE_WAITS_S
    assert push < STRAVA_WAITS_S
    assert grown < 100  # 400 of them would be 96 MB of bodies alone, and as much again on the way in


def memory_mb(real: RealInstance, group: int) -> float:
    """What the processes of a group hold, in MB."""
    kilobytes = 0
    for member in real.members():
        if member.group == group:
            status = Path(f"/proc/{member.id}/status").read_text()
            kilobytes += int(status.partition("VmRSS:")[2].split()[0])
    return kilobytes / 1024
