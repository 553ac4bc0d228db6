"""Strava's rate limits, shared by all our processes through one hash in Redis.

Strava counts per app, in windows of 15 minutes and of a day aligned to the clock, overall and for reads; since "read"
is every call but uploads, each call of ours takes one from all four. rate_limit.lua counts, atomically and by
Redis's clock. Live work may use everything, background work leaves a reserve, polling takes a quarter of a day's reads.

At most one call per window is refused, even if something else spends the same budget: until the window's first
answer, and among the last calls before a limit, calls are made one at a time, and a refusal stops everybody.

Boundary: knows nothing of athletes. Source of the rules: https://developers.strava.com/docs/rate-limits/
"""

import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import resources
from typing import Any, Literal, NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from integration.errors import AppInactive, BackstrideError, BudgetSpent, Later, Unreachable
from integration.strava.refusals import INACTIVE

Priority = Literal["live", "background", "poll"]
Usage = dict[str, dict[str, list[int]]]

SHARE: dict[Priority, float] = {"live": 1.0, "background": 0.7, "poll": 0.7}  # of every window
OUTCOMES = {BudgetSpent: "refused", AppInactive: "inactive", Unreachable: "unreachable"}  # else "answered"
POLL_SHARE = 0.25  # of a day's reads
SHORTEST_POLL = timedelta(minutes=5)
CALLS_PER_POLL = 1  # a page of 200, newest first, reaches back further than a poll looks
REDIS_TIMEOUT_S = 0.5
REDIS_RETRY_S = 5
WAIT_S = 1.0  # for the one call that is out to find out how much is left
LOOK_S = 0.05
STALE_S = 1200  # after that, a failed call says nothing about Strava any more; while it is away we try more often


class Permit(NamedTuple):
    """One call may be made. `number` tells it from others (0: it does not count), `at` is Redis's time in seconds."""

    number: int
    at: int


UNASKED = Permit(0, 0)  # for a call that a person waits for, and that does not count


