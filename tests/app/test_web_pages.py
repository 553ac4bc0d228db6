"""The athlete's pages: what they show, what they keep, and that nobody gets what is not theirs."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from in_turn import in_turn
from instance import ANNA
from web_site import Site, Visitor

from content.signals import KNOBS, PRESETS
from integration.sandbox import SandboxServer
from integration.sandbox.activities.outings import Outing
from integration.store import ledger
from integration.store.tables import Note

BERTA = 1002
OF_ATHLETES = (
    "/welcome", "/dashboard", "/thresholds", "/preferences", "/answers", "/notes", "/leave", "/export",
    "/routine/today",
)  # fmt: skip
OF_EVERYONE = (
    "/",
    "/privacy",
    "/moves",
    "/moves/plank",
    "/form",
    "/recovery",
    "/safety",
    "/routine?moves=plank,childs-pose",
)


def untimed(answers: Any) -> dict[str, Any]:
    """The answers without the time at which it was told whether the back hurts."""
    return {name: value for name, value in answers.items() if name != "hurts_at"}


@in_turn("path", OF_EVERYONE)
def test_pages_of_everyone_need_no_login(site: Site, path: str) -> None:
    assert site.visitor().get(path).status_code == 200


def test_pages_of_athletes_open_for_the_connected_and_for_nobody_else(site: Site, anna: Visitor) -> None:
    for path in OF_ATHLETES:
        assert anna.get(path).status_code == 200, path
        away = site.visitor().get(path)
        assert (away.status_code, away.headers["Location"].split("?")[0]) == (303, "/"), path


def test_the_first_page_leads_whoever_is_connected_to_what_to_do_today(anna: Visitor) -> None:
    assert anna.get("/").headers["Location"] == "/dashboard"
    assert anna.get("/?ended=1").headers["Location"] == "/dashboard"


def test_a_stranger_reads_the_example_in_the_units_and_digits_of_the_browser(site: Site) -> None:
    pages = {
        language: site.visitor(language).get("/").text for language in ("es-US", "zh-CN,en-US;q=0.8", "hu,de;q=0.5")
    }

    shown = {language: re.findall(r"\b\d+([.,])\d+\s(km|mi)\b", page) for language, page in pages.items()}
    assert {language: set(found) for language, found in shown.items()} == {
        "es-US": {(",", "mi")}, "zh-CN,en-US;q=0.8": {(".", "mi")}, "hu,de;q=0.5": {(",", "km")},
    }  # fmt: skip


def test_a_script_without_a_session_is_told_so_in_json(site: Site) -> None:
    answer = site.visitor().get("/thresholds/preview", Accept="application/json")

    assert answer.status_code == 401
    assert answer.json == {"error": "connect with Strava first"}


def test_the_dashboard_says_from_where_notes_start_and_what_it_compares_with(anna: Visitor) -> None:
    page = anna.get("/dashboard").text

    assert "More than you are used to from" in page
    assert "This is no safety limit" in page
    assert "Longest run of 30 days" in page
    assert page.count("View on Strava") >= 5


def test_somebody_without_a_run_finds_pages_that_say_so(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> None:
    newcomer = Site(tmp_path, sandbox, redis_url).connected(ANNA)

    welcome = newcomer.get("/welcome").text
    assert "There are no runs to compare yet" in welcome
    assert "in your last year" not in welcome + newcomer.get("/thresholds").text
    assert "Nothing to compare with today" in newcomer.get("/dashboard").text
    assert "still learns your usual running" in newcomer.get("/dashboard").text
    for path in OF_ATHLETES:
        assert newcomer.get(path).status_code == 200, path


def test_whom_strava_no_longer_lets_us_read_is_asked_to_connect_again(site: Site, anna: Visitor) -> None:
    site.strava.deauthorize(ANNA, push=False)
    site.strava.expire_tokens(ANNA)
    site.instance.later(days=7)  # what is stored has run out, and a page asks for it

    anna.get("/dashboard")
    site.instance.work()
    page = anna.get("/dashboard").text

    assert 'id="reconnect"' in page
    assert "Your runs are no longer here" in page
    assert "Loading your runs" not in page


def test_while_runs_are_on_their_way_the_page_shows_how_far_they_are(site: Site) -> None:
    visitor = site.visitor()
    visitor.connect(ANNA)

    before = visitor.get("/dashboard").text
    site.instance.work()
    after = visitor.get("/dashboard").text

    assert "Loading your runs from Strava" in before
    assert 'http-equiv="refresh"' in before
    assert "More than you are used to from" in after


def test_the_preview_is_the_backtest_of_the_fields(anna: Visitor) -> None:
    def notes(query: str) -> int:
        answer = anna.get(f"/thresholds/preview?{query}", Accept="application/json")
        assert answer.json is not None
        assert set(answer.json) >= {"activities", "counted", "notes", "notes_per_month", "findings"}
        return int(answer.json["notes"])

    assert notes("preset=fewer") < notes("preset=standard") < notes("preset=more")
    assert notes("") == notes("preset=standard")
    assert notes("session_spike.on=false&weekly_high.on=false&long_effort.on=false&comeback.on=false") == 0


def test_the_preview_is_also_a_piece_of_the_page(anna: Visitor) -> None:
    answer = anna.get("/thresholds/preview?preset=more", **{"HX-Request": "true"})

    assert answer.status_code == 200
    assert "notes in your last year" in answer.text.replace("</span>", "").replace('<span class="unit">', "")
    assert "than saved" in answer.text
    assert "<html" not in answer.text


def test_the_page_lends_its_count_of_what_is_saved_to_the_preview_that_compares_with_it(anna: Visitor) -> None:
    [saved] = re.findall(r"""hx-vals='\{"saved_notes": (\d+)\}'""", anna.get("/thresholds").text)

    counted = anna.get("/thresholds/preview?preset=more").text

    assert anna.get(f"/thresholds/preview?preset=more&saved_notes={saved}").text == counted
    fewer = _notes(counted) - 1
    assert "<strong>1 more</strong> than saved" in anna.get(f"/thresholds/preview?preset=more&saved_notes={fewer}").text
    assert "as many as saved" in anna.get(f"/thresholds/preview?preset=more&saved_notes={_notes(counted)}").text


def test_the_page_and_the_backtest_begin_with_the_same_run_for_each_pause_depends_on_the_note_before(
    site: Site,
) -> None:
    now = datetime.now(UTC)
    log = [
        Outing(start=now - timedelta(days=back, hours=5), zone=ZoneInfo("UTC"), distance_m=km * 1000, moving_s=km * 400)
        for week in range(80)
        for back, km in ((7 * week + 5, 8), (7 * week + 2, 18))
    ]
    told = [run.as_strava(20_000 - back, 0) for back, run in enumerate(log)]
    site.strava.add_athlete(athlete_id=BERTA, activities=told)
    visitor = site.connected(BERTA)
    visitor.get("/thresholds")
    site.instance.work()

    script = visitor.get("/thresholds/preview", Accept="application/json").json
    page = visitor.get("/thresholds/preview").text

    assert script is not None
    noted = [str(each["id"]) for each in script["findings"] if each["note"]]
    assert re.findall(r"/activities/(\d+)", page)[: _notes(page)] == noted[::-1][: _notes(page)] != []


@in_turn("count", ["", "-1", "many", "10000"])
def test_a_count_of_notes_that_is_none_is_refused(anna: Visitor, count: str) -> None:
    answer = anna.get(f"/thresholds/preview?preset=more&saved_notes={count}")

    assert answer.status_code == 400
    assert "saved_notes: give a whole number from 0 to 9999" in answer.text


def _notes(piece: str) -> int:
    found = re.search(r'id="count">(\d+)', piece)
    assert found
    return int(found[1])


def test_only_the_fields_that_are_sent_change(site: Site, anna: Visitor) -> None:
    answer = anna.post("/thresholds", {"session_spike.over": "0.2", "comeback.on": "false"}, of="/thresholds")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/thresholds")
    assert site.preferences().thresholds == {"session_spike.over": 0.2, "comeback.on": False}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_sets_every_threshold(site: Site, anna: Visitor, preset: str) -> None:
    anna.post("/thresholds", {"session_spike.min_km": "9"}, of="/thresholds")
    anna.post("/thresholds", {"preset": preset}, of="/thresholds")

    defaults = PRESETS["standard"].as_mapping()
    assert defaults | site.preferences().thresholds == PRESETS[preset].as_mapping()


def test_the_last_change_can_be_undone(site: Site, anna: Visitor) -> None:
    anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")
    anna.post("/thresholds", {"preset": "fewer"}, of="/thresholds")
    anna.post("/thresholds", {"undo": "true"}, of="/thresholds")

    assert site.preferences().thresholds == {"mute.days": 3}


@in_turn(
    ("name", "value", "said"),
    [("session_spike.over", "0.07", "7\N{NO-BREAK SPACE}%"), ("mute.days", "often", "often"), ("preset", "all", "")],
)
def test_a_wrong_threshold_is_named_and_nothing_is_kept(
    site: Site, anna: Visitor, name: str, value: str, said: str
) -> None:
    page = anna.post("/thresholds", {name: value, "long_effort.minutes": "100"}, of="/thresholds")
    script = anna.post("/thresholds", {name: value}, of="/thresholds", Accept="application/json")

    assert page.status_code == script.status_code == 400
    assert script.json is not None
    assert list(script.json["errors"]) == [name]
    assert site.preferences().thresholds == {}
    assert name == "preset" or f"(you gave {said})" in page.text


def test_a_wrong_threshold_is_told_by_its_label_and_in_the_unit_of_its_field(anna: Visitor) -> None:
    page = anna.get("/thresholds?session_spike.over=7").text.replace("\N{NO-BREAK SPACE}", " ")
    script = anna.get("/thresholds/preview?session_spike.over=7", Accept="application/json")

    limits = "from 5 % to 100 % in steps of 5 %; type 0.1 for 10 % (you gave 700 %)"
    assert f"Beyond the longest run by more than: {limits}" in page
    assert "session_spike.over: must be" not in page
    assert script.json
    assert script.json["errors"]["session_spike.over"].startswith("session_spike.over: must be a number from 0.05")


def test_every_threshold_has_its_slider_or_box(anna: Visitor) -> None:
    page = anna.get("/thresholds").text

    for knob in KNOBS:
        assert f'name="{knob.name}"' in page
        assert knob.label in page


def test_preferences_change_one_by_one(site: Site, anna: Visitor) -> None:
    anna.post("/preferences", {"units": "mi", "language": "en-US"}, of="/preferences")
    anna.post("/preferences", {"delay": "15", "form": "long", "links": "true"}, of="/preferences")

    kept = site.preferences()
    assert (kept.units, kept.language, kept.delay, kept.form, kept.links) == ("mi", "en-US", 15, "long", True)
    assert kept.target == "description"
    assert "mi</p>" in anna.get("/dashboard").text


def test_a_wrong_preference_stands_beside_its_field_and_nothing_is_kept(site: Site, anna: Visitor) -> None:
    answer = anna.post("/preferences", {"delay": "7", "units": "mi"}, of="/preferences")

    assert answer.status_code == 400
    assert "choose one of 0, 5, 15, 60 (you gave “7”)" in answer.text
    assert site.preferences().units == "km"


def note_of(site: Site, activity: int, athlete: int = ANNA, state: str = "pages") -> None:
    """A row of the ledger, as the workers write it."""
    now = site.instance.resources.now()
    with site.store.write() as session:
        ledger.begin(
            session,
            Note(
                athlete_id=athlete, activity_id=activity, state=state, written_at=now, severity=1, spike_band="small",
                block_hash=None, moves=["childs-pose", "figure-4", "plank"], changed_at=now,
            ),
        )  # fmt: skip


def newest_run(site: Site) -> int:
    return max(number for number, kept in site.strava.activities.items() if kept["sport_type"] == "Run")


def test_a_note_is_shown_with_its_run_and_removed(site: Site, anna: Visitor) -> None:
    run = newest_run(site)
    note_of(site, run)
    assert f'id="note-{run}"' in anna.get("/notes").text

    answer = anna.post(f"/notes/{run}/remove", of="/notes")

    assert answer.status_code == 303
    assert site.instance.note_state(run) == "removed"


def test_a_long_run_without_a_note_says_until_when_notes_are_paused(site: Site, anna: Visitor) -> None:
    now = site.instance.resources.now()
    for days, km in ((2, 36), (1, 34)):
        site.strava.create_activity(ANNA, km=km, start=now - timedelta(days=days), push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()

    page = anna.get("/notes").text

    assert "Paused: you had a note in the 7 days before." in page
    assert re.search(r"No note for a run like this until \w+ \d+ \w+\.", page)


def test_trying_a_note_writes_it_and_one_tap_removes_it(site: Site, anna: Visitor) -> None:
    run = newest_run(site)
    own_words = site.strava.description(run) or ""

    anna.post(f"/notes/{run}/try", of="/notes")
    site.instance.work()
    assert "Backstride recovery note" in (site.strava.description(run) or "")

    anna.post(f"/notes/{run}/remove", of="/notes")
    site.instance.work()
    assert (site.strava.description(run) or "") == own_words


@pytest.mark.parametrize("path", ["/notes/{}/remove", "/notes/{}/try", "/routine/{}"])
def test_what_is_not_ones_own_is_not_found(site: Site, anna: Visitor, path: str) -> None:
    run = newest_run(site)
    note_of(site, run)
    site.strava.add_athlete(athlete_id=BERTA)
    berta = site.connected(BERTA)
    berta.post("/notes/switch", {"on": "true"}, of="/welcome")

    for number in (run, 999):
        assert berta.post(path.format(number), of="/notes").status_code == 404
    assert berta.get(f"/routine/{run}").status_code == 404
    assert site.instance.note_state(run) == "pages"
    assert str(run) not in berta.get("/notes").text


def test_a_pause_lasts_as_long_as_it_was_asked_for(site: Site, anna: Visitor) -> None:
    anna.post("/notes/pause", {"days": "14"}, of="/notes")

    until = site.preferences().paused_until
    assert until is not None
    assert (until - site.instance.resources.now()).days in {13, 14}
    assert "paused until" in anna.get("/dashboard").text

    anna.post("/notes/pause", {"days": "0"}, of="/notes")
    assert site.preferences().paused_until is None


@in_turn("days", ["", "-1", "many", "99999"])
def test_a_pause_of_no_sense_is_refused(anna: Visitor, days: str) -> None:
    assert anna.post("/notes/pause", {"days": days}, of="/notes").status_code == 400


def test_a_form_without_its_token_is_refused_with_a_way_on(anna: Visitor) -> None:
    answer = anna.client.post("/preferences", data={"units": "mi"}, headers={"Referer": "http://localhost/preferences"})

    assert answer.status_code == 400
    assert 'href="/preferences"' in answer.text


def test_answers_are_kept_with_consent_only_and_encrypted(site: Site, anna: Visitor) -> None:
    refused = anna.post("/answers", {"hurts": "true"}, of="/answers")
    assert refused.status_code == 400
    assert "tick that you agree" in refused.text
    assert site.preferences().answers is None

    anna.post("/answers", {"hurts": "true", "arching": "worse", "consent": "true"}, of="/answers")

    locked = site.preferences().answers
    assert locked is not None
    assert "arching" not in locked
    assert untimed(json.loads(site.instance.resources.vault.decrypt(locked))) == {"hurts": True, "arching": "worse"}


def test_answers_change_one_by_one_and_can_be_forgotten(site: Site, anna: Visitor) -> None:
    anna.post("/answers", {"hurts": "false", "left_out": "plank", "consent": "true"}, of="/answers")
    anna.post("/answers", {"left_out": "", "floor": "false"}, of="/answers")

    locked = site.preferences().answers
    assert untimed(json.loads(site.instance.resources.vault.decrypt(locked or ""))) == {"hurts": False, "floor": False}

    anna.post("/answers", {"forget": "true"}, of="/answers")
    assert site.preferences().answers is None


def test_a_wrong_answer_stands_beside_its_field_and_what_was_typed_is_kept(anna: Visitor) -> None:
    form = {"consent": "true", "pin_move": "plank", "pin_sets": "99", "pin_amount": "30", "pin_unit": "seconds"}

    answer = anna.post("/answers", {**form, "pin_sides": "once"}, of="/answers")

    assert answer.status_code == 400
    assert "give sets (1–10)" in answer.text
    assert 'value="99"' in answer.text


def test_moves_that_were_left_out_are_in_no_routine(anna: Visitor) -> None:
    assert "move-childs-pose" in anna.get("/routine/today").text

    anna.post("/answers", {"left_out": "childs-pose", "consent": "true"}, of="/answers")

    assert "move-childs-pose" not in anna.get("/routine/today").text


def test_strength_is_in_no_session_before_its_time(site: Site, anna: Visitor) -> None:
    run = site.strava.create_activity(ANNA, km=30, minutes=180, push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()
    note_of(site, run)

    same_day = anna.get(f"/routine/{run}").text
    site.instance.ahead = timedelta(days=4)
    days_later = anna.get(f"/routine/{run}").text

    assert 'id="move-childs-pose"' in same_day
    assert 'id="move-plank"' not in same_day
    assert "Strength from" in same_day
    assert 'id="move-plank"' in days_later


def test_a_done_routine_is_logged_with_consent(site: Site, anna: Visitor) -> None:
    run = newest_run(site)
    note_of(site, run)
    anna.post(f"/routine/{run}", {"done": "true", "back": "3"}, of="/answers")
    assert site.preferences().session_log is None

    form = {"done": "true", "back": "3", "where": "lower back", "consent": "true"}
    anna.post(f"/routine/{run}", form, of="/answers")

    locked = site.preferences().session_log
    [entry] = json.loads(site.instance.resources.vault.decrypt(locked or ""))
    assert datetime.fromisoformat(entry.pop("at")) == pytest.approx(site.instance.now(), abs=timedelta(minutes=1))
    assert entry == {
        "activity": run, "moves": ["childs-pose", "figure-4", "plank"], "strength": True, "back": 3,
        "where": ["lower back"], "answered_ms": None,
    }  # fmt: skip
    assert "You did its routine" in anna.get("/notes").text


def test_a_warning_sign_stops_all_exercise_until_a_clinician_has_cleared_the_athlete(site: Site, anna: Visitor) -> None:
    run = newest_run(site)
    note_of(site, run)

    answer = anna.post(f"/routine/{run}", {"done": "true", "red_flags": "saddle-numbness"}, of="/answers")

    assert answer.headers["Location"] == "/safety"
    for path in (f"/routine/{run}", "/routine?moves=plank", "/moves", "/moves/plank"):
        page = anna.get(path).text
        assert "data-beats" not in page, path
        assert "clinician has cleared you" in page, path
    assert site.visitor().get("/routine?moves=plank").status_code == 200

    anna.post("/answers", {"red_flags": ""}, of="/answers")
    assert "data-beats" in anna.get(f"/routine/{run}").text


def test_the_download_holds_what_is_kept_and_no_key(site: Site, anna: Visitor) -> None:
    anna.post("/answers", {"hurts": "false", "consent": "true"}, of="/answers")

    answer = anna.get("/export")

    assert answer.json is not None
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.json["connection"]["id"] == ANNA
    assert untimed(answer.json["preferences"]["answers"]) == {"hurts": False}
    assert "token" not in answer.text


def test_leaving_removes_notes_gives_the_access_back_and_leaves_nothing(site: Site, anna: Visitor) -> None:
    run = newest_run(site)
    anna.post(f"/notes/{run}/try", of="/notes")
    site.instance.work()

    answer = anna.post("/leave", {"remove_notes": "true"}, of="/leave")
    assert answer.headers["Location"] == "/leave"
    assert "You are leaving" in anna.get("/leave").text
    assert anna.get("/dashboard").headers["Location"] == "/leave"
    site.instance.work()

    assert "nothing of yours is left here" in anna.get("/leave").text
    assert site.athlete() is None
    assert "Backstride" not in (site.strava.description(run) or "")
    assert site.strava.app.grants == {}


def test_a_field_about_the_notes_that_nobody_understands_is_refused_and_nothing_happens(
    site: Site, anna: Visitor
) -> None:
    answer = anna.post("/leave", {"remove_notes": "maybe"}, of="/leave")

    assert answer.status_code == 400
    athlete = site.athlete()
    assert athlete
    assert athlete.state == "connected"


def test_a_tick_box_of_somebody_elses_form_means_yes(site: Site, anna: Visitor) -> None:
    anna.post("/leave", {"remove_notes": "on"}, of="/leave")

    athlete = site.athlete()
    assert athlete
    assert athlete.leave_with_notes


def test_while_strava_has_switched_the_application_off_every_page_says_who_must_act(site: Site, anna: Visitor) -> None:
    assert "switched off this application" not in anna.get("/dashboard").text
    site.strava.app.inactive = True
    site.instance.ask(reconcile_requested=True)
    site.instance.work()

    for page in ("/dashboard", "/notes", "/thresholds"):
        assert "switched off this application" in anna.get(page).text


def test_leaving_without_removing_notes_lets_them_stand(site: Site, anna: Visitor) -> None:
    run = newest_run(site)
    anna.post(f"/notes/{run}/try", of="/notes")
    site.instance.work()

    anna.post("/leave", of="/leave")
    site.instance.work()

    assert site.athlete() is None
    assert "Backstride recovery note" in (site.strava.description(run) or "")


def test_signing_out_ends_the_session_and_keeps_the_connection(site: Site, anna: Visitor) -> None:
    anna.post("/sign-out", of="/leave")

    assert anna.get("/dashboard").status_code == 303
    assert site.athlete() is not None


def test_without_a_run_the_pages_say_so_with_one_next_step_and_draw_no_empty_chart(site: Site) -> None:
    site.strava.add_athlete(athlete_id=BERTA)
    berta = site.connected(BERTA)
    dashboard = berta.get("/dashboard").text

    assert "Record one with Strava." in dashboard
    assert 'class="plot"' not in dashboard
    assert "Switch them on" in berta.text("/notes")
    assert "Save a setting: it applies from your first run." in berta.text("/thresholds")
    berta.post("/notes/switch", {"on": "true"}, of="/welcome")
    assert 'href="/dashboard#headroom"' in berta.get("/notes").text
