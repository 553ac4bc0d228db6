"""Distances, times and days as an athlete writes them. The words are English; numbers and dates follow the language.

A small table instead of a locale database: this package uses the standard library only.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

DM: Final = {"km": 10_000.0, "mi": 16_093.44}  # tenths of a metre
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Languages that write 21.8; all others known to us write 21,8.
POINT: Final = frozenset({"en", "he", "hi", "ja", "ko", "th", "zh"})
POINT_REGIONS: Final = frozenset({"de-CH", "es-MX", "fr-CH", "it-CH"})
MONTH_FIRST: Final = frozenset({"en-US", "en-CA", "en-PH"})


@dataclass(frozen=True, slots=True)
class Formats:
    """One athlete's way of writing: `units` is "km" or "mi", `language` a tag such as en-GB."""

    units: str = "km"
    language: str = "en-GB"

    def __post_init__(self) -> None:
        if self.units not in DM:
            raise ValueError(f"units: {self.units!r} is none of: {', '.join(DM)}")

    def distance(self, dm: float) -> str:
        """Return tenths of a metre as "21.8 km"."""
        return f"{self._number(f'{dm / DM[self.units]:.1f}')} {self.units}"

    def limit(self, dm: float) -> str:
        """Return a round distance that is not farther, in words."""
        return f"{self._number(f'{self._rounded(dm):g}')} {self.units}"

    def limit_dm(self, dm: float) -> float:
        """Return the same round distance in tenths of a metre, for pages that name the number of the note."""
        return self._rounded(dm) * DM[self.units]

    def _rounded(self, dm: float) -> float:
        """Return whole units from 10 on, halves below, never less than a half."""
        value = dm / DM[self.units]
        return float(int(value)) if value >= 10 else max(0.5, int(value * 2) / 2)

    def day(self, day: date, *, year: bool = False, short: bool = False) -> str:
        """Return "12 October", or "October 12" if months come first; with the year, or with three letters."""
        month = MONTHS[day.month - 1][: 3 if short else None]
        if self.language in MONTH_FIRST:
            return f"{month} {day.day}" + (f", {day.year}" if year else "")
        return f"{day.day} {month}" + (f" {day.year}" if year else "")

    def _number(self, text: str) -> str:
        point = self.language.split("-")[0] in POINT or self.language in POINT_REGIONS
        return text if point else text.replace(".", ",")


def weekday(day: date) -> str:
    """Return the English name of the day."""
    return WEEKDAYS[day.weekday()]


def duration(seconds: int) -> str:
    """Return seconds as "48 min" or "2 h 05"."""
    hours, rest = divmod(seconds // 60, 60)
    return f"{hours} h {rest:02}" if hours else f"{rest} min"
