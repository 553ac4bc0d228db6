"""The way back to running after a sore spell: one step on, one step back, and the end at the usual run."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.companion.back_to_running import Step, Tried, ended, place, steps
from content.companion.diary import Diary
from content.runs import Run
from content.signals.review import backtest
from content.signals.thresholds import Thresholds

BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)


def tried(*pains: int, settled: bool | None = True) -> list[Tried]:
    return [Tried(BEGAN + timedelta(days=2 * n), pain, settled) for n, pain in enumerate(pains)]


def test_the_steps_go_from_mostly_walking_to_the_usual_run() -> None:
    way = steps(50)

    assert way[:6] == (Step(1, 4, 6), Step(2, 3, 6), Step(3, 2, 6), Step(4, 1, 6), Step(9, 1, 3), Step(30))
    assert [step.minutes for step in way] == [30] * 6 + [33, 36, 39, 42, 46, 50]


@given(st.integers(0, 400))
def test_whatever_the_usual_run_the_way_ends_there_and_never_jumps(usual: int) -> None:
    way = steps(usual)

    assert way[-1] == Step(max(10, usual))
    assert all(later.minutes <= max(30, 1.1 * earlier.minutes) for earlier, later in pairwise(way))


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


def test_who_follows_the_way_is_never_told_that_a_step_was_a_long_run() -> None:
    start = datetime(2026, 1, 4, 8, tzinfo=UTC)
    habit = [(start + timedelta(days=2 * n), 50) for n in range(50)]
    way = [(start + timedelta(days=110 + 2 * n), step) for n, step in enumerate(steps(50))]
    runs = [a_step_run(number, at, minutes, minutes) for number, (at, minutes) in enumerate(habit)]
    runs += [
        a_step_run(100 + n, at, step.minutes, step.times * step.run + step.times * step.walk // 2)
        for n, (at, step) in enumerate(way)
    ]

    assert [found.run.day for found in backtest(runs, Thresholds()).flagged] == []


def a_step_run(number: int, at: datetime, minutes: int, as_if_run: int) -> Run:
    """A run of so many minutes, as far as six minutes a km of running take."""
    return Run(number, at, at.replace(tzinfo=None), "Run", as_if_run * 10_000 // 6, 60 * minutes, 60 * minutes)


def test_a_way_back_that_nobody_goes_any_more_sets_no_next_run() -> None:
    gone = Diary(usual_min=50, tried=tuple(tried(1, 1)))
    last = gone.tried[-1].at

    assert Diary().way(last) is None
    assert gone.way(last + timedelta(days=20)) is not None
    assert gone.way(last + timedelta(days=21)) is None
    assert Diary(usual_min=50, tried=tuple(tried(*[0] * 12))).way(last) is None
