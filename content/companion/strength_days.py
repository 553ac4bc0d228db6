"""The plan as of now, and whether a runner who wants to be told is told now that strength stands in it today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from content.companion.twelve_weeks import PlannedWeek, UsualWeek, twelve_weeks, usual_week
from content.routines.back import Back
from content.routines.past import LoggedSession
from content.routines.rest import first_day
from content.runs import Run

WAITS: Final = (Back.SORE, Back.HOLD)  # no strength for such a back
FROM_HOUR, TO_HOUR = 7, 20  # by the runner's clock: nobody is woken, and late in the evening it would be no use


@dataclass(frozen=True, slots=True)
class StrengthDays:
    """A plan as of a moment. `rest_until`: the first day on which the last runs and sessions allow strength.

    `part` is the part of that day to wait for, "" if there is none.
    """

    weeks: tuple[PlannedWeek, ...]
    usual: UsualWeek
    rest_until: date
    part: str = ""

    @property
    def next(self) -> date | None:
        """The next strength day; None once the plan is over."""
        return min((day for week in self.weeks for day in week.due), default=None)


def strength_days(
    since: date, sessions: int, runs: Sequence[Run], logged: Iterable[LoggedSession], begin: datetime | None,
    now: datetime,
) -> StrengthDays:  # fmt: skip
    """Return the plan that began on `since`, of so many `sessions` a week, as of `now` (by the runner's clock).

    `runs` are the canonical ones, `begin` is what `plan.strength_from` gives.
    """
    (rest_until, part), usual = _rested(begin, now), usual_week(runs, now.date())
    done = {session.at.astimezone(now.tzinfo).date() for session in logged if session.strength}
    weeks = twelve_weeks(start=since, today=now.date(), week=usual, sessions=sessions, done=done, rest_until=rest_until)
    return StrengthDays(weeks, usual, rest_until, part)


def is_hour_to_tell(now: datetime) -> bool:
    """Return True from seven in the morning until eight in the evening, by the clock of `now`."""
    return FROM_HOUR <= now.hour < TO_HOUR


def is_strength_now(days: StrengthDays, begin: datetime | None, back: Back, now: datetime) -> bool:
    """Return True on a strength day of the plan, once the rest before it is over and while the back allows it."""
    due = any(now.date() in week.due for week in days.weeks)
    return due and (begin is None or begin <= now) and back not in WAITS


def _rested(begin: datetime | None, now: datetime) -> tuple[date, str]:
    """Return the first day on which strength may be, by the athlete's clock, and the part of it to wait for."""
    if begin is None or begin <= now:
        return now.date(), ""
    return first_day(begin.astimezone(now.tzinfo).replace(tzinfo=None))
