"""Fixtures that several test modules share: the one Strava of all tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer
from integration.sandbox.runner import Runner, make_runner

CLIENT_ID, CLIENT_SECRET = 12345, "sandbox-client-secret"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """A started Strava with one application (CLIENT_ID, CLIENT_SECRET; 10 seats) and one athlete without activities.

    Pushes are tried again after 0.05 and 0.1 s, one at a time and in order.
    """
    app = Application(CLIENT_ID, CLIENT_SECRET, RateLimits((200, 2000), (100, 1000)), seats=10)
    strava = Sandbox(applications=[app], retry_after=(0.05, 0.1), push_workers=1)
    strava.add_athlete(athlete_id=1001, timezone="Europe/Vienna")
    with SandboxServer(strava) as server:
        yield server


@cache
def _made_up() -> Runner:
    return make_runner(1, datetime.now(UTC))


@pytest.fixture
def runner(sandbox: SandboxServer) -> SandboxServer:
    """The same Strava, whose athlete 1001 has two and a half years of made-up training behind them."""
    sandbox.strava.add_athlete(athlete_id=1001, **_made_up().fields())
    return sandbox
