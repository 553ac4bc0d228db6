"""The athlete's strength and rest days, as a file that calendars take."""

from pathlib import Path
from typing import Any

import icalendar
import pytest
from web_site import Site
from werkzeug.test import TestResponse

from integration.sandbox import SandboxServer
from integration.web.companion.calendar import PRODID, READING, SORE


def events_of(answer: TestResponse) -> list[Any]:
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


@pytest.fixture
def site(tmp_path: Path, runner: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, runner, redis_url)


def test_the_calendar_has_the_athletes_days_with_names_that_stay(site: Site) -> None:
    visitor = site.connected()
    answer = visitor.get("/calendar.ics")

    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="backstride.ics"'
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert (calendar["prodid"], calendar["version"]) == (PRODID, "2.0")
    events = events_of(answer)
    assert {str(event["summary"]) for event in events} <= {"Strength for the back", "Rest from strength"}
    assert any(event["uid"].startswith("strength-") for event in events)
    today = site.instance.resources.now().date()
    assert all(abs((event["dtstart"].dt - today).days) < 40 for event in events)
    assert all(str(event["uid"]).endswith(f"{event['dtstart'].dt.isoformat()}@backstride") for event in events)
    again = events_of(visitor.get("/calendar.ics"))
    assert [event["uid"] for event in again] == [event["uid"] for event in events]
    assert b"km" not in answer.data


def test_a_reported_warning_sign_leaves_no_day_of_strength(site: Site) -> None:
    visitor = site.connected()
    visitor.post("/answers", {"red_flags": "night"}, of="/safety")
    answer = visitor.get("/calendar.ics")

    assert answer.status_code == 303
    assert SORE in visitor.get(answer.headers["Location"]).text


def test_a_stranger_gets_no_calendar_and_who_has_just_connected_is_asked_to_wait(site: Site) -> None:
    stranger = site.visitor()
    assert stranger.get("/calendar.ics").status_code in (302, 303)
    stranger.connect()
    answer = stranger.get("/calendar.ics")

    assert answer.status_code == 303
    assert READING in stranger.get(answer.headers["Location"]).text


def test_the_way_to_the_calendar_says_why_it_is_no_feed(site: Site) -> None:
    page = site.connected().get("/preferences").text

    assert 'href="/calendar.ics"' in page
    assert "a file, not a feed" in page
