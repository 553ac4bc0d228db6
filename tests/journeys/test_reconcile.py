"""Listings find what no push told: lost pushes, downtime, instances that nobody can push to."""

import gc
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from instance import ANNA, Instance
from steady import add_steady_runner

from content.notes import block
from integration.sandbox import SandboxServer
from integration.store import instance_facts, pending_activities
from integration.store.pending_activities import Processed
from integration.store.tables import Athlete, Note, PendingActivity
from workers.listing import Listing
from workers.rounds.reconcile import start_round

RENEWED = 2  # the second store of a visit renews the lease before the first call: the history was found fresh by then
LISTING = ("GET", "/athlete/activities", 200)


def run_unheard(at: Instance, athlete_id: int = ANNA, **told: object) -> int:
    """A run of which no push tells."""
    return at.strava.create_activity(athlete_id, push=False, **{"km": 21, **told})  # type: ignore[arg-type]


def noted(at: Instance, run: int) -> bool:
    return (at.strava.description(run) or "").count(block.START) == 1


def test_a_day_of_lost_pushes_ends_with_the_same_notes(steady: Instance) -> None:
    """Two athletes live the same day; of one no push arrives."""
    add_steady_runner(steady.strava, 2002)
    for athlete in (ANNA, 2002):
        steady.connect(athlete)
    days = {}
    for athlete in (ANNA, 2002):
        heard = athlete == ANNA
        outings = [{"km": 5, "sport": "Run"}, {"km": 30, "sport": "Ride"}, {"km": 21, "sport": "Run"}, {"km": 8}]
        start = steady.now() - timedelta(hours=20)
        days[athlete] = [
            steady.strava.create_activity(athlete, start=start + timedelta(hours=4 * n), push=heard, **outing)  # type: ignore[arg-type]
            for n, outing in enumerate(outings)
        ]
    steady.reconcile_after(hours=7)

    told, found = ([noted(steady, run) for run in days[athlete]] for athlete in (ANNA, 2002))
    assert told == found == [False, False, True, False]


def test_reconciling_costs_one_call_for_each_athlete(steady: Instance) -> None:
    steady.connect()
    steady.reconcile_after(hours=7)

    assert steady.calls() == [LISTING]


def test_a_turn_that_is_over_keeps_nothing_of_what_it_listed(steady: Instance) -> None:
    """A listing of years is large, and Python looks for garbage that goes in circles now and then only."""
    steady.connect()
    gc.collect()
    gc.disable()
    try:
        steady.reconcile_after(hours=7)
        kept = [each for each in gc.get_objects() if type(each) is Listing]
    finally:
        gc.enable()

    assert steady.calls() == [LISTING]
    assert kept == []


def test_a_tag_of_ours_in_a_title_is_found_without_a_push(steady: Instance) -> None:
    steady.connect()
    big = steady.strava.create_activity(ANNA, km=21, start=steady.now() - timedelta(hours=5))
    small = steady.strava.create_activity(ANNA, km=5)
    steady.work()
    assert (noted(steady, big), noted(steady, small)) == (True, False)
    steady.strava.faults.add("push_lost", times=None)
    steady.strava.edit_activity(big, name="Long #nonote")
    steady.strava.edit_activity(small, name="Short #backstride")
    steady.reconcile_after(hours=7)

    assert (noted(steady, big), noted(steady, small)) == (False, True)
    steady.strava.forget_calls()
    steady.reconcile_after(hours=7)
    assert steady.calls() == [LISTING]


def test_what_we_were_not_let_see_is_not_asked_for_again_by_each_listing(steady: Instance) -> None:
    steady.connect()
    run = steady.strava.create_activity(ANNA, km=5)
    steady.work()
    with steady.store.write() as session:
        pending_activities.mark_processed(session, [Processed(steady.pending(run), "scope")], steady.now())
    steady.reconcile_after(hours=7)

    assert (steady.pending(run).received, steady.pending(run).outcome) == (1, "scope")


def test_notes_of_one_listing_differ_as_those_of_single_pushes_do(steady: Instance) -> None:
    steady.connect()
    runs = [run_unheard(steady, km=9, start=steady.now() - timedelta(hours=30 - 9 * n)) for n in range(3)]
    for run in runs:
        steady.strava.activities[run]["name"] = "#backstride"
    steady.reconcile_after(hours=7)

    assert all(noted(steady, run) for run in runs)
    with steady.store.read() as session:
        moves = {tuple(session.get_one(Note, (ANNA, run)).moves) for run in runs}
    assert len(moves) == 3


