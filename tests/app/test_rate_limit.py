"""Strava's rate limits, kept by all processes together."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import redis

from integration.errors import AppInactive, BudgetSpent, Later, Unreachable
from integration.strava.rate_limit import REDIS_TIMEOUT_S, UNASKED, WAIT_S, Budget, Priority

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
QUARTER_PAST, MIDNIGHT = NOON + timedelta(minutes=15), NOON + timedelta(hours=12)
A_SECOND = timedelta(seconds=1)


class Clock:
    """The time by which a budget goes; `told` is what Strava's Date header says then."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at.timestamp()

    def told(self, ahead: timedelta = timedelta()) -> str:
        return format_datetime(self.at + ahead, usegmt=True)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON + timedelta(minutes=5))


@pytest.fixture
def budget(redis_url: str, clock: Clock) -> Budget:
    return Budget(redis_url, "12345", clock=clock, timeout_s=60)


def headers(
    used: str = "1,1", limit: str = "200,2000", reads: str = "1,1", read_limit: str = "100,1000"
) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": limit,
        "X-RateLimit-Usage": used,
        "X-ReadRateLimit-Limit": read_limit,
        "X-ReadRateLimit-Usage": reads,
    }


def spend(budget: Budget, priority: Priority = "live", most: int = 5000) -> int:
    """Make calls, each answered before the next, until the budget says no: how many there were."""
    for made in range(most):
        try:
            budget.report(budget.acquire(priority))
        except BudgetSpent:
            return made
    return most


def test_before_any_answer_a_new_apps_limits_hold(budget: Budget) -> None:
    assert budget.usage() == {
        "overall": {"15min": [0, 200], "day": [0, 2000]},
        "read": {"15min": [0, 100], "day": [0, 1000]},
    }


def test_a_call_counts_in_all_four_windows(budget: Budget) -> None:
    budget.report(budget.acquire("live"))

    assert budget.usage() == {
        "overall": {"15min": [1, 200], "day": [1, 2000]},
        "read": {"15min": [1, 100], "day": [1, 1000]},
    }


def test_live_work_may_use_a_window_to_the_end_and_then_waits_for_the_next(budget: Budget) -> None:
    assert spend(budget) == 100
    with pytest.raises(BudgetSpent) as caught:
        budget.acquire("live")

    assert caught.value.retry_at == QUARTER_PAST + A_SECOND


def test_windows_end_with_the_clocks_quarters(budget: Budget, clock: Clock) -> None:
    clock.at = NOON + timedelta(minutes=14, seconds=59)
    spend(budget)
    clock.at = QUARTER_PAST

    assert budget.usage()["read"] == {"15min": [0, 100], "day": [100, 1000]}
    assert spend(budget) == 100


def test_a_day_that_is_used_up_ends_at_midnight(budget: Budget, clock: Clock) -> None:
    for quarter in range(10):
        clock.at = NOON + quarter * timedelta(minutes=15)
        spend(budget)
    clock.at += timedelta(minutes=15)
    with pytest.raises(BudgetSpent) as caught:
        budget.acquire("live")
    clock.at = MIDNIGHT

    assert caught.value.retry_at == MIDNIGHT + A_SECOND
    assert spend(budget) == 100


def test_background_work_leaves_a_reserve_for_live_work(budget: Budget) -> None:
    assert spend(budget, "background") == 70
    assert spend(budget, "live") == 30


def test_polling_takes_at_most_a_quarter_of_a_days_reads(budget: Budget, clock: Clock) -> None:
    polled = 0
    for quarter in range(40):
        clock.at = NOON + quarter * timedelta(minutes=15)
        polled += spend(budget, "poll", most=20)
    with pytest.raises(BudgetSpent) as caught:
        budget.acquire("poll")

    assert polled == 250
    assert caught.value.retry_at == MIDNIGHT + A_SECOND
    assert spend(budget, "live") == 100


def test_two_applications_do_not_share(redis_url: str, budget: Budget, clock: Clock) -> None:
    spend(budget)

    assert spend(Budget(redis_url, "777", clock=clock)) == 100


