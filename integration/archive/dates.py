"""Dates as Strava's export or a spreadsheet writes them: in the athlete's language and order, always in UTC.

Seen: `2018-09-12 15:02:23`, `Oct 21, 2017, 6:30:20 PM`, `21 Oct 2017, 18:30:20`, `21.10.2017, 18:30:20`,
`21 oct. 2017 à 18:30:20`, `21 de out. de 2017 18:30:20`, `2017年10月21日 下午6:30:20`, `10/21/17 18:30`.
Month names are CLDR's, from Babel.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Literal
from unicodedata import combining, normalize

from babel import Locale

from content.runs import YEARS

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "tr", "ca", "id",
    "ru", "uk", "el", "en_GB", "en_AU", "es_419", "pt_PT", "fr_CA", "de_AT",
)  # fmt: skip
_AFTERNOON = re.compile(r"\bp\.? ?m\b|下午|午後|오후|晚上")
_MORNING = re.compile(r"\ba\.? ?m\b|上午|午前|오전|早上")
_LARGEST_DAY = 31
_LARGEST_SHORT_YEAR = 99
_FIRST_SHORT_YEAR = 9  # Strava began in 2009: no date has 01 to 08 for its year

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")


def read_date(text: str, order: Order = "dmy") -> datetime | None:
    """Return the instant (aware, UTC) of the text, or None. `order` decides 10/12/2017, 10/12/17 and the like."""
    text = normalize("NFKC", text).strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        moment = _read_words(text, order)
    if moment is None or moment.year not in YEARS:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def order_of(texts: Iterable[str]) -> tuple[Order, str | None]:
    """Return the order in which most numeric dates of a file can be read, and one of them if it is a guess.

    The day comes first if nothing decides.
    """
    unclear = [text for text in texts if _is_numeric(text)]
    fits = {order: sum(_in_order(_numbers(text)[:3], order) is not None for text in unclear) for order in ORDERS}
    best = max(ORDERS, key=lambda order: fits[order])
    guessed = sum(fits[order] == fits[best] for order in ORDERS) > 1
    differs = (text for text in unclear if len({_in_order(_numbers(text)[:3], order) for order in ORDERS} - {None}) > 1)
    return best, next(differs, None) if guessed else None


def _is_numeric(text: str) -> bool:
    """Return whether the text names its day and month by number only, and not the year first in four digits."""
    numbers = _numbers(text)
    return len(numbers) > 2 and numbers[0] <= _LARGEST_DAY and _month_in(text) is None


def _read_words(text: str, order: Order) -> datetime | None:
    numbers, month = _numbers(text), _month_in(text)
    if len(numbers) < (2 if month else 3):
        return None
    if month is not None:
        day, year = numbers[:2] if max(numbers[:2]) <= _LARGEST_SHORT_YEAR else sorted(numbers[:2])
        date, clock = (_full(year), month, day), numbers[2:]
    else:
        found = _in_order(numbers[:3], order)
        if found is None:
            return None
        date, clock = found, numbers[3:]
    if len(clock) not in (0, 2, 3):
        return None
    hour, minute, second = _on_24_hours([*clock, 0, 0, 0][:3], text.casefold())
    try:
        return datetime(*date, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _in_order(numbers: Sequence[int], order: Order) -> tuple[int, int, int] | None:
    """Return year, month and day, or None if they are none in this order. Four digits in front are the year."""
    order = "ymd" if numbers[0] > _LARGEST_SHORT_YEAR else order
    parts = dict(zip(order, numbers, strict=True))
    try:
        found = datetime(_full(parts["y"]), parts["m"], parts["d"], tzinfo=UTC)
    except ValueError:
        return None
    return (found.year, found.month, found.day) if parts["y"] >= _FIRST_SHORT_YEAR else None


def _full(year: int) -> int:
    """Return a year of two digits in this century."""
    return 2000 + year if year <= _LARGEST_SHORT_YEAR else year


def _on_24_hours(clock: Sequence[int], text: str) -> tuple[int, int, int]:
    hour, minute, second = clock
    if _AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif _MORNING.search(text) and hour == 12:
        hour = 0
    return hour, minute, second


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,4}", text)]


def _month_in(text: str) -> int | None:
    """Return the month that a word of the text names, in the first language that knows one of its words."""
    words = re.findall(r"[^\W\d_]{3,}", _plain(text))
    named = (_months(language).get(word) for language in LANGUAGES for word in words)
    return next((month for month in named if month), None)


@cache
def _months(language: str) -> dict[str, int]:
    names = Locale.parse(language).months
    return {
        _plain(name).strip(".").split()[-1]: number
        for context in ("format", "stand-alone")
        for width in ("abbreviated", "wide")
        for number, name in names[context][width].items()
    }


def _plain(text: str) -> str:
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
