"""The state of the back on every page with a routine, and the pages for everybody."""

import html
import re
from pathlib import Path

import pytest
from in_turn import in_turn
from instance import ANNA
from steady import add_steady_runner
from web_site import Site, Visitor

from content.moves.library import load
from content.notes.links import code_of
from integration.sandbox import SandboxServer

EFFORT = load().notices["effort-line"]
STRONG = ("squat", "bird-dog")
CODE = code_of(("childs-pose", *STRONG))
PAGES = ("/routine/today", "/routine/before-your-run", f"/routine?moves={','.join(STRONG)}", f"/r/{CODE}")


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    add_steady_runner(sandbox.strava, ANNA)
    return Site(tmp_path, sandbox, redis_url)


@pytest.fixture
def anna(site: Site) -> Visitor:
    return site.connected(ANNA)


def moves_on(visitor: Visitor, path: str) -> list[str]:
    return re.findall(r'id="move-([a-z0-9-]+)"', visitor.get(path).text)


def test_a_logged_score_reaches_every_page_with_a_routine(anna: Visitor) -> None:
    assert "cat-cow" not in {moves_on(anna, path)[0] for path in PAGES}

    anna.post("/routine/today", {"back": "6", "consent": "true"}, of="/routine/today")

    assert {path: moves_on(anna, path) for path in PAGES} == {
        path: ["cat-cow", "knees-to-chest", "childs-pose"] for path in PAGES
    }
    assert "data-next-day" not in anna.get("/dashboard").text


def test_a_back_that_is_a_little_sore_gets_no_bending_under_load_from_a_link(anna: Visitor) -> None:
    anna.post("/routine/today", {"back": "4", "consent": "true"}, of="/routine/today")

    assert moves_on(anna, "/routine?moves=toe-touch,squat") == ["squat"]
    assert anna.get("/routine?moves=toe-touch").status_code == 200
    assert anna.get("/routine?moves=no-such-move").status_code == 404


def test_a_notes_short_link_shows_its_moves_to_everybody_and_nothing_of_an_athlete(site: Site, anna: Visitor) -> None:
    stranger = site.visitor()
    page = stranger.get(f"/r/{CODE}")

    assert page.status_code == 200
    assert moves_on(stranger, f"/r/{CODE}") == ["childs-pose", *STRONG]
    assert EFFORT in page.text
    assert not re.search(rf"\b{ANNA}\b", page.text)  # a token may hold its digits among others
    assert "Anna" not in page.text
    assert moves_on(anna, f"/r/{CODE}") == ["childs-pose", *STRONG]
    assert stranger.get("/r/0").status_code == 404


def test_a_session_with_strength_work_says_when_to_stop_and_one_without_does_not(site: Site) -> None:
    assert EFFORT in site.visitor().get("/routine?moves=squat").text
    assert EFFORT not in site.visitor().get("/routine?moves=childs-pose").text


def test_two_taps_after_a_run_reach_every_page_with_a_routine_too(site: Site, anna: Visitor) -> None:
    newest = site.strava.of(ANNA)[0]["id"]
    anna.post("/back", {"activity": str(newest), "moment": "after", "back": "7", "consent": "true"}, of="/leave")

    assert {moves_on(anna, path)[0] for path in PAGES} == {"cat-cow"}


@in_turn(
    ("path", "field", "value", "said"),
    [
        ("/back", "back", "11", "give a whole number from 0 (well) to 10"),
        ("/back", "back", "-1", "give a whole number from 0 (well) to 10"),
        ("/back", "mood", "1", "mood: is no "),
        ("/back", "activity", "7", "activity: is none of your runs"),
        ("/routine/today", "back", "11", "give a whole number from 0 (well) to 10"),
        ("/routine/today", "answered", "99999999999999", "answered: lies in the future"),
        ("/routine/today", "mood", "1", "mood: is no "),
        ("/answers", "mood", "1", "mood: is no question of ours"),
        ("/answers", "hurts", "perhaps", "hurts: "),
    ],
)
def test_what_cannot_be_told_is_one_line_by_its_field_and_nothing_is_kept(
    site: Site, anna: Visitor, path: str, field: str, value: str, said: str
) -> None:
    newest = site.strava.of(ANNA)[0]["id"]
    good = {"/back": {"activity": str(newest), "moment": "after", "back": "3", "consent": "true"}}
    form = {**good.get(path, {"consent": "true"}), field: value}

    refused = anna.post(path, form, of="/leave")

    assert refused.status_code == 400
    assert said in html.unescape(refused.text)
    kept = site.preferences()
    assert (kept.answers, kept.session_log, kept.diary, kept.answers_consented_at) == (None, None, None, None)
