"""Beat as a thread of a worker (`worker --with-beat`): one process less on a machine where one worker serves all."""

import os
import signal
import threading
from typing import Any

import structlog
from celery import Celery, bootsteps
from celery.beat import Service

from workers.rounds.every import Rounds

log = structlog.get_logger()


def offer(app: Celery) -> None:
    """Let a worker of this app have beat inside, if it is made `with_beat`."""
    app.steps["worker"].add(BeatInside)


class BeatInside(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery ships no types
    """Starts beat after the worker's pool, and stops it before."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, with_beat: bool = False, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = with_beat

    def create(self, worker: Any) -> "BeatThread":
        """Return what the worker starts and stops."""
        return BeatThread(worker.app)


class BeatThread(threading.Thread):
    """Beat. Should it ever fail, its worker ends with it: whoever keeps that up starts both again."""

    def __init__(self, app: Celery) -> None:
        super().__init__(name="beat", daemon=True)
        self._service = Service(app, scheduler_cls=Rounds)

    def run(self) -> None:
        try:
            self._service.start()
        except Exception:
            log.exception("beat failed; its worker ends, to be started again")
            os.kill(os.getpid(), signal.SIGTERM)

    def stop(self) -> None:
        """Ask it to end; it does so within its longest pause, and nothing waits for it."""
        self._service.stop()
