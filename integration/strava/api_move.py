"""Strava's move of its API in 2027, announced under two names. Pure: the day and a way to try an address in, words out.

Announced: available from 4 January 2027 at api-v3.strava.com, required from 1 June 2027 at www.api-v3.strava.com (a
post of Strava's); without the /api/v3 before each path. OAuth stays where it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

OLD: Final = "https://www.strava.com/api/v3"
NEW: Final = ("https://api-v3.strava.com", "https://www.api-v3.strava.com")
AVAILABLE, REQUIRED = date(2027, 1, 4), date(2027, 6, 1)
OF_STRAVA: Final = frozenset(urlsplit(base).hostname for base in (OLD, *NEW))


@dataclass(frozen=True)
class Advice:
    """The state of the configured address; `remedy` is None while nothing is to be done."""

    what: str
    remedy: str | None = None


def advice(configured: str, today: date, answers: Callable[[str], bool]) -> Advice | None:
    """Return what to do about STRAVA_API_URL; None for an address that is not Strava's. `answers` tries one."""
    if urlsplit(configured).hostname not in OF_STRAVA:
        return None
    if configured in NEW:
        return _moved(configured, answers)
    if today < AVAILABLE:
        return Advice(f"STRAVA_API_URL: right until Strava moves its API (from {_day(AVAILABLE)})")
    there = next(filter(answers, NEW), None)
    if there is not None:
        return Advice("STRAVA_API_URL", f"Strava has moved its API: put STRAVA_API_URL={there} into .env, and restart")
    if today < REQUIRED:
        return Advice(f"STRAVA_API_URL: neither new address answers yet; the old one is right until {_day(REQUIRED)}")
    return Advice(
        "STRAVA_API_URL", f"Strava's API has moved, and neither {' nor '.join(NEW)} answers: see its changelog"
    )


def _moved(configured: str, answers: Callable[[str], bool]) -> Advice:
    """Return what to do if one of the two new names is set already."""
    if answers(configured):
        return Advice(f"STRAVA_API_URL: {configured} answers")
    others = [base for base in (*NEW, OLD) if base != configured]
    there = next(filter(answers, others), None)
    mend = f"put STRAVA_API_URL={there} into .env, and restart" if there else "check this machine's network"
    return Advice("STRAVA_API_URL", f"{configured} does not answer: {mend}")


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
