"""Work that Strava does not let us do now waits in the database: for the next window, for Strava, for the owner."""

from datetime import timedelta
from itertools import pairwise

import pytest
from instance import ANNA, Instance
from sqlalchemy import func, select
from steady import add_steady_runner

from content.notes import block
from integration.store import activity_events, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.tables import Athlete, PendingActivity

WINDOW = timedelta(minutes=15)
WRITE = ("PUT", "/activities/", 200)


def big_run(instance: Instance, athlete_id: int = ANNA, **told: object) -> int:
    return instance.strava.create_activity(athlete_id, **{"km": 21, **told})  # type: ignore[arg-type]


def noted(instance: Instance, activity: int) -> bool:
    return (instance.strava.description(activity) or "").count(block.START) == 1


def next_window(instance: Instance) -> timedelta:
    """From now until Strava's windows begin anew."""
    now = instance.now()
    return WINDOW - timedelta(seconds=now.timestamp() % WINDOW.total_seconds())


def wait_for_a_window(instance: Instance) -> None:
    """Until some seconds into Strava's next windows."""
    instance.wait(seconds=next_window(instance).total_seconds() + 5)


def refused(instance: Instance) -> int:
    return sum(status == 429 for _, _, status in instance.calls())


def test_live_work_waits_for_the_next_window_and_one_call_at_most_is_refused(steady: Instance) -> None:
    wait_for_a_window(steady)
    steady.connect()
    steady.strava.spend(200)  # another program of the same application, of which we cannot know
    runs = [big_run(steady, start=steady.now() - timedelta(hours=h), km=km) for h, km in ((30, 12), (5, 21))]
    steady.work()
    due = {steady.pending(run).due_at for run in runs}
    for _ in range(4):
        steady.later(seconds=5)

    assert refused(steady) == len(steady.calls()) == 1
    assert not any(noted(steady, run) for run in runs)
    assert all(timedelta() < at - (steady.now() + next_window(steady)) < timedelta(seconds=5) for at in due)
    steady.later(seconds=next_window(steady).total_seconds() + 2)
    assert all(noted(steady, run) for run in runs)
    assert refused(steady) == 1


def test_background_work_leaves_live_activities_their_reserve(steady: Instance) -> None:
    wait_for_a_window(steady)
    steady.connect()
    steady.strava.spend(75)
    noise = big_run(steady, km=1)  # so that we know of it
    steady.work()
    run = big_run(steady)
    steady.strava.pushes.settle()
    steady.ask(reconcile_requested=True)
    steady.work()

    assert steady.pending(noise).outcome == "not_flagged"
    assert noted(steady, run)
    with steady.store.read() as session:
        anna = session.get_one(Athlete, ANNA)
    assert (anna.reconcile_requested, anna.request_error) == (True, "BudgetSpent")


@pytest.mark.parametrize("athletes", [10, pytest.param(50, marks=pytest.mark.chaos)])
def test_the_twenty_activities_of_each_athlete_are_processed_in_the_fewest_windows(
    steady: Instance, athletes: int
) -> None:
    """Two reads a window for each: its listing, and two calls for each second one's note, leave nothing for more."""
    steady.strava.app.seats = athletes + 10
    steady.strava.app.limits.read.limit = (2 * athletes, 1000)
    everybody = range(5001, 5001 + athletes)
    for athlete in everybody:
        add_steady_runner(steady.strava, athlete, days=60)
        steady.connect(athlete, work=False)
    while unanswered(steady):
        wait_for_a_window(steady)
        steady.work()
    wait_for_a_window(steady)
    steady.strava.forget_calls()
    outings = {athlete: bulk_upload(steady, athlete, with_a_big_run=athlete % 2 == 0) for athlete in everybody}
    assert unanswered(steady) == 20 * athletes
    windows = 0
    while unanswered(steady):
        if windows:
            wait_for_a_window(steady)
        windows += 1
        steady.work()

    big = [ids[0] for athlete, ids in outings.items() if athlete % 2 == 0]
    assert all(noted(steady, run) for run in big)
    assert (windows, len(steady.calls()), refused(steady)) == (1, 2 * athletes, 0)


def bulk_upload(instance: Instance, athlete: int, *, with_a_big_run: bool) -> list[int]:
    """Twenty activities at once, and their activities: the first may be a big run, half of the others are rides."""
    start = instance.now() - timedelta(hours=40)
    outings = [{"km": 21, "start": start}] if with_a_big_run else []
    outings += [
        {"km": 0.6, "sport": ("Run", "Ride")[number % 2], "start": start - timedelta(hours=1 + number)}
        for number in range(20 - len(outings))
    ]
    ids = [instance.strava.create_activity(athlete, push=False, **outing) for outing in outings]  # type: ignore[arg-type]
    with instance.store.write() as session:
        for activity in ids:
            heard = ActivityEvent(athlete, activity, "create", instance.now(), "push")
            pending_activities.record_event(session, heard, now=instance.now(), due_at=instance.now())
    return ids


def unanswered(instance: Instance) -> int:
    """Bells that wait, and athletes whose history does."""
    with instance.store.read() as session:
        pendings = (
            session.scalar(select(func.count()).select_from(PendingActivity).where(activity_events.waiting())) or 0
        )
        asks = session.scalar(select(func.count()).where(Athlete.history_requested_from.is_not(None))) or 0
        return pendings + asks


