"""The plan of twelve weeks: strength around the runner's own long and hard days, and what becomes of a missed day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running_log import MONDAY, activity, counted

from content.companion.twelve_weeks import PlannedWeek, UsualWeek, strength_weekdays, twelve_weeks, usual_week
from content.routines.past import LoggedSession, Past
from content.routines.plan import is_kept_free
from content.routines.progression import is_easy_week

START = date(2026, 11, 23)  # a Monday
SUNDAY = UsualWeek(long_run=6, hard=frozenset({2, 6}))  # long on Sundays, hard on Wednesdays


def day(number: int) -> date:
    return START + timedelta(days=number)


def plan(
    today: date = START, *done: date, week: UsualWeek = SUNDAY, rest_until: date | None = None
) -> tuple[PlannedWeek, ...]:
    return twelve_weeks(start=START, today=today, week=week, sessions=2, done=done, rest_until=rest_until)


def test_the_usual_week_is_found_in_the_runs_of_eight_weeks() -> None:
    log = [
        activity(10 * week + n, MONDAY + timedelta(weeks=week, days=weekday), km)
        for week in range(8)
        for n, (weekday, km) in enumerate([(1, 8), (3, 13), (5, 20)])
    ]
    week = usual_week(counted(*log), MONDAY.date() + timedelta(weeks=8))

    assert week == UsualWeek(long_run=5, hard=frozenset({3, 5}))  # 13 km take 78 minutes


def test_without_a_usual_long_run_no_day_is_kept_free() -> None:
    assert usual_week([], START) == UsualWeek(None, frozenset())
    assert strength_weekdays(UsualWeek(None, frozenset()), 2) == (0, 3)


def test_strength_keeps_clear_of_the_long_run_and_of_hard_days() -> None:
    assert strength_weekdays(SUNDAY, 2) == (0, 3)  # not on Saturday or Sunday, nor on the eve of the hard Wednesday


@given(
    st.one_of(st.none(), st.integers(0, 6)),
    st.frozensets(st.integers(0, 6)),
    st.integers(2, 3),
    st.integers(0, 83),
    st.sets(st.integers(0, 83), max_size=20),
    st.integers(0, 20),
)
def test_whatever_happened_strength_is_48_hours_apart_not_on_an_eve_and_never_piled_up(
    long_run: int | None, hard: frozenset[int], sessions: int, today: int, done: set[int], rest: int
) -> None:
    logged = {day(n) for n in done if n <= today}
    week, rest_until = UsualWeek(long_run, hard), day(today + rest)
    weeks = twelve_weeks(
        start=START, today=day(today), week=week, sessions=sessions, done=logged, rest_until=rest_until
    )
    due = [one for planned in weeks for one in planned.due]

    assert [planned.number for planned in weeks] == list(range(1, 13))
    assert [planned.number for planned in weeks if planned.easy] == [4, 8, 12]
    assert all(one >= rest_until for one in due)
    assert all((later - earlier).days >= 2 for earlier, later in pairwise(due))
    assert not any(abs((one - other).days) < 2 for one in due for other in logged)
    assert not any(is_kept_free(one, long_run) for one in due)
    assert all(len(planned.due) + len(planned.done) <= max(sessions, len(planned.done)) for planned in weeks)


@pytest.mark.parametrize("hard", [frozenset({6}), frozenset({1, 3, 6}), frozenset(range(7))])
def test_however_hard_the_week_no_strength_stands_on_the_day_of_the_long_run_or_before_it(hard: frozenset[int]) -> None:
    for sessions in (2, 3):
        assert not {5, 6} & set(strength_weekdays(UsualWeek(6, hard), sessions))


def test_a_missed_day_moves_within_its_week() -> None:
    first = plan(day(1))[0]  # Monday went by without a session

    assert first.due == (day(1), day(3))


def test_what_no_longer_fits_into_its_week_is_let_go() -> None:
    weeks = plan(day(6))

    assert len(weeks[0].due) <= 1
    assert len(weeks[1].due) == 2


def test_a_done_session_is_no_longer_due() -> None:
    first = plan(day(1), day(0))[0]

    assert first.done == (day(0),)
    assert first.due == (day(3),)


def test_after_a_flagged_run_the_plan_waits_for_its_rest() -> None:
    assert min(plan(rest_until=day(3))[0].due) == day(3)


@pytest.mark.parametrize("start", [START + timedelta(days=n) for n in range(7)])
def test_a_plan_may_begin_on_any_day(start: date) -> None:
    weeks = twelve_weeks(start=start, today=start, week=SUNDAY, sessions=3, done=())

    assert weeks[0].start == START
    assert min(one for week in weeks for one in week.due) >= start


@given(st.integers(0, 6), st.integers(0, 83), st.integers(0, 23))
def test_the_doses_of_a_day_are_easy_in_the_easy_weeks_of_the_plan_and_in_no_others(
    begins: int, days: int, hour: int
) -> None:
    since = day(begins)
    now = datetime(since.year, since.month, since.day, hour, tzinfo=UTC) + timedelta(days=days)
    week = UsualWeek(None, frozenset())
    weeks = twelve_weeks(start=since, today=since, week=week, sessions=2, done=())
    trained = Past(sessions=(LoggedSession(now - timedelta(days=9), strength=True),), plan_since=since)

    assert [planned.easy for planned in weeks if planned.start <= now.date() <= planned.end] in (
        [is_easy_week(trained, now)],
        [],  # after the twelve weeks
    )
