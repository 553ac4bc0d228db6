"""Three weeks of one simulated runner through the real product: the simulation lives, and no page contradicts another.

Eighteen months of six runners are `make companion`, which writes docs/companion.md.
"""

from pathlib import Path

import pytest
from characters import Character, Intent, Spell
from simulation import Clock, MovedSite, Simulated, moved_strava

from integration.sandbox import SandboxServer

DAYS = 21


def three_runs(week: int, weekday: int) -> Intent | None:
    """Thursday, Saturday and a long run on Sunday; the second one is too far."""
    km = {3: 7.0, 5: 6.0, 6: 25.0 if week == 1 else 13.0}.get(weekday)
    return Intent(km) if km else None


IDA = Character(
    "Ida", 2101, 7, "a far run, a sore back, a warning sign", three_runs,
    before=90, trains=1.0, plan_from=0, way_back=True,
    spells=(Spell(13, 3, 6),), says={16: "night pain", 18: "cleared"},
)  # fmt: skip


@pytest.fixture
def ida(tmp_path: Path, redis_url: str) -> Simulated:
    """Ida after three weeks."""
    clock = Clock()
    with SandboxServer(moved_strava(clock)) as server:
        site = MovedSite(tmp_path, server, redis_url)
        with site.instance.subscribed():
            runner = Simulated(IDA, site, clock)
            for day in range(DAYS):
                runner.live(day)
            return runner


def test_a_runner_of_three_weeks_is_told_one_story_day_by_day(ida: Simulated) -> None:
    first, second, third = ida.weeks

    assert ida.watch.wrong == []
    assert [len(week.notes) for week in ida.weeks] == [0, 1, 0]
    assert "Comfort first" not in second.notes[0][1]
    assert (first.done, second.done) == (2, 2)
    assert set(first.first_cards) == {"stretch", "strength"}
    assert second.first_cards[0] == "stretch, strength later"  # the long run of Sunday asks for a day
    assert third.first_cards == ["sore", "sore", "hold", "hold", "sore", "sore", "sore"]
    assert (first.plan, second.plan, third.plan) == ("Mon Thu Mon", "waits", "waits")
    assert third.next_run == "your back comes first"
    assert second.asked + third.asked >= 2
