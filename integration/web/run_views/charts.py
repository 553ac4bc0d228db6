"""The geometry of the charts: plain numbers, drawn by the templates as SVG.

Charts are stretched to the width of the page, so all is paths whose strokes keep their width. Heights go from 0 (top)
to HEIGHT; a week is 1 wide, and so is a day of the year. Three lines of the grid reach to the top.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.runs import Run
from content.signals import Thresholds
from content.signals.days import Days
from content.weeks import WEEK, week_begins

HEIGHT = 100.0
LINES = 3  # of the grid
ROUND = (1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50)  # steps of a grid that are easy to read, times ten and so on
WEEKS = 12
YEAR_DAYS = 365
GAP = 1.2  # between two runs of a week


@dataclass(frozen=True)
class Grid:
    """Three lines: (height, tenths of a metre), the lowest first."""

    lines: tuple[tuple[float, float], ...]

    @property
    def top_dm(self) -> float:
        """The distance at the top."""
        return self.lines[-1][1]

    def height(self, dm: float) -> float:
        """Return the height of a distance."""
        return HEIGHT - HEIGHT * dm / self.top_dm


@dataclass(frozen=True)
class Week:
    """One calendar week from `begins` on; the last one is not over."""

    begins: date
    dm: int  # tenths of a metre
    runs: int
    noted: int  # runs with a note
    flagged: int  # flagged runs without one


@dataclass(frozen=True)
class WeeksChart:
    """The last weeks, oldest first: each run a segment of its week's bar; weeks with a note are drawn apart."""

    weeks: tuple[Week, ...]
    quiet: str
    noted: str
    best_dm: int  # the best seven days of the five weeks before today; 0 without any
    grid: Grid


@dataclass(frozen=True)
class YearChart:
    """Each run of a year as a line, as tall as it was long."""

    quiet: str
    flagged: str
    noted: str
    points: str  # JSON of [day of the year, distance, kind] for each run: 0 quiet, 1 flagged, 2 noted
    months: tuple[tuple[int, date], ...]  # day of the year at which a month begins
    first: date
    grid: Grid


def grid(tallest_dm: float, unit_dm: float) -> Grid:
    """Return three lines in round numbers of a unit (tenths of a metre), of which the highest holds the tallest."""
    least = max(tallest_dm / unit_dm / LINES, 0.1)
    power = 10.0 ** (len(str(int(least))) - 1) if least >= 1 else 0.1
    step = next(size * power for size in ROUND if size * power >= least) * unit_dm
    return Grid(tuple((HEIGHT - HEIGHT * line / LINES, step * line) for line in range(1, LINES + 1)))


def weeks_chart(
    kept: Sequence[Run], thresholds: Thresholds, noted: Mapping[int, bool], today: date, *, first: int, unit_dm: float
) -> WeeksChart:
    """`noted`: activity id → whether a flagged run got a note; runs that are not in it were not flagged.

    `first` is the weekday that weeks begin with; the grid counts in units of `unit_dm` tenths of a metre.
    """
    begins = week_begins(today, first)
    starts = [begins - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    runs: list[list[Run]] = [[] for _ in starts]
    for run in kept:
        week = (run.start_local.toordinal() - starts[0].toordinal()) // WEEK
        if 0 <= week < WEEKS:
            runs[week].append(run)
    weeks = [_week(start, those, thresholds, noted) for start, those in zip(starts, runs, strict=True)]
    best = _best(kept, thresholds, today)
    lines = grid(max(best, *(week.dm for week in weeks)), unit_dm)
    bars = [_bar(x, map(thresholds.distance, those), lines) for x, those in enumerate(runs)]
    drawn = list(zip(weeks, bars, strict=True))
    return WeeksChart(
        weeks=tuple(weeks),
        quiet="".join(bar for week, bar in drawn if not week.noted),
        noted="".join(bar for week, bar in drawn if week.noted),
        best_dm=best,
        grid=lines,
    )


def year_chart(
    kept: Iterable[Run], flagged: Collection[int], noted: Collection[int], today: date, unit_dm: float
) -> YearChart:
    """`flagged` and `noted`: ids of runs; one that is noted counts as that only."""
    first = today - timedelta(days=YEAR_DAYS - 1)
    days = [(run.start_local.toordinal() - first.toordinal(), run) for run in kept]
    runs = [(day, run) for day, run in days if 0 <= day < YEAR_DAYS]
    lines = grid(max((run.distance_dm for _, run in runs), default=1), unit_dm)
    sticks: tuple[list[str], ...] = ([], [], [])
    points = []
    for day, run in runs:
        kind = 2 if run.id in noted else int(run.id in flagged)
        sticks[kind].append(f"M{day}.5 {HEIGHT:g}V{lines.height(run.distance_dm):.1f}")
        points.append((day, round(run.distance_dm / unit_dm, 1), kind))
    quiet, long, told = map("".join, sticks)
    return YearChart(quiet, long, told, json.dumps(points), _months(first), first, lines)


def _week(begins: date, runs: Sequence[Run], thresholds: Thresholds, noted: Mapping[int, bool]) -> Week:
    marks = [noted[run.id] for run in runs if run.id in noted]
    return Week(begins, sum(map(thresholds.distance, runs)), len(runs), sum(marks), len(marks) - sum(marks))


def _best(kept: Sequence[Run], thresholds: Thresholds, today: date) -> int:
    """Return the distance of the best seven days of the five weeks before the last one."""
    days, since = Days(), today - timedelta(weeks=WEEKS)
    for run in kept:
        if run.day >= since:
            days.add(run.start_local.toordinal(), thresholds.distance(run))
    return days.best_week(today.toordinal())[0]


def _bar(x: int, distances: Iterable[int], lines: Grid) -> str:
    """Return the segments of a week, the first run lowest."""
    drawn, below = [], 0
    for dm in distances:
        bottom, top = lines.height(below), lines.height(below + dm)
        drawn.append(f"M{x + 0.14:.2f} {bottom:.1f}V{min(bottom, top + GAP):.1f}h.72V{bottom:.1f}z")
        below += dm
    return "".join(drawn)


def _months(first: date) -> tuple[tuple[int, date], ...]:
    """Return the day of the year at which each of its months begins."""
    begins = (date(first.year + month // 12, month % 12 + 1, 1) for month in range(first.month - 1, first.month + 12))
    return tuple(((day - first).days, day) for day in begins if 0 <= (day - first).days < YEAR_DAYS)