def test_limits_are_learned_from_the_headers_whatever_their_case(budget: Budget) -> None:
    told = {name.lower(): text for name, text in headers(limit="400,4000", read_limit="200,2000").items()}
    budget.report(budget.acquire("live"), told)

    assert budget.usage()["read"] == {"15min": [1, 200], "day": [1, 2000]}
    assert spend(budget) == 199


def test_what_something_else_spent_is_learned_from_the_headers(budget: Budget) -> None:
    budget.report(budget.acquire("live"), headers(used="150,1500", reads="60,700"))

    assert budget.usage() == {
        "overall": {"15min": [150, 200], "day": [1500, 2000]},
        "read": {"15min": [60, 100], "day": [700, 1000]},
    }
    assert spend(budget) == 40


def test_headers_that_show_less_than_we_know_change_nothing(budget: Budget) -> None:
    spend(budget, most=50)
    budget.report(budget.acquire("live"), headers(used="3,3", reads="3,3"))

    assert budget.usage()["overall"] == {"15min": [51, 200], "day": [51, 2000]}


def test_an_answer_from_the_last_window_says_nothing_about_this_one(budget: Budget, clock: Clock) -> None:
    clock.at = QUARTER_PAST - A_SECOND
    permit = budget.acquire("live")
    clock.at = QUARTER_PAST + A_SECOND
    budget.report(permit, headers(used="200,900", reads="100,900"))

    assert budget.usage()["read"] == {"15min": [0, 100], "day": [900, 1000]}


def test_a_redis_clock_ahead_of_stravas_does_not_carry_usage_into_the_new_window(budget: Budget, clock: Clock) -> None:
    clock.at = QUARTER_PAST
    told = {"Date": clock.told(-A_SECOND), **headers(used="200,900", reads="100,900")}
    budget.report(budget.acquire("live"), told)

    assert budget.usage()["read"] == {"15min": [1, 100], "day": [900, 1000]}


@pytest.mark.parametrize(
    "told",
    [
        {"X-RateLimit-Usage": "1", "X-RateLimit-Limit": "0,0"},
        {"X-ReadRateLimit-Usage": "-5,9", "X-ReadRateLimit-Limit": "nan,nan"},
        {"X-ReadRateLimit-Usage": "²,9,1", "X-ReadRateLimit-Limit": f"{'9' * 40},1"},
        {"Date": "yesterday", "X-RateLimit-Usage": ""},
        {"Date": "Fri, 99 Nov 99999 12:00:00 GMT"},
    ],
)
def test_headers_that_make_no_sense_change_nothing(budget: Budget, told: dict[str, str]) -> None:
    budget.report(budget.acquire("live"), told)

    assert budget.usage()["read"] == {"15min": [1, 100], "day": [1, 1000]}


def refused(retry_at: datetime) -> BudgetSpent:
    return BudgetSpent("a 429", retry_at)


def test_a_refusal_holds_up_everybody_until_the_window_ends(redis_url: str, budget: Budget, clock: Clock) -> None:
    error = refused(clock.at)
    budget.report(budget.acquire("live"), error=error)
    with pytest.raises(BudgetSpent) as caught:
        Budget(redis_url, "12345", clock=clock).acquire("live")

    assert error.retry_at == caught.value.retry_at == QUARTER_PAST + A_SECOND
    assert budget.usage()["read"]["15min"] == [100, 100]
    clock.at = QUARTER_PAST
    assert budget.acquire("live")


def test_a_refusal_for_the_day_holds_until_midnight(budget: Budget, clock: Clock) -> None:
    error = refused(clock.at)
    budget.report(budget.acquire("live"), headers(used="12,1200", reads="12,1001"), error)

    assert error.retry_at == MIDNIGHT + A_SECOND
    assert budget.usage()["read"] == {"15min": [12, 100], "day": [1001, 1000]}


def test_a_refusal_by_stravas_last_window_costs_none_of_the_new_one(budget: Budget, clock: Clock) -> None:
    clock.at = QUARTER_PAST
    error = refused(clock.at)
    told = {"Date": clock.told(-3 * A_SECOND), **headers(used="200,300", reads="100,300")}
    budget.report(budget.acquire("live"), told, error)
    clock.at += 3 * A_SECOND

    assert error.retry_at == QUARTER_PAST + 4 * A_SECOND
    assert spend(budget) == 99


