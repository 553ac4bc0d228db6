"""A worker in a process of its own, which a test can stop and kill wherever it stands."""

import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkProcess

from instance import ANNA, Instance
from living import status_of
from waiting import PATIENCE_S, wait_until

from integration.store import athletes
from integration.strava.rate_limit import Budget, Permit, Priority
from workers.process_athlete import process_athlete
from workers.resources import Resources


class WorkerProcess:
    """Attends one athlete and ends; it shares nothing with the test but database, Redis and Strava."""

    def __init__(self, instance: Instance, athlete_id: int = ANNA, *, stall_before_call: int = 0) -> None:
        """With `stall_before_call` it stops itself just before its n-th call, when the lease is freshly renewed."""
        context = multiprocessing.get_context("fork")
        self._ahead = context.Value("d", instance.ahead.total_seconds())
        with instance.store.read() as session:
            athlete = athletes.find(session, athlete_id)
        assert athlete
        self._process: ForkProcess = context.Process(
            target=self._attend, args=(instance, athlete.key, stall_before_call), daemon=True
        )
        self._process.start()

    def _attend(self, instance: Instance, key: str, stall_before_call: int) -> None:
        settings = instance.resources.settings
        own = Resources.from_settings(settings)
        now = lambda: datetime.now(UTC) + timedelta(seconds=self._ahead.value)  # noqa: E731
        budget = Stalling(settings.redis_url, settings.strava_app()[0], before=stall_before_call)
        process_athlete(Resources(settings, own.store, own.vault, budget, own.marks, now), key)

    def stop(self) -> None:
        """It stands still, as on a machine that swaps or a virtual one that is moved."""
        os.kill(self._id, signal.SIGSTOP)

    def go_on(self, *, after: float) -> None:
        """It goes on, and by its clock so many seconds have passed."""
        self._ahead.value += after
        os.kill(self._id, signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self._id, signal.SIGKILL)
        self._process.join()

    def ends_well(self) -> bool:
        self._process.join(PATIENCE_S)
        return self._process.exitcode == 0

    def wait_until_it_stands_still(self) -> None:
        wait_until(lambda: status_of(self._id) == "T")

    @property
    def _id(self) -> int:
        assert self._process.pid
        return self._process.pid


class Stalling(Budget):
    """The budget of a process that stops itself before one of its calls."""

    def __init__(self, redis_url: str, client_id: str, *, before: int) -> None:
        super().__init__(redis_url, client_id)
        self._left = before

    def acquire(self, priority: Priority) -> Permit:
        permit = super().acquire(priority)
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
        return permit
