"""`demo`: an instance of its own against the Strava stand-in, in a DATA_DIR of its own, with nothing to ask."""

import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from integration.cli.foreground import keep_running, migrated, say
from integration.cli.once import play_once
from integration.cli.push import subscribe_to_pushes
from integration.config import SETTINGS, Place, Settings, environment, load_place, load_settings
from integration.errors import BadInput
from integration.sandbox.history import HistoryError, load_history
from integration.supervisor import Program, answers, claim_data_dir, free_port, programs, require_free_port

RUNNER = 1001  # the athlete that the stand-in makes first
SANDBOX_WITHIN = 20.0  # seconds


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
        command = (sys.executable, "-m", "integration.cli", "sandbox", "--port", port, *history)
        return [Program("sandbox", command, stops_within=1), *programs(self.settings)]


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
    try:
        load_history(history, datetime.now(UTC))
    except HistoryError as error:
        raise BadInput(f"--history {error}") from None


def _show(place: Place, history: Path | None) -> None:
    require_free_port(place.host, place.port)
    with claim_data_dir(place.data_dir / "demo"):
        _empty(place.data_dir / "demo")
        stage = set_stage(place, place.data_dir / "demo", place.port, free_port("127.0.0.1", place.port + 1), history)
        migrated(stage.settings).dispose()
        keep_running(stage.programs(), stage.settings, environ=stage.environ, when_ready=lambda: _announce(stage))


def _play(place: Place, history: Path | None) -> None:
    port = free_port("127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="backstride-demo-") as directory, _interrupted_by_sigterm():
        stage = set_stage(place, Path(directory), port, free_port("127.0.0.1", port + 1), history)
        store = migrated(stage.settings)
        play_once(stage.programs(), stage.settings, stage.environ, stage.sandbox_url, lambda: _subscribe(stage), store)


def set_stage(place: Place, directory: Path, port: int, sandbox_port: int, history: Path | None) -> Stage:
    """Settings of which none comes from the real instance's environment or .env but where to listen."""
    sandbox_url = f"http://127.0.0.1:{sandbox_port}"
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


def _announce(stage: Stage) -> None:
    _subscribe(stage)
    say("backstride", f"Backstride is at        {stage.settings.public_url}")
    say("backstride", f"The Strava stand-in at  {stage.sandbox_url}: connect first, then log a long run there")
    say("backstride", "Ctrl-C stops it")


def _subscribe(stage: Stage) -> None:
    give_up = time.monotonic() + SANDBOX_WITHIN
    while not answers(stage.sandbox_url) and time.monotonic() < give_up:
        time.sleep(0.03)
    store = migrated(stage.settings)
    subscribe_to_pushes(stage.settings, store)
    store.dispose()


def _empty(directory: Path) -> None:
    """Takes away what an earlier demo left, but the lock that is held on it."""
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
