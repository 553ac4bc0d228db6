"""The dashboard's limit: every number that decides it, and the pause after a note."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from instance import ANNA
from web_site import Site, Visitor

from content.notes import block
from integration.sandbox import SandboxServer
from integration.store import ledger
from integration.web.formats import formats

OFF = {"session_spike.on": False, "weekly_high.on": False, "long_effort.on": False}


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    site = Site(tmp_path, sandbox, redis_url)
    now = site.instance.resources.now()
    for day in range(2, 62, 2):
        site.strava.create_activity(ANNA, km=10, minutes=60, start=now - timedelta(days=day), push=False)
    return site


@pytest.fixture
def anna(site: Site) -> Visitor:
    return site.connected(ANNA)


def card(visitor: Visitor) -> str:
    page = visitor.get("/dashboard").text.replace("\N{NO-BREAK SPACE}", " ")
    return page[page.index('id="headroom"') : page.index('id="weeks-heading"')]


def test_the_dashboard_shows_every_number_that_decides(anna: Visitor) -> None:
    anna.post("/thresholds", {name: str(value).lower() for name, value in OFF.items()}, of="/thresholds")
    anna.post("/thresholds", {"long_effort.on": "true", "long_effort.times_median": "2.0"}, of="/thresholds")

    shown = card(anna)

    assert '<p class="big">20.0 km</p>' in shown
    assert "We call a run long from 90 minutes and twice your usual 10.0 km." in shown
    assert re.search(r"Usual run, the median of 90 days</dt><dd>10.0 km", shown)
    assert re.search(r"90 minutes at your usual pace</dt><dd>15.0 km", shown)


def test_a_pause_after_a_note_that_was_removed_says_so(site: Site, anna: Visitor) -> None:
    anna.post("/notes/switch", {"on": "true"}, of="/welcome")
    now = site.instance.resources.now()
    run = site.strava.create_activity(ANNA, km=12, minutes=72, start=now - timedelta(hours=2), push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()
    day = formats("km", "en-GB").day(date.fromisoformat(site.strava.of(ANNA)[0]["start_date_local"][:10]))
    assert f"From your note on the run of {day}" in anna.get("/dashboard").text
    assert "Your last note is on your run of" in anna.text("/dashboard")
    assert "You removed the note" not in anna.text("/dashboard")

    anna.post(f"/notes/{run}/remove", of="/notes")
    site.instance.work()
    with site.store.read() as session:
        note = ledger.find(session, ANNA, run)

    assert note
    assert note.state == "removed"
    assert f"You removed the note on your run of {day}" in anna.text("/dashboard").replace("\N{NO-BREAK SPACE}", " ")


def test_dashboard_and_note_name_the_same_day_and_the_same_length_of_the_next_run(site: Site, anna: Visitor) -> None:
    anna.post("/notes/switch", {"on": "true"}, of="/welcome")
    now = site.instance.resources.now()
    run = site.strava.create_activity(ANNA, km=25, minutes=150, start=now - timedelta(hours=5), push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()

    note = block.find(site.strava.description(run) or "") or ""
    said = re.search(r"Next run: .*?from (\w+)( \(.*?\))?, .*?, up to ([\d.]+) km", note)
    head = re.search(r'<section [^>]*id="headroom"([^>]*)>', anna.get("/dashboard").text)

    assert said
    assert head
    shown = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', head[1]))
    assert f"{date.fromisoformat(shown['next-day']):%A}" == said[1]
    assert float(shown["next-km"]) == float(said[3])
    assert date.fromisoformat(shown["next-day"]) > date.fromisoformat(site.strava.of(ANNA)[0]["start_date_local"][:10])


def test_what_is_multiplied_is_written_finely_enough_to_be_multiplied() -> None:
    fmt = formats("km", "de-DE")

    assert fmt.exact(113_600) == "11,36\N{NO-BREAK SPACE}km"
    assert fmt.exact(114_000) == "11,4\N{NO-BREAK SPACE}km"
    assert fmt.exact(100_000) == "10,0\N{NO-BREAK SPACE}km"
