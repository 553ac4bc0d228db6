"""`backstride sandbox`: the Strava stand-in alone, so that anything can be built and tried against it."""

import signal
from pathlib import Path

import click

from integration.errors import BadInput
from integration.sandbox import Sandbox, SandboxServer
from integration.sandbox.activities.history import HistoryError
from integration.sandbox.pushes import STRAVA_SPACING_S
from integration.sandbox.server import furnish
from integration.supervisor.stop import Stop

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _seconds(ctx: click.Context, parameter: click.Parameter, value: str) -> tuple[float, ...]:
    """ "60,120" -> (60.0, 120.0)"""
    del ctx, parameter
    try:
        return tuple(float(number) for number in value.split(","))
    except ValueError:
        raise click.BadParameter("give seconds separated by commas, such as 60,120") from None


@click.command()
@click.option("--port", default=8100, type=click.IntRange(0, 65535), show_default=True, help="0: any free one.")
@click.option(
    "--history", type=click.Path(path_type=Path), help="Activities as the API lists them, as .json or .json.gz."
)
@click.option(
    "--retry-after",
    default=",".join(f"{seconds:g}" for seconds in STRAVA_SPACING_S),
    show_default=True,
    callback=_seconds,
    help="Seconds before a push that failed is tried again, once per number.",
)
def sandbox(port: int, history: Path | None, retry_after: tuple[float, ...]) -> None:
    """Run the Strava stand-in alone: a runner's feed, consent, API, pushes, limits, and faults on demand.

    Any client id and secret are taken. Everything is forgotten when it stops.
    """
    strava = Sandbox(retry_after=retry_after)
    try:
        furnish(strava, history)
    except HistoryError as error:
        raise BadInput(str(error)) from None
    stop = Stop()
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, lambda _signal, _frame: stop.set())
    server = SandboxServer(strava, port)
    try:
        server.start()
    except OSError as error:
        raise BadInput(f"--port {port}: {error.strerror}; choose another") from None
    click.echo(f"A runner's feed is at       {server.url}")
    click.echo(f"STRAVA_OAUTH_URL={server.oauth_url}")
    click.echo(f"STRAVA_API_URL={server.api_url}")
    click.echo("Ctrl-C stops it")
    stop.wait()
    server.stop()
    strava.close()
