"""Dates as Strava's export writes them: in the athlete's language and order, always in UTC.

Seen: `2018-09-12 15:02:23`, `Oct 21, 2017, 6:30:20 PM`, `21 Oct 2017, 18:30:20`, `21.10.2017, 18:30:20`,
`21 oct. 2017 à 18:30:20`, `21 de out. de 2017 18:30:20`, `2017年10月21日 下午6:30:20`.
Month names are CLDR's, from Babel.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
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


def read_date(text: str, *, month_first: bool = False) -> datetime | None:
    """The instant (aware, UTC) that the text tells, or None. `month_first` decides 10/12/2017."""
    text = normalize("NFKC", text).strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        moment = _read_words(text, month_first=month_first)
    if moment is None or moment.year not in YEARS:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def month_comes_first(texts: Iterable[str]) -> bool:
    """Whether a file's numeric dates can only be read with the month first; otherwise the day is taken to be first."""
    first, second = 0, 0
    for text in texts:
        numbers = _numbers(text)
        if len(numbers) > 2 and numbers[0] <= _LARGEST_DAY and _month_in(text) is None:
            first, second = max(first, numbers[0]), max(second, numbers[1])
    return second > 12 >= first


def _read_words(text: str, *, month_first: bool) -> datetime | None:
    numbers, month = _numbers(text), _month_in(text)
    if len(numbers) < (2 if month else 3):
        return None
    if month is not None:
        year, day = sorted(numbers[:2], reverse=True)
        clock = numbers[2:]
    else:
        (year, month, day), clock = _in_order(numbers[:3], month_first=month_first), numbers[3:]
    if len(clock) not in (0, 2, 3):
        return None
    hour, minute, second = _on_24_hours([*clock, 0, 0, 0][:3], text.casefold())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _in_order(numbers: Sequence[int], *, month_first: bool) -> tuple[int, int, int]:
    one, two, three = numbers
    if one > _LARGEST_DAY:
        return one, two, three
    return (three, one, two) if month_first else (three, two, one)


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
    """The month that a word of the text names, in the first language that knows one of its words."""
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
