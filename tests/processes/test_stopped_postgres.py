"""A PostgreSQL that stands still in mid-air: it accepts, and answers nothing until it goes on."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from real_instance import STRAVA_WAITS_S, RealInstance, boundless_strava
from steady import add_steady_runner
from stopped import own_postgres, stopped_postgres
from waiting import wait_until

from integration.sandbox import SandboxServer

pytestmark = pytest.mark.processes

ANNA = 1001
PUSHES = 40  # more than the web has threads
GOES_ON_WITHIN = 60.0


def answers_at_once(real: RealInstance) -> list[int]:
    """The answers to many pushes that come together; 0 for one that Strava would not have waited for."""
    with ThreadPoolExecutor(PUSHES) as senders:
        return list(senders.map(lambda number: pushed(real, 1 + number), range(PUSHES)))


def pushed(real: RealInstance, activity: int) -> int:
    """The answer to one push while Strava waits; 0 for none."""
    event = {
        "object_type": "activity", "object_id": activity, "aspect_type": "delete", "updates": {},
        "owner_id": ANNA, "subscription_id": real.subscription, "event_time": int(time.time()),
    }  # fmt: skip
    try:
        return requests.post(real.settings.callback_url, json=event, timeout=STRAVA_WAITS_S).status_code
    except requests.Timeout:
        return 0


def test_while_postgresql_stands_still_pushes_are_503_in_time_and_all_goes_on_afterwards(tmp_path: Path) -> None:
    with (
        own_postgres("runs") as postgres,
        SandboxServer(boundless_strava()) as sandbox,
        RealInstance(sandbox, tmp_path, DATABASE_URL=postgres.get_uri("runs")).running() as real,
    ):
        add_steady_runner(sandbox.strava, ANNA)
        real.connect(ANNA)
        real.subscribe()
        real.settle(GOES_ON_WITHIN)
        with stopped_postgres(postgres):
            wait_until(lambda: answers_at_once(real) == [503] * PUSHES, GOES_ON_WITHIN)  # a busy machine may need a few
            assert requests.get(f"{real.url}/healthz", timeout=30).status_code == 200
            assert requests.get(f"{real.url}/readyz", timeout=30).status_code == 503

        wait_until(lambda: pushed(real, 1) == 200, GOES_ON_WITHIN)
        wait_until(lambda: requests.get(f"{real.url}/readyz", timeout=30).status_code == 200, GOES_ON_WITHIN)
        run = sandbox.strava.create_activity(ANNA, km=21)
        real.settle(GOES_ON_WITHIN)
        assert "Backstride" in (sandbox.strava.description(run) or "")
