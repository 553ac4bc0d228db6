"""`python -m workers worker 4 threads` and `python -m workers beat`: Celery's worker and beat, on our app.

Not by Celery's own command: it imports whatever might be asked of it, 9 MB in each process.
"""

import os
import signal
import sys
from typing import Any, Literal

if __name__ == "__main__":  # Ctrl-C ends it without a traceback while the rest is imported, which takes a second
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

import click
from celery import Celery

from integration.config import load_settings
from integration.errors import BadSetting
from workers.app import make_celery

POOLS = {"threads": "threads", "processes": "prefork"}
QUIET: dict[str, Any] = {"quiet": True, "loglevel": "WARNING"}  # of Celery itself; what our tasks do, they say
ALONE = {"without_mingle": True, "without_gossip": True, "without_heartbeat": True}  # a worker need not know of others


@click.group()
def main() -> None:
    """Celery's worker and beat, on our app."""


@main.command()
@click.argument("count", type=click.IntRange(min=1))
@click.argument("kind", type=click.Choice([*POOLS]))
@click.option("--with-beat", is_flag=True, help="Send the rounds from here, too.")
def worker(count: int, kind: Literal["threads", "processes"], *, with_beat: bool) -> None:
    """Serve athletes, so many at a time."""
    ours = _app().Worker(pool=POOLS[kind], concurrency=count, with_beat=with_beat, **QUIET, **ALONE)
    ours.start()
    sys.exit(ours.exitcode)


@main.command()
def beat() -> None:
    """Send the rounds, for workers that do not: exactly one."""
    _app().Beat(**QUIET).run()


def _app() -> Celery:
    """Exit with 2 and one line when a setting is missing or wrong."""
    try:
        return make_celery(load_settings())
    except BadSetting as error:
        sys.stderr.write(f"backstride: {error}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
