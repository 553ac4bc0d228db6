"""Calendar weeks begin on the runner's own first day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.weeks import days_in_week, week_begins

MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("first", "begins"), [(MONDAY, date(2026, 11, 23)), (SUNDAY, date(2026, 11, 22)), (SATURDAY, date(2026, 11, 21))]
)
def test_a_week_begins_on_the_day_that_the_country_begins_it_with(first: int, begins: date) -> None:
    assert week_begins(WEDNESDAY, first) == begins


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_a_week_holds_its_day_and_begins_on_its_weekday(day: date, first: int) -> None:
    begins = week_begins(day, first)

    assert begins.weekday() == first
    assert begins <= day < begins + timedelta(days=7)


def test_a_day_counts_once_and_only_in_its_week() -> None:
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 23), WEDNESDAY, date(2026, 11, 26)]

    assert days_in_week(days, WEDNESDAY, MONDAY) == 2
    assert days_in_week(days, WEDNESDAY, SUNDAY) == 3
