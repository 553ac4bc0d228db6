"""The pages on runs: both recordings of an outing, what a mute means today, and the routine of the day."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from instance import ANNA
from steady import add_steady_runner
from web_site import Site, Visitor
from werkzeug.test import TestResponse

from content.moves.library import load
from integration.sandbox import SandboxServer
from integration.store import ledger, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.web.formats import formats

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)  # so that no test runs over midnight


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    add_steady_runner(sandbox.strava, ANNA)
    site = Site(tmp_path, sandbox, redis_url)
    site.instance.ahead = NOON - datetime.now(UTC)
    return site


@pytest.fixture
def anna(site: Site) -> Visitor:
    """Ten kilometres every other day, and notes on since a week."""
    visitor = site.connected(ANNA)
    visitor.post("/notes/switch", {"on": "true", "target": "pages"}, of="/welcome")
    with site.store.write() as session:
        session.merge(kept := site.preferences())
        kept.notes_on_at = site.instance.resources.now() - timedelta(days=7)
        session.merge(kept)
    return visitor


def ran(site: Site, km: float, *, hours_ago: float = 6, minutes: float | None = None, title: str | None = None) -> int:
    """A run that a listing finds."""
    start = site.instance.resources.now() - timedelta(hours=hours_ago)
    run = site.strava.create_activity(ANNA, km=km, minutes=minutes, start=start, title=title, push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()
    return run


def said_of(page: str, run: int) -> str:
    """The entry of a run in a list, as text."""
    entries = [entry for entry in re.findall(r"<li.*?</li>", page, re.DOTALL) if f"/activities/{run}" in entry]
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(entries)).split())


def card(page: str, name: str) -> str:
    """A section of a page, as text."""
    found = re.search(rf'<section class="card[^"]*" id="{name}".*?</section>', page, re.DOTALL)
    assert found, f"no {name}"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


class TestTwoRecordings:
    def test_the_one_that_gave_way_is_shown_with_the_reason(self, site: Site, anna: Visitor) -> None:
        watch = ran(site, 30, hours_ago=6)
        phone = ran(site, 29.5, hours_ago=5.9)

        dashboard, notes = anna.get("/dashboard").text, anna.get("/notes").text

        assert "The note is on these pages only" in said_of(dashboard, watch)
        for page in (dashboard, notes):
            assert "Recorded twice: the other recording counts" in said_of(page, phone)
            assert "29.5" in said_of(page, phone)
            assert "30-day longest" in said_of(page, phone)

    def test_a_note_on_the_one_that_gave_way_is_not_told_as_asked_for(self, site: Site, anna: Visitor) -> None:
        phone = ran(site, 29.5, hours_ago=5.9)
        watch = ran(site, 30, hours_ago=6)

        page = anna.get("/notes").text

        assert "The note is on these pages only" in said_of(page, phone)
        assert "You asked for it" not in page
        assert "Recorded twice" in said_of(page, phone)
        assert "30-day longest" in said_of(page, phone)
        assert "The other recording of this run has the note" in said_of(page, watch)

        anna.post(f"/notes/{phone}/remove", of="/notes")
        site.instance.work()
        assert "The note on its other recording was removed." in said_of(anna.get("/notes").text, watch)

    def test_a_note_whose_run_is_not_flagged_any_more_is_not_told_as_asked_for(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 30)
        off = dict.fromkeys(("session_spike.on", "weekly_high.on", "long_effort.on", "comeback.on"), "false")
        anna.post("/thresholds", off, of="/thresholds")

        said = said_of(anna.get("/notes").text, run)

        assert "You asked for it" not in said
        assert "By your settings of that day it was more than you are used to" in said

    def test_a_note_that_was_asked_for_says_so(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 10)
        anna.post(f"/notes/{run}/try", of="/notes")
        site.instance.work()

        assert "You asked for it" in said_of(anna.get("/notes").text, run)


def test_what_an_activity_told_of_and_no_history_holds_is_listed_with_the_reason(site: Site, anna: Visitor) -> None:
    now = site.instance.resources.now()
    short = site.strava.create_activity(ANNA, km=0.3, minutes=2, push=False)
    ride = site.strava.create_activity(ANNA, km=30, sport="Ride", push=False)
    waits = site.strava.create_activity(ANNA, km=9, push=False)
    with site.store.write() as session:
        for run in (short, ride):
            pending_activities.record_event(
                session, ActivityEvent(ANNA, run, "create", now, "push"), now=now, due_at=now
            )
    site.instance.work()
    with site.store.write() as session:
        due = now + timedelta(hours=1)
        pending_activities.record_event(session, ActivityEvent(ANNA, waits, "create", now, "push"), now=now, due_at=due)

    page = anna.get("/notes").text

    assert "Not counted: too short" in said_of(page, short)
    assert "We are checking it" in said_of(page, waits)
    assert "Next check at 14:0" in said_of(page, waits) or "Next check at 13:0" in said_of(page, waits)
    assert said_of(page, ride) == ""


class TestMuted:
    def test_the_dashboard_says_that_a_mute_holds_and_until_when(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 12.5)
        next_day = formats("km", "en-GB").day(site.instance.resources.now().date() + timedelta(days=8))

        said = card(anna.get("/dashboard").text, "today")

        assert site.instance.note_state(run) == "pages"
        assert f"The next can come from {next_day}. A run that asks for more still gets one." in said

    def test_after_a_large_spike_it_does_not_speak_of_a_bigger_one(self, site: Site, anna: Visitor) -> None:
        ran(site, 45)

        said = card(anna.get("/dashboard").text, "today")

        assert "The next can come from" in said
        assert "asks for more" not in said

    def test_a_mute_of_long_efforts_alone_leaves_the_others_their_distance(self, site: Site, anna: Visitor) -> None:
        ran(site, 13)
        site.instance.later(days=9)
        next_day = formats("km", "en-GB").day(site.instance.resources.now().date() + timedelta(days=6))
        anna.get("/dashboard")  # asks for the runs, which were kept for six days
        site.instance.work()

        page = anna.get("/dashboard").text
        said = card(page, "today")

        assert "More than you are used to from" in card(page, "headroom")
        assert f"The next one for a long run alone can come from {next_day}" in said

    def test_without_a_mute_nothing_is_said_of_one(self, site: Site, anna: Visitor) -> None:
        anna.post("/thresholds", {"mute.days": "0", "long_effort.mute_days": "0"}, of="/thresholds")
        ran(site, 13)

        page = anna.get("/dashboard").text

        assert "ore than you are used to from" in card(page, "headroom")  # today, if the next run is of a later day
        assert "The next can come" not in card(page, "headroom") + card(page, "today")


class TestForToday:
    def test_on_the_day_of_a_note_its_routine_is_the_one_for_today(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 30)

        page = anna.get("/dashboard").text
        today = anna.get("/routine/today")

        assert (
            f'href="/routine/{run}"' in re.findall(r'<section class="card" id="today".*?</section>', page, re.DOTALL)[0]
        )
        assert f'action="/routine/{run}" id="done"' in today.text
        assert session_of(today.text) == session_of(anna.get(f"/routine/{run}").text) != []
        shown = re.findall(r'href="/moves/([\w-]+)"', page)
        with site.store.read() as session:
            note = ledger.find(session, ANNA, run)
        assert note is not None
        assert shown == note.moves
        assert "Strength from" in card(page, "today")

    def test_a_sore_back_is_given_no_day_for_strength_on_any_page(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 30)
        pages = ("/dashboard", "/routine/today", f"/routine/{run}")
        assert [path for path in pages if "Strength from" not in anna.text(path)] == []

        sent = {"activity": str(run), "moment": "after", "back": "6", "consent": "true"}
        anna.post("/back", sent, of="/back")

        assert [path for path in pages if "Strength from" in anna.text(path)] == []

    def test_when_its_strength_may_begin_it_is_for_today_again_until_it_is_done(
        self, site: Site, anna: Visitor
    ) -> None:
        run = ran(site, 30)
        site.instance.later(days=1)
        assert f"/routine/{run}" not in card_html(anna.get("/dashboard").text)

        site.instance.later(days=3)
        page = card_html(anna.get("/dashboard").text)
        assert f'href="/routine/{run}"' in page
        assert "Strength from" not in page

        anna.post(f"/routine/{run}", {"done": "true", "consent": "true"}, of=f"/routine/{run}")
        assert f"/routine/{run}" not in card_html(anna.get("/dashboard").text)
        assert anna.get("/routine/today").status_code == 200

    def test_a_note_that_was_removed_has_no_routine_for_today(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 30)
        anna.post(f"/notes/{run}/remove", of="/notes")

        assert f"/routine/{run}" not in card_html(anna.get("/dashboard").text)

    def test_a_note_added_later_to_an_older_run_does_not_take_the_place_of_the_newest_run(
        self, site: Site, anna: Visitor
    ) -> None:
        older = ran(site, 9, hours_ago=30)
        newest = ran(site, 30)
        anna.post(f"/notes/{newest}/remove", of="/notes")
        anna.post(f"/notes/{older}/try", of="/notes")
        site.instance.work()
        assert site.instance.note_state(older) == "pages"

        assert f"/routine/{older}" not in card_html(anna.get("/dashboard").text)
        assert 'action="/routine/today" id="done"' in anna.get("/routine/today").text

    def test_the_week_is_counted_in_days_on_which_a_session_was_logged(self, site: Site, anna: Visitor) -> None:
        assert "this week" not in anna.text("/dashboard")
        log(anna, "/routine/today")
        log(anna, "/routine/today")

        assert 'data-day="done"' in card_html(anna.get("/dashboard").text)
        assert "1 of 3 this week." in anna.text("/dashboard")

    def test_strength_is_offered_again_48_hours_after_it_was_done_and_not_before(
        self, site: Site, anna: Visitor
    ) -> None:
        run = ran(site, 30)
        site.instance.later(days=4)
        assert {"childs-pose", "dead-bug"} <= set(session_of(anna.get(f"/routine/{run}").text))
        given = strength_of(anna.get(f"/routine/{run}").text)
        log(anna, f"/routine/{run}")
        again = formats("km", "en-GB").day((site.instance.resources.now() + timedelta(days=2)).date())

        for path in ("/routine/today", f"/routine/{run}"):
            page = anna.get(path).text
            assert strength_of(page) == [], path
            assert again in page, path
        assert f"Strength from {again}" in card(anna.get("/dashboard").text, "today")

        site.instance.later(hours=47)
        assert session_of(anna.get("/routine/today").text) != []
        assert strength_of(anna.get("/routine/today").text) == []
        site.instance.later(hours=2)
        anna.get("/dashboard")  # after six days it asks for the runs anew
        site.instance.work()
        assert strength_of(anna.get("/routine/today").text) == given  # the note's routine is the plan of its week

    def test_stretches_that_were_logged_are_no_step_and_leave_strength_open(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 30)
        site.instance.later(days=4)
        doses = strength_of(anna.get(f"/routine/{run}").text)
        site.instance.later(days=-4)
        for _ in range(3):
            log(anna, f"/routine/{run}")
        assert "Done for today" in card(anna.get("/dashboard").text, "today")
        assert [entry["strength"] for entry in logged(site)] == [False]

        site.instance.later(days=4)
        assert strength_of(anna.get("/routine/today").text) == doses

        log(anna, f"/routine/{run}")
        assert [entry["strength"] for entry in logged(site)] == [False, True]

    def test_what_was_answered_before_strength_was_in_it_counts_for_what_was_in_it(
        self, site: Site, anna: Visitor
    ) -> None:
        run = ran(site, 30)
        form = form_of(anna.get(f"/routine/{run}").text)
        site.instance.later(days=4)

        anna.post(f"/routine/{run}", {**form, "consent": "true"}, of="/answers")

        assert [entry["strength"] for entry in logged(site)] == [False]

    def test_what_arrives_twice_by_the_browsers_mark_is_one_session_however_late(
        self, site: Site, anna: Visitor
    ) -> None:
        for _ in range(2):
            log(anna, "/routine/today", answered="1795000000000")
            site.instance.later(days=2)
        assert len(logged(site)) == 1

        log(anna, "/routine/today", answered="1795000000001")
        assert len(logged(site)) == 2

    def test_the_days_own_routine_is_logged_and_its_strength_counts(self, site: Site, anna: Visitor) -> None:
        site.instance.later(days=2)
        assert 'action="/routine/today" id="done"' in anna.get("/routine/today").text
        doses = strength_of(anna.get("/routine/today").text)
        assert doses

        assert log(anna, "/routine/today", back="1").status_code == 303

        [entry] = logged(site)
        assert (entry["activity"], entry["strength"], entry["back"]) == (None, True, 1)
        assert strength_of(anna.get("/routine/today").text) == []
        site.instance.later(days=2)
        other = strength_of(anna.get("/routine/today").text)
        assert {move for move, _ in other} & {move for move, _ in doses} == set()  # the library in turn with S0's eight
        log(anna, "/routine/today", back="1")
        site.instance.later(days=2)
        anna.get("/dashboard")  # after six days it asks for the runs anew
        site.instance.work()
        risen = strength_of(anna.get("/routine/today").text)
        assert [move for move, _ in risen] == [move for move, _ in doses]
        assert risen != doses

    def test_forgetting_deletes_every_session_and_what_was_built_on_it(self, site: Site, anna: Visitor) -> None:
        run = ran(site, 30)
        log(anna, f"/routine/{run}")
        taken = anna.get("/export").json
        assert taken is not None
        assert taken["preferences"]["session_log"] == logged(site)
        assert "You did its routine" in anna.get("/notes").text

        anna.post("/answers", {"forget": "true"}, of="/answers")

        left = anna.get("/export").json
        assert left is not None
        assert left["preferences"]["session_log"] is None
        assert "done" not in " ".join(left["notes"][0])
        assert "You did its routine" not in anna.get("/notes").text

    def test_note_and_page_tell_the_same_doses_while_they_rise_and_after_a_lapse(
        self, site: Site, anna: Visitor
    ) -> None:
        anna.post("/preferences", {"target": "description"}, of="/preferences")
        bases = []
        for days_later in (2, 2, 45):
            log(anna, "/routine/today", moves="squat")
            site.instance.later(days=days_later)
            run = ran(site, 7, hours_ago=1, title="#backstride")
            later = re.search(r'id="later".*?</a> ([^;]+);\s', anna.get(f"/routine/{run}").text, re.DOTALL)
            assert later
            assert later[1] in (site.strava.description(run) or "").partition("\nStrength ")[2]
            bases.append(later[1])

        assert len(set(bases)) == 3


def form_of(page: str) -> dict[str, str]:
    """Return what the form below a routine sends by itself."""
    form = re.search(r'<form [^>]*id="done".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    return {name: value for name, value in fields.items() if name != "csrf_token"}


def log(visitor: Visitor, path: str, **told: str) -> TestResponse:
    """Says that the session of a page is done."""
    return visitor.post(path, {**form_of(visitor.get(path).text), "consent": "true", **told}, of="/answers")


def logged(site: Site) -> list[dict[str, Any]]:
    return list(json.loads(site.instance.resources.vault.decrypt(site.preferences().session_log or "")))


def strength_of(page: str) -> list[tuple[str, str]]:
    """The strength work of a guided session, move and dose."""
    found = re.findall(r'id="move-([\w-]+)".*?</h2> <strong>([^<]+)</strong>', page, re.DOTALL)
    return [(move, dose) for move, dose in found if not load().moves[move].kind.gentle]


def session_of(page: str) -> list[str]:
    """The moves of a guided session."""
    return re.findall(r'id="move-([\w-]+)"', page)


def card_html(page: str) -> str:
    return str(re.findall(r'<section class="card" id="today".*?</section>', page, re.DOTALL)[0])


def test_a_german_browser_gets_pages_of_one_language_with_numbers_as_it_writes_them(site: Site, anna: Visitor) -> None:
    anna.post("/preferences", {"language": "de-DE"}, of="/preferences")
    anna.post("/notes/pause", {"days": "7"}, of="/notes")
    ran(site, 30)
    day = formats("km", "en-GB").day(site.instance.resources.now().date() + timedelta(days=7))

    for path in ("/dashboard", "/notes"):
        assert f"Notes are paused until {day}." in anna.text(path), path
    assert "30,0\N{NO-BREAK SPACE}km" in anna.get("/dashboard").text
    assert "lang=" not in anna.get("/dashboard").text.replace('lang="en"', "")


def test_each_week_and_each_flagged_run_of_the_charts_can_be_read_in_numbers(site: Site, anna: Visitor) -> None:
    ran(site, 30)

    dashboard = anna.get("/dashboard").text
    preview = anna.get("/thresholds/preview").text

    points = json.loads(unescape(re.findall(r'data-points="([^"]*)"', dashboard)[0]))
    assert len(points) == 12
    assert all(re.search(r"\d\skm in \d+ runs?", words) for _, words in points)
    assert "with a note" in points[-1][1] + points[-2][1]  # six hours ago may be in the week before
    assert dashboard.count('<th scope="row">') == 12
    assert 'class="bars with-note" d="M' in dashboard
    grid = re.findall(r'<span aria-hidden="true">([\d.]+) km</span>', dashboard)
    assert len(grid) == 3
    assert float(grid[0]) - float(grid[1]) == float(grid[1]) - float(grid[2]) == float(grid[2])
    days = json.loads(unescape(re.findall(r'data-points="([^"]*)"', preview)[0]))
    assert [364, 30.0, 2] in days or [363, 30.0, 2] in days
