"""What judging costs, against the least that anything must do with the same runs in the same run: sort them.

The table's bracketed numbers are the ratios. Wanted on two cores of a laptop: one run on a year of history under 1 ms,
10,000 activities replayed in under 100 ms and growing linearly, `content` imported in under 30 ms.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from content.runs import Run
from content.signals import History, Thresholds, backtest, headroom, review

SIZES = (5_000, 10_000, 20_000)
PACE_DM_S = 28
IMPORT = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


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


@pytest.mark.benchmark(group="10,000 activities")
@pytest.mark.parametrize("work", [sort, lambda runs: backtest(runs, Thresholds())], ids=["sorted", "replayed"])
def test_a_backtest(benchmark: Any, work: Callable[[list[Run]], object]) -> None:
    benchmark.pedantic(work, args=(log(10_000),), rounds=20)


@pytest.mark.benchmark(group="a year of history")
@pytest.mark.parametrize("what", ["sorted", "review", "review with its history built", "headroom"])
def test_a_year(benchmark: Any, what: str) -> None:
    runs = log(365)
    history = History(runs)
    history.canonical  # noqa: B018 - resolved once, as the worker has it
    work: dict[str, Callable[[], object]] = {
        "sorted": lambda: sort(runs),
        "review": lambda: review(runs[-1], history, {runs[300].id: 1}, Thresholds()),
        "review with its history built": lambda: review(runs[-1], History(runs), {runs[300].id: 1}, Thresholds()),
        "headroom": lambda: headroom(history, Thresholds(), at=runs[-1].start + timedelta(hours=1)),
    }
    benchmark.pedantic(work[what], rounds=200)


@pytest.mark.parametrize("runs_a_day", [1, 30])
def test_a_backtest_grows_no_faster_than_its_log(runs_a_day: int) -> None:
    logs = {size: log(size, runs_a_day) for size in SIZES}
    took: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(9):  # by turns, so that whatever else the machine does meets all of them
        for size, runs in logs.items():
            began = time.process_time()
            backtest(runs, Thresholds())
            took[size].append(1e6 * (time.process_time() - began) / size)
    each = {size: median(times) for size, times in took.items()}
    print("\n" + ", ".join(f"{size}: {cost:.1f} µs a run" for size, cost in each.items()))  # noqa: T201 - the result

    assert each[20_000] < 1.5 * each[5_000]


def test_importing_content_costs_little_more_than_what_it_stands_on() -> None:
    modules = ("datetime, dataclasses, re, collections, bisect", "content.runs, content.signals")
    took: dict[str, list[float]] = {names: [] for names in modules}
    for _ in range(15):
        for names in modules:
            answer = subprocess.run([sys.executable, "-c", IMPORT.format(names)], capture_output=True, check=True)
            took[names].append(1000 * float(answer.stdout))
    typical = {names: min(times) for names, times in took.items()}
    print("\n" + ", ".join(f"{names}: {cost:.1f} ms" for names, cost in typical.items()))  # noqa: T201 - the result

    assert typical[modules[1]] < 4 * typical[modules[0]]
