"""Days on pages are those of the athlete's clock, not of ours."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from instance import ANNA
from web_site import Site, Visitor

from content.outcomes import NoteState
from integration.sandbox import SandboxServer
from integration.sandbox.activities.outings import Outing
from integration.store import ledger
from integration.store.tables import Note, Preferences
from integration.web.formats import formats

AUCKLAND = ZoneInfo("Pacific/Auckland")
FMT = formats("km", "en-GB")


@pytest.fixture
def nine_o_clock() -> datetime:
    """The next nine in the morning in Auckland: there it is a day later than in UTC."""
    morning = datetime.now(AUCKLAND).replace(hour=9, minute=0, second=0, microsecond=0)
    return (morning + timedelta(days=1)).astimezone(UTC)


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str, nine_o_clock: datetime) -> Site:
    runs = [
        Outing(start=nine_o_clock - timedelta(days=back), zone=AUCKLAND, distance_m=10_000, moving_s=3600)
        for back in range(40, 0, -2)
    ]
    log = [run.as_strava(7_000_000_000 + number, 0) for number, run in enumerate(runs)]
    sandbox.strava.add_athlete(athlete_id=ANNA, timezone=AUCKLAND.key, activities=log)
    site = Site(tmp_path, sandbox, redis_url)
    site.instance.ahead = nine_o_clock - datetime.now(UTC)
    return site


@pytest.fixture
def anna(site: Site) -> Visitor:
    return site.connected(ANNA)


def test_a_note_and_a_pause_name_the_day_of_the_athletes_clock(
    site: Site, anna: Visitor, nine_o_clock: datetime
) -> None:
    here = nine_o_clock.astimezone(AUCKLAND).date()
    assert here == nine_o_clock.date() + timedelta(days=1)
    with site.store.write() as session:
        note = Note(
            athlete_id=ANNA, activity_id=1, state=NoteState.PAGES, written_at=nine_o_clock, severity=1, spike_band=None,
            block_hash=None, moves=["squat"], changed_at=nine_o_clock,
        )  # fmt: skip
        ledger.begin(session, note)
        told = session.get_one(Preferences, ANNA)
        told.notes_on, told.notes_on_at = True, nine_o_clock
        told.paused_until = nine_o_clock + timedelta(days=7)

    notes = anna.get("/notes").text
    dashboard = anna.get("/dashboard").text

    assert f"Written {FMT.day_and_year(here)}" in notes
    assert f"Remove the note of {FMT.day_and_year(here)}" in notes
    paused = f"Notes are paused until {FMT.day(here + timedelta(days=7))}"
    assert paused in notes
    assert paused in dashboard


def test_news_of_days_ago_are_dated_by_the_athletes_clock(site: Site, anna: Visitor, nine_o_clock: datetime) -> None:
    with site.store.write() as session:
        kept = site.athlete()
        assert kept is not None
        session.merge(kept).last_event_at = nine_o_clock - timedelta(days=2)

    here = (nine_o_clock - timedelta(days=2)).astimezone(AUCKLAND).date()
    assert f"on {FMT.day(here)}" in anna.get("/preferences").text
