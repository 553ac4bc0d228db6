"""activities.csv, row by row, as the API's JSON would have it: the same mapping, so that one place reviews a run."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from math import log
from statistics import median
from typing import Any

from content.runs import SPORTS
from integration.archive.columns import Columns, find_columns
from integration.archive.dates import Order, order_of, read_date
from integration.archive.numbers import comma_is_decimal, points_are_thousands, read_number
from integration.archive.rows import Row, read_rows
from integration.archive.sports import sport_of

METRES = {"m": 1.0, "km": 1000.0, "mi": 1609.344}
YES = ("true", "yes")
SLOWEST = 0.1  # m/s: a file whose runs are slower on the median does not count in metres


NO_MOVING_TIME = "This export has no moving time; elapsed time stands in, breaks included."


class RowError(Exception):
    """A row holds no activity that can be read; the message says why."""


class ExportTable:
    """One activities.csv. `assumptions` are sentences on what the file itself does not tell."""

    def __init__(self, columns: Columns, width: int, rows: Sequence[Row], zone: tzinfo) -> None:
        self.rows = rows
        self._assumptions = [] if columns.has_moving else [NO_MOVING_TIME]
        self._unread_ids = 0
        self._columns = columns
        self._width = width
        self._zone = zone
        self._order = self._told_order()
        numeric = (columns.moving, columns.distance, columns.elapsed, columns.climb, columns.rounded)
        self._comma = {at for at in numeric if at is not None and comma_is_decimal(self._cells(at))}
        self._metres = METRES[columns.unit or self._told_unit()]
        self._rounded_metres = self._told_rounding()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Sentences on what the rows read so far do not tell."""
        if not self._unread_ids:
            return tuple(self._assumptions)
        many = f"{self._unread_ids} activity ids" if self._unread_ids > 1 else "1 activity id"
        return (*self._assumptions, f"{many} can't be read; the line number stands in.")

    def activity(self, line: int, cells: Sequence[str]) -> dict[str, Any]:
        """Return the row as the API's JSON. Raises RowError."""
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
            "flagged": _is_yes(self._text(cells, columns.flagged)),
            "workout_type": int(_is_yes(self._text(cells, columns.race))),
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
        start = read_date(text, self._order)
        if start is None:
            raise RowError(_unread("date", text))
        return start

    def _id(self, line: int, cells: Sequence[str]) -> int:
        if self._columns.id is None:
            return line
        whole = re.fullmatch(r"([0-9]{1,15})(\.0)?", cells[self._columns.id])
        if not whole:  # a spreadsheet made 1.00E+10 of it
            self._unread_ids += 1
            return line
        return int(whole[1])

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
        """Yield the numbers of these columns, for the runs that have all of them above zero."""
        for _, cells in self.rows:
            if sport_of(self._text(cells, self._columns.type)) in SPORTS:
                numbers = [self._number(cells, column) or 0.0 for column in at]
                if min(numbers) > 0:
                    yield tuple(numbers)

    def _told_order(self) -> Order:
        """Return the order of day, month and year in the dates of this file."""
        order, unclear = order_of(self._cells(self._columns.date))
        read = read_date(unclear, order) if unclear else None
        if read is not None:
            self._assumptions.append(f"Nothing tells day from month: {unclear} is read as {read.day} {read:%B %Y}.")
        return order

    def _told_unit(self) -> str:
        """Return metres or kilometres for a distance column that does not say: nobody runs at 3 mm/s."""
        at = self._columns.distance
        both = self._run_numbers(at, self._columns.moving)
        speeds = [distance / moving for distance, moving in both]
        if not speeds or median(speeds) >= SLOWEST:
            return "m"
        if self._columns.rounded is not None and points_are_thousands(self._cells(at)):
            self._comma.add(at)
            self._assumptions.append("The points in the distances are read as thousands: 9.721 is 9,721 metres.")
            return "m"
        self._assumptions.append("The distance column names no unit; it is read as kilometres.")
        return "km"

    def _told_rounding(self) -> float | None:
        """Return the metres in a kilometre or mile, as the athlete's own distance column has it beside the metres."""
        if self._columns.rounded is None:
            return None
        both = self._run_numbers(self._columns.distance, self._columns.rounded)
        ratios = [metres / rounded for metres, rounded in both]
        if not ratios:
            return None
        ratio = median(ratios)
        return min(METRES.values(), key=lambda unit: abs(log(ratio / unit)))


def read_table(text: str, zone: tzinfo) -> ExportTable | None:
    """Return the table of an activities.csv, local times in `zone`; None if its first line is no export's header.

    Raises MissingColumnsError.
    """
    rows = read_rows(text)
    if not rows:
        return None
    (_, header), *rows = rows
    columns = find_columns(header, [cells for _, cells in rows])
    return ExportTable(columns, len(header), rows, zone) if columns else None


def _is_yes(text: str) -> bool:
    return text.casefold() in YES or read_number(text, comma_decimal=True) == 1


def _unread(what: str, text: str) -> str:
    return f"the {what} {text[:40]!r} can't be read" if text else f"no {what}"
