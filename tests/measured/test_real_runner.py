"""A real runner's years, judged as by the plain second implementation."""

import json
from datetime import datetime, timedelta
from typing import Any

import plain_signals
import pytest
from places import SHARED
from running_log import counted, replayed

from content.signals import PRESETS, History, Thresholds, headroom

REAL_LOG = SHARED / "data" / "runner-a.json"


@pytest.fixture(scope="module")
def real_log() -> list[dict[str, Any]]:
    if not REAL_LOG.exists():
        pytest.skip("no real log beside the checkout")
    activities: list[dict[str, Any]] = json.loads(REAL_LOG.read_text())
    return sorted(activities, key=lambda activity: str(activity["start_date"]))


@pytest.mark.parametrize("preset", PRESETS)
def test_years_of_a_real_runner_are_judged_alike(real_log: list[dict[str, Any]], preset: str) -> None:
    values = PRESETS[preset].as_mapping()

    assert replayed(real_log[:220], values) == plain_signals.backtest(real_log[:220], values)


def test_the_limits_of_a_real_runner_are_found_alike(real_log: list[dict[str, Any]]) -> None:
    values = Thresholds().as_mapping()
    for last in range(160, 400, 12):
        log = real_log[last - 150 : last]
        now = datetime.fromisoformat(log[-1]["start_date"]) + timedelta(hours=7 * last)

        dm = headroom(History(counted(*log)), Thresholds(), at=now).dm

        assert (None if dm is None else dm // 1000) == plain_signals.headroom(log, values, now)
