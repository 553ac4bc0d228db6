"""The real processes, started as a person would: the demo ends well, and `run` stops whole, however it ends."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from instance import CLIENT_ID, CLIENT_SECRET
from living import end_sessions, members_of
from places import SHARED
from slow_clients import slow_clients
from waiting import wait_until

from integration.cli import machine_checks
from integration.cli.machine_checks import Check
from integration.config import SETTINGS, environment, load_settings
from integration.ports import free_port
from integration.sandbox import SandboxServer

pytestmark = pytest.mark.processes

BACKSTRIDE = [sys.executable, "-m", "integration.cli"]
RUNNER_A = SHARED / "data" / "runner-a.json"


def bare_environment(**given: str) -> dict[str, str]:
    """No setting but those given, whatever this machine's own environment and .env say."""
    return environment(**dict.fromkeys((name.upper() for name in SETTINGS), "") | given)


def demo_once(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BACKSTRIDE, "demo", "--once", *arguments],
        env=bare_environment(DATA_DIR=str(tmp_path / "var"), TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=170,
        start_new_session=True,
        check=False,
    )


def test_the_demo_without_a_browser_shows_a_note_under_the_runners_own_words(tmp_path: Path) -> None:
    shown = demo_once(tmp_path)

    assert (shown.returncode, shown.stderr) == (0, "")
    before, after = shown.stdout.split("Its description ")[1:3]
    words = re.findall(r"^  \| (.+)$", before, re.MULTILINE)
    lines = re.findall(r"^  \| ?(.*)$", after, re.MULTILINE)
    assert lines[: len(words)] == words
    assert lines[-1] == "— Backstride —"
    assert re.search(r"^Findings: \d+\.\d km.*[.:] .*\d+\.\d km\.$", shown.stdout, re.MULTILINE)
    assert "long_effort" not in shown.stdout
    assert shown.stdout.endswith("; this run 1 read, 1 write.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not RUNNER_A.exists(), reason="the eight years of a real runner are not beside this checkout")
def test_the_demo_speaks_about_a_real_runners_history(tmp_path: Path) -> None:
    shown = demo_once(tmp_path, "--history", str(RUNNER_A))

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "— Backstride recovery note —" in shown.stdout


@contextmanager
def running(sandbox: SandboxServer, data_dir: Path, **given: str) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """`backstride run` in a session of its own: (process, its address, its output)."""
    port = free_port("127.0.0.1")
    output = data_dir.with_suffix(".log")
    environ = bare_environment(
        DATA_DIR=str(data_dir), PORT=str(port), STRAVA_CLIENT_ID=str(CLIENT_ID), STRAVA_CLIENT_SECRET=CLIENT_SECRET,
        STRAVA_OAUTH_URL=sandbox.oauth_url, STRAVA_API_URL=sandbox.api_url, **given,
    )  # fmt: skip
    with output.open("w") as log:
        process = subprocess.Popen(
            [*BACKSTRIDE, "run"], env=environ, stdout=log, stderr=log, text=True, start_new_session=True
        )
    try:
        wait_for("Ctrl-C stops it", output, process)
        yield process, f"http://localhost:{port}", output
    finally:
        end_sessions(process)


def wait_for(words: str, output: Path, process: subprocess.Popen[str]) -> None:
    wait_until(lambda: words in output.read_text() or process.poll() is not None, say=output.read_text)
    assert words in output.read_text()


def test_run_answers_refuses_a_second_one_and_stops_whole(sandbox: SandboxServer, tmp_path: Path) -> None:
    with running(sandbox, tmp_path / "var") as (process, address, output):
        assert requests.get(f"{address}/healthz", timeout=60).json() == {"status": "ok"}
        assert "/connect?invite=" in output.read_text()
        assert "polled every few minutes instead of pushed" in output.read_text()
        assert not any(secret.read_text().strip() in output.read_text() for secret in secrets_of(tmp_path / "var"))

        here = {"DATA_DIR": str(tmp_path / "var"), "PORT": address.rpartition(":")[2]}
        assert machine_checks.address(load_settings(here, checkout=tmp_path, looking=True)) == Check("PORT")
        other = load_settings(here | {"DATA_DIR": str(tmp_path / "other")}, checkout=tmp_path, looking=True)
        assert "is in use on 127.0.0.1 by another Backstride" in (machine_checks.address(other).remedy or "")

        second = subprocess.run(
            [*BACKSTRIDE, "run"],
            env=bare_environment(DATA_DIR=str(tmp_path / "var"), STRAVA_CLIENT_ID="1", STRAVA_CLIENT_SECRET="2"),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert second.returncode == 2
        assert second.stderr.startswith(f"DATA_DIR: {tmp_path}/var is in use by process {process.pid}: ")

        process.terminate()
        assert process.wait(timeout=60) == 0
        wait_until(lambda: not members_of(process))
        assert output.read_text().endswith("backstride | stopped\n")


def test_pushes_of_which_half_has_come_let_run_stop_in_silence(sandbox: SandboxServer, tmp_path: Path) -> None:
    half = b"POST /webhook/a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{"
    with running(sandbox, tmp_path / "var") as (process, address, output), slow_clients(address, half, 100):
        assert requests.get(f"{address}/healthz", timeout=60).status_code == 200
        process.terminate()

        assert process.wait(timeout=60) == 0
        _, stopping, after = output.read_text().partition("| stopping\n")
        assert stopping
        assert not re.findall(r"^web .*", after, re.MULTILINE)


def test_run_without_the_redis_that_it_was_told_of_says_so_and_goes_on(sandbox: SandboxServer, tmp_path: Path) -> None:
    nobody = f"redis://:hidden@127.0.0.1:{free_port('127.0.0.1')}/0"
    with running(sandbox, tmp_path / "var", REDIS_URL=nobody) as (process, address, output):
        assert "| REDIS_URL: no Redis answers there (ConnectionError): what comes in is kept" in output.read_text()
        assert requests.get(f"{address}/healthz", timeout=60).json() == {"status": "ok"}
        process.terminate()

        assert process.wait(timeout=60) == 0
        assert "hidden" not in output.read_text()


def test_a_run_that_is_killed_after_its_watchdog_was_leaves_no_process_behind(
    sandbox: SandboxServer, tmp_path: Path
) -> None:
    with running(sandbox, tmp_path / "var") as (process, _, output):
        (watchdog,) = (member for member in members_of(process) if "watchdog.py" in member.command)
        watchdog.signal(signal.SIGKILL)
        wait_for("another one watches", output, process)
        process.kill()
        process.wait()

        wait_until(lambda: not members_of(process))


def secrets_of(data_dir: Path) -> list[Path]:
    return [file for file in (data_dir / "secrets").iterdir() if file.name != ".lock"]
