"""The programs of an instance, as command lines; the Procfile starts the same ones."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from integration.config import Settings
from integration.environment.secret_files import private_directory
from integration.errors import BadSetting
from integration.supervisor import redis_files
from integration.supervisor.program import Program
from integration.supervisor.redis_server import redis_server

PYTHON = (sys.executable, "-P")  # no module of the working directory's, which may hold anything


def programs(settings: Settings) -> list[Program]:
    """In the order in which they start; they stop in the opposite order, but the web first."""
    bundled = [_redis(settings)] if settings.bundled_redis else []
    watch = [_watch()] if settings.notify_urls else []
    return [*bundled, _web(settings), worker(), *watch]


def apart(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the command of each part that is started by itself, as the Procfile does it."""
    return {
        "web": web_command(settings.host, settings.port),
        "worker": worker_command("2", "processes"),
        "beat": beat_command(),
    }


def web_command(host: str, port: int) -> tuple[str, ...]:
    return _module("integration.web.server", host, str(port))


def alive_address(settings: Settings) -> str:
    """Return the address on this machine where the web says that it is there."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    return f"http://{f'[{here}]' if ':' in here else here}:{settings.port}{settings.prefix}/healthz"


def _web(settings: Settings) -> Program:
    address = alive_address(settings)
    return Program("web", web_command(settings.host, settings.port), stops_within=3, address=address)


def worker_command(*how: str) -> tuple[str, ...]:
    """A worker by itself, such as one of "4", "threads"."""
    # Celery warns who runs as root, as one does in a container; what it fears is pickle, and we take JSON alone.
    return (*PYTHON, "-W", "ignore:::celery.platforms", "-m", "workers", "worker", *how)


def beat_command() -> tuple[str, ...]:
    """Beat by itself, for workers without it: exactly one."""
    return _module("workers", "beat")


def worker() -> Program:
    """One process, with threads, and with beat inside: the Procfile has what serves more on a larger machine."""
    return Program("worker", worker_command("4", "threads", "--with-beat"), stops_within=7)


def _watch() -> Program:
    """The watch for the operator, which needs the database: the supervisor looks at nothing but processes."""
    return Program("watch", _module("integration.cli", "watch"), stops_within=2)


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (*PYTHON, "-m", name, *arguments)


def _redis(settings: Settings) -> Program:
    directory = private_directory(settings.data_dir / redis_files.DIRECTORY)
    redis_files.forget_old(directory)
    if settings.redis_socket.parent != settings.data_dir:
        _require_own(private_directory(settings.redis_socket.parent))
    options = {
        "port": "0",  # the socket only
        "unixsocket": str(settings.redis_socket),
        "unixsocketperm": "700",
        "dir": str(directory),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
        "logfile": str(directory / redis_files.LOG),  # it warns of how the machine is set up, which helps nobody here
    }
    command = [redis_server(), *(part for name, value in options.items() for part in (f"--{name}", value))]
    return Program("redis", tuple(command), stops_within=2, files=str(directory), socket=options["unixsocket"])


def tidy_up(settings: Settings) -> None:
    """Remove the directory that only the socket was in."""
    if settings.redis_socket.parent != settings.data_dir:
        with suppress(OSError):
            settings.redis_socket.parent.rmdir()


def _require_own(directory: Path) -> None:
    """The socket's directory may lie among everybody's temporary files: nobody else may have made it before us."""
    if directory.stat().st_uid != os.getuid():
        remedy = f"lies too deep for a socket, and {directory} belongs to somebody else: name a shorter path"
        raise BadSetting("DATA_DIR", remedy)
