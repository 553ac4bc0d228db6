"""Strength recorded elsewhere: known from what is read anyway, counted with consent, taken back by one tap."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from steady import add_steady_runner
from web_site import Site, Visitor

from integration import athlete_profile
from integration.athlete_profile import AthleteProfile
from integration.own_data.export import export_athlete
from integration.sandbox import SandboxServer
from integration.store import histories, pending_activities
from integration.store.activity_events import ActivityEvent

BERTA = 1002


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(BERTA))


def record(site: Site, sport: str = "WeightTraining", *, hours_ago: float = 0) -> int:
    start = site.instance.now() - timedelta(hours=hours_ago, minutes=40)
    return site.strava.create_activity(BERTA, km=0, minutes=40, start=start, push=False, sport=sport)


def begin(berta: Visitor) -> None:
    """Berta begins a plan, and with it agrees to our keeping her sessions: the next round looks for recorded ones."""
    berta.post("/plan", {"sessions": "2", "consent": "true"}, of="/plan")
    berta.site.instance.reconcile_after(minutes=1)


def profile(site: Site) -> AthleteProfile:
    with site.store.read() as session:
        return athlete_profile.load(session, site.instance.resources.vault, BERTA)


def stored(site: Site) -> set[int]:
    with site.store.read() as session:
        return {each.id for each in histories.recorded(session, BERTA)}


def done_days(page: str) -> int:
    return len(re.findall(r'data-kind="done"', page))


def test_recorded_strength_counts_everywhere_until_one_tap_says_no(site: Site) -> None:
    add_steady_runner(site.strava, BERTA)
    gym = record(site)
    berta = site.connected(BERTA)
    assert 'id="recorded"' not in berta.get("/dashboard").text  # without consent nothing of it counts, or is kept
    assert stored(site) == set()
    begin(berta)

    assert "Strength" in berta.text("/dashboard")
    assert re.search(r'id="week-done">1 of 3\s+this week', berta.get("/dashboard").text)
    assert done_days(berta.get("/plan").text) == 1
    assert [each.strength for each in profile(site).past([]).sessions] == [True]

    answer = berta.post(f"/recorded/{gym}", {"counts": "false"}, of="/plan", Referer="http://localhost/plan")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plan")
    assert done_days(berta.get("/plan").text) == 0
    assert 'id="week-done"' not in berta.get("/dashboard").text
    assert profile(site).past([]).sessions == ()
    assert "Count it after all" in berta.text("/dashboard")

    berta.post(f"/recorded/{gym}", {"counts": "true"}, of="/plan")
    assert done_days(berta.get("/plan").text) == 1


def test_what_a_watch_ahead_of_time_recorded_is_not_done_yet(site: Site) -> None:
    add_steady_runner(site.strava, BERTA)
    record(site, hours_ago=-48)
    berta = site.connected(BERTA)
    begin(berta)

    assert len(profile(site).recorded_once) == 1
    assert profile(site).done(site.instance.now()) == ()
    assert done_days(berta.get("/plan").text) == 0


@pytest.mark.parametrize("told_by", ["push", "listing"])
def test_it_costs_no_call_of_its_own(site: Site, told_by: str) -> None:
    add_steady_runner(site.strava, BERTA)
    begin(site.connected(BERTA))
    calls = []
    for sport in ("Ride", "WeightTraining"):
        activity, now = record(site, sport), site.instance.now()
        site.strava.forget_calls()
        if told_by == "push":
            with site.store.write() as session:
                event = ActivityEvent(BERTA, activity, "create", now, "push")
                pending_activities.record_event(session, event, now=now, due_at=now)
        else:
            site.instance.ask(BERTA, reconcile_requested=True)
        site.instance.work()
        calls.append(site.instance.calls())

    assert calls[0] == calls[1]
    assert len(calls[0]) == 1  # the activity, or the listing
    assert [each.sport for each in profile(site).recorded] == ["WeightTraining"]


def test_it_goes_when_it_is_deleted_and_with_the_copy_of_the_runs(site: Site) -> None:
    add_steady_runner(site.strava, BERTA)
    first, second = record(site, hours_ago=50), record(site, "Yoga")
    begin(site.connected(BERTA))
    assert {each.id for each in profile(site).recorded} == {first, second}
    exported = export_athlete(site.store, site.instance.resources.vault, BERTA)
    assert exported
    assert set(exported["history"]["recorded"]) == {str(first), str(second)}

    with site.store.write() as session:
        histories.update_recorded(session, BERTA, gone=[second], now=site.instance.now())
    assert {each.id for each in profile(site).recorded} == {first}
    with site.store.write() as session:
        histories.purge_stale(session, site.instance.now() + timedelta(days=6))
    assert profile(site).recorded == ()


def test_it_goes_at_once_with_the_consent_to_keep_sessions(site: Site) -> None:
    add_steady_runner(site.strava, BERTA)
    gym = record(site)
    berta = site.connected(BERTA)
    begin(berta)
    assert stored(site) == {gym}

    berta.post("/answers", {"forget": "true"}, of="/answers")
    assert stored(site) == set()
    site.instance.reconcile_after(hours=7)
    assert stored(site) == set()


def test_an_answer_about_what_is_not_ones_own_is_not_found_and_an_odd_one_is_named(site: Site) -> None:
    add_steady_runner(site.strava, BERTA)
    gym = record(site)
    berta = site.connected(BERTA)
    begin(berta)

    assert berta.post("/recorded/5", {"counts": "false"}, of="/plan").status_code == 404
    answer = berta.post(f"/recorded/{gym}", {"counts": "perhaps"}, of="/plan")
    assert answer.status_code == 400
    assert "counts:" in answer.text
    assert "counts:" in berta.post(f"/recorded/{gym}", {}, of="/plan").text
    assert profile(site).diary.no_sessions == frozenset()
