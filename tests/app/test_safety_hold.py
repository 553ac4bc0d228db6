"""A warning sign puts everything on hold, whatever else was agreed to; while it lasts no page names a move."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from in_turn import in_turn
from instance import ANNA
from web_site import Site, Visitor

from content.moves.library import load
from integration.store import ledger
from integration.store.tables import Note

BERTA = 1002
LIBRARY = load()


@pytest.fixture
def noted(site: Site, anna: Visitor) -> int:
    """A run of Anna's with a note."""
    run = max(number for number, kept in site.strava.activities.items() if kept["sport_type"] == "Run")
    now = site.instance.resources.now()
    with site.store.write() as session:
        ledger.begin(
            session,
            Note(
                athlete_id=ANNA, activity_id=run, state="pages", written_at=now, severity=1, spike_band="small",
                block_hash=None, moves=["childs-pose", "figure-4", "plank"], changed_at=now,
            ),
        )  # fmt: skip
    return run


def kept_answers(site: Site) -> dict[str, Any]:
    locked = site.preferences().answers
    return dict(json.loads(site.instance.resources.vault.decrypt(locked))) if locked else {}


def logged(site: Site) -> list[dict[str, Any]]:
    return list(json.loads(site.instance.resources.vault.decrypt(site.preferences().session_log or "")))


def opened(visitor: Visitor, path: str) -> str:
    """The answers that are kept in the end."""
    return visitor.client.get(path, follow_redirects=True, headers={"Accept": "text/html"}).text


def report(visitor: Visitor, run: int, *flags: str, **form: str) -> Any:
    return visitor.post(f"/routine/{run}", {"red_flags": list(flags), **form}, of="/answers")


def test_a_warning_sign_holds_without_consent_and_is_consent_for_nothing_else(
    site: Site, anna: Visitor, noted: int
) -> None:
    report(anna, noted, "night", done="true", back="4", where="lower back")

    assert kept_answers(site)["red_flags"] == ["night"]
    said = re.findall(r'class="(say[^"]*)" role="status">([^<]+)', anna.get("/dashboard").text)
    assert said[-1][0] == "say alert", said  # no success
    assert (site.preferences().answers_consented_at, site.preferences().session_log) == (None, None)

    anna.post("/answers", {"red_flags": ""}, of="/answers")
    anna.post(f"/routine/{noted}", {"done": "true", "back": "3"}, of="/answers")
    refused = anna.post("/answers", {"hurts": "true"}, of="/answers")

    assert refused.status_code == 400
    assert "tick that you agree" in refused.text
    assert (site.preferences().answers, site.preferences().session_log) == (None, None)


def test_a_warning_sign_with_consent_keeps_how_the_back_feels_but_is_no_routine_done(
    site: Site, anna: Visitor, noted: int
) -> None:
    report(anna, noted, "night", done="true", back="4", consent="true")

    assert str(noted) in site.instance.resources.vault.decrypt(site.preferences().session_log or "")
    assert "You did its routine" not in anna.get("/notes").text


def test_warning_signs_add_up(site: Site, anna: Visitor, noted: int) -> None:
    report(anna, noted, "night", "fall")
    report(anna, noted, "bladder-bowel")

    assert kept_answers(site)["red_flags"] == ["bladder-bowel", "fall", "night"]
    assert "Get emergency care now" in anna.get("/dashboard").text


def test_on_hold_the_answers_still_ask_for_consent(anna: Visitor, noted: int) -> None:
    report(anna, noted, "night")

    assert 'id="consent"' in anna.get("/answers").text


