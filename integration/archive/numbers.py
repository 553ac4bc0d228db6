"""Numbers as an export or a spreadsheet writes them: with a decimal point or comma, and thousands separators."""

import re
from collections.abc import Iterable
from math import isfinite

_GROUPS = re.compile(r"[\s'’_]")  # thousands: spaces of every width, Swiss apostrophes
_COMMA_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")
_PLAIN = re.compile(r"-?\d+(\.\d*)?([eE][+-]?\d{1,2})?|-?\.\d+")


def comma_is_decimal(texts: Iterable[str]) -> bool:
    """Whether a column writes 9,44 for nine and a bit: it does once a comma cannot stand for thousands."""
    return any("," in text and not _COMMA_THOUSANDS.fullmatch(_GROUPS.sub("", text)) for text in texts)


def read_number(text: str, *, comma_decimal: bool = False) -> float | None:
    """The number in a cell, or None when there is none to be read."""
    text = _GROUPS.sub("", text)
    if comma_decimal and "," in text:
        text = text.replace(".", "").replace(",", ".")
    elif comma_decimal and re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        text = text.replace(".", "")
    elif _COMMA_THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _PLAIN.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None
