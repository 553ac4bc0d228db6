"""The composition root of the workers: `make_celery(settings)`."""

import gc
import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from celery import Celery
from celery.beat import SchedulingError
from celery.signals import (
    after_setup_logger,
    beat_init,
    before_task_publish,
    worker_before_create_process,
    worker_process_init,
)
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisAway

from content.moves import library
from integration.config import Settings
from integration.logs import configure_logs
from integration.queue import EXPIRE, RECONCILE, SWEEP, TELL, celery_config
from integration.store import heartbeats
from integration.store.database.column_types import EPOCH
from workers import tasks
from workers.resources import Resources
from workers.rounds import beat_inside
from workers.rounds.every import Every, Rounds
from workers.rounds.heartbeat import Heartbeat

ROUNDS = {SWEEP: 5.0, RECONCILE: 60.0, EXPIRE: 600.0, TELL: 600.0}  # seconds
LONGEST_TASK = 900  # seconds; a turn renews its lease call by call, and a listing of years takes dozens of calls


def make_celery(settings: Settings) -> Celery:
    """The Celery app with its tasks and their beat. Raises BadSetting when a setting is missing."""
    settings.strava_app()
    configure_logs()
    app = Celery("backstride")
    app.conf.update(celery_config(settings.broker_url))
    app.conf.update(
        task_time_limit=LONGEST_TASK,
        worker_soft_shutdown_timeout=5.0,
        worker_cancel_long_running_tasks_on_connection_loss=True,  # of ours none: they are acknowledged as they begin
        worker_redirect_stdouts=False,
        worker_log_format="%(levelname)s %(message)s",
        worker_task_log_format="%(levelname)s %(message)s",
        beat_max_loop_interval=5,
        beat_scheduler=Rounds,
        beat_schedule={name: _round(name, seconds) for name, seconds in ROUNDS.items()},
    )

    @cache
    def resources() -> Resources:
        return Resources.from_settings(settings)

    worker_before_create_process.connect(_load_for_all, weak=False)
    worker_process_init.connect(lambda **_: resources.cache_clear(), weak=False)  # a fork shares no connection
    beat_init.connect(lambda **_: _beat_tells_that_it_lives(resources), weak=False)
    after_setup_logger.connect(_say_briefly_that_redis_is_away, weak=False)
    tasks.register(app, resources)
    beat_inside.offer(app)
    return app


def _load_for_all(**_: Any) -> None:
    """Load, before a worker forks, what its every process will need, and leave it out of their searches for garbage."""
    import integration.strava.protocol  # noqa: F401  # takes most of a second

    library.load()
    gc.collect()
    gc.freeze()


def _round(name: str, seconds: float) -> dict[str, Any]:
    """Return beat's entry of a round. All are due when beat starts: it may not live until the longest comes round."""
    return {"task": name, "schedule": Every(seconds), "options": {"expires": seconds}, "last_run_at": EPOCH}


def _beat_tells_that_it_lives(resources: Callable[[], Resources]) -> None:
    """Record a sign of life with every round that is due: in beat's own process or thread alone."""
    alive = Heartbeat(heartbeats.BEAT)

    def record(sender: str, **_: Any) -> None:
        if sender in ROUNDS:  # a worker that has beat inside wakes athletes, too
            alive.record(resources())

    before_task_publish.connect(record, weak=False)


def _say_briefly_that_redis_is_away(logger: logging.Logger, **_: Any) -> None:
    for handler in logger.handlers:
        handler.addFilter(without_traceback)


def without_traceback(record: logging.LogRecord) -> bool:
    """Nothing is lost with Redis, so that it went away is worth one line: beat puts its stack into a second."""
    if record.exc_info and isinstance(record.exc_info[1], RedisAway | OSError | SchedulingError | OperationalError):
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
        record.exc_info = record.exc_text = None
    return True
