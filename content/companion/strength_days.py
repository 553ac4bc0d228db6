"""The plan as of now, and whether a runner who wants to be told is told now that strength stands in it today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from content.companion.twelve_weeks import PlannedWeek, UsualWeek, twelve_weeks, usual_week
from content.routines.back import Back
from content.routines.past import LoggedSession
from content.routines.questionnaire import Answers
from content.routines.rest import first_day
from content.runs import Run

if TYPE_CHECKING:
    from content.moves.models import Move

# By the clock of the last run, which summer time puts wrong by an hour: so nobody is woken before seven. Late in the
# evening it would be no use.
FROM_HOUR, TO_HOUR = 8, 20


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
    done = {session.at.astimezone(now.tzinfo).date() for session in logged if session.strength and session.at <= now}
    weeks = twelve_weeks(start=since, today=now.date(), week=usual, sessions=sessions, done=done, rest_until=rest_until)
    return StrengthDays(weeks, usual, rest_until, part)


def asks_first(answers: Answers, moves: Mapping[str, "Move"]) -> bool:
    """Return True while a clinician has to be asked before any strength: the physio's own moves are beyond that."""
    return answers.ask_first and all(moves[pin.move].kind.gentle for pin in answers.pins)


def strength_may_be(answers: Answers, back: Back, moves: Mapping[str, "Move"]) -> bool:
    """Return True unless the back, or a condition to ask about first, keeps all strength away."""
    return not back.rules_out_training and not asks_first(answers, moves)


def is_hour_to_tell(now: datetime) -> bool:
    """Return True from eight in the morning until eight in the evening, by the clock of `now`."""
    return FROM_HOUR <= now.hour < TO_HOUR


def is_strength_now(days: StrengthDays, begin: datetime | None, now: datetime) -> bool:
    """Return True on a strength day of the plan, once its rest is over. `strength_may_be` is asked besides."""
    due = any(now.date() in week.due for week in days.weeks)
    return due and (begin is None or begin <= now)


def _rested(begin: datetime | None, now: datetime) -> tuple[date, str]:
    """Return the first day on which strength may be, by the athlete's clock, and the part of it to wait for."""
    if begin is None or begin <= now:
        return now.date(), ""
    return first_day(begin.astimezone(now.tzinfo).replace(tzinfo=None))
