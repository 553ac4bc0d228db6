"""The plan of twelve weeks: strength days around the runner's own long and hard days, every fourth week an easy one.

A plan is made anew whenever it is shown, from what was done and run until then: a missed day moves on by itself and is
not piled up. No source gives these very days; two or three sessions a week, 48 hours apart, are ACSM's.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from content.routines.plan import is_kept_free, long_run_day
from content.routines.progression import is_easy_in_plan
from content.runs import Run

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(weeks=1)
WEEKS: Final = 12
APART_DAYS: Final = 2  # between two strength days
LOOKED_AT: Final = 8 * WEEK
HARD_S: Final = 75 * 60  # a run of so long, or a race, makes its day a hard one


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """One week of the plan. `done` are the days on which strength was logged, `due` those to come."""

    number: int  # 1 to 12
    start: date
    easy: bool
    due: tuple[date, ...]
    done: tuple[date, ...]
    long_run: date | None

    @property
    def end(self) -> date:
        """Its last day."""
        return self.start + 6 * DAY


@dataclass(frozen=True, slots=True)
class UsualWeek:
    """The runner's usual week, by weekday (0: Monday): the long run, if there is a usual one, and the hard days."""

    long_run: int | None
    hard: frozenset[int]


def usual_week(runs: Iterable[Run], today: date) -> UsualWeek:
    """Return the usual week of the last eight: a hard day is a weekday with a long or fast run in half of the weeks."""
    late = [run for run in runs if today - LOOKED_AT <= run.day < today]
    hard = Counter({run.day: run.day.weekday() for run in late if run.race or run.moving_s >= HARD_S}.values())
    weeks = len({(today - run.day) // WEEK for run in late})
    usual = {weekday for weekday, times in hard.items() if 2 * times >= weeks}
    return UsualWeek(long_run_day(late, today), frozenset(usual))


def strength_weekdays(week: UsualWeek, sessions: int) -> tuple[int, ...]:
    """Return the weekdays for two or three sessions: 48 hours apart, spread evenly, none on the long run or its eve.

    Of equals those win that keep the eves of hard days free.
    """
    free = [day for day in range(7) if week.long_run is None or day not in (week.long_run, (week.long_run - 1) % 7)]
    fits = [days for days in combinations(free, sessions) if _least_gap(days) >= APART_DAYS]
    return min(fits, key=lambda days: (_cost(days, week), -_least_gap(days), days))


def twelve_weeks(
    *,
    start: date,
    today: date,
    week: UsualWeek,
    sessions: int,
    done: Collection[date],
    rest_until: date | None = None,
) -> tuple[PlannedWeek, ...]:
    """Return the plan from the Monday of `start` on, by what is known today.

    `done` are the days of logged strength sessions. `rest_until` is the first day on which the rest after the last
    runs, or a sore back, lets strength be: nothing is due before it. `sessions` a week, 2 or 3.
    """
    first = start - start.weekday() * DAY
    weekdays = strength_weekdays(week, sessions)
    begin = max(start, today, rest_until or today)
    weeks: list[PlannedWeek] = []
    taken = set(done)
    for number in range(1, WEEKS + 1):
        monday = first + (number - 1) * WEEK
        logged = tuple(sorted(day for day in done if monday <= day < monday + WEEK))
        due = _due(monday, weekdays, begin, week, taken)[: max(0, sessions - len(logged))]
        taken.update(due)
        long_run = None if week.long_run is None else monday + week.long_run * DAY
        weeks.append(PlannedWeek(number, monday, is_easy_in_plan(first, monday), tuple(sorted(due)), logged, long_run))
    return tuple(weeks)


def _due(monday: date, weekdays: Sequence[int], begin: date, week: UsualWeek, taken: Collection[date]) -> list[date]:
    """Return days of the week that are still to come: the usual weekdays first, then what a miss may move to.

    What does not fit before the week ends is let go: it is never added to the week after.
    """
    days = [monday + day * DAY for day in range(7) if monday + day * DAY >= begin]
    usual = [day for day in days if day.weekday() in weekdays]
    others = [day for day in days if day not in usual and not is_kept_free(day, week.long_run)]
    chosen: list[date] = []
    for day in [*usual, *others]:
        if all(abs((day - other).days) >= APART_DAYS for other in [*chosen, *taken]):
            chosen.append(day)
    return chosen


def _least_gap(days: Sequence[int]) -> int:
    """Return the least number of days between two of these weekdays, around the week."""
    return min((later - earlier) % 7 for earlier, later in zip(days, (*days[1:], days[0]), strict=True))


def _cost(days: Sequence[int], week: UsualWeek) -> int:
    """Return how many of the days stand before a hard day."""
    return sum((day + 1) % 7 in week.hard for day in days)
