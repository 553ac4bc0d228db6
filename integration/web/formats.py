"""How distances, numbers, days and times read for one athlete: km or miles, and the habits of their locale."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from content.notes.formats import duration as note_duration

DM_PER_UNIT = {"km": 10_000, "mi": 16_093.44}
MILES_COUNTRIES = frozenset({"united states", "united kingdom", "liberia"})
MILES_LANGUAGES = frozenset({"en-US", "es-US"})  # en-GB says less: it is also the English of who is not British
FALLBACK = "en-GB"


@dataclass(frozen=True)
class Formats:
    """One reader's way of writing; `units` is km or mi, `locale` Babel's."""

    units: str
    locale: Locale

    @property
    def tag(self) -> str:
        """The locale as browsers name it, such as "de-DE"."""
        return str(self.locale).replace("_", "-")

    def distance(self, dm: float, digits: int = 1) -> str:
        """`dm` tenths of a metre, such as "18.3 km"."""
        return f"{self.in_units(dm, digits)}\N{NO-BREAK SPACE}{self.units}"

    def in_units(self, dm: float, digits: int = 1) -> str:
        return self.number(dm / DM_PER_UNIT[self.units], digits)

    def from_km(self, km: float, digits: int = 1) -> str:
        return self.distance(km * DM_PER_UNIT["km"], digits)

    def number(self, value: float, digits: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(value, pattern, locale=self.locale))

    def share(self, fraction: float) -> str:
        return f"{self.number(round(fraction * 100))}\N{NO-BREAK SPACE}%"

    def day(self, day: date) -> str:
        """Such as "Tue 4 Nov", in the locale's order."""
        return str(format_skeleton("MMMEd", _as_moment(day), locale=self.locale))

    def day_and_month(self, day: date) -> str:
        return str(format_skeleton("MMMd", _as_moment(day), locale=self.locale))

    def day_and_year(self, day: date) -> str:
        return str(format_skeleton("yMMMEd", _as_moment(day), locale=self.locale))

    def month(self, day: date) -> str:
        return str(format_skeleton("MMM", _as_moment(day), locale=self.locale))

    def clock(self, moment: datetime) -> str:
        return str(format_skeleton("Hm", moment, locale=self.locale))

    def marked(self, words: str, end: str = "") -> Markup:
        """`words` of this locale in a page that is English: marked as theirs, and with one stop where they end in one.

        `end` is what follows: a full stop is not doubled ("29. Nov."), a comma stands after it.
        """
        end = "" if end == "." and words.endswith(".") else end
        if self.locale.language == "en":
            return escape(words + end)
        return Markup('<span lang="{}">{}</span>{}').format(self.tag, words, end)

    def duration(self, seconds: int) -> str:
        """Such as "1 h 42" or "38 min", cut to whole minutes as in the notes."""
        return note_duration(seconds).replace(" ", "\N{NO-BREAK SPACE}")

    def ago(self, moment: datetime, now: datetime, end: str = "") -> Markup:
        """Such as "3 minutes ago"; days and weeks are told by the date. `end` as for `marked`."""
        passed = max(now - moment, timedelta())
        for size, word in ((timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
            if passed >= timedelta(days=1):
                return Markup("on ") + self.marked(self.day(moment.date()), end)
            if passed >= size:
                number = passed // size
                return escape(f"{number} {word}{'s' if number > 1 else ''} ago{end}")
        return escape(f"just now{end}")


def formats(units: str, language: str) -> Formats:
    return Formats(units if units in DM_PER_UNIT else "km", locale_of(language))


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


def guess_units(language: str, country: str | None, preference: str | None) -> str:
    """km or mi: as Strava is set, where it tells; else by the athlete's country, else by the browser's language."""
    if preference in {"feet", "meters"}:
        return "mi" if preference == "feet" else "km"
    if country:
        return "mi" if country.strip().lower() in MILES_COUNTRIES else "km"
    return "mi" if language in MILES_LANGUAGES else "km"


def _as_moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
