"""The geometry of the charts: plain numbers, drawn by the templates as SVG.

Charts are stretched to the width of the page, so all is paths whose strokes keep their width. Heights go from 0 (top)
to HEIGHT; a week is 1 wide, and so is a day of the year.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.runs import Run
from content.signals import Thresholds
from content.signals.history import Days

HEIGHT = 100.0
AIR = 1.2  # above the tallest
WEEKS = 12
YEAR_DAYS = 365
DOT = 6.0  # from one dot to the next


@dataclass(frozen=True)
class Week:
    """Seven days up to and with `ends`. `best_dm`: the best seven days of the five weeks before (tenths of a metre)."""

    ends: date
    dm: int
    best_dm: int
    noted: int  # runs with a note
    flagged: int  # flagged runs without one


@dataclass(frozen=True)
class WeeksChart:
    """The last weeks, oldest first, as bars, with the best of the weeks before as a line and dots for flagged runs."""

    weeks: tuple[Week, ...]
    bars: str
    best: str
    noted: str
    flagged: str


@dataclass(frozen=True)
class YearChart:
    """Each run of a year as a line, as tall as it was long."""

    quiet: str
    flagged: str
    noted: str
    marks: tuple[tuple[int, Run, bool], ...]  # day of the year, the flagged run on it, and whether it is noted
    months: tuple[tuple[int, date], ...]  # day of the year at which a month begins
    longest_dm: int


def weeks_chart(kept: Sequence[Run], thresholds: Thresholds, noted: Mapping[int, bool], today: date) -> WeeksChart:
    """`noted`: activity id → whether a flagged run got a note; runs that are not in it were not flagged."""
    days = Days()
    for run in kept:
        days.add(run.start_local.toordinal(), thresholds.distance(run))
    weeks = [_week(days, kept, noted, today - timedelta(weeks=back)) for back in reversed(range(WEEKS))]
    tallest = max(1, *(max(week.dm, week.best_dm) for week in weeks))
    tops = [_top(week.dm, tallest) for week in weeks]
    placed = [(x, top, week) for x, (top, week) in enumerate(zip(tops, weeks, strict=True))]
    return WeeksChart(
        weeks=tuple(weeks),
        bars="".join(f"M{x + 0.16:.2f} {HEIGHT:g}V{top:.1f}h.68V{HEIGHT:g}z" for x, top, week in placed if week.dm),
        best="".join(f"M{x} {_top(week.best_dm, tallest):.1f}h1" for x, _, week in placed if week.best_dm),
        noted="".join(_dots(x, top, range(week.noted)) for x, top, week in placed),
        flagged="".join(_dots(x, top, range(week.noted, week.noted + week.flagged)) for x, top, week in placed),
    )


def year_chart(kept: Iterable[Run], flagged: Collection[int], noted: Collection[int], today: date) -> YearChart:
    """`flagged` and `noted`: ids of runs; one that is noted counts as that only."""
    first = today - timedelta(days=YEAR_DAYS - 1)
    runs = [run for run in kept if first <= run.day <= today]
    longest = max((run.distance_dm for run in runs), default=1)
    lines: dict[str, list[str]] = {"quiet": [], "flagged": [], "noted": []}
    for run in runs:
        kind = "noted" if run.id in noted else "flagged" if run.id in flagged else "quiet"
        lines[kind].append(f"M{(run.day - first).days + 0.5:g} {HEIGHT:g}V{_top(run.distance_dm, longest):.1f}")
    marks = [((run.day - first).days, run, run.id in noted) for run in runs if run.id in flagged]
    paths = {kind: "".join(lines_of_it) for kind, lines_of_it in lines.items()}
    return YearChart(**paths, marks=tuple(marks), months=_months(first), longest_dm=longest)


def _week(days: Days, kept: Sequence[Run], noted: Mapping[int, bool], ends: date) -> Week:
    begins = ends - timedelta(days=6)
    marks = [noted[run.id] for run in kept if run.id in noted and begins <= run.day <= ends]
    best, _ = days.best_week(ends.toordinal())
    return Week(ends, days.week(ends.toordinal()), best, sum(marks), len(marks) - sum(marks))


def _top(dm: int, tallest: int) -> float:
    return HEIGHT - HEIGHT * dm / (AIR * tallest)


def _dots(x: int, top: float, places: range) -> str:
    """Strokes of no length: with round caps they are dots, round however the chart is stretched."""
    return "".join(f"M{x + 0.5} {max(DOT, top - DOT * (place + 1)):.1f}h0" for place in places)


def _months(first: date) -> tuple[tuple[int, date], ...]:
    days = (first + timedelta(days=number) for number in range(YEAR_DAYS))
    return tuple((number, day) for number, day in enumerate(days) if day.day == 1)