def test_while_strava_is_away_it_is_asked_less_and_less_and_all_is_done_soon_after(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.strava.pushes.settle()
    steady.strava.faults.add("error_page", times=None)
    for _ in range(120):
        steady.later(minutes=1)
    asked = len(steady.calls())
    steady.strava.faults.clear()
    steady.later(minutes=16)

    assert asked <= 14
    assert noted(steady, run)


def test_an_inactive_app_is_asked_about_once_an_hour_and_all_else_waits(steady: Instance) -> None:
    add_steady_runner(steady.strava, 2002)
    steady.connect()
    steady.connect(2002)
    runs = [big_run(steady, athlete) for athlete in (ANNA, 2002)]
    steady.strava.pushes.settle()
    steady.strava.app.inactive = True
    for _ in range(36):
        steady.later(minutes=5)
    assert [status for _, _, status in steady.calls()] == [403, 403, 403]
    steady.strava.app.inactive = False
    steady.later(minutes=61)

    assert all(noted(steady, run) for run in runs)


def test_even_a_long_wait_for_the_owner_sets_nothing_aside(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.strava.pushes.settle()
    steady.strava.app.inactive = True
    for _ in range(20):
        steady.later(days=1)
    steady.strava.app.inactive = False
    steady.later(hours=2)

    assert noted(steady, run)


def test_a_few_bad_activities_hold_up_no_other_and_are_set_aside_in_the_end(steady: Instance) -> None:
    steady.connect()
    bad = [big_run(steady, title="#backstride", start=steady.now() - timedelta(hours=20 + n)) for n in range(2)]
    for activity in bad:
        steady.strava.faults.add("error_page", on=f"GET /activities/{activity}", times=None)
    good = big_run(steady, title="#backstride")
    for _ in range(4):
        steady.later(seconds=40)
    assert noted(steady, good)
    for _ in range(9 * 4):
        steady.later(hours=6)

    assert all(steady.pending(activity).failed_at for activity in bad)
    assert {steady.pending(activity).last_error for activity in bad} == {"Unreachable"}
    steady.strava.faults.clear()
    with steady.store.write() as session:
        assert pending_activities.retry(session, ANNA, steady.now()) == 2
    steady.work()
    assert [steady.pending(activity).failed_at for activity in bad] == [None, None]
    assert steady.pending(bad[0]).processed


def test_a_note_that_cannot_be_removed_holds_up_no_activity(steady: Instance) -> None:
    steady.connect()
    stuck = big_run(steady)
    steady.work()
    steady.strava.faults.add("error_page", on=f"GET /activities/{stuck}", times=None)
    steady.ask_to_remove_all()
    run = big_run(steady, km=44, title="More #backstride")
    steady.work()

    assert noted(steady, run)
    assert steady.note_state(stuck) == "removing"
    steady.strava.faults.clear()
    steady.later(hours=1)
    assert (noted(steady, stuck), steady.note_state(stuck)) == (False, "removed")


def test_without_the_scope_to_read_nothing_is_asked_twice(steady: Instance) -> None:
    steady.connect()
    steady.strava.app.grants[ANNA].scopes = frozenset({"read", "activity:write"})
    run = big_run(steady, push=False)
    steady.push(run, "create")
    for _ in range(5):
        steady.later(hours=1)

    assert [status for _, _, status in steady.calls()] == [401]
    assert steady.pending(run).outcome == "scope"


def test_the_scope_to_write_is_not_tried_again_where_it_turned_out_missing(steady: Instance) -> None:
    steady.connect()
    steady.strava.app.grants[ANNA].scopes = frozenset({"read", "activity:read", "activity:read_all"})
    runs = [big_run(steady, title=f"{n} #backstride") for n in range(2)]
    for run in runs:
        steady.push(run, "update", {"title": "x #backstride"})
        steady.work()

    assert [steady.note_state(run) for run in runs] == ["pages", "pages"]
    assert [call for call in steady.calls() if call[0] == "PUT"] == [("PUT", "/activities/", 401)]


def test_wrong_credentials_of_the_app_disconnect_nobody(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.strava.pushes.settle()
    steady.strava.expire_tokens(ANNA)
    right, steady.strava.app.client_secret = steady.strava.app.client_secret, "another"
    for _ in range(3):
        steady.later(minutes=2)
    assert steady.athlete_state() == "connected"
    assert len(steady.strava.calls("POST", "/oauth/token")) <= 2
    steady.strava.app.client_secret = right
    steady.later(minutes=6)

    assert noted(steady, run)


def test_a_refused_listing_is_not_asked_for_again_and_again(steady: Instance) -> None:
    steady.connect()
    steady.strava.faults.add("not_found", on="GET /athlete/activities", times=None)
    steady.ask(reconcile_requested=True)
    for _ in range(60):
        steady.later(minutes=1)

    assert len(steady.calls()) <= 5


def test_a_thousand_deletions_are_stored_in_batches_that_let_others_write_between(steady: Instance) -> None:
    steady.connect()
    with steady.store.write() as session:
        for activity in range(1, 1001):
            event = ActivityEvent(ANNA, activity, "delete", steady.now(), "push")
            pending_activities.record_event(session, event, now=steady.now(), due_at=steady.now())
    left: list[int] = []
    steady.before_each_store(lambda: left.append(unanswered(steady)))
    steady.work()
    left.append(unanswered(steady))

    assert (left[0], left[-1]) == (1000, 0)
    assert max(before - after for before, after in pairwise(left)) <= 50
    assert steady.calls() == []


def test_a_history_whose_listing_is_not_found_is_asked_for_less_and_less(steady: Instance) -> None:
    steady.connect()
    steady.expire_after(days=7)
    steady.strava.faults.add("not_found", on="GET /athlete/activities", times=None)
    steady.strava.create_activity(km=10)
    for _ in range(8):
        steady.later(hours=2)
    steady.strava.forget_calls()
    steady.later(hours=7)

    assert 1 <= len(steady.calls()) <= 6
