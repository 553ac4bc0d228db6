"""The retry policy as a table: from an error and the attempts so far to what happens, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from integration.errors import (
    AccessRevoked,
    AppInactive,
    BackstrideError,
    BadSetting,
    BudgetSpent,
    Gone,
    KeysLost,
    Later,
    LeaseLost,
    OddAnswer,
    Refused,
    ScopeMissing,
    SeatsTaken,
    StoreUnavailable,
    Unreachable,
)
from integration.store.activity_events import DELETED, MISSING
from workers import retry
from workers.retry import Action, Next, RetryRule

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
STOP, WAIT, RETRY, FORGET, SKIP = Action.STOP, Action.WAIT, Action.RETRY, Action.FORGET, Action.SKIP


def delta(text: str) -> timedelta:
    """The time that "5 m" or "30 s" names."""
    number, unit = text.split()
    return timedelta(seconds=int(number) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit])


def told(kind: type[Later], after: str) -> Later:
    return kind("", NOW + delta(after))


FAILED = ["15 s", "1 m", "5 m", "15 m", "1 h", "3 h", "6 h", "6 h"]


@pytest.mark.parametrize(
    ("error", "action", "delays"),
    [
        (Refused(400, ""), RETRY, FAILED),
        (ValueError("a fault of ours"), RETRY, FAILED),
        (SeatsTaken(""), RETRY, FAILED),
        (told(Unreachable, "30 s"), RETRY, ["30 s", "1 m", "5 m", "15 m", "15 m"]),
        (told(Unreachable, "1 h"), RETRY, ["1 h", "1 h"]),
        (told(OddAnswer, "5 s"), RETRY, FAILED),
        (Gone(""), RETRY, ["5 s", "30 s", "2 m", "10 m", "1 h"]),
        (told(BudgetSpent, "10 m"), WAIT, ["10 m", "10 m", "10 m"]),
        (told(AppInactive, "1 h"), WAIT, ["1 h", "1 h"]),
        (told(Later, "5 s"), WAIT, ["5 s", "5 s"]),
        (BadSetting("STRAVA_CLIENT_ID", ""), WAIT, ["5 m", "5 m"]),
        (KeysLost(), WAIT, ["5 m", "5 m"]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_puts_an_activity_off_for_longer_the_more_often_it_failed(
    error: Exception, action: Action, delays: list[str]
) -> None:
    for attempts, delay in enumerate(delays):
        assert retry.after(error, attempts, NOW) == Next(action, NOW + delta(delay)), attempts


@pytest.mark.parametrize(
    ("error", "attempts", "action"),
    [
        (Gone(""), 5, FORGET), (Gone(""), 50, FORGET), (ScopeMissing("activity:read"), 0, SKIP),
        (AccessRevoked(""), 0, STOP), (LeaseLost(), 0, STOP), (StoreUnavailable(), 0, STOP),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)  # fmt: skip
def test_what_trying_again_does_not_help_is_not_tried_again(error: Exception, attempts: int, action: Action) -> None:
    assert retry.after(error, attempts, NOW) == Next(action)


def test_what_no_listing_shows_is_looked_for_twice_more_and_what_one_showed_before_is_forgotten_at_once() -> None:
    unlisted = retry.OF_AN_UNLISTED_ACTIVITY
    steps = [retry.after(Gone(""), attempts, NOW, rules=unlisted) for attempts in range(3)]

    assert steps == [Next(RETRY, NOW + delta("2 m")), Next(RETRY, NOW + delta("10 m")), Next(FORGET)]
    for kind in (MISSING, DELETED):
        assert retry.after(Gone(""), 0, NOW, rules=retry.rules_of(kind)) == Next(FORGET)
    assert retry.after(Gone(""), 0, NOW, rules=retry.rules_of("create")).action is RETRY


def test_while_strava_is_away_nothing_counts_as_an_attempt() -> None:
    error = told(Unreachable, "30 s")

    assert retry.after(error, 3, NOW, strava_is_away=True) == Next(WAIT, NOW + delta("30 s"))
    assert retry.after(Refused(400, ""), 0, NOW, strava_is_away=True).action is RETRY


@pytest.mark.parametrize(
    ("error", "longest"),
    [(told(BudgetSpent, "400 d"), "1 d"), (told(AppInactive, "400 d"), "1 h"), (told(Unreachable, "400 d"), "1 h")],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_a_time_that_only_a_wrong_clock_can_have_told_is_not_waited_for(error: Exception, longest: str) -> None:
    due = retry.after(error, 0, NOW).due_at

    assert due is not None
    assert due <= NOW + delta(longest) + timedelta(minutes=1)


@pytest.mark.parametrize("error", [told(BudgetSpent, "-400 d"), told(AppInactive, "0 s"), told(Later, "-1 s")])
def test_a_time_that_has_passed_already_does_not_make_it_due_at_once(error: Exception) -> None:
    assert retry.after(error, 0, NOW) == Next(WAIT, NOW + timedelta(seconds=1))


def test_a_listing_that_is_not_found_is_a_failure_and_nothing_is_forgotten() -> None:
    assert retry.after(Gone(""), 9, NOW, rules=retry.OF_A_REQUEST) == Next(RETRY, NOW + delta("6 h"))


@pytest.mark.parametrize(
    ("error", "everything"),
    [
        (Gone(""), False), (ScopeMissing("x"), False), (Refused(400, ""), False), (told(Unreachable, "1 s"), False),
        (ValueError(), False), (told(BudgetSpent, "1 s"), True), (told(AppInactive, "1 s"), True),
        (told(Later, "1 s"), True), (BadSetting("X", ""), True), (AccessRevoked(""), True), (LeaseLost(), True),
        (StoreUnavailable(), True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)  # fmt: skip
def test_one_bad_activity_stops_no_other_but_what_concerns_all_stops_all(error: Exception, everything: bool) -> None:
    assert retry.concerns_everything(error) == everything


def test_every_error_of_ours_has_a_rule() -> None:
    def kinds(of: type[BackstrideError]) -> list[type[BackstrideError]]:
        return [of, *(kind for each in of.__subclasses__() for kind in kinds(each))]

    assert all(isinstance(retry.rule_for(kind.__new__(kind)), RetryRule) for kind in kinds(BackstrideError))


@pytest.mark.parametrize(
    ("error", "limits", "given_up_after"),
    [
        (told(Unreachable, "1 s"), retry.GIVE_UP_REMOVING, "7 d"),
        (Refused(400, ""), retry.GIVE_UP_REMOVING, "0 s"),
        (told(BudgetSpent, "1 s"), retry.GIVE_UP_REMOVING, None),
        (AccessRevoked(""), retry.GIVE_UP_REMOVING, None),
        (AccessRevoked(""), retry.GIVE_UP_LEAVING, "0 s"),
        (told(BudgetSpent, "1 s"), retry.GIVE_UP_LEAVING, "24 h"),
        (BadSetting("X", ""), retry.GIVE_UP_LEAVING, "24 h"),
        (KeysLost(), retry.GIVE_UP_LEAVING, "0 s"),
        (LeaseLost(), retry.GIVE_UP_LEAVING, None),
        (ValueError(), retry.GIVE_UP_LEAVING, None),
    ],
)
def test_a_step_is_given_up_only_when_trying_on_is_no_use(
    error: Exception, limits: dict[type[Exception], timedelta], given_up_after: str | None
) -> None:
    if given_up_after is None:
        assert not retry.gives_up(error, timedelta(days=4000), limits)
    else:
        limit = delta(given_up_after)
        assert retry.gives_up(error, limit, limits)
        assert not retry.gives_up(error, limit - timedelta(seconds=1), limits)


@pytest.mark.parametrize("error", [Gone("a listing"), Unreachable("away", NOW), Refused(400, "no"), ValueError("ours")])
def test_what_stopped_everything_is_tried_later_however_often_it_did(error: Exception) -> None:
    for attempts in range(30):
        step = retry.after(error, attempts, NOW, rules=retry.OF_A_REQUEST)
        assert step.due_at is not None
        assert step.due_at > NOW