def test_a_clock_that_is_put_right_undoes_what_it_had_put_off(budget: Budget, clock: Clock) -> None:
    clock.at += timedelta(days=365)
    budget.report(budget.acquire("live"), error=refused(clock.at))
    budget.report(UNASKED, error=inactive(clock.at))
    clock.at -= timedelta(days=365)

    assert spend(budget) == 100


class SomebodyElse:
    """A Strava whose limit of 100 reads something else uses too; counts what it refuses to us."""

    def __init__(self, used: int) -> None:
        self.used = used
        self.refused = 0
        self.lock = threading.Lock()

    def answers(self, budget: Budget) -> bool:
        permit = budget.acquire("live")
        with self.lock:
            self.used += 1
            self.refused += (full := self.used > 100)
            told = headers(used=f"{self.used},500", reads=f"{min(self.used, 100)},500")
        time.sleep(0.005)
        budget.report(permit, told, refused(NOON) if full else None)
        return not full


def in_four_threads(budget: Budget, strava: SomebodyElse) -> None:
    def until_spent() -> None:
        while True:
            try:
                strava.answers(budget)
            except BudgetSpent as spent:
                if spent.retry_at > NOON + timedelta(minutes=6):
                    return

    workers = [threading.Thread(target=until_spent) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)


def test_at_most_one_call_is_refused_where_something_else_had_used_the_window_up(budget: Budget) -> None:
    strava = SomebodyElse(used=100)

    in_four_threads(budget, strava)

    assert strava.refused == 1


def test_at_most_one_call_is_refused_while_something_else_uses_the_window_too(budget: Budget) -> None:
    strava = SomebodyElse(used=3)
    spending = threading.Event()

    def somebody() -> None:
        while not spending.wait(0.007):
            with strava.lock:
                strava.used += 1

    other = threading.Thread(target=somebody)
    other.start()
    in_four_threads(budget, strava)
    spending.set()
    other.join(5)

    assert strava.refused <= 1


def test_a_call_that_never_reports_back_holds_up_the_others_for_seconds_only(redis_url: str, clock: Clock) -> None:
    assert WAIT_S < 2
    budget = Budget(redis_url, "12345", clock=clock, timeout_s=60, wait_s=0.1)
    budget.acquire("live")
    with pytest.raises(BudgetSpent) as caught:
        budget.acquire("live")
    clock.at += timedelta(seconds=15)

    assert caught.value.retry_at < clock.at
    assert budget.acquire("live")


def inactive(at: datetime) -> AppInactive:
    return AppInactive("a 403", at)


def test_of_an_inactive_app_one_call_an_hour_finds_out_whether_it_is_active_again(budget: Budget, clock: Clock) -> None:
    budget.report(budget.acquire("live"), error=(error := inactive(clock.at)))
    assert error.retry_at == clock.at + timedelta(hours=1) + A_SECOND
    clock.at += timedelta(minutes=59)
    with pytest.raises(AppInactive):
        budget.acquire("live")
    with pytest.raises(AppInactive):
        budget.ask()
    clock.at += timedelta(minutes=1)
    permit = budget.acquire("background")
    with pytest.raises(AppInactive):
        budget.acquire("live")

    assert budget.app_status() == "inactive"
    budget.report(permit)
    assert budget.app_status() == "ok"
    assert budget.acquire("live")


def test_a_sign_in_does_not_prove_the_app_active_but_lets_the_next_call_find_out(budget: Budget, clock: Clock) -> None:
    budget.report(budget.acquire("live"), error=inactive(clock.at))
    clock.at += timedelta(hours=1)
    asked = budget.ask()
    with pytest.raises(AppInactive):
        budget.acquire("live")
    budget.report(asked)

    assert budget.app_status() == "inactive"
    budget.report(budget.acquire("live"), error=inactive(clock.at))
    with pytest.raises(AppInactive):
        budget.acquire("live")


def test_who_saw_the_app_answer_again_can_say_so(budget: Budget, clock: Clock) -> None:
    budget.report(budget.acquire("live"), error=inactive(clock.at))
    budget.mark_active()

    assert budget.app_status() == "ok"
    assert budget.acquire("live")


