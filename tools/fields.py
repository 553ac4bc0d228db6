"""Reads one entry of our TOML files field by field; what is wrong is named by file, entry and field.

Knows nothing of what the fields mean: that is `readers`.
"""

from collections.abc import Collection, Mapping
from typing import Any

FAR = 10_000


class ContentError(Exception):
    """An entry of the library is wrong. The message names `file`, `entry` and `field`, and the remedy."""

    def __init__(self, file: str, entry: str, field: str, remedy: str) -> None:
        super().__init__(f"{file}: {entry}: {field}: {remedy}")
        self.file = file
        self.entry = entry
        self.field = field


class Fields:
    """The fields of one entry. Each read takes a field away; `close` refuses the rest."""

    def __init__(self, file: str, entry: str, table: Mapping[str, Any]) -> None:
        self._file = file
        self._entry = entry
        self._left = dict(table)

    def wrong(self, field: str, remedy: str) -> ContentError:
        """Return the error to raise for `field`."""
        return ContentError(self._file, self._entry, field, remedy)

    def has(self, field: str) -> bool:
        """Return True if the field is there and was not read yet."""
        return field in self._left

    def text(self, field: str, *, default: str | None = None, most: int = 1000) -> str:
        """Return one line of text, trimmed; `default` (which may be empty) where the field is missing."""
        value = self._take(field, default)
        if not isinstance(value, str) or "\n" in value or value != value.strip():
            raise self.wrong(field, "write one line of text without blanks around it")
        if not value and default is None:
            raise self.wrong(field, "must not be empty")
        if len(value) > most:
            raise self.wrong(field, f"is {len(value)} characters long, at most {most} fit")
        return value

    def texts(self, field: str, *, least: int = 0, most: int = 99) -> tuple[str, ...]:
        """Return a list of different lines of text, `least` to `most` of them; a missing field is an empty list."""
        value = self._take(field, [])
        if not isinstance(value, list) or not all(
            isinstance(item, str) and item.strip() == item != "" for item in value
        ):
            raise self.wrong(field, "write a list of texts")
        if not least <= len(value) <= most:
            raise self.wrong(field, f"has {len(value)} items, needs {least} to {most}")
        if len(set(value)) < len(value):
            raise self.wrong(field, "holds the same text twice")
        return tuple(value)

    def choice(self, field: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """Return one of `allowed`."""
        value = self._take(field, default)
        if value not in allowed:
            raise self.wrong(field, f"{value!r} is none of: {', '.join(sorted(allowed))}")
        return str(value)

    def choices(self, field: str, allowed: Collection[str], *, least: int = 0, most: int = 99) -> tuple[str, ...]:
        """Return different items, each one of `allowed`."""
        values = self.texts(field, least=least, most=most)
        for value in values:
            if value not in allowed:
                raise self.wrong(field, f"{value!r} is none of: {', '.join(sorted(allowed))}")
        return values

    def flag(self, field: str) -> bool:
        """Return true or false; missing is false."""
        value = self._take(field, False)
        if not isinstance(value, bool):
            raise self.wrong(field, "write true or false")
        return value

    def whole(self, field: str, low: int, high: int, *, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`."""
        value = self._take(field, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(field, f"write a whole number from {low} to {high}")
        return value

    def span(self, field: str, low: int, high: int, *, default: int | None = None) -> tuple[int, int]:
        """Return the pair [from, to], both from `low` to `high`; a single whole number is both."""
        value = self._take(field, default)
        pair = value if isinstance(value, list) else [value, value]
        fits = len(pair) == 2 and all(isinstance(n, int) and not isinstance(n, bool) and low <= n <= high for n in pair)
        if not fits or pair[0] > pair[1]:
            raise self.wrong(field, f"write a whole number or [from, to] between {low} and {high}")
        return pair[0], pair[1]

    def numbers(self, field: str, counts: Collection[int], *, default: list[float] | None = None) -> tuple[float, ...]:
        """Return finite numbers, as many as one of `counts` says; a bare number is a list of one."""
        value = self._take(field, default)
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < FAR for n in found):
            raise self.wrong(field, "write numbers")
        if len(found) not in counts:
            raise self.wrong(field, f"has {len(found)} numbers, needs {' or '.join(str(count) for count in counts)}")
        return tuple(float(n) for n in found)

    def tables(self, field: str) -> list["Fields"]:
        """Return the tables inside the entry; a missing field is an empty list."""
        value = self._take(field, [])
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            raise self.wrong(field, "write a list of tables")
        return [Fields(self._file, f"{self._entry}: {field} {n}", table) for n, table in enumerate(value, start=1)]

    def table(self, field: str) -> "Fields":
        """Return a table inside the entry; the fields in it are named `field.name`."""
        value = self._take(field, None)
        if not isinstance(value, dict):
            raise self.wrong(field, "write a table")
        return Fields(self._file, f"{self._entry}: {field}", value)

    def close(self) -> None:
        """Raise ContentError for the first field that was never read: nobody asks for it."""
        for field in self._left:
            raise self.wrong(field, "is no field of this entry")

    def _take(self, field: str, default: Any) -> Any:
        if field not in self._left and default is None:
            raise self.wrong(field, "is missing")
        return self._left.pop(field, default)
