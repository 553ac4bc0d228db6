"""Celery's beat by a clock that may be put right, forwards or back, at any moment."""

from datetime import datetime, timedelta
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import schedule


class Every(schedule):  # type: ignore[misc]  # Celery ships no types
    """Every so many seconds. A last run that lies in the future, by a clock that was ahead, makes it due now.

    Celery would wait until then.
    """

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        left: timedelta = super().remaining_estimate(last_run_at)
        longest: Any = self.run_every
        return left if left <= longest else timedelta()


class Rounds(Scheduler):  # type: ignore[misc]
    """Asks every entry if it is due, and keeps no file, which a power cut could damage for good.

    Celery asks only the first one of a list that is ordered by the clock: one that was put in by a clock that was
    ahead is not asked before that time comes.
    """

    def tick(self, *_: Any, **__: Any) -> float:
        """Send what is due. Returns the seconds until the next may be."""
        return min([float(self.max_interval), *map(self._serve, list(self.schedule.values()))])

    def _serve(self, entry: ScheduleEntry) -> float:
        is_due, seconds = entry.is_due()
        if is_due:
            self.apply_entry(self.reserve(entry), producer=self.producer)
        return float(seconds)
