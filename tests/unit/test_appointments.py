"""The days that a calendar takes: rest until strength may begin, then the plan's days, each with one name for good."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from content.companion.appointments import AHEAD, REST, STRENGTH, Appointment, appointments
from content.companion.twelve_weeks import UsualWeek, twelve_weeks
from content.routines.plan import is_kept_free

TODAY = date(2026, 11, 25)


def days(rest_until: date | None, long_run: int | None = 6) -> list[Appointment]:
    weeks = twelve_weeks(
        start=TODAY, today=TODAY, week=UsualWeek(long_run, frozenset()), sessions=2, done=(), rest_until=rest_until
    )
    return list(appointments(weeks, TODAY, rest_until))


def test_days_of_rest_come_first_and_strength_after_them() -> None:
    found = days(TODAY + timedelta(days=2))

    assert [each.kind for each in found][:3] == [REST, REST, STRENGTH]
    assert found[0].name == "rest-2026-11-25"
    assert found[2].day >= TODAY + timedelta(days=2)


@given(st.integers(-3, 10), st.none() | st.integers(0, 6))
def test_no_day_is_both_none_is_past_and_strength_lies_two_days_apart(rest: int, long_run: int | None) -> None:
    found = days(TODAY + timedelta(days=rest), long_run)
    strength = [each.day for each in found if each.kind == STRENGTH]

    assert len({each.day for each in found}) == len(found) == len({each.name for each in found})
    assert all(TODAY <= each.day < TODAY + AHEAD + timedelta(days=10) for each in found)
    assert all((later - earlier).days >= 2 for earlier, later in pairwise(strength))
    assert not any(is_kept_free(day, long_run) for day in strength)


def test_a_day_has_the_same_name_whenever_it_is_told() -> None:
    earlier = {each.name for each in days(None)}
    later = {each.name for each in days(TODAY + timedelta(days=1)) if each.kind == STRENGTH}

    assert earlier & later
