"""Numbers as an export or a spreadsheet writes them: with a decimal point or comma, and thousands separators."""

import re
from collections.abc import Iterable
from math import isfinite

_GROUPS = re.compile(r"[\s'’_]")  # thousands: spaces of every width, Swiss apostrophes
_COMMA_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")
_POINT_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
_PLAIN = re.compile(r"-?\d+(\.\d*)?([eE][+-]?\d{1,2})?|-?\.\d+")


def comma_is_decimal(texts: Iterable[str]) -> bool:
    """Return whether a column writes 9,44 for nine and a bit: it does once a comma cannot stand for thousands."""
    return any("," in text and not _COMMA_THOUSANDS.fullmatch(_GROUPS.sub("", text)) for text in texts)


def points_are_thousands(texts: Iterable[str]) -> bool:
    """Return whether every point of a column can stand for thousands: 9.721 and 850, but not 9.72."""
    return all(_POINT_THOUSANDS.fullmatch(text) for text in texts if "." in text)


def read_number(text: str, *, comma_decimal: bool = False) -> float | None:
    """Return the number in a cell, or None if there is none to be read."""
    text = _GROUPS.sub("", text)
    if comma_decimal and "," in text:
        text = text.replace(".", "").replace(",", ".")
    elif comma_decimal and _POINT_THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    elif _COMMA_THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _PLAIN.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None