def test_who_says_that_the_app_was_mended_lets_one_call_find_out(budget: Budget, clock: Clock) -> None:
    budget.report(budget.acquire("live"), error=inactive(clock.at))
    budget.check_now()

    assert budget.app_status() == "inactive"
    permit = budget.acquire("live")
    with pytest.raises(AppInactive):
        budget.acquire("live")
    budget.report(permit)
    assert budget.app_status() == "ok"
    budget.check_now()
    assert budget.app_status() == "ok"


def test_the_status_tells_when_strava_is_away_and_forgets_it_with_the_next_answer(budget: Budget, clock: Clock) -> None:
    assert budget.app_status() == "ok"
    budget.report(budget.acquire("live"), error=Unreachable("no answer", clock.at))
    assert budget.app_status() == "unreachable"
    budget.report(budget.acquire("live"))
    assert budget.app_status() == "ok"
    budget.report(budget.acquire("live"), error=Unreachable("no answer", clock.at))
    budget.mark_active()
    assert budget.app_status() == "ok"


def test_a_failure_of_long_ago_says_nothing(budget: Budget, clock: Clock) -> None:
    budget.report(budget.acquire("live"), error=Unreachable("no answer", clock.at))
    clock.at += timedelta(minutes=19)
    assert budget.app_status() == "unreachable"
    clock.at += timedelta(minutes=1)

    assert budget.app_status() == "ok"


@pytest.mark.parametrize(("athletes", "minutes"), [(0, 5.76), (1, 5.76), (10, 57.6)])
def test_polls_of_all_athletes_fit_into_their_share_of_the_day(budget: Budget, athletes: int, minutes: float) -> None:
    assert budget.poll_interval(athletes) == timedelta(minutes=minutes)


def test_polls_lie_at_least_five_minutes_apart(budget: Budget) -> None:
    budget.report(budget.acquire("live"), headers(read_limit="3000,30000"))

    assert budget.poll_interval(1) == timedelta(minutes=5)


@contextmanager
def silent_redis(directory: Path) -> Iterator[str]:
    """Accepts connections and never answers."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(directory / "s"))
        listening.listen(50)
        yield f"unix://{directory / 's'}"


@contextmanager
def no_redis(directory: Path) -> Iterator[str]:
    yield f"unix://{directory / 'nobody'}"


@pytest.mark.parametrize("away", [silent_redis, no_redis])
def test_without_redis_a_call_is_put_off_instead_of_waiting_for_it(tmp_path: Path, away: object) -> None:
    assert callable(away)
    with away(tmp_path) as url:
        budget = Budget(url, "12345", timeout_s=0.1)
        began = datetime.now(UTC)
        with pytest.raises(Later) as caught:
            budget.acquire("live")

    assert REDIS_TIMEOUT_S < 1
    assert began < caught.value.retry_at < datetime.now(UTC) + timedelta(seconds=6)


def test_an_answer_is_not_lost_because_redis_is_away(redis_url: str, tmp_path: Path) -> None:
    permit = Budget(redis_url, "12345").acquire("live")
    error = refused(NOON)
    with no_redis(tmp_path) as url:
        Budget(url, "12345").report(permit, headers(), error)

    assert error.retry_at == NOON


def test_by_default_the_clock_is_rediss_own(redis_url: str) -> None:
    budget = Budget(redis_url, "12345")
    before = time.time()
    permit = budget.acquire("live")

    assert before - 1 < permit.at < time.time() + 1


def test_a_redis_that_was_emptied_starts_a_new_count(redis_url: str, budget: Budget) -> None:
    spend(budget)
    connection = redis.Redis.from_url(redis_url)
    connection.flushall()
    connection.script_flush()

    assert spend(budget) == 100


def test_nothing_is_left_in_redis_for_ever(redis_url: str, budget: Budget) -> None:
    budget.acquire("live")
    connection = redis.Redis.from_url(redis_url)

    assert connection.keys() == [b"strava:budget:12345"]
    assert connection.expire("strava:budget:12345", 2 * 86_400 + 1, gt=True)  # it was to go before that
