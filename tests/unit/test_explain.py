"""Why notes start where they do, in the athlete's units, and what the dashboard says of it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from instance import ANNA
from running_log import MONDAY, activity, counted, on_days
from web_site import Site, Visitor

from content.signals import History, Thresholds, headroom
from integration.sandbox import SandboxServer
from integration.store import ledger
from integration.web.formats import formats
from integration.web.runs.explain import why

BASE = on_days(*range(0, 60, 2), km=10)  # the last on day 58; a best week of 40 km, at 6 min/km
OFF = {"session_spike.on": False, "weekly_high.on": False, "long_effort.on": False}


def said(activities: list[dict[str, Any]], changes: Mapping[str, object], units: str = "km") -> str:
    thresholds = Thresholds.from_mapping(changes)
    room = headroom(History(counted(*activities)), thresholds, at=MONDAY + timedelta(days=60))
    return " ".join(why(room, thresholds, formats(units, "en-GB"))).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Because your longest run of the last 30 days counts 10.0 km: 1.0 km beyond that is a spike."),
        ({"session_spike.over": 0.15}, "counts 10.0 km: more than 15 % beyond that is a spike."),
        ({"session_spike.min_km": 12}, "counts 10.0 km: from 12.0 km on a run beyond it is a spike."),
        (
            {**OFF, "weekly_high.on": True},
            "Because your last 7 days count 30.0 km without it, and your best 7 days before 40.0 km: more than 30 %",
        ),
        (
            {**OFF, "weekly_high.on": True, "weekly_high.min_excess_km": 20},
            "your best 7 days before 40.0 km: 20.0 km beyond these is a week bigger than usual.",
        ),
        (
            {**OFF, "long_effort.on": True},
            "90 minutes at your usual pace are 15.0 km: that long, and at least 1.5 times your usual run of 10.0 km,",
        ),
        (
            {**OFF, "long_effort.on": True, "long_effort.times_median": 2.0},
            "Because your usual run is 10.0 km: twice that, in 90 minutes or more, is a long effort.",
        ),
        (OFF, ""),
    ],
)
def test_what_decides_is_said_with_its_numbers(changes: Mapping[str, object], words: str) -> None:
    assert words in said(BASE, changes)
    assert bool(words) is bool(said(BASE, changes))


def test_the_numbers_are_in_the_units_of_the_athlete() -> None:
    assert "counts 6.2 mi: 0.6 mi beyond that is a spike." in said(BASE, {}, "mi")


def test_a_spike_that_counts_less_than_it_was_is_explained() -> None:
    spiked = [*BASE, activity(100, MONDAY + timedelta(days=59), 20)]
    without_weeks = {"weekly_high.on": False}

    assert "counts 10.0 km" in said(spiked, without_weeks)
    assert "One spike is no licence for the next" in said(spiked, without_weeks)
    assert "One spike is no licence" not in said(BASE, without_weeks)


def test_who_counts_climbs_is_told_that_the_distances_do() -> None:
    assert said(BASE, {"effort_distance": True}).endswith("All distances here count climbs, as you set it.")


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
    assert "your usual run is 10.0 km: twice that, in 90 minutes or more" in shown
    assert re.search(r"Usual run, the median of 90 days</dt><dd>10.0 km", shown)
    assert re.search(r"90 minutes at your usual pace</dt><dd>15.0 km", shown)


def test_a_mute_after_a_note_that_was_taken_back_says_so(site: Site, anna: Visitor) -> None:
    anna.post("/notes/switch", {"on": "true"}, of="/welcome")
    now = site.instance.resources.now()
    run = site.strava.create_activity(ANNA, km=12, minutes=72, start=now - timedelta(hours=2), push=False)
    site.instance.ask(ANNA, reconcile_requested=True)
    site.instance.work()
    day = formats("km", "en-GB").day(date.fromisoformat(site.strava.of(ANNA)[0]["start_date_local"][:10]))
    assert f"From your note on the run of {day}" in anna.get("/dashboard").text
    assert "After the note on your run of" in card(anna)
    assert "taken back" not in card(anna)

    anna.post(f"/notes/{run}/remove", of="/notes")
    site.instance.work()
    with site.store.read() as session:
        note = ledger.find(session, ANNA, run)

    assert note
    assert note.state == "removed"
    assert ", which was taken back and still counts, the next one stays without a note" in card(anna)
