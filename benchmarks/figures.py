"""The measured figures, as one table: beside its goal, and beside the last one that was committed."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LAST = Path(__file__).with_name("last.json")


@dataclass(frozen=True)
class Figure:
    """One figure. It is met when it is at most `most` and at least `least`."""

    value: float
    most: float | None
    least: float | None

    @property
    def goal(self) -> str:
        """The goal in words; empty without one."""
        if self.most is not None:
            return f"≤ {self.most:g}"
        return "" if self.least is None else f"≥ {self.least:g}"

    @property
    def verdict(self) -> str:
        """Say if the goal is met; empty without one."""
        if not self.goal:
            return ""
        return "met" if (self.least or 0) <= self.value <= (self.most or float("inf")) else "NOT MET"


class Figures:
    """The figures of one run, by name. A name tells its unit."""

    def __init__(self) -> None:
        self._measured: dict[str, Figure] = {}

    def add(self, name: str, value: float, *, most: float | None = None, least: float | None = None) -> None:
        """Add one figure and its goal; three digits of it count."""
        self._measured[name] = Figure(float(f"{value:.3g}"), most, least)

    def keep(self) -> None:
        """Make these the last figures; what was not measured in this run stays as it was."""
        measured = {name: figure.value for name, figure in self._measured.items()}
        LAST.write_text(json.dumps(_last() | measured, indent=2, sort_keys=True) + "\n")

    def table(self) -> list[str]:
        """Return the lines of the table: name, value, goal, whether it is met, last value, by how much it differs."""
        last = _last()
        width = max(map(len, self._measured), default=0)
        return [
            f"{name:{width}}  {figure.value:8g}  {figure.goal:>8}  {figure.verdict:7}  "
            f"{_beside(figure.value, last.get(name))}"
            for name, figure in self._measured.items()
        ]


def least_ms(work: Callable[[], object], rounds: int = 12) -> float:
    """Return the least processor time of this thread that `work` took, in ms: what others do meanwhile is not ours."""
    took = []
    for _ in range(rounds):
        began = time.thread_time()
        work()
        took.append(time.thread_time() - began)
    return 1000 * min(took)


def _beside(value: float, last: float | None) -> str:
    if not last:
        return "new"
    return f"last {last:8g}  {value / last - 1:+5.0%}"


def _last() -> dict[str, float]:
    return json.loads(LAST.read_text()) if LAST.exists() else {}
