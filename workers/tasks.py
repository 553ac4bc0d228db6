"""The tasks: each a name, a load and a call. They carry an athlete's random key and nothing else."""

from collections.abc import Callable, Sequence

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from integration.queue import EXPIRE, PROCESS_ATHLETE, RECONCILE, SWEEP, TELL, WAKE_EXPIRES
from integration.store import heartbeats
from workers import process_athlete
from workers.resources import Resources
from workers.rounds import cleanup, reconcile, strength_today, sweep
from workers.rounds.heartbeat import Heartbeat

log = structlog.get_logger()


def register(app: Celery, resources: Callable[[], Resources]) -> None:
    """Add the tasks to `app`; `resources` gives this process's own."""

    def process(key: str) -> None:
        resources().marks.clear(key)
        process_athlete.process_athlete(resources(), key)

    alive = Heartbeat(heartbeats.WORKER)

    def sweep_all() -> None:
        alive.record(resources())
        _wake(app, sweep.to_wake(resources()))

    def reconcile_all() -> None:
        _wake(app, reconcile.start_round(resources()))

    def expire_all() -> None:
        cleanup.expire(resources())

    def tell_all() -> None:
        strength_today.tell_strength_today(resources())

    tasks = {PROCESS_ATHLETE: process, SWEEP: sweep_all, RECONCILE: reconcile_all, EXPIRE: expire_all, TELL: tell_all}
    for name, run in tasks.items():
        app.task(run, name=name, shared=False)  # this app's alone: it may not be the last of its process


def _wake(app: Celery, keys: Sequence[str]) -> None:
    """Send a task for each athlete. While the queue is away none is sent: the next sweep finds them."""
    try:
        for key in keys:
            app.send_task(PROCESS_ATHLETE, args=[key], expires=WAKE_EXPIRES, ignore_result=True, retry=False)
    except OperationalError:
        log.warning("the queue is away; the next sweep will wake whoever waits", waiting=len(keys))