def test_runs_are_read_one_by_one_where_their_listing_fails(steady: Instance) -> None:
    steady.connect()
    steady.strava.faults.add("error_page", on="GET /athlete/activities", times=None)
    start = steady.now() - timedelta(hours=20)
    runs = [
        steady.strava.create_activity(ANNA, km=km, start=start + timedelta(hours=n))
        for n, km in enumerate((21, 1, 1, 1))
    ]
    steady.work()

    assert [noted(steady, run) for run in runs] == [True, False, False, False]


def test_a_lost_change_of_type_and_a_lost_deletion_are_found_too(steady: Instance) -> None:
    steady.connect()
    changed, gone = run_unheard(steady, km=9), run_unheard(steady, start=steady.now() - timedelta(hours=9))
    steady.reconcile_after(hours=7)
    assert noted(steady, gone)
    activity = steady.strava.activities[changed]
    activity["sport_type"], activity["distance"] = "TrailRun", 9_400.0
    steady.strava.delete_activity(gone, push=False)
    ridden = run_unheard(steady, sport="Ride")
    steady.reconcile_after(hours=7)
    assert (changed in steady.runs(), gone in steady.runs()) == (True, False)
    assert steady.note_state(gone) == "gone"
    steady.strava.activities[changed]["sport_type"] = "Walk"
    steady.strava.activities[ridden]["sport_type"] = "Run"
    steady.reconcile_after(hours=7)

    assert changed not in steady.runs()
    assert noted(steady, ridden)


def test_a_run_that_a_listing_leaves_out_is_not_believed_gone(steady: Instance) -> None:
    steady.connect()
    run = run_unheard(steady, start=steady.now() - timedelta(hours=1), km=9)
    steady.reconcile_after(hours=7)
    listed = steady.strava.activities.pop(run)
    hidden = steady.strava.create_activity(ANNA, km=1, start=steady.now() - timedelta(hours=30), push=False)
    steady.strava.activities[run] = listed | {"start_date": "2020-01-01T08:00:00Z"}  # the listing shows it elsewhere
    steady.reconcile_after(hours=7)

    assert {run, hidden} <= steady.runs()
    assert steady.note_state(run) is None


def test_the_first_listing_records_no_activity_as_pending(steady: Instance) -> None:
    recent = run_unheard(steady)
    steady.connect()

    assert not noted(steady, recent)
    with steady.store.read() as session:
        assert session.query(PendingActivity).count() == 0


def test_a_run_that_is_found_late_waits_for_the_athletes_words_too(steady: Instance) -> None:
    steady.connect(delay=60)
    run = run_unheard(steady)
    steady.reconcile_after(hours=7)
    assert not noted(steady, run)
    steady.later(minutes=61)

    assert noted(steady, run)


def test_after_downtime_everybody_is_looked_at_soon(steady: Instance) -> None:
    for athlete in (ANNA, 2002, 2003):
        if athlete != ANNA:
            add_steady_runner(steady.strava, athlete)
        steady.connect(athlete)
    start_round(steady.resources)
    runs = [run_unheard(steady, athlete) for athlete in (ANNA, 2002, 2003)]
    steady.reconcile_after(minutes=20)  # nothing ran meanwhile

    assert all(noted(steady, run) for run in runs)


def test_a_round_while_all_is_well_looks_at_few(steady: Instance) -> None:
    for athlete in (ANNA, 2002, 2003):
        if athlete != ANNA:
            add_steady_runner(steady.strava, athlete)
        steady.connect(athlete)
    steady.wait(hours=7)
    start_round(steady.resources)
    steady.work()
    for _ in range(3):
        steady.strava.forget_calls()
        steady.reconcile_after(minutes=1)
        assert len(steady.calls()) <= 1


def test_without_a_subscription_polling_takes_the_place_of_pushes(
    sandbox: SandboxServer, tmp_path: Path, redis_url: str
) -> None:
    add_steady_runner(sandbox.strava, ANNA)
    polling = Instance(sandbox, tmp_path / "var", redis_url)
    polling.connect()
    start_round(polling.resources)
    runs = []
    for hour in range(4):
        runs.append(polling.strava.create_activity(ANNA, km=15 + hour, title="#backstride"))
        for _ in range(30):
            polling.reconcile_after(minutes=2)
    polling.store.dispose()

    assert all(noted(polling, run) for run in runs)
    assert 38 <= polling.calls().count(LISTING) <= 250 / 6  # a quarter of the day's 1,000 reads


def test_a_history_that_grew_old_is_purged_and_fetched_again_for_the_next_activity(steady: Instance) -> None:
    steady.connect()
    steady.expire_after(days=5, hours=23)
    assert steady.runs()
    steady.expire_after(hours=1, minutes=1)
    assert steady.runs() == set()
    run = steady.strava.create_activity(ANNA, km=21, start=steady.now() - timedelta(hours=3))
    steady.work()

    assert noted(steady, run)
    assert steady.calls()[0] == LISTING
    assert len(steady.runs()) > 50


