"""The workers' side of heartbeats: a row, at most every few seconds, for as long as this process can do its work."""

import time

import structlog

from integration.errors import StoreUnavailable
from integration.store import heartbeats
from workers.resources import Resources

log = structlog.get_logger()


class Heartbeat:
    """One part's signs of life from one process."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._next = 0.0  # on the monotonic clock, which nobody puts right

    def record(self, resources: Resources) -> None:
        """Record that this part works, unless it did so just now. A database that takes no writes is only logged."""
        if time.monotonic() < self._next:
            return
        try:
            with resources.store.write() as session:
                heartbeats.record(session, self._part, resources.now())
        except StoreUnavailable as error:
            log.warning("no sign of life could be stored", part=self._part, error=str(error))
            return
        self._next = time.monotonic() + heartbeats.EVERY.total_seconds()