class Budget:
    """The budget of the application `client_id`, kept at `redis_url`. For all threads of a process, and its forks.

    `clock` (seconds since the epoch) takes the place of Redis's own in tests. Every method but `report` raises Later
    when Redis does not answer within `timeout_s`.
    """

    def __init__(
        self,
        redis_url: str,
        client_id: str,
        *,
        clock: Callable[[], float] | None = None,
        timeout_s: float = REDIS_TIMEOUT_S,
        wait_s: float = WAIT_S,
    ) -> None:
        self._redis = redis.Redis.from_url(
            redis_url,
            decode_responses=True,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
        )
        self._script = self._redis.register_script(resources.files(__package__).joinpath("rate_limit.lua").read_text())
        self._key = f"strava:budget:{client_id}"
        self._clock = clock
        self._wait_s = wait_s

    def acquire(self, priority: Priority) -> Permit:
        """Return leave to make one call, to be reported afterwards. Raises BudgetSpent, AppInactive, or Later.

        Waits up to `wait_s` if another call is out to find out how much is left, then BudgetSpent for some seconds;
        never for a window.
        """
        patience = time.monotonic() + self._wait_s
        while True:
            verdict, when, *number = self._run("take", SHARE[priority], POLL_SHARE if priority == "poll" else "")
            if verdict != "busy":
                return _permit(verdict, when, *number)
            if time.monotonic() > patience:
                raise BudgetSpent("another call is out to find out what is left of Strava's rate limit", _moment(when))
            time.sleep(LOOK_S)

    def ask(self) -> Permit:
        """Return leave for a call that does not count towards the limits (OAuth). Raises AppInactive, or Later."""
        return _permit(*self._run("ask"))

    def report(
        self, permit: Permit, headers: Mapping[str, str] | None = None, error: BackstrideError | None = None
    ) -> None:
        """Report what came of a call; a refusal's or an inactive app's `retry_at` becomes what counts for everybody.

        Never raises: an answer that is here already must not be lost because Redis is away.
        """
        outcome = next((name for kind, name in OUTCOMES.items() if isinstance(error, kind)), "answered")
        known = {name.casefold(): text for name, text in (headers or {}).items()}
        with contextlib.suppress(Later):
            until = self._run("report", permit.number, permit.at, outcome, _date(known), *_reported(known))
            if isinstance(error, BudgetSpent | AppInactive):
                error.retry_at = _moment(until)

    def usage(self) -> Usage:
        """{"overall": {"15min": [used, limit], "day": [used, limit]}, "read": {…}}, as `status --json` shows it."""
        numbers = self._run("usage")
        pairs = [[int(used), int(limit)] for used, limit in zip(numbers[0:8:2], numbers[1:8:2], strict=True)]
        return {
            "overall": {"15min": pairs[0], "day": pairs[1]},
            "read": {"15min": pairs[2], "day": pairs[3]},
        }

    def app_status(self) -> Literal["ok", "inactive", "unreachable"]:
        """Return what the last calls said: the app is inactive, or within twenty minutes the newest got no answer."""
        inactive_until, unreachable, now = self._run("usage")[8:]
        if inactive_until:
            return "inactive"
        return "unreachable" if unreachable and now - unreachable < STALE_S else "ok"

    def mark_active(self) -> None:
        """Record that Strava answered the app again: nobody need wait for the hourly check."""
        self._run("active")

    def check_now(self) -> None:
        """Let the next call find out whether the app is active again, not the one that the hour allows."""
        self._run("check")

    def poll_interval(self, athletes: int) -> timedelta:
        """Return how far apart the polls of one athlete must lie so that all fit into polling's share of the day."""
        _, daily_reads = self.usage()["read"]["day"]
        return max(SHORTEST_POLL, timedelta(days=max(athletes, 1) * CALLS_PER_POLL / (daily_reads * POLL_SHARE)))

    def _run(self, operation: str, *arguments: str | float) -> Any:
        now = "" if self._clock is None else int(self._clock())
        try:
            return self._script(keys=[self._key], args=[operation, now, *arguments])
        except redis.RedisError as error:
            reason = type(error).__name__
        retry_at = datetime.now(UTC) + timedelta(seconds=REDIS_RETRY_S)
        raise Later(f"Redis cannot tell what is left of Strava's rate limit ({reason})", retry_at)


def _permit(verdict: str, when: int, number: int = 0) -> Permit:
    if verdict == "spent":
        raise BudgetSpent("our share of Strava's rate limit is used up", _moment(when))
    if verdict == "inactive":
        raise AppInactive(INACTIVE, _moment(when))
    return Permit(number, when)


def _moment(seconds: int) -> datetime:
    """Return the time a second late, so that a clock that is a little ahead of Redis's does not come too early."""
    return datetime.fromtimestamp(seconds + 1, UTC)


def _date(headers: Mapping[str, str]) -> str | int:
    """Return Strava's own time of the answer, which says what window its usage belongs to; empty if there is none."""
    try:
        return int(parsedate_to_datetime(headers.get("date", "")).timestamp())
    except (ValueError, OverflowError):
        return ""


def _reported(headers: Mapping[str, str]) -> list[int | str]:
    """Return limit and usage of the four windows in rate_limit.lua's order; empty if the headers do not say."""
    return [
        number
        for kind in ("ratelimit", "readratelimit")
        for pair in zip(_pair(headers.get(f"x-{kind}-limit"), 1), _pair(headers.get(f"x-{kind}-usage"), 0), strict=True)
        for number in pair
    ]


def _pair(text: str | None, least: int) -> tuple[int | str, int | str]:
    """Return the two numbers of "15min,day", both empty unless both are usable."""
    parts = [part.strip() for part in (text or "").split(",")]
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        return "", ""
    short, long = (int(part) for part in parts)
    return (short, long) if min(short, long) >= least else ("", "")
