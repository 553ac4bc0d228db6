"""The way back to running after a sore spell: one step on, one step back, and the end at the usual run."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.companion.back_to_running import Step, Tried, ended, place, steps

BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)


def tried(*pains: int, settled: bool | None = True) -> list[Tried]:
    return [Tried(BEGAN + timedelta(days=2 * n), pain, settled) for n, pain in enumerate(pains)]


def test_the_steps_go_from_mostly_walking_to_the_usual_run() -> None:
    way = steps(50)

    assert way[:6] == (Step(1, 4, 6), Step(2, 3, 6), Step(3, 2, 6), Step(4, 1, 6), Step(9, 1, 3), Step(30))
    assert [step.minutes for step in way] == [30] * 6 + [36, 43, 50]


@given(st.integers(0, 400))
def test_whatever_the_usual_run_the_way_ends_there_and_never_jumps(usual: int) -> None:
    way = steps(usual)

    assert way[-1] == Step(max(10, usual))
    assert all(later.minutes <= max(30, 1.2 * earlier.minutes) for earlier, later in pairwise(way))


@pytest.mark.parametrize("pain", [0, 1, 2, 3])
def test_the_next_step_comes_when_pain_stays_at_3_or_less_and_settles(pain: int) -> None:
    assert place(tried(pain), 50).number == 2


@pytest.mark.parametrize(("pain", "settled"), [(4, True), (10, None), (0, False), (3, False)])
def test_one_step_back_when_it_does_not(pain: int, settled: bool | None) -> None:
    assert place([*tried(0, 0), Tried(BEGAN + timedelta(days=6), pain, settled)], 50).number == 2


def test_the_first_step_has_none_before_it() -> None:
    assert place(tried(9), 50).number == 1


def test_until_it_is_known_whether_the_back_settled_the_step_stays_and_is_asked_about() -> None:
    here = place(tried(2, settled=None), 50)

    assert (here.number, here.asks) == (1, True)


def test_a_day_lies_between_two_steps() -> None:
    assert place([], 50).no_sooner is None
    assert place(tried(1), 50).no_sooner == BEGAN + timedelta(hours=48)


def test_the_way_ends_when_the_usual_run_is_reached() -> None:
    usual = len(steps(50))

    assert not ended(tried(*[0] * (usual - 1)), 50)
    assert ended(tried(*[0] * usual), 50)
    assert place(tried(*[0] * usual), 50).step is None