def test_a_history_that_is_judged_by_is_not_purged_under_the_judge(steady: Instance) -> None:
    steady.connect()
    steady.wait(days=5, hours=23, minutes=59, seconds=50)
    run = steady.strava.create_activity(ANNA, km=21)
    steady.strava.pushes.settle()
    stores = count(1)
    steady.before_each_store(lambda: steady.expire_after(seconds=15) if next(stores) == RENEWED else None)
    steady.work()
    assert noted(steady, run)

    steady.expire_after(seconds=31)
    assert steady.runs() == set()


@pytest.mark.parametrize("days", [150, 400])
def test_whoever_paused_for_long_is_judged_by_what_was_before(
    sandbox: SandboxServer, tmp_path: Path, redis_url: str, days: int
) -> None:
    """No run in the last hundred days: then one of up to 800 days ago makes it a comeback."""
    add_steady_runner(sandbox.strava, ANNA)
    for activity in sandbox.strava.activities.values():
        activity["start_date"] = shifted(str(activity["start_date"]), days)
        activity["start_date_local"] = shifted(str(activity["start_date_local"]), days)
    with Instance(sandbox, tmp_path / "var", redis_url).subscribed() as back:
        back.connect()
        run = back.strava.create_activity(ANNA, km=5)
        back.work()

        assert noted(back, run)


def shifted(text: str, days: int) -> str:
    return (datetime.fromisoformat(text) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_activities_that_only_listings_tell_of_are_counted_until_a_push_comes(steady: Instance) -> None:
    steady.connect()
    since = steady.now()
    for hours in (3, 5, 7):
        run_unheard(steady, km=2, start=steady.now() - timedelta(hours=hours))
    steady.reconcile_after(hours=7)
    with steady.store.read() as session:
        assert pending_activities.found_without_a_push(session, since) == 3
    steady.strava.create_activity(ANNA, km=2)
    steady.work()

    with steady.store.read() as session:
        assert pending_activities.found_without_a_push(session, since) == 0
        assert instance_facts.fact(session, "last_round_at")
        assert session.get_one(Athlete, ANNA).last_event_at


def test_what_a_listing_finds_is_judged_in_its_place_among_the_others(steady: Instance) -> None:
    """A long run of which no push told lies before three short ones: the note is on the long one."""
    steady.connect()
    long_run = run_unheard(steady, start=steady.now() - timedelta(hours=20))
    short = [steady.strava.create_activity(ANNA, km=2, start=steady.now() - timedelta(hours=9 - n)) for n in range(3)]
    steady.work()

    assert noted(steady, long_run)
    assert {steady.pending(run).outcome for run in short} == {"muted"}
    assert not any(noted(steady, run) for run in short)


def test_a_push_that_comes_while_a_listing_is_read_does_not_take_its_run_out_of_order(steady: Instance) -> None:
    steady.connect()
    long_run = run_unheard(steady, start=steady.now() - timedelta(hours=20))
    short = [steady.strava.create_activity(ANNA, km=2, start=steady.now() - timedelta(hours=9 - n)) for n in range(3)]
    steady.strava.pushes.settle()
    pushed: list[int] = []

    def push_meanwhile() -> None:  # Strava has listed, we have not stored it yet
        if steady.calls()[-1:] == [LISTING] and not pushed:
            pushed.append(long_run)
            steady.wait(seconds=1)
            steady.push(long_run, "create")

    steady.before_each_store(push_meanwhile)
    steady.work()

    assert pushed
    assert [run for run in (long_run, *short) if noted(steady, run)] == [long_run]
    assert {steady.pending(run).outcome for run in short} == {"muted"}


def test_a_run_waits_for_an_earlier_one_whose_athlete_is_still_writing(steady: Instance) -> None:
    """The long run was uploaded last, so its words may be written for longer; the short ones after it wait for it."""
    steady.connect(delay=15)
    short = [steady.strava.create_activity(ANNA, km=2, start=steady.now() - timedelta(hours=9 - n)) for n in range(3)]
    steady.strava.pushes.settle()
    steady.wait(minutes=5)
    long_run = steady.strava.create_activity(ANNA, km=21, start=steady.now() - timedelta(hours=20))
    steady.strava.pushes.settle()
    steady.later(minutes=11)
    assert not any(noted(steady, run) for run in (long_run, *short))
    steady.later(minutes=5)

    assert [run for run in (long_run, *short) if noted(steady, run)] == [long_run]
