"""Processes of one instance that start at once agree: on its secrets, and on what Strava allows."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from integration.config import load_settings
from integration.errors import BudgetSpent
from integration.strava.rate_limit import UNASKED, Budget

pytestmark = pytest.mark.processes

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TOLD = {
    "X-RateLimit-Limit": "999,9999",
    "X-RateLimit-Usage": "0,0",
    "X-ReadRateLimit-Limit": "400,1000",
    "X-ReadRateLimit-Usage": "0,0",
}


def _secrets_of(checkout: Path) -> tuple[str, str]:
    made = load_settings({}, checkout=checkout)
    return made.secret_key.get_secret_value(), made.callback_url


def test_processes_that_start_at_once_agree_on_the_secrets(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert len(set(pool.map(_secrets_of, [tmp_path] * 8))) == 1


def _budget(redis_url: str) -> Budget:
    return Budget(redis_url, "12345", clock=NOON.timestamp)


def _granted(redis_url: str, tries: int, done: "multiprocessing.Queue[int]") -> None:
    """In a process of its own: how many of `tries` calls were allowed."""
    budget = _budget(redis_url)
    allowed = 0
    while tries:
        tries -= 1
        try:
            permit = budget.acquire("live")
        except BudgetSpent as spent:
            tries += spent.retry_at < NOON + timedelta(minutes=6)  # it waited for another call only
            continue
        budget.report(permit)
        allowed += 1
    done.put(allowed)


def test_four_processes_are_granted_exactly_what_is_allowed(redis_url: str) -> None:
    _budget(redis_url).report(UNASKED, TOLD)
    context = multiprocessing.get_context("spawn")
    done: multiprocessing.Queue[int] = context.Queue()
    workers = [context.Process(target=_granted, args=(redis_url, 500, done)) for _ in range(4)]
    for worker in workers:
        worker.start()
    total = sum(done.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(10)

    assert total == 400
