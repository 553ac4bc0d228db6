"""A warning sign can be reported from every page, adds to those before, and a hold says what it leaves standing."""

import json
import re
from typing import Any

import pytest
from in_turn import in_turn
from web_site import Site, Visitor

from content.moves.library import load

LIBRARY = load()
EVERY_FLAG = list(LIBRARY.warning_signs)


def kept_flags(site: Site) -> Any:
    locked = site.preferences().answers
    return json.loads(site.instance.resources.vault.decrypt(locked))["red_flags"] if locked else []


def asked(page: str) -> list[str]:
    """The warning signs that a page asks about, but for those inside of something closed."""
    shown = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    return re.findall(r'name="red_flags" id="[^"]+" value="([^"]+)"', shown)


def test_the_page_of_warning_signs_asks_who_is_connected_about_each_and_nobody_else(site: Site, anna: Visitor) -> None:
    assert asked(anna.get("/safety").text) == EVERY_FLAG
    assert asked(site.visitor().get("/safety").text) == []


@in_turn("path", ["/dashboard", "/answers", "/notes", "/routine/today", "/moves/plank", "/preferences"])
def test_that_page_is_one_click_from_every_other(anna: Visitor, path: str) -> None:
    assert re.search(r'href="/safety(#report)?"', anna.get(path).text)


def test_what_is_ticked_there_holds_without_consent_and_leads_to_where_to_turn(site: Site, anna: Visitor) -> None:
    answer = anna.post("/answers", {"red_flags": "night"}, of="/safety")

    assert answer.headers["Location"] == "/safety"
    page = anna.get("/safety").text
    assert "Do not exercise until a clinician has cleared you" in page
    assert kept_flags(site) == ["night"]
    assert site.preferences().answers_consented_at is None


def test_another_one_adds_to_those_before_and_clearing_ends_all(site: Site, anna: Visitor) -> None:
    anna.post("/answers", {"red_flags": "bladder-bowel"}, of="/safety")
    assert asked(anna.get("/safety").text) == EVERY_FLAG

    anna.post("/answers", {"red_flags": "night"}, of="/safety")
    assert kept_flags(site) == ["bladder-bowel", "night"]
    assert "Get emergency care now" in anna.get("/dashboard").text

    anna.post("/answers", {"red_flags": ""}, of="/answers")
    assert kept_flags(site) == []


def test_a_report_without_a_tick_says_that_nothing_changed(site: Site, anna: Visitor) -> None:
    anna.post("/answers", {}, of="/safety")

    assert "You ticked nothing, so nothing changed." in anna.get("/answers").text
    assert site.preferences().answers is None


def test_the_confirmation_of_a_hold_is_an_alert_and_no_success(site: Site, anna: Visitor) -> None:
    anna.post("/answers", {"red_flags": "night"}, of="/safety")

    page = anna.get("/safety").text
    [confirmation] = re.findall(r'<p class="([^"]+)" role="status">You reported a warning sign\.', page)
    assert confirmation == "say alert"
    assert (
        len(re.findall("You reported a warning sign", anna.get("/dashboard").text)) == 1
    )  # the first card says it once
    assert site.preferences().answers is not None


def test_a_warning_sign_that_nobody_knows_is_named(site: Site, anna: Visitor) -> None:
    answer = anna.post("/answers", {"red_flags": "cough"}, of="/safety")

    assert answer.status_code == 400
    assert "red_flags: cough" in answer.text
    assert kept_flags(site) == []


@pytest.mark.parametrize("consent", [{"consent": "true"}, {}], ids=["kept", "not kept"])
@pytest.mark.parametrize("back", [5, 7, 10])
def test_a_back_that_hurts_after_a_session_is_answered_with_the_warning_signs_and_no_praise(
    site: Site, anna: Visitor, back: int, consent: dict[str, str]
) -> None:
    answer = anna.post("/routine/today", {"done": "true", "back": str(back), **consent}, of="/routine/today")

    assert answer.headers["Location"] == "/safety"
    page = anna.get("/safety").text
    assert "A back that hurts comes first" in page
    assert "Well done" not in page
    assert asked(page) == EVERY_FLAG


@pytest.mark.parametrize(("back", "said"), [("2", "Well done."), ("3", "gets no harder"), ("4", "gets no harder")])
def test_a_back_that_complains_gets_no_praise_from_where_it_halts_progress(anna: Visitor, back: str, said: str) -> None:
    anna.post("/routine/today", {"done": "true", "back": back, "consent": "true"}, of="/routine/today")

    page = anna.get("/dashboard").text
    assert said in page
    assert ("Well done" in page) == (said == "Well done.")


def test_a_routine_asks_about_warning_signs_one_tap_below_a_question_that_one_sees(anna: Visitor) -> None:
    page = anna.get("/routine/today").text
    [worry] = re.findall(r'<details id="worry">.*?</details>', page, re.DOTALL)

    assert re.findall(r'name="red_flags" id="[^"]+" value="([^"]+)"', worry) == EVERY_FLAG
    assert "Anything worrying?" in page.replace(worry, "")
    assert 'id="warning-line"' in page.replace(worry, "")  # the line of warning signs stands open above the moves


@pytest.mark.parametrize("path", ["/safety", "/answers", "/moves", "/routine/today"])
def test_a_hold_says_that_notes_on_strava_keep_their_exercises_and_how_to_remove_them(anna: Visitor, path: str) -> None:
    anna.post("/answers", {"red_flags": "night"}, of="/safety")

    page = anna.get(path).text

    assert "Notes on Strava keep their exercises" in page
    assert '<a href="/notes">Remove them</a>' in page
