"""No dead ends: a form whose token is stale, a session that has ended, and the page that follows leaving."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from in_turn import in_turn
from instance import ANNA
from web_site import Site, Visitor

from content.outcomes import NoteState
from integration.sandbox import SandboxServer
from integration.store import Store, ledger
from integration.web.app import create_app

BERTA = 1002
OURS = {"Sec-Fetch-Site": "same-origin", "Referer": "http://localhost/preferences", "Accept": "text/html"}
TYPED = {"units": "mi", "language": 'x" onload="1', "csrf_token": "of-another-session"}


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(ANNA))


@pytest.fixture
def anna(site: Site) -> Visitor:
    return site.connected(ANNA)


def hidden_fields(page: str) -> dict[str, str]:
    form = re.search(r'<form[^>]* id="again">.*?</form>', page, re.DOTALL)
    assert form, "nothing to send again"
    return {unescape(n): unescape(v) for n, v in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form[0])}


def test_a_form_that_was_open_for_too_long_can_be_sent_again_with_one_click(site: Site, anna: Visitor) -> None:
    sent = {**TYPED, "language": "de-DE", "delay": "15"}

    page = anna.client.post("/preferences", data=sent, headers=OURS)
    assert page.status_code == 400
    assert site.preferences().units == "km"
    fields = hidden_fields(page.text)
    assert fields.pop("csrf_token") != "of-another-session"
    assert fields == {name: value for name, value in sent.items() if name != "csrf_token"}
    assert 'href="/preferences"' in page.text

    anna.client.post("/preferences", data=hidden_fields(page.text), headers=OURS)
    kept = site.preferences()
    assert (kept.units, kept.language, kept.delay) == ("mi", "de-DE", 15)


def test_what_was_typed_is_said_back_escaped(anna: Visitor) -> None:
    page = anna.client.post("/preferences", data=TYPED, headers=OURS).text

    assert "onload=" not in page.replace("onload=&#34;", "")
    assert hidden_fields(page)["language"] == TYPED["language"]


@in_turn(
    "sender",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_what_another_site_sends_is_never_offered_to_be_sent_again(anna: Visitor, sender: dict[str, str]) -> None:
    anna.site.strava.add_athlete(athlete_id=BERTA)
    form = {"target": "description", "csrf_token": anna.site.connected(BERTA).token("/leave")}  # one that we signed

    answer = anna.client.post("/preferences", data=form, headers={"Accept": "text/html", **sender})

    assert answer.status_code == 400
    assert "send-again" not in answer.text
    assert 'href="/preferences"' in answer.text


def test_a_browser_that_tells_the_origin_alone_may_send_again_too(anna: Visitor) -> None:
    headers = {"Origin": "http://localhost", "Accept": "text/html"}

    assert hidden_fields(anna.client.post("/preferences", data=TYPED, headers=headers).text)


@pytest.mark.parametrize(("path", "way_on"), [("/leave", "/leave"), ("/notes/remove-all", "/notes")])
def test_a_form_with_nothing_typed_leads_back_to_its_page(site: Site, anna: Visitor, path: str, way_on: str) -> None:
    answer = anna.client.post(path, headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"})

    assert answer.status_code == 400
    assert f'href="{way_on}"' in answer.text
    assert "send-again" not in answer.text
    assert site.athlete() is not None


def test_a_form_of_a_session_that_has_ended_leads_through_connecting_back_to_its_page(site: Site) -> None:
    nobody = site.visitor()

    page = nobody.client.post("/preferences", data=TYPED, headers=OURS)

    assert page.status_code == 400
    (address,) = re.findall(r'class="button" href="([^"]+)"', page.text)
    assert nobody.connect(path=unescape(address)).headers["Location"] == "/preferences"


@pytest.mark.parametrize(
    "path",
    [
        "/leave", "/dashboard", "/welcome", "/thresholds?mute.days=3", "/preferences", "/answers", "/notes", "/export",
        "/admin", "/routine/today", "/routine/15",
    ],
)  # fmt: skip
def test_whoever_opens_a_page_without_a_session_lands_there_after_connecting(site: Site, path: str) -> None:
    visitor = site.visitor()

    home = visitor.get(visitor.get(path).headers["Location"])
    (connect,) = re.findall(r'id="connect" href="([^"]+)"', home.text)

    assert visitor.connect(path=unescape(connect)).headers["Location"] == path


def test_the_page_after_leaving_can_be_opened_again(site: Site, anna: Visitor) -> None:
    anna.post("/leave", {"remove_notes": "true"}, of="/leave")
    site.instance.work()

    for _ in range(2):
        assert "nothing of yours is left here" in anna.get("/leave").text
    assert "no session is open" not in anna.get("/").text


def notes_on_runs(site: Site, anna: Visitor, number: int) -> list[int]:
    """New runs, each with a note that was asked for."""
    now = site.instance.resources.now()
    days = [now - timedelta(days=day, hours=2) for day in range(number)]
    runs = [site.strava.create_activity(ANNA, km=9, start=day, push=False) for day in days]
    anna.post("/notes/switch", {"on": "true"}, of="/welcome")
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()
    for run in runs:
        anna.post(f"/notes/{run}/try", of="/notes")
    site.instance.work()
    return runs


def test_notes_that_nobody_saw_being_removed_are_listed_after_leaving(site: Site, anna: Visitor) -> None:
    (run,) = notes_on_runs(site, anna, 1)
    note = site.strava.description(run) or ""
    site.strava.edit_activity(run, description=note.replace("recovery note", "recovery note, mine"), push=False)

    anna.post("/leave", {"remove_notes": "true"}, of="/leave")
    site.instance.work()  # and the page did not look meanwhile

    page = anna.get("/leave").text
    assert f'href="{site.settings.strava_oauth_url.removesuffix("/oauth")}/activities/{run}"' in page
    assert "1 note removed first, as far as Strava let us" in page


def test_what_was_removed_before_leaving_is_not_counted_by_it(site: Site, anna: Visitor) -> None:
    earlier, run = notes_on_runs(site, anna, 2)
    anna.post(f"/notes/{earlier}/remove", of="/notes")
    site.instance.work()

    assert "our 1 note from Strava" in anna.get("/leave").text
    anna.post("/leave", {"remove_notes": "true"}, of="/leave")
    leaving = anna.get("/leave").text
    assert "<strong>0</strong> done, <strong>1</strong> to go" in leaving
    assert 'href="/leave">Leave' not in leaving
    site.instance.work()

    page = anna.get("/leave").text
    assert "1 note removed first" in page
    assert (f"/activities/{run}" in page, f"/activities/{earlier}" in page) == (True, False)


def test_leaving_counts_each_note_that_it_removed(site: Site, anna: Visitor) -> None:
    runs = notes_on_runs(site, anna, 2)
    anna.post("/leave", {"remove_notes": "true"}, of="/leave")
    with site.store.write() as session:
        ledger.move(session, ANNA, runs[0], NoteState.REMOVED, site.instance.resources.now())

    assert "<strong>1</strong> done, <strong>1</strong> to go" in anna.get("/leave").text
    site.instance.work()

    assert "2 notes removed first" in anna.get("/leave").text


def test_leaving_does_not_count_a_note_as_removed_that_went_with_its_activity(site: Site, anna: Visitor) -> None:
    gone, _ = notes_on_runs(site, anna, 2)
    anna.post("/leave", {"remove_notes": "true"}, of="/leave")
    with site.store.write() as session:
        ledger.move(session, ANNA, gone, NoteState.GONE, site.instance.resources.now())

    assert "<strong>0</strong> done, <strong>1</strong> to go" in anna.get("/leave").text
    site.instance.work()

    assert "1 note removed first" in anna.get("/leave").text


@contextmanager
def somebody_writes(site: Site) -> Iterator[None]:
    """The database is locked, for longer than a page waits."""
    assert site.settings.sqlite_file
    other = sqlite3.connect(site.settings.sqlite_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.fixture
def hurried(site: Site) -> Visitor:
    """Anna, on pages that wait for nobody."""
    parts = site.instance.resources
    store = Store(site.settings.database_url, busy_seconds=0.05)
    site.app = create_app(site.settings, store=store, vault=parts.vault, waker=site.waker(), now=parts.now)
    return site.connected(ANNA)


def test_what_could_not_be_saved_can_be_sent_again_with_one_click(site: Site, hurried: Visitor) -> None:
    sent = {"csrf_token": hurried.token("/preferences"), "units": "mi", "language": "de-DE", "delay": "15"}
    with somebody_writes(site):
        page = hurried.client.post("/preferences", data=sent, headers=OURS)

        assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
        assert "Connect again" not in page.text
        assert 'href="/dashboard"' in page.text
        assert 'href="/notes"' in page.text
        fields = hidden_fields(page.text)
        assert {name: fields[name] for name in sent if name != "csrf_token"} == {
            name: value for name, value in sent.items() if name != "csrf_token"
        }
        assert hurried.client.post("/preferences", data=fields, headers=OURS).status_code == 503

    assert hurried.client.post("/preferences", data=fields, headers=OURS).status_code == 303
    kept = site.preferences()
    assert (kept.units, kept.language, kept.delay) == ("mi", "de-DE", 15)


def test_what_another_site_sent_while_nothing_could_be_saved_is_not_offered_again(site: Site, hurried: Visitor) -> None:
    sent = {"csrf_token": hurried.token("/preferences"), "units": "mi"}
    with somebody_writes(site):
        page = hurried.client.post("/preferences", data=sent, headers={**OURS, "Sec-Fetch-Site": "cross-site"})

    assert page.status_code == 503
    assert "send-again" not in page.text


def test_a_button_that_could_not_do_its_work_leads_back_to_its_page(site: Site, hurried: Visitor) -> None:
    sent = {"csrf_token": hurried.token("/leave")}
    with somebody_writes(site):
        page = hurried.client.post("/leave", data=sent, headers={"Accept": "text/html"})

    assert page.status_code == 503
    assert 'class="button" href="/leave"' in page.text
