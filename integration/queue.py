"""The queue, as far as the web knows it: the tasks' names, how to reach the broker, and `wake(athlete)`.

The queue is a hint: it loses tasks and runs them twice. What must not be lost stands in the database, and the sweep
wakes whoever was forgotten. So sending never waits long, never raises, and never happens on a request's path.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

if TYPE_CHECKING:
    from celery import Celery

PROCESS_ATHLETE = "backstride.process_athlete"
SWEEP = "backstride.sweep"
RECONCILE = "backstride.reconcile"
EXPIRE = "backstride.cleanup"
TELL = "backstride.tell_strength_today"
QUEUE = "backstride"

WAKE_EXPIRES = 60  # seconds; by then the sweep has found whoever was to be woken
WOKEN_FOR = 20  # seconds for which the sweep leaves an athlete whom it woke to the queue
PAUSE = 0.1  # seconds between two wakes of the same athlete, at least
LONGEST_PAUSE = 1.0  # the sweep is there for the rest
REST = 9  # times as long as sending took: it never takes more than a tenth of the time from who answers pushes

log = structlog.get_logger()


def celery_config(broker_url: str) -> dict[str, Any]:
    """Celery's settings for whoever sends or receives: short timeouts, no redelivery by the broker, no results."""
    return {
        "broker_url": broker_url,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "socket_timeout": 2.0,
            "socket_connect_timeout": 0.5,
            "health_check_interval": 10,
            "retry_on_timeout": False,
        },
        "broker_connection_timeout": 1.0,
        "task_publish_retry_policy": {"max_retries": 0},
        "task_ignore_result": True,
        "task_acks_late": False,
        "task_default_queue": QUEUE,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
    }


def send_through(broker_url: str) -> Callable[[str], None]:
    """A function that puts `process_athlete(key)` on the queue, or raises within about a second."""

    @cache
    def app() -> "Celery":
        from celery import Celery  # imported by the first wake: it takes long, and the first page need not wait for it

        sender = Celery("backstride-sender", set_as_current=False)
        sender.conf.update(celery_config(broker_url))
        sender.conf.broker_transport_options["socket_timeout"] = 0.5
        return sender

    return lambda key: app().send_task(
        PROCESS_ATHLETE, args=[key], expires=WAKE_EXPIRES, ignore_result=True, retry=False
    )


class WakeMarks:
    """Marks of athletes whom the sweep woke just now, kept beside the queue: what loses the one loses the other."""

    def __init__(self, redis_url: str, *, on_its_way: float = 5 * PAUSE) -> None:
        """`on_its_way`: seconds after which no wake of another process is under way to the queue."""
        self._on_its_way = on_its_way
        once = Retry(NoBackoff(), 0)
        self._redis: Any = Redis.from_url(redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=once)

    def unmarked(self, keys: Sequence[str]) -> list[str]:
        """Mark these athletes for twenty seconds; return those that were not marked, or all when Redis is away."""
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.set(f"backstride:woken:{key}", 1, nx=True, ex=WOKEN_FOR)
                return [key for key, new in zip(keys, pipe.execute(), strict=True) if new]
        except RedisError:
            return list(keys)

    def clear(self, key: str) -> None:
        """The athlete is being served: whatever gets due from now on is worth a new wake."""
        with suppress(RedisError):
            self._redis.delete(f"backstride:woken:{key}")

    def forget(self) -> None:
        """Forget all marks: Redis counts by the wall clock, and that was wrong."""
        with suppress(RedisError):
            for mark in self._redis.scan_iter("backstride:woken:*", count=1000):
                self._redis.delete(mark)

    def erase(self, key: str) -> None:
        """Remove the key of an athlete who is no more from the queue, and from Redis's append-only file.

        A while late: a wake that was on its way must not come after it.
        """
        time.sleep(self._on_its_way)
        with suppress(RedisError):
            self._redis.delete(f"backstride:woken:{key}")
            for message in self._redis.lrange(QUEUE, 0, -1):
                if key.encode() in message:
                    self._redis.lrem(QUEUE, 0, message)
        self.leave_no_trace()

    def leave_no_trace(self) -> bool:
        """Have Redis write its append-only file anew, without what is no more; return if it could be told.

        Once more some minutes after an `erase`: a worker may have held a message that it took before.
        """
        try:
            if self._redis.info("persistence").get("aof_enabled"):
                self._redis.bgrewriteaof()
        except RedisError:
            return False
        return True


class Waker:
    """Wakes workers from a thread of its own: each athlete at most once per 100 ms, and no caller ever waits.

    Where many are woken at once, it rests for longer.
    """

    def __init__(self, send: Callable[[str], None]) -> None:
        """`send` puts one athlete's key on the queue; what it raises is logged by kind and left to the sweep."""
        self._send = send
        self._pending: set[str] = set()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self, key: str) -> None:
        with self._news:
            self._pending.add(key)
            if self._thread is None or not self._thread.is_alive():  # lazily: a thread does not survive a fork
                self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                self._thread.start()
            self._news.notify()

    def _run(self) -> None:
        while True:
            with self._news:
                while not self._pending:
                    self._news.wait()
                keys, self._pending = self._pending, set()
            began = time.monotonic()
            self._send_all(keys)
            time.sleep(min(max(PAUSE, REST * (time.monotonic() - began)), LONGEST_PAUSE))

    def _send_all(self, keys: set[str]) -> None:
        for key in keys:
            try:
                self._send(key)
            except Exception as error:  # noqa: BLE001  # whatever the broker's client raises, the sweep makes good
                log.warning("wake not sent, the sweep will find it", waiting=len(keys), error=type(error).__name__)
                return
