"""#back in a run's own words: a sore back for 7 days, for every note and page, whether or not that run gets a note."""

from datetime import UTC, datetime, timedelta

import pytest
from instance import ANNA
from steady import VIENNA, steady_log
from web_site import Site, Visitor

from content.notes import block
from integration.sandbox import SandboxServer

DAY = timedelta(days=1)


@pytest.fixture
def runner(sandbox: SandboxServer) -> SandboxServer:
    """Ten kilometres every other day for five months, the last a week ago."""
    sandbox.strava.add_athlete(athlete_id=ANNA, timezone=VIENNA.key, activities=steady_log(datetime.now(UTC) - 5 * DAY))
    return sandbox


@pytest.fixture
def anna(site: Site) -> Visitor:
    anna = site.connected(ANNA)
    anna.post("/notes/switch", {"on": "true"}, of="/welcome")
    anna.post("/thresholds", {"mute.days": "0"}, of="/thresholds")
    return anna


def ran(site: Site, km: float, title: str, days_ago: float) -> str:
    """The note of a run that the workers find; empty without one."""
    start = site.instance.resources.now() - days_ago * DAY
    run = site.strava.create_activity(ANNA, km=km, minutes=km * 6, start=start, title=title, push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()
    return block.find(site.strava.description(run) or "") or ""


def test_a_tag_on_a_run_without_a_note_leaves_strength_out_of_the_next_note_and_of_the_pages(
    site: Site, anna: Visitor
) -> None:
    assert "move-split-squat" in anna.get("/routine/today").text

    assert ran(site, 6, "Slow #back", days_ago=1.5) == ""
    note = ran(site, 14, "Sunday", days_ago=0.4)

    assert "Comfort first" in note
    assert "Strength" not in note
    page = anna.get("/routine/today").text
    assert "cat-cow" in page.lower()
    assert "move-split-squat" not in page


def test_a_tag_is_forgotten_with_the_answers(site: Site, anna: Visitor) -> None:
    ran(site, 6, "Slow #back", days_ago=1.5)
    assert "tagged_at" in anna.get("/export").text

    anna.post("/answers", {"forget": "true"}, of="/answers")

    assert "tagged_at" not in anna.get("/export").text
    assert "Strength" in ran(site, 14, "Sunday", days_ago=0.4)


def test_the_settings_say_which_words_a_runs_title_may_hold(anna: Visitor) -> None:
    page = anna.get("/preferences").text

    assert [word for word in ("#nonote", "#backstride", "#back") if f"<strong>{word}</strong>" not in page] == []
    assert "#back" in anna.get("/privacy").text
