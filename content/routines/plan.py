"""The plan of a week: strength between the runner's own long runs.

No strength stands on the day of the usual long run or the day before. Its weekday is found in the history.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Final

from content.routines.past import LoggedSession
from content.routines.rest import first_day, strength_again, strength_at
from content.runs import Run

WEEK: Final = timedelta(weeks=1)
WEEKS: Final = 8  # looked at
LEAST_WEEKS: Final = 4  # with their long run on the same weekday, and at least half of those with one
LONGER_THAN: Final = 1.2  # times the median: else no run of the week is the long one


def long_run_day(runs: Iterable[Run], today: date) -> int | None:
    """Return the weekday (0: Monday) of the usual long run of the last eight weeks; None if there is no usual one."""
    since = today - WEEKS * WEEK
    late = [run for run in runs if since <= run.day < today]
    if not late:
        return None
    usual = median(run.distance_dm for run in late)
    longest = _longest_by_week(late, since)
    days = Counter(run.day.weekday() for run in longest.values() if run.distance_dm >= LONGER_THAN * usual)
    day, weeks = max(days.items(), key=lambda found: (found[1], -found[0]), default=(0, 0))
    return day if weeks >= LEAST_WEEKS and 2 * weeks >= len(longest) else None


def is_eve(day: date, long_run: int | None) -> bool:
    """Return True for the day before the usual long run."""
    return long_run is not None and (day.weekday() + 1) % 7 == long_run


def is_kept_free(day: date, long_run: int | None) -> bool:
    """Return True for the day of the usual long run and for the day before: no strength stands so near before it."""
    return is_eve(day, long_run) or day.weekday() == long_run


def strength_begin(begin: datetime, long_run: int | None, now: datetime) -> datetime:
    """Return when strength may begin by the plan: `begin`, or the day after the long run if its two days are kept free.

    Both times are naive, by the athlete's clock. A `begin` in the past means today.
    """
    day = now.date() if begin <= now else first_day(begin)[0]
    if not is_kept_free(day, long_run):
        return begin
    return datetime.combine(day + timedelta(days=2 if is_eve(day, long_run) else 1), time.min)


def strength_from(
    runs: Sequence[Run], severe: Mapping[int, int], sessions: Iterable[LoggedSession], now: datetime
) -> datetime | None:
    """Return when runs, strength sessions and the plan of the week allow strength (aware); None: it may begin now.

    `runs` are the canonical ones, `severe` is what `rest.severities` gives, `now` is by the athlete's clock.
    """
    rested = strength_at(runs, severe, now), strength_again(sessions, now)
    begin = max(filter(None, rested), default=None)
    wall = (begin or now).astimezone(now.tzinfo).replace(tzinfo=None)
    planned = strength_begin(wall, long_run_day(runs, now.date()), now.replace(tzinfo=None))
    return begin if planned == wall else planned.replace(tzinfo=now.tzinfo)


def _longest_by_week(runs: Sequence[Run], since: date) -> Mapping[int, Run]:
    longest: dict[int, Run] = {}
    for run in runs:
        week = (run.day - since) // WEEK
        if week not in longest or run.distance_dm > longest[week].distance_dm:
            longest[week] = run
    return longest
