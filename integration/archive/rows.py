"""The rows of a CSV file: its separator found, blank lines skipped, lines that a quotation mark spoils named."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

Row = tuple[int, list[str]]  # the line it starts on, and its cells; no cells for a spoilt line
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n')  # written by spreadsheets


def read_rows(text: str) -> list[Row]:
    """Return the rows that are not blank, and one without cells for each line that a misplaced quotation mark spoils.

    A description may hold line breaks, so a row's line is not its number.
    """
    csv.field_size_limit(max(len(text), 1))
    told = _SEPARATOR_LINE.match(text)
    first = text.partition("\n")[0]
    delimiter = told[1] if told else max(",;\t", key=first.count)
    return list(_rows(text[told.end() :] if told else text, delimiter, 2 if told else 1))


def _rows(text: str, delimiter: str, line: int) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = line - 1
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield from ((spoilt, []) for spoilt in range(line, before + reader.line_num + 1))
        else:
            if any(cells):
                yield line, cells
        line = before + reader.line_num + 1
