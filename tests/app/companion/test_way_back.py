"""The way back to running on its page, and the sheet for the physiotherapist."""

import re
from datetime import timedelta

from in_turn import in_turn
from steady import BERTA
from web_site import Site, Visitor

from content.companion.back_to_running import Tried
from content.companion.diary import Diary, Tap
from content.routines.questionnaire import Answers
from integration.athlete_profile import diary_of, set_answers, set_diary
from integration.store.tables import Preferences


def diary(site: Site) -> Diary:
    return diary_of(site.preferences(BERTA), site.instance.resources.vault)


def write(site: Site, changed: Diary, answers: Answers | None = None) -> None:
    with site.store.write() as session:
        row = session.get_one(Preferences, BERTA)
        row.answers_consented_at = site.instance.now()
        set_diary(row, site.instance.resources.vault, changed)
        set_answers(row, site.instance.resources.vault, answers or Answers())


def send(berta: Visitor, path: str, **fields: str) -> int:
    return berta.post(f"/back-to-running{path}", fields, of="/back-to-running").status_code


def step(berta: Visitor) -> str:
    found = re.search(r'data-step="(\d+)"', berta.get("/back-to-running").text)
    return found[1] if found else ""


def test_the_way_begins_with_consent_and_the_usual_run_of_the_history(site: Site, berta: Visitor) -> None:
    assert 'value="60"' in berta.get("/back-to-running").text  # 10 km at 6 min/km
    assert send(berta, "", usual="60") == 400
    assert send(berta, "", usual="60", consent="true") == 303
    assert diary(site).usual_min == 60
    assert step(berta) == "1"


def test_a_step_goes_on_when_the_back_has_settled_and_back_when_it_has_not(site: Site, berta: Visitor) -> None:
    send(berta, "", usual="60", consent="true")
    assert send(berta, "/step", pain="2") == 303
    assert 'id="settled"' in berta.get("/back-to-running").text
    assert send(berta, "/settled", settled="true") == 303
    assert step(berta) == "2"
    assert 'id="step"' not in berta.get("/back-to-running").text  # a day without one lies between two
    assert send(berta, "/step", pain="2") == 400
    assert len(diary(site).tried) == 1

    passed = tuple(Tried(site.instance.now() - timedelta(days=9 - n), 1, settled=True) for n in range(3))
    write(site, Diary(usual_min=60, tried=passed))
    assert step(berta) == "4"
    assert send(berta, "/step", pain="4") == 303
    assert step(berta) == "3"


def test_the_way_ends_at_the_usual_run(site: Site, berta: Visitor) -> None:
    passed = tuple(Tried(site.instance.now() - timedelta(days=60 - n), 0, settled=True) for n in range(20))
    write(site, Diary(usual_min=60, tried=passed))

    assert 'id="arrived"' in berta.get("/back-to-running").text


def test_with_a_sore_back_it_does_not_begin(site: Site, berta: Visitor) -> None:
    write(site, Diary(), Answers(hurts=True, hurts_at=site.instance.now()))

    assert 'id="begin"' not in berta.get("/back-to-running").text


@in_turn(
    ("path", "fields", "line"),
    [
        ("", {"usual": "5"}, "usual: give minutes from 10 to 600"),
        ("", {"usual": "9999"}, "usual: give minutes from 10 to 600"),
        ("/step", {"pain": "11"}, "pain: give a whole number from 0 (well) to 10"),
        ("/step", {}, "pain: is missing; fill it in"),
        ("/settled", {"settled": "perhaps"}, "settled: give true or false"),
        ("/step", {"pain": "1", "joy": "9"}, "joy: is no field here"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_field(
    site: Site, berta: Visitor, path: str, fields: dict[str, str], line: str
) -> None:
    write(site, Diary(usual_min=60))
    answer = berta.post(f"/back-to-running{path}", fields, of="/back-to-running")

    assert answer.status_code == 400
    assert line in answer.text
    assert diary(site) == Diary(usual_min=60)


def test_the_sheet_has_runs_scores_places_moves_and_answers_and_names_nobody(site: Site, berta: Visitor) -> None:
    berta.post("/routine/today", {
        "done": "true", "back": "3", "moves": "plank,squat", "where": "lower back", "consent": "true",
    }, of="/routine/today")  # fmt: skip
    write(site, Diary(taps=(Tap(site.instance.now(), 7, "after", 4, "late"),)), Answers(bending="worse"))
    page = berta.get("/sheet").text
    words = berta.text("/sheet")

    for part in ("weeks", "flagged", "scores", "places", "moves", "answers"):
        assert f'id="{part}"' in page
    assert "Lower back: 1 ×" in words
    assert "tightened: late" in words
    assert "Bending forward worse" in words
    assert "Not a diagnosis." in words
    assert "<form" not in page[page.index("<main") :]


def test_on_the_way_back_no_page_and_no_note_names_a_longer_run_than_its_step(site: Site, berta: Visitor) -> None:
    assert 'id="limit"' in berta.get("/next-run").text
    send(berta, "", usual="60", consent="true")
    berta.post("/notes/switch", {"on": "true"}, of="/welcome")
    with site.instance.subscribed():
        run = site.strava.create_activity(BERTA, km=13)
        site.instance.work()
    dashboard, note = berta.get("/dashboard").text, site.strava.description(run) or ""
    card = dashboard[dashboard.index('id="headroom"') :].split(">", 1)[0]

    assert 'id="limit"' not in berta.get("/next-run?distance=13").text
    assert 'id="way"' in berta.get("/next-run?distance=13").text
    assert "data-km" not in card
    assert "Step 1 of" in berta.text("/dashboard")
    assert "Next run: the next step of your way back" in note
    assert ", up to" not in note

    berta.post("/back-to-running/end", of="/back-to-running")
    assert 'id="limit"' in berta.get("/next-run").text


def test_after_two_weeks_of_complaints_the_first_card_says_who_should_see_the_back(site: Site, berta: Visitor) -> None:
    now = site.instance.now()
    told = [Tap(now - timedelta(days=days), 7 + days, "after", 4) for days in (16, 9)]
    write(site, Diary(taps=tuple(told)))
    assert 'id="has-lasted"' not in berta.get("/dashboard").text  # nothing told for a week
    write(site, Diary(taps=(*told, Tap(now - timedelta(days=1), 7, "after", 4))))
    assert 'id="has-lasted"' in berta.get("/dashboard").text
