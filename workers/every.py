"""A schedule of Celery's beat by a clock that may be put right."""

from datetime import datetime, timedelta
from typing import Any

from celery.schedules import schedule


class Every(schedule):  # type: ignore[misc]  # Celery ships no types
    """Every so many seconds. A last run that lies in the future, by a clock that was ahead, makes it due now.

    Celery would wait until then, also after a restart: beat keeps the last runs in a file.
    """

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        left: timedelta = super().remaining_estimate(last_run_at)
        longest: Any = self.run_every
        return left if left <= longest else timedelta()
