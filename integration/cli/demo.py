"""`demo`: an instance of its own against the Strava stand-in, in a DATA_DIR of its own, with nothing to ask.

What takes long to import is imported where it is used: by then the pages are starting in a process of their own.
"""

import secrets
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from integration.cli.address_check import answers
from integration.cli.database import migrated
from integration.cli.into_supervisor import keep_running
from integration.config import SETTINGS, Place, Settings, environment, load_place, load_settings
from integration.errors import BackstrideError, BadInput
from integration.ports import free_port, require_free_port
from integration.supervisor import NeverUp, Program, Supervisor, lock_data_dir
from integration.supervisor.programs import PYTHON, programs, tidy_up

if TYPE_CHECKING:
    from integration.store import Store

RUNNER = 1001  # the athlete that the stand-in makes first
SANDBOX_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Stage:
    """A demo's settings, the environment that makes them, and the stand-in's address."""

    settings: Settings
    environ: dict[str, str]
    sandbox_url: str
    history: Path | None

    def programs(self) -> list[Program]:
        """The stand-in, and what `run` starts."""
        port = self.sandbox_url.rpartition(":")[2]
        history = ("--history", str(self.history)) if self.history else ()
        command = (*PYTHON, "-m", "integration.cli", "sandbox", "--port", port, *history)
        return [Program("sandbox", command, stops_within=1, quiet=True), *programs(self.settings)]


@click.command()
@click.option("--history", type=click.Path(path_type=Path), help="Activities as Strava's API lists them, as JSON.")
@click.option("--once", is_flag=True, help="No browser: connect, log a run, print what comes of it, end.")
def demo(history: Path | None, once: bool) -> None:
    """Try it all against a Strava stand-in; nothing is asked, and nothing real is touched.

    Without --history the stand-in makes a runner up.
    """
    if history:
        history = history.resolve()
        _require_activities(history)
    place = load_place()
    if once:
        _play(place, history)
    else:
        _show(place, history)


def _require_activities(history: Path) -> None:
    from integration.sandbox.activities.history import HistoryError, load_history

    try:
        load_history(history, datetime.now(UTC))
    except HistoryError as error:
        raise BadInput(f"--history {error}") from None


def _show(place: Place, history: Path | None) -> None:
    require_free_port(place.host, place.port)
    with lock_data_dir(place.data_dir / "demo") as lock:
        _empty(place.data_dir / "demo")
        stage = set_stage(place, place.data_dir / "demo", place.port, free_port("127.0.0.1", place.port + 1), history)
        keep_running(
            stage.programs(),
            stage.settings,
            lock=lock,
            environ=stage.environ,
            command="demo",
        )


def _play(place: Place, history: Path | None) -> None:
    port = free_port("127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="backstride-demo-") as directory, _interrupted_by_sigterm():
        stage = set_stage(place, Path(directory), port, free_port("127.0.0.1", port + 1), history)
        with _kept_running(stage) as log:
            from integration.cli.demo_script import play_once
            from integration.store import Store

            store = Store(stage.settings.database_url)
            _subscribe(stage.settings, stage.sandbox_url, store)
            play_once(stage.settings.public_url, stage.sandbox_url, store, log)
            store.dispose()


@contextmanager
def _kept_running(stage: Stage) -> Iterator[list[str]]:
    """The programs, kept up by a thread; their log is collected instead of shown."""
    log: list[str] = []
    stop = threading.Event()
    supervisor = Supervisor(
        stage.programs(), stage.settings.checkout, lambda who, line: log.append(f"{who}: {line}"), stage.environ
    )

    def keep_up() -> None:
        try:
            supervisor.keep_up(stop)
        except NeverUp as error:
            log.append(str(error))

    keeping = threading.Thread(target=keep_up)
    try:
        if not supervisor.start(stop, meanwhile=lambda: migrated(stage.settings).dispose()):
            raise BackstrideError(f"the pages do not answer. The log's end: {' / '.join(log[-5:])}")
        keeping.start()
        yield log
    except NeverUp as error:
        raise BadInput(str(error)) from None
    finally:
        stop.set()
        if keeping.is_alive():
            keeping.join()
        supervisor.stop()
        tidy_up(stage.settings)


def set_stage(place: Place, directory: Path, port: int, sandbox_port: int, history: Path | None) -> Stage:
    """Settings of which none comes from the real instance's environment or .env but where to listen."""
    sandbox_url = f"http://localhost:{sandbox_port}"  # one name for both, as in PUBLIC_URL
    chosen = {
        "PORT": str(port),
        "HOST": place.host,
        "DATA_DIR": str(directory),
        "STRAVA_CLIENT_ID": str(secrets.randbelow(90_000) + 10_000),
        "STRAVA_CLIENT_SECRET": secrets.token_hex(20),
        "STRAVA_OAUTH_URL": f"{sandbox_url}/oauth",
        "STRAVA_API_URL": f"{sandbox_url}/api/v3",
        "OWNER_ATHLETE": str(RUNNER),
        "ALLOWED_ATHLETES": "*",
    }
    environ = environment(**dict.fromkeys((name.upper() for name in SETTINGS), "") | chosen)
    settings = load_settings(environ, checkout=place.checkout)
    return Stage(settings, environ, sandbox_url, history)


def announcement(settings: Settings, store: "Store") -> Iterator[str]:
    """Subscribe to the stand-in's pushes, and yield where to begin, line by line."""
    sandbox_url = settings.strava_oauth_url.removesuffix("/oauth")
    _subscribe(settings, sandbox_url, store)
    yield f"Backstride is at        {settings.public_url}"
    yield "Three clicks there:     Connect with Strava, Authorize, Switch notes on"
    yield f"The Strava stand-in at  {sandbox_url}: then log a long run there, and read its note"
    yield f"What to do today:       {settings.public_url} again"
    yield "Ctrl-C stops it"


def _subscribe(settings: Settings, sandbox_url: str, store: "Store") -> None:
    from integration.cli.push import subscribe_to_pushes

    give_up = time.monotonic() + SANDBOX_WITHIN
    while not answers(sandbox_url) and time.monotonic() < give_up:
        time.sleep(0.03)
    subscribe_to_pushes(settings, store)


def _empty(directory: Path) -> None:
    """Remove what an earlier demo left, but the lock that is held on it."""
    for left in directory.iterdir():
        if left.name == "run.lock":
            continue
        shutil.rmtree(left) if left.is_dir() else left.unlink()


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does, so that everything is cleaned up."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before: Callable[[int, FrameType | None], object] | int | None = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
