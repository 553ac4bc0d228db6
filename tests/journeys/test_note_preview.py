"""Whole notes on the pages: what was written, word for word, and what would be, before anything is."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from instance import ANNA
from web_site import Site, Visitor

from content.notes import block
from integration.sandbox import SandboxServer

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)  # so that no test runs over midnight


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    site = Site(tmp_path, sandbox, redis_url)
    site.instance.ahead = NOON - datetime.now(UTC)
    now = site.instance.resources.now()
    for day in range(2, 62, 2):
        site.strava.create_activity(ANNA, km=10, minutes=60, start=now - timedelta(days=day), push=False)
    return site


@pytest.fixture
def anna(site: Site) -> Visitor:
    visitor = site.connected(ANNA)
    visitor.post("/notes/switch", {"on": "true"}, of="/welcome")
    return visitor


def ran(site: Site, km: float) -> int:
    start = site.instance.resources.now() - timedelta(hours=5)
    run = site.strava.create_activity(ANNA, km=km, minutes=6 * km, start=start, description="Own words.", push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()
    return run


def words_on(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'<p class="note"[^>]*>(.*?)</p>', page, re.DOTALL)]


def test_a_note_stands_whole_in_a_fold_as_it_stands_on_strava(site: Site, anna: Visitor) -> None:
    run = ran(site, 25)

    [shown] = words_on(anna.get("/notes").text)

    assert shown == block.find(site.strava.description(run) or "")
    assert "may differ" not in anna.text("/notes")
    anna.post("/preferences", {"form": "short"}, of="/preferences")
    assert "The note on Strava may differ." in anna.text("/notes")


def test_nothing_is_written_at_one_tap_a_preview_comes_first_and_what_it_shows_is_added(
    site: Site, anna: Visitor
) -> None:
    run = ran(site, 7)
    assert "/try" not in anna.get("/notes").text + anna.get("/dashboard").text
    assert f'href="/notes/{run}/preview"' in anna.get("/dashboard").text

    page = anna.get(f"/notes/{run}/preview").text
    [shown] = words_on(page)
    assert site.strava.description(run) == "Own words."
    assert "Whoever sees the run on Strava can read it." in page
    anna.post(f"/notes/{run}/try", of=f"/notes/{run}/preview")
    site.instance.work()

    assert block.find(site.strava.description(run) or "") == shown
    assert anna.get(f"/notes/{run}/preview").status_code == 404  # it has one


def test_on_hold_no_note_is_previewed_or_shown(site: Site, anna: Visitor) -> None:
    run, other = ran(site, 25), ran(site, 7)
    anna.post("/answers", {"red_flags": "night"}, of="/safety")

    assert words_on(anna.get("/notes").text) == []
    refused = anna.get(f"/notes/{other}/preview")
    assert refused.status_code == 400
    assert "once a clinician has cleared you" in refused.text
    assert site.strava.description(run) is not None
