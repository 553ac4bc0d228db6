"""The cost of judging, beside the least that anything must do with the same runs in the same run: sort them.

All is processor time of one thread, the least of several rounds.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.figures import Figures, least_ms
from content.runs import Run
from content.signals import History, Thresholds, backtest, headroom, review

SIZES = (5_000, 10_000, 20_000)
PACE_DM_S = 28


def log(count: int, runs_a_day: float = 1.0) -> list[Run]:
    """A log of runs at random intervals and of random lengths; always the same one."""
    dice, start, runs = random.Random(1), datetime(1990, 1, 1, 6, tzinfo=UTC), []
    for number in range(count):
        start += timedelta(hours=2 + dice.expovariate(runs_a_day / 22))
        distance = int(dice.lognormvariate(11.4, 0.4))
        seconds = distance // PACE_DM_S
        runs.append(Run(number, start, start.replace(tzinfo=None), "Run", distance, seconds, seconds, climb_dm=500))
    return runs


def sort(runs: list[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (run.start, run.id))


def test_ten_thousand_runs_are_replayed_in_forty_milliseconds(figures: Figures) -> None:
    runs = log(10_000)
    figures.add("10,000 runs, sorted, ms", least_ms(lambda: sort(runs)))
    figures.add("10,000 runs, replayed, ms", least_ms(lambda: backtest(runs, Thresholds())), most=40)


def test_a_run_is_reviewed_by_a_year_in_a_fraction_of_a_millisecond(figures: Figures) -> None:
    runs = log(365)
    history = History(runs)
    history.canonical  # noqa: B018 - resolved once, as the worker has it
    noted = {runs[300].id: 1}
    work: dict[str, tuple[Callable[[], object], float | None]] = {
        "sorted": (lambda: sort(runs), None),
        "one reviewed": (lambda: review(runs[-1], history, noted, Thresholds()), 0.3),
        "one reviewed, its history built": (lambda: review(runs[-1], History(runs), noted, Thresholds()), None),
        "the limit": (lambda: headroom(history, Thresholds(), at=runs[-1].start + timedelta(hours=1)), None),
        "replayed": (lambda: backtest(runs, Thresholds()), None),
    }
    for name, (ask, most) in work.items():
        figures.add(f"a year of runs: {name}, ms", least_ms(ask, 100), most=most)


@pytest.mark.parametrize("runs_a_day", [1, 30])
def test_a_backtest_grows_no_faster_than_its_log(runs_a_day: int, figures: Figures) -> None:
    each = {}
    for size in SIZES:
        runs = log(size, runs_a_day)
        each[size] = 1000 * least_ms(lambda: backtest(runs, Thresholds()), 9) / size  # noqa: B023 - used at once
    ratio = each[20_000] / each[5_000]
    figures.add(f"{runs_a_day} a day: a run among 20,000 replayed, of one among 5,000", ratio, most=1.5)

    assert ratio < 2
