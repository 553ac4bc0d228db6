"""The cost of a permit to call Strava, measured against a bare Redis command in the same run."""

import time
from collections.abc import Callable
from statistics import median

import redis

from integration.strava.rate_limit import UNASKED, Budget

ROUNDS = 2000
PLENTY = {
    "X-RateLimit-Limit": "99999999,99999999",
    "X-RateLimit-Usage": "0,0",
    "X-ReadRateLimit-Limit": "99999999,99999999",
    "X-ReadRateLimit-Usage": "0,0",
}


def microseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e6


def test_a_permit_costs_a_few_redis_commands(redis_url: str) -> None:
    bare, budget = redis.Redis.from_url(redis_url), Budget(redis_url, "bench")
    budget.report(UNASKED, PLENTY)
    budget.report(budget.acquire("live"), PLENTY)
    took: dict[str, list[float]] = {"one INCR": [], "acquire": [], "settle": []}
    for _ in range(ROUNDS):  # by turns, so that whatever else the machine does meets all three
        took["one INCR"].append(microseconds(lambda: bare.incr("bench")))
        permits = []
        took["acquire"].append(microseconds(lambda: permits.append(budget.acquire("live"))))  # noqa: B023 - used at once
        took["settle"].append(microseconds(lambda: budget.report(permits[0], PLENTY)))  # noqa: B023 - used at once
    typical = {name: median(times) for name, times in took.items()}
    print("\n" + ", ".join(f"{name} {value:.0f} µs" for name, value in typical.items()))  # noqa: T201 - the result

    assert typical["acquire"] < 6 * typical["one INCR"]
    assert typical["settle"] < 8 * typical["one INCR"]
