"""The plan of twelve weeks on its page: begun with consent, around the runner's own runs; a sore back makes it wait."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from steady import BERTA, VIENNA
from web_site import Site, Visitor

from content.moves import library
from content.routines.questionnaire import Answers
from integration.athlete_profile import set_answers
from integration.store.tables import Preferences
from integration.web.companion.calendar import ASK_FIRST
from integration.web.companion.watch import NONE_NOW


def begin(berta: Visitor, **fields: str) -> int:
    return berta.post("/plan", {"sessions": "2", "consent": "true"} | fields, of="/plan").status_code


def days(page: str, kind: str) -> list[date]:
    found = re.findall(rf'data-day="([^"]*)" data-kind="{kind}"', page)
    return [date.fromisoformat(day) for day in found]


def test_a_plan_begins_today_with_twelve_weeks_of_strength_days(site: Site, berta: Visitor) -> None:
    assert begin(berta) == 303
    page = berta.get("/plan").text
    today = site.instance.now().astimezone(VIENNA).date()
    due = days(page, "due")

    assert len(re.findall(r'id="week-\d+"', page)) == 12
    assert re.findall(r'id="week-(\d+)" data-easy="true"', page) == ["4", "8", "12"]
    assert 22 <= len(due) <= 24  # two a week, but for what is left of the first
    assert min(due) >= today
    assert min(abs((later - earlier).days) for earlier, later in pairwise(due)) >= 2


def test_without_consent_there_is_no_plan(site: Site, berta: Visitor) -> None:
    answer = berta.post("/plan", {"sessions": "2"}, of="/plan")

    assert answer.status_code == 400
    assert "consent:" in answer.text
    assert site.preferences(BERTA).diary is None


@pytest.mark.parametrize("path", ["/plan/end", "/back-to-running/end"])
def test_ending_what_never_began_is_no_consent(site: Site, berta: Visitor, path: str) -> None:
    assert berta.post(path, of="/plan").status_code == 303
    assert site.preferences(BERTA).answers_consented_at is None


@pytest.mark.parametrize(
    ("fields", "line"),
    [({"sessions": "7"}, "sessions: choose one of 2, 3"), ({"weeks": "3"}, "weeks: is no field here")],
)
def test_a_plan_that_makes_no_sense_is_named_by_its_field(berta: Visitor, fields: dict[str, str], line: str) -> None:
    answer = berta.post("/plan", {"consent": "true"} | fields, of="/plan")

    assert answer.status_code == 400
    assert line in answer.text


def test_a_done_session_is_no_longer_due_and_the_next_is_two_days_off(site: Site, berta: Visitor) -> None:
    begin(berta)
    berta.post("/routine/today", {"done": "true", "back": "0", "moves": "plank,squat"}, of="/routine/today")
    page = berta.get("/plan").text
    today = site.instance.now().astimezone(VIENNA).date()

    assert days(page, "done") == [today]
    assert min(days(page, "due")) >= today + timedelta(days=2)
    assert "1 session done." in page


def test_a_sore_back_makes_the_plan_wait(site: Site, berta: Visitor) -> None:
    begin(berta)
    with site.store.write() as session:
        row = session.get_one(Preferences, BERTA)
        set_answers(row, site.instance.resources.vault, Answers(hurts=True, hurts_at=site.instance.now()))
    page = berta.get("/plan").text

    assert "The plan waits" in page
    assert days(page, "due") == []


def test_who_must_ask_a_clinician_first_is_called_to_no_strength_by_any_page(site: Site, berta: Visitor) -> None:
    begin(berta)
    with site.store.write() as session:
        row, vault = session.get_one(Preferences, BERTA), site.instance.resources.vault
        set_answers(row, vault, Answers(conditions=frozenset([next(iter(library.load().conditions))])))
    page = berta.get("/plan").text
    today = berta.get("/dashboard").text

    assert "The plan waits" in page
    assert days(page, "due") == []
    assert "strength.fit" not in page + today
    assert 'data-day="ask-first"' in today
    for address, words in [("/calendar.ics", ASK_FIRST), ("/plan/strength.fit", NONE_NOW)]:
        assert words in berta.get(berta.get(address).headers["Location"]).text


def test_a_plan_ends_when_the_athlete_says_so(site: Site, berta: Visitor) -> None:
    begin(berta)
    assert berta.post("/plan/end", of="/plan").status_code == 303

    assert 'id="week-1"' not in berta.get("/plan").text
    assert site.preferences(BERTA).diary is None
