"""The way distances, numbers, days and times are written for one athlete: km or miles, their locale, their clock."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from content.notes.formats import duration as note_duration

DM_PER_UNIT = {"km": 10_000, "mi": 16_093.44}
MILES_COUNTRIES = frozenset({"united states", "united kingdom", "liberia"})
MILES_LANGUAGES = frozenset({"en-us", "es-us"})  # en-GB says less: it is also the English of who is not British
FALLBACK = "en-GB"
# The habits offered by name; an athlete may have any other that Babel knows.
LANGUAGES = (
    "en-GB", "en-US", "en-AU", "en-CA", "en-IE", "en-NZ", "en-ZA", "de-DE", "de-AT", "de-CH", "fr-FR", "es-ES", "es-MX",
    "it-IT", "nl-NL", "pt-PT", "pt-BR", "da-DK", "nb-NO", "sv-SE", "fi-FI", "pl-PL", "cs-CZ", "ja-JP",
)  # fmt: skip
# What strangers may ask for, in lower case: one of these, or its language alone. Babel keeps every locale that it met,
# half a megabyte each, and knows 1,000.
OFFERED = {tag.partition("-")[0]: tag.partition("-")[0] for tag in LANGUAGES} | {tag.lower(): tag for tag in LANGUAGES}
OFFERED |= {"en": FALLBACK, "no": "nb"}  # "no" is Norwegian, of which Bokmål is the written form
MONTHS = 12
NEARLY_MONTHLY = 9  # notes in a year: from here on they are counted by the month
ONCE = (0.8, 0.9, 1.0, 1.1, 1.2)  # notes a month that are called one


@dataclass(frozen=True)
class PageFormats:
    """One reader's way of writing; `units` is km or mi, `locale` Babel's, `zone` that of the reader's clock.

    Where a day is asked for, an aware datetime is its day by that clock.
    """

    units: str
    locale: Locale
    zone: tzinfo = UTC

    def at(self, zone: tzinfo) -> "PageFormats":
        """Return the same habits by the clock of `zone`."""
        return replace(self, zone=zone)

    @property
    def tag(self) -> str:
        """The locale as browsers name it, such as "de-DE"."""
        return str(self.locale).replace("_", "-")

    @property
    def unit_dm(self) -> float:
        """The tenths of a metre in a kilometre or a mile."""
        return DM_PER_UNIT[self.units]

    @property
    def first_weekday(self) -> int:
        """The weekday that weeks begin with where the reader is: 0 Monday to 6 Sunday."""
        return int(self.locale.first_week_day)

    def distance(self, dm: float, digits: int = 1) -> str:
        """Return `dm` tenths of a metre, such as "18.3 km"."""
        return f"{self.in_units(dm, digits)}\N{NO-BREAK SPACE}{self.units}"

    def exact(self, dm: float) -> str:
        """Return `dm` tenths of a metre with one or two digits, such as "11.36 km": enough to multiply."""
        written = format_decimal(dm / DM_PER_UNIT[self.units], "#,##0.0#", locale=self.locale)
        return f"{written}\N{NO-BREAK SPACE}{self.units}"

    def in_units(self, dm: float, digits: int = 1) -> str:
        return self.number(dm / DM_PER_UNIT[self.units], digits)

    def from_km(self, km: float, digits: int = 1) -> str:
        return self.distance(km * DM_PER_UNIT["km"], digits)

    def number(self, value: float, digits: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return _decimal(value + 0.0, pattern, self.locale)  # no -0.0: the cache takes it for 0.0

    def share(self, fraction: float) -> str:
        return f"{self.number(round(fraction * 100))}\N{NO-BREAK SPACE}%"

    def day(self, day: date) -> str:
        """Return a day such as "Tue 4 Nov", in the locale's order."""
        return self._written("MMMEd", day)

    def day_and_month(self, day: date) -> str:
        return self._written("MMMd", day)

    def day_and_year(self, day: date) -> str:
        return self._written("yMMMEd", day)

    def month(self, day: date) -> str:
        return self._written("MMM", day)

    def clock(self, moment: datetime) -> str:
        """Return the time of day of an aware datetime, such as "14:05"."""
        return str(format_skeleton("Hm", moment.astimezone(self.zone), locale=self.locale))

    def _written(self, skeleton: str, day: date) -> str:
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        return _day(skeleton, day.year, day.month, day.day, self.days)

    @property
    def days(self) -> Locale:
        """The locale that days are written in: pages are English, so their days are, for everybody."""
        return self.locale if self.locale.language == "en" else locale_of(FALLBACK)

    def marked(self, words: str, end: str = "") -> Markup:
        """Return `words` with `end` after them; a full stop is not doubled."""
        return escape(words + ("" if end == "." and words.endswith(".") else end))

    def per_year(self, notes: int) -> str:
        """Return how often `notes` in a year are, such as "about every 5 months" or "about 1.5 a month"."""
        if notes == 0:
            return "none"
        if notes == 1:
            return "about one a year"
        if notes < NEARLY_MONTHLY:
            return f"about every {round(MONTHS / notes)} months"
        monthly = round(notes / MONTHS, 1)
        return f"about {'one' if monthly in ONCE else self.number(monthly, 0 if monthly.is_integer() else 1)} a month"

    def duration(self, seconds: int) -> str:
        """Return a time such as "1 h 42" or "38 min", cut to whole minutes as in the notes."""
        return note_duration(seconds).replace(" ", "\N{NO-BREAK SPACE}")

    def ago(self, moment: datetime, now: datetime, end: str = "") -> Markup:
        """Return words such as "3 minutes ago"; from a day on they name the date. `end` as for `marked`."""
        passed = max(now - moment, timedelta())
        for size, word in ((timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
            if passed >= timedelta(days=1):
                return Markup("on ") + self.marked(self.day(moment), end)
            if passed >= size:
                number = passed // size
                return escape(f"{number} {word}{'s' if number > 1 else ''} ago{end}")
        return escape(f"just now{end}")


@lru_cache(maxsize=4096)  # a page writes a hundred numbers and days, mostly those that it wrote last time
def _decimal(value: float, pattern: str, locale: Locale) -> str:
    return str(format_decimal(value, pattern, locale=locale))


@lru_cache(maxsize=4096)
def _day(skeleton: str, year: int, month: int, day: int, locale: Locale) -> str:
    return str(format_skeleton(skeleton, datetime(year, month, day, tzinfo=UTC), locale=locale))


def formats(units: str, language: str) -> PageFormats:
    return PageFormats(units if units in DM_PER_UNIT else "km", locale_of(language))


@lru_cache(maxsize=256)  # one object for each: the caches above compare it
def locale_of(language: str) -> Locale:
    """Babel's locale for a tag such as en-GB; British English for one it does not know."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK.replace("-", "_"))


def guess_language(accepted: list[str]) -> str:
    """The first of the browser's languages that we can write days and numbers in; a bare "en" is British."""
    for tag in accepted:
        try:
            locale = Locale.parse(tag.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
        return FALLBACK if str(locale) == "en" else str(locale).replace("_", "-")
    return FALLBACK


def formats_of_a_stranger(accepted: list[str]) -> PageFormats:
    """Return the habits of the first of the browser's languages that is offered; British ones if none is.

    es-US is written as es, in miles: its country still tells the units.
    """
    for tag in accepted:
        offered = OFFERED.get(tag.lower()) or OFFERED.get(tag.partition("-")[0].lower())
        if offered:
            return formats(guess_units(tag, None, None), offered)
    return formats("km", FALLBACK)


def guess_units(language: str, country: str | None, preference: str | None) -> str:
    """km or mi: as Strava is set, if it tells; else by the athlete's country, else by the browser's language."""
    if preference in {"feet", "meters"}:
        return "mi" if preference == "feet" else "km"
    if country:
        return "mi" if country.strip().lower() in MILES_COUNTRIES else "km"
    return "mi" if language.lower() in MILES_LANGUAGES else "km"
