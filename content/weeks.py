"""Calendar weeks, as the runner's country counts them."""

from collections.abc import Iterable
from datetime import date, timedelta

WEEK = 7  # days


def week_begins(day: date, first: int) -> date:
    """Return the first day of the week of `day`. `first` is the weekday that weeks begin with: 0 Monday to 6 Sunday."""
    return day - timedelta(days=(day.weekday() - first) % WEEK)


def days_in_week(days: Iterable[date], today: date, first: int) -> int:
    """Return how many different of `days` lie in the week of `today`, up to today."""
    begins = week_begins(today, first)
    return len({day for day in days if begins <= day <= today})