def test_who_was_cleared_says_so_by_one_button_and_without_consent(site: Site, anna: Visitor, noted: int) -> None:
    report(anna, noted, "night")
    form = re.search(r'<form [^>]*id="cleared-form".*?</form>', anna.get("/answers").text, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert set(fields) == {"csrf_token", "red_flags"}

    anna.post("/answers", fields, of="/answers")

    assert site.preferences().answers is None
    assert site.preferences().answers_consented_at is None
    assert "data-beats" in anna.get(f"/routine/{noted}").text


def test_forgetting_deletes_the_warning_sign_too_and_the_page_says_so(site: Site, anna: Visitor, noted: int) -> None:
    report(anna, noted, "night")
    assert "The warning sign goes with them" in anna.get("/answers").text

    anna.post("/answers", {"forget": "true"}, of="/answers")

    assert site.preferences().answers is None


def test_every_warning_sign_is_asked_and_the_page_says_that_a_yes_is_kept_without_consent(
    anna: Visitor, noted: int
) -> None:
    page = unescape(anna.get(f"/routine/{noted}").text)

    assert "even without your consent" in page
    assert [flag.id for flag in LIBRARY.warning_signs.values() if flag.question not in page] == []


def test_a_warning_sign_holds_also_for_a_note_that_is_gone(site: Site, anna: Visitor) -> None:
    assert anna.post("/routine/999", {"done": "true"}, of="/answers").status_code == 404

    answer = report(anna, 999, "night", done="true")

    assert answer.headers["Location"] == "/safety"
    assert kept_answers(site)["red_flags"] == ["night"]


@in_turn(
    ("form", "said"),
    [
        ({"red_flags": "cough"}, "red_flags: “cough” is not known here"),
        ({"where": "left ear"}, "where: “left ear” is not known here"),
        ({"back": "11"}, "back: give a whole number from 0 (well) to 10 (you gave “11”)"),
        ({"back": "9" * 5000}, "back: give a whole number"),
        ({"done": "perhaps"}, "done: give true or false"),
        ({"consent": "perhaps"}, "consent: give true or false"),
    ],
)
def test_a_session_with_a_wrong_field_is_refused_by_its_name_and_not_half_kept(
    site: Site, anna: Visitor, noted: int, form: dict[str, str], said: str
) -> None:
    given = {"done": "true", "consent": "true", "back": "3", **form}

    page = anna.post(f"/routine/{noted}", given, of="/answers")
    script = anna.post(f"/routine/{noted}", given, of="/answers", Accept="application/json")

    assert (page.status_code, script.status_code) == (400, 400)
    assert said in unescape(page.text)
    assert f'href="/routine/{noted}"' in page.text
    assert script.json is not None
    assert said in script.json["error"]
    assert site.preferences().session_log is None
    assert "You did its routine" not in anna.get("/notes").text


def test_a_field_that_the_answers_do_not_know_is_refused_by_its_name(site: Site, anna: Visitor) -> None:
    answer = anna.post("/answers", {"hurt": "true", "consent": "true"}, of="/answers")

    assert answer.status_code == 400
    assert "hurt: is no question of ours" in answer.text
    assert site.preferences().answers is None


def test_a_session_that_is_sent_twice_is_kept_once(site: Site, anna: Visitor, noted: int) -> None:
    form = {"done": "true", "back": "3", "consent": "true"}
    anna.post(f"/routine/{noted}", form, of="/answers")
    first = logged(site)
    site.instance.ahead = timedelta(hours=3)

    anna.post(f"/routine/{noted}", form, of="/answers")

    assert len(first) == 1
    assert logged(site) == first


def test_what_one_athletes_browser_kept_is_not_taken_from_another(site: Site, anna: Visitor, noted: int) -> None:
    owner = re.search(r'data-owner="(\w+)"', anna.get("/dashboard").text)
    assert owner
    site.strava.add_athlete(athlete_id=BERTA)
    berta = site.connected(BERTA)

    answer = report(berta, noted, "night", owner=owner[1])

    assert answer.status_code == 403
    assert site.preferences(BERTA).answers is None
    assert report(anna, noted, "night", owner=owner[1]).status_code == 303


def test_a_script_is_told_what_came_of_its_answers(site: Site, anna: Visitor, noted: int) -> None:
    form = {"done": "true", "back": "2", "consent": "true", "late": "true"}

    done = anna.post(f"/routine/{noted}", form, of="/answers", Accept="application/json").json
    held = anna.post(f"/routine/{noted}", {**form, "red_flags": "night"}, of="/answers", Accept="application/json").json

    assert done == {
        "said": f"{ARRIVED} Well done. It counts for your next routine.",
        "hold": False,
        "next": "/dashboard",
    }
    assert held is not None
    assert (held["hold"], held["next"]) == (True, "/safety")
    assert ARRIVED in anna.get("/safety").text


ARRIVED = "The answers to your last routine have arrived."


class TestNoPageNamesAMove:
    """Walks every page that a link leads to, as an athlete on hold."""

    # Files to take away and pages that end the walk: what they hold is the athlete's own data, or nothing.
    LEFT_OUT = ("/export", "/manifest.webmanifest", "/static", "/connect", "/figures.css", "/manifest.webmanifest")

    @pytest.fixture
    def held(self, anna: Visitor, noted: int) -> Visitor:
        told = {"left_out": "squat", "pin_move": "plank", "consent": "true"}
        anna.post("/answers", told | dict.fromkeys(("pin_sets", "pin_amount", "pin_unit", "pin_sides"), ""))
        report(anna, noted, "night")
        anna.get("/safety")  # that it was kept is said once
        return anna

    def walk(self, visitor: Visitor, run: int) -> dict[str, str]:
        waiting = ["/", "/dashboard", f"/routine/{run}", "/routine/today", "/routine?moves=plank,squat", "/moves/plank",
                   "/moves?kind=strength", "/moves?kind=zzz", "/welcome", "/recovery", "/form", "/nowhere"]  # fmt: skip
        seen: dict[str, str] = {}
        while waiting:
            path = waiting.pop()
            if path in seen or path.startswith(self.LEFT_OUT):
                continue
            seen[path] = opened(visitor, path)
            waiting += [unescape(link).partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', seen[path])]
        return seen

    def test_on_hold_every_page_says_so_and_leads_to_its_end_and_none_holds_a_move_a_step_or_a_cue(
        self, held: Visitor, noted: int
    ) -> None:
        told = {word for move in LIBRARY.moves.values() for word in (move.name, move.short, *move.other_names)}
        told |= {step for move in LIBRARY.moves.values() for step in move.steps}
        told |= {text for cue in LIBRARY.cues.values() for text in (cue.name, cue.text)}
        told |= {tip.text for tip in LIBRARY.tips.values()}
        any_of_it = re.compile("|".join(rf"\b{re.escape(word)}" for word in told), re.IGNORECASE)

        pages = self.walk(held, noted)

        assert {"/answers", "/notes", "/thresholds", "/preferences", "/leave", "/privacy", "/safety"} <= set(pages)
        found = {path: any_of_it.findall(unescape(text)) for path, text in pages.items()}
        assert {path: words for path, words in found.items() if words} == {}
        for path, text in pages.items():
            assert "clinician has cleared you" in text, path
            assert 'href="/answers"' in text or path.startswith("/answers"), path

    def test_the_same_pages_name_moves_once_the_athlete_was_cleared(self, held: Visitor, noted: int) -> None:
        held.post("/answers", {"red_flags": ""}, of="/answers")

        for path in ("/", "/dashboard", "/answers", "/recovery", "/routine/today", "/moves"):
            assert "You reported a warning sign" not in opened(held, path), path
            assert re.search("child&#39;s pose", opened(held, path), re.IGNORECASE), path

    def test_no_note_can_be_tried(self, site: Site, held: Visitor, noted: int) -> None:
        other = sorted(number for number, kept in site.strava.activities.items() if kept["sport_type"] == "Run")[-2]

        assert "Try a note" not in held.get("/dashboard").text + held.get("/notes").text
        answer = held.post(f"/notes/{other}/try", of="/notes")

        assert answer.status_code == 400
        assert "You can try a note once a clinician has cleared you" in answer.text
        assert site.instance.note_state(other) is None

    def test_runs_of_the_time_on_hold_do_not_say_afterwards_that_one_is_on_hold(
        self, site: Site, held: Visitor
    ) -> None:
        site.strava.create_activity(ANNA, km=45, minutes=270, push=False)
        site.instance.ask(ANNA, reconcile_requested=True)
        site.instance.work()

        held.post("/answers", {"red_flags": ""}, of="/answers")

        page = held.get("/notes").text
        assert "You had reported a warning sign" in page
        assert "until a clinician has cleared you" not in page


def test_for_ten_minutes_a_slip_is_removed_without_a_clinician(site: Site, anna: Visitor, noted: int) -> None:
    report(anna, noted, "night")
    for path in ("/dashboard", "/safety", f"/routine/{noted}"):
        assert "I ticked this by mistake" in anna.get(path).text, path

    anna.post("/answers/mistake", {}, of="/safety")

    assert site.preferences().answers is None
    assert "data-beats" in anna.get(f"/routine/{noted}").text


def test_after_ten_minutes_only_a_clinicians_word_ends_the_hold(site: Site, anna: Visitor, noted: int) -> None:
    report(anna, noted, "night")
    site.instance.later(minutes=11)
    assert "I ticked this by mistake" not in anna.get("/safety").text

    anna.post("/answers/mistake", {}, of="/safety")

    assert kept_answers(site)["red_flags"] == ["night"]


def test_it_hurts_now_leaves_strength_out_for_two_weeks_and_is_then_asked_again(
    site: Site, anna: Visitor, noted: int
) -> None:
    site.instance.later(days=4)
    assert "Plank" in anna.get(f"/routine/{noted}").text
    anna.post("/answers", {"hurts": "true", "consent": "true"}, of="/answers")
    assert "Plank" not in anna.get(f"/routine/{noted}").text
    assert 'value="true" checked' in anna.get("/answers").text

    site.instance.later(days=14)

    assert "Plank" in anna.get(f"/routine/{noted}").text
    assert "Does it still hurt?" in anna.get("/answers").text
