"""The moment at which a runner with a plan is told that strength stands in it today."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from content.companion.strength_days import (
    StrengthDays,
    is_hour_to_tell,
    is_strength_now,
    strength_days,
    strength_may_be,
)
from content.moves import library
from content.routines.back import Back
from content.routines.past import LoggedSession
from content.routines.questionnaire import Answers, Pin

MONDAY = date(2026, 11, 23)
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=-8)))


def days(now: datetime = NINE, begin: datetime | None = None, logged: tuple[LoggedSession, ...] = ()) -> StrengthDays:
    return strength_days(MONDAY, 2, [], logged, begin, now)


@pytest.mark.parametrize(
    ("hour", "told"), [(0, False), (7, False), (8, True), (12, True), (19, True), (20, False), (23, False)]
)
def test_nobody_is_told_before_eight_or_after_eight_in_the_evening(hour: int, told: bool) -> None:
    assert is_hour_to_tell(NINE.replace(hour=hour, minute=59)) is told


@pytest.mark.parametrize(
    ("back", "told"), [(Back.QUIET, True), (Back.IRRITABLE, True), (Back.SORE, False), (Back.ON_HOLD, False)]
)
def test_a_sore_back_or_a_warning_sign_keeps_strength_away(back: Back, told: bool) -> None:
    assert strength_may_be(Answers(), back, library.load().moves) is told


@pytest.mark.parametrize(
    ("answers", "may_be"),
    [
        (Answers(conditions=frozenset({"x"})), False),
        (Answers(conditions=frozenset({"x"}), pins=(Pin("childs-pose"),)), False),
        (Answers(conditions=frozenset({"x"}), pins=(Pin("childs-pose"), Pin("plank"))), True),
        (Answers(conditions=frozenset({"x"}), cleared=True), True),
    ],
    ids=["asks first", "a gentle move of the physio's", "strength of the physio's", "cleared"],
)
def test_who_must_ask_a_clinician_first_has_no_strength_but_the_physios_own(answers: Answers, may_be: bool) -> None:
    assert strength_may_be(answers, Back.QUIET, library.load().moves) is may_be


def test_a_session_that_ends_in_the_future_moves_nothing() -> None:
    ahead = LoggedSession(NINE + timedelta(days=3), strength=True)

    assert days(logged=(ahead,)) == days()


@pytest.mark.parametrize(("on", "told"), [(0, True), (1, False), (2, False), (3, True), (4, True)])
def test_only_the_days_of_the_plan_are_told_and_that_to_which_a_missed_one_moved(on: int, told: bool) -> None:
    now = NINE + timedelta(days=on)
    done = () if on == 0 else (LoggedSession(NINE, strength=True),)

    assert is_strength_now(days(now, logged=done), None, now) is told


@pytest.mark.parametrize(("hours", "told"), [(-1, True), (0, True), (1, False), (24, False)])
def test_the_rest_after_a_run_comes_first(hours: int, told: bool) -> None:
    """A day on which strength may begin at midday is told at midday."""
    begin = (NINE + timedelta(hours=hours)).astimezone(UTC)

    assert is_strength_now(days(begin=begin), begin, NINE) is told


def test_when_the_twelve_weeks_are_over_nothing_is_told() -> None:
    later = NINE + timedelta(weeks=12)

    assert not is_strength_now(days(later), None, later)
