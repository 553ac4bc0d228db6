"""`doctor` says when it is time to change STRAVA_API_URL, and to which of the two names that were announced."""

from collections.abc import Callable
from datetime import date

import pytest

from integration.strava.api_move import AVAILABLE, NEW, OLD, REQUIRED, advice

PLAIN, WWW = NEW
BEFORE, LATER = date(2026, 11, 25), date(2027, 7, 1)


def up(*bases: str) -> Callable[[str], bool]:
    return lambda address: address in bases


@pytest.mark.parametrize(
    ("configured", "today", "there", "remedy"),
    [
        (OLD, BEFORE, (OLD, PLAIN, WWW), None),
        (OLD, AVAILABLE, (OLD,), None),
        (OLD, AVAILABLE, (OLD, PLAIN, WWW), f"STRAVA_API_URL={PLAIN} into .env"),
        (OLD, AVAILABLE, (OLD, WWW), f"STRAVA_API_URL={WWW} into .env"),
        (OLD, REQUIRED, (), "see its changelog"),
        (PLAIN, BEFORE, (PLAIN,), None),
        (PLAIN, LATER, (WWW,), f"STRAVA_API_URL={WWW} into .env"),
        (WWW, LATER, (PLAIN,), f"STRAVA_API_URL={PLAIN} into .env"),
        (WWW, BEFORE, (OLD,), f"STRAVA_API_URL={OLD} into .env"),
        (WWW, LATER, (), "check this machine's network"),
    ],
)
def test_the_advice_names_the_address_that_answers(
    configured: str, today: date, there: tuple[str, ...], remedy: str | None
) -> None:
    given = advice(configured, today, up(*there))

    assert given is not None
    assert given.remedy is None if remedy is None else remedy in (given.remedy or "")


@pytest.mark.parametrize("configured", ["http://127.0.0.1:8001/api/v3", "https://strava.example.org"])
def test_an_address_that_is_not_stravas_is_nobodys_to_advise_on(configured: str) -> None:
    assert advice(configured, LATER, up()) is None


def test_nothing_is_asked_for_before_there_is_a_new_address() -> None:
    asked: list[str] = []

    def ask(address: str) -> bool:
        asked.append(address)
        return True

    advice(OLD, BEFORE, ask)

    assert asked == []
