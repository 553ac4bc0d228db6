"""Two taps after a flagged run and on the next morning, kept with consent, and what they add up to."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from in_turn import in_turn
from steady import BERTA, add_steady_runner
from web_site import Site, Visitor

from content.companion.diary import Diary, Tap
from integration.athlete_profile import diary_of, set_diary
from integration.own_data.export import export_athlete
from integration.store.tables import Preferences


@dataclass
class Runner:
    """Somebody who ran 10 km every other day for months, and then 16 km."""

    site: Site
    visitor: Visitor
    far: int

    @property
    def diary(self) -> Diary:
        return diary_of(self.site.preferences(BERTA), self.site.instance.resources.vault)

    def write(self, diary: Diary) -> None:
        with self.site.store.write() as session:
            set_diary(session.get_one(Preferences, BERTA), self.site.instance.resources.vault, diary)

    def tap(self, **fields: str) -> int:
        sent = {"activity": str(self.far), "moment": "after", "back": "3", "consent": "true"} | fields
        return self.visitor.post("/back", sent, of="/back").status_code


@pytest.fixture
def berta(site: Site) -> Runner:
    add_steady_runner(site.strava, BERTA)
    far = site.strava.create_activity(BERTA, km=16, start=site.instance.now() - timedelta(hours=30), push=False)
    return Runner(site, site.connected(BERTA), far)


def test_a_flagged_run_is_asked_about_that_day_and_on_the_next_morning(berta: Runner) -> None:
    page = berta.visitor.get("/back").text

    assert re.findall(r'id="tap-(\d+-\w+)"', page) == [f"{berta.far}-morning", f"{berta.far}-after"]
    assert berta.tap(back="6", tightened="late", cue="gaze") == 303
    [tap] = berta.diary.taps
    assert (tap.activity, tap.moment, tap.back, tap.tightened, tap.cue) == (berta.far, "after", 6, "late", "gaze")


def test_without_consent_nothing_is_kept(berta: Runner) -> None:
    assert berta.tap(consent="") == 400
    assert berta.site.preferences(BERTA).diary is None


@in_turn(
    ("fields", "line"),
    [
        ({"back": "11"}, "back: give a whole number from 0 (well) to 10"),
        ({"back": ""}, "back: give a whole number from 0 (well) to 10"),
        ({"activity": "5"}, "activity: is none of your runs"),
        ({"activity": "x"}, "activity: give the number of one of your activities"),
        ({"activity": ""}, "activity: give the number of one of your activities"),
        ({"moment": ""}, "moment: choose one of after, morning"),
        ({"moment": "noon"}, "moment: choose one of after, morning"),
        ({"tightened": "never"}, "tightened: choose one of"),
        ({"cue": "moon"}, "cue: “moon” is no cue of ours"),
        ({"mood": "low"}, "mood: is no field here"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_field_and_nothing_is_kept(
    berta: Runner, fields: dict[str, str], line: str
) -> None:
    sent = {"activity": str(berta.far), "moment": "after", "back": "3", "consent": "true"} | fields
    answer = berta.visitor.post("/back", sent, of="/back")

    assert answer.status_code == 400
    assert line in answer.text
    assert berta.diary == Diary()


def test_a_morning_that_is_yet_to_come_is_refused_by_its_field_and_nothing_is_kept(berta: Runner) -> None:
    run = berta.site.strava.create_activity(BERTA, km=5, start=berta.site.instance.now(), push=False)
    berta.site.instance.ask(BERTA, reconcile_requested=True)
    berta.site.instance.work()
    sent = {"activity": str(run), "moment": "morning", "back": "3", "consent": "true"}
    answer = berta.visitor.post("/back", sent, of="/back")

    assert answer.status_code == 400
    assert "moment: is not here yet" in answer.text
    assert berta.diary == Diary()
    assert berta.tap(activity=str(run)) == 303


def test_while_the_runs_are_being_read_nothing_is_kept_of_what_nobody_can_check(berta: Runner) -> None:
    berta.site.instance.expire_after(days=7)
    sent = {"activity": "5", "moment": "morning", "back": "7", "consent": "true"}
    answer = berta.visitor.post("/back", sent, of="/answers")

    assert answer.status_code == 400
    assert "activity: your runs are not here now" in answer.text
    assert 'id="waiting"' in answer.text
    assert berta.diary == Diary()


def test_counts_are_silent_below_six_runs(berta: Runner) -> None:
    taps = [Tap(berta.site.instance.now(), int(run["id"]), "after", 1) for run in berta.site.strava.of(BERTA)[:30]]
    berta.write(Diary(taps=tuple(taps)))

    assert "data-kind" not in berta.visitor.get("/back").text


def test_counts_name_what_goes_with_a_sore_back_and_no_cause_and_no_risk(site: Site) -> None:
    add_steady_runner(site.strava, BERTA)
    now = site.instance.now()
    for weeks in range(1, 7):
        site.strava.create_activity(BERTA, km=16, start=now - timedelta(weeks=2 * weeks, hours=5), push=False)
    berta = Runner(site, site.connected(BERTA), 0)
    last = {int(run["id"]): run["distance"] for run in site.strava.of(BERTA)[:48]}
    berta.write(Diary(taps=tuple(Tap(now, run, "after", 6 if far > 15_000 else 1) for run, far in last.items())))
    page = " ".join(berta.visitor.get("/back").text.split())

    assert 'data-kind="far" data-differs="true"' in page
    assert "4 or more after 6 of your 6 runs beyond 1.5 times your usual one; after 0 of 42 others." in page
    assert not re.search(r"\brisk|\bcause", page)


def test_the_diary_is_in_the_export_and_goes_with_the_answers(berta: Runner) -> None:
    berta.tap(back="2")
    exported = export_athlete(berta.site.store, berta.site.instance.resources.vault, BERTA)
    assert exported is not None
    assert exported["preferences"]["diary"]["taps"][0]["back"] == 2

    berta.visitor.post("/answers", {"forget": "true"})
    assert berta.site.preferences(BERTA).diary is None


def test_a_sore_back_leads_to_the_warning_signs(berta: Runner) -> None:
    sent = {"activity": str(berta.far), "moment": "after", "back": "7", "consent": "true"}
    answer = berta.visitor.post("/back", sent, of="/back")

    assert answer.headers["Location"] == "/safety"


def test_a_stranger_sees_nothing_of_it(berta: Runner) -> None:
    assert berta.site.visitor().get("/back").status_code in (302, 303, 401)


def test_the_link_of_a_note_leads_to_the_taps_of_that_run_after_signing_in_and_never_before(berta: Runner) -> None:
    old = min(int(run["id"]) for run in berta.site.strava.of(BERTA) if int(run["id"]) != berta.far)
    page = berta.visitor.get(f"/back/{old}").text
    assert re.findall(r'id="tap-(\d+-\w+)"', page)[:2] == [f"{old}-morning", f"{old}-after"]
    assert berta.visitor.get("/back/5").status_code == 404

    stranger = berta.site.visitor()
    answer = stranger.get(f"/back/{berta.far}")
    assert answer.status_code == 303
    assert f"next=/back/{berta.far}" in answer.headers["Location"].replace("%2F", "/")
    assert "tap-" not in stranger.get(answer.headers["Location"]).text
    led_to = stranger.connect(BERTA, path=f"/connect?next=/back/{berta.far}").headers["Location"]
    assert led_to == f"/back/{berta.far}"
    assert f'id="tap-{berta.far}-after"' in stranger.get(led_to).text
