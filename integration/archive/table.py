"""activities.csv, row by row, as what the API would have answered: the same mapping, so that one place judges a run."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from io import StringIO
from math import log
from statistics import median
from typing import Any

from content.runs import SPORTS
from integration.archive.columns import Columns, find_columns
from integration.archive.dates import month_comes_first, read_date
from integration.archive.numbers import comma_is_decimal, read_number
from integration.archive.sports import sport_of

METRES = {"m": 1.0, "km": 1000.0, "mi": 1609.344}
YES = ("1", "1.0", "true", "yes")
SLOWEST = 0.1  # m/s: a file whose runs are slower on the median does not count in metres


class RowError(Exception):
    """A row holds no activity that can be read; the message says why."""


class Table:
    """One activities.csv. `rows` are (the line it starts on, its cells; none where the line is spoilt)."""

    def __init__(self, columns: Columns, width: int, rows: Sequence[tuple[int, list[str]]], zone: tzinfo) -> None:
        self.rows = rows
        self._columns = columns
        self._width = width
        self._zone = zone
        self._month_first = month_comes_first(self._cells(columns.date))
        numeric = (columns.moving, columns.distance, columns.elapsed, columns.climb, columns.rounded)
        self._comma = {at for at in numeric if at is not None and comma_is_decimal(self._cells(at))}
        self._metres = METRES[columns.unit or self._told_unit()]
        self._rounded_metres = self._told_rounding()

    def activity(self, line: int, cells: Sequence[str]) -> dict[str, Any]:
        """The row as the API's JSON. Raises RowError."""
        columns = self._columns
        self._check_width(cells)
        if not cells[columns.type]:
            raise RowError("no activity type")
        sport, start = sport_of(cells[columns.type]), self._start(cells)
        activity = {
            "id": self._id(line, cells),
            "sport_type": sport,
            "start_date": start.isoformat(),
            "start_date_local": start.astimezone(self._zone).replace(tzinfo=None).isoformat(),
            "name": self._text(cells, columns.name),
        }
        if sport not in SPORTS:
            return activity
        return activity | {
            "distance": self._distance(cells),
            "moving_time": self._required(cells, columns.moving, "moving time"),
            "elapsed_time": self._number(cells, columns.elapsed),
            "total_elevation_gain": self._number(cells, columns.climb),
            "flagged": self._text(cells, columns.flagged).lower() in YES,
            "workout_type": int(self._text(cells, columns.race).lower() in YES),
        }

    def _check_width(self, cells: Sequence[str]) -> None:
        if not cells:
            raise RowError("a quotation mark is out of place, here or on a line before")
        if len(cells) < self._columns.needed:
            raise RowError(f"cut off after {len(cells)} of {self._width} columns")
        if any(cells[self._width :]):
            raise RowError(f"{len(cells)} columns where the header has {self._width}")

    def _start(self, cells: Sequence[str]) -> datetime:
        text = cells[self._columns.date]
        start = read_date(text, month_first=self._month_first)
        if start is None:
            raise RowError(_unread("date", text))
        return start

    def _id(self, line: int, cells: Sequence[str]) -> int:
        if self._columns.id is None:
            return line
        text = cells[self._columns.id]
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise RowError(_unread("activity id", text))
        return int(text)

    def _distance(self, cells: Sequence[str]) -> float:
        columns = self._columns
        rounded = self._number(cells, columns.rounded)
        if rounded is not None and self._rounded_metres is not None and not cells[columns.distance]:
            return rounded * self._rounded_metres
        return self._required(cells, columns.distance, "distance") * self._metres

    def _required(self, cells: Sequence[str], at: int, what: str) -> float:
        number = self._number(cells, at)
        if number is None:
            raise RowError(_unread(what, cells[at]))
        return number

    def _number(self, cells: Sequence[str], at: int | None) -> float | None:
        return read_number(self._text(cells, at), comma_decimal=at in self._comma)

    @staticmethod
    def _text(cells: Sequence[str], at: int | None) -> str:
        return "" if at is None or at >= len(cells) else cells[at]

    def _cells(self, at: int) -> Iterator[str]:
        return (cells[at] for _, cells in self.rows if at < len(cells))

    def _run_numbers(self, *at: int) -> Iterator[tuple[float, ...]]:
        """The numbers of these columns, for the runs that have all of them above zero."""
        for _, cells in self.rows:
            if sport_of(self._text(cells, self._columns.type)) in SPORTS:
                numbers = [self._number(cells, column) or 0.0 for column in at]
                if min(numbers) > 0:
                    yield tuple(numbers)

    def _told_unit(self) -> str:
        """Metres or kilometres, for an only distance column that does not say: nobody runs at 3 mm/s."""
        both = self._run_numbers(self._columns.distance, self._columns.moving)
        speeds = [distance / moving for distance, moving in both]
        return "km" if speeds and median(speeds) < SLOWEST else "m"

    def _told_rounding(self) -> float | None:
        """Kilometres or miles, for the athlete's own distance column beside the one in metres."""
        if self._columns.rounded is None:
            return None
        both = self._run_numbers(self._columns.distance, self._columns.rounded)
        ratios = [metres / rounded for metres, rounded in both]
        if not ratios:
            return None
        ratio = median(ratios)
        return min(METRES.values(), key=lambda unit: abs(log(ratio / unit)))


def read_table(text: str, zone: tzinfo) -> Table | None:
    """The table in the text of an activities.csv, local times in `zone`; None when its header is not an export's."""
    rows = list(_rows(text))
    if not rows:
        return None
    (_, header), *rows = rows
    columns = find_columns(header)
    return Table(columns, len(header), rows, zone) if columns else None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, and no cells for each line that a misplaced quotation mark spoils.

    A description may hold line breaks, so a row's line is not its number.
    """
    csv.field_size_limit(max(len(text), 1))
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    line = 1
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield from ((spoilt, []) for spoilt in range(line, reader.line_num + 1))
        else:
            if any(cells):
                yield line, cells
        line = reader.line_num + 1


def _unread(what: str, text: str) -> str:
    return f"the {what} {text[:40]!r} can't be read" if text else f"no {what}"
