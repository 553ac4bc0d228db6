"""`backstride sandbox`, as a person starts it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from integration.sandbox import SandboxServer

COMMAND = (sys.executable, "-m", "integration.cli", "sandbox")


@pytest.fixture
def started() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def refused(*arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.processes
def test_it_says_where_it_is_serves_a_runner_and_ends_when_asked(started: subprocess.Popen[str]) -> None:
    assert started.stdout is not None
    said = [started.stdout.readline().strip() for _ in range(4)]
    url = said[0].rsplit(" ", 1)[1]
    feed = requests.get(url, timeout=60).text
    state = requests.get(f"{url}/sandbox/api/state", timeout=60).json()
    started.send_signal(signal.SIGTERM)

    assert said[1:3] == [f"STRAVA_OAUTH_URL={url}/oauth", f"STRAVA_API_URL={url}/api/v3"]
    assert "Log a long run" in feed
    assert state["activities"] > 400
    assert started.wait(30) == 0


@pytest.mark.processes
def test_a_wrong_history_or_a_taken_port_is_one_line(tmp_path: Path, sandbox: SandboxServer) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"not": "a list"}', encoding="utf-8")

    assert "holds no list of activities" in refused("--history", str(wrong))
    assert f"--port {sandbox.port}: Address already in use" in refused("--port", str(sandbox.port))
    assert "--retry-after" in refused("--retry-after", "soon")
