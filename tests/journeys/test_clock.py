"""A clock that was wrong and is put right: within a minute everything is served again, and nothing was lost."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from celery.beat import Service
from celery.signals import before_task_publish
from instance import ANNA, Instance

from content.notes import block
from integration.store import athletes, leases
from integration.store.tables import Athlete
from workers.app import ROUNDS, make_celery
from workers.rounds.cleanup import expire
from workers.rounds.every import Every, Rounds

SPANS = [timedelta(hours=1), timedelta(days=1), timedelta(days=365)]
WAYS = [*SPANS, *(-span for span in SPANS)]


def put_clock(instance: Instance, wrong: timedelta) -> None:
    instance.wrong = wrong
    instance.wait(seconds=10)
    instance.sweep()


def noted(instance: Instance, run: int) -> int:
    return (instance.strava.description(run) or "").count(block.START)


def run_of(instance: Instance) -> int:
    run = instance.strava.create_activity(ANNA, km=21, title="#backstride")
    instance.strava.pushes.settle()
    return run


@pytest.mark.parametrize("wrong", WAYS, ids=str)
def test_what_was_put_off_by_a_wrong_clock_is_served_within_a_minute_of_its_being_put_right(
    steady: Instance, wrong: timedelta
) -> None:
    serve_after(steady, wrong)


@pytest.mark.parametrize("wrong", [way for way in WAYS if abs(way) != timedelta(days=1)], ids=str)
def test_it_is_served_as_soon_where_the_machine_started_again_meanwhile(steady: Instance, wrong: timedelta) -> None:
    serve_after(steady, wrong, machine="second start")


def serve_after(steady: Instance, wrong: timedelta, machine: str = "first start") -> None:
    """Assert that a note, a round and a lease that a killed worker held are served as soon as the clock is right."""
    steady.connect()
    steady.sweep()
    put_clock(steady, wrong)
    steady.strava.faults.add("error_page", times=3)
    run = run_of(steady)
    with steady.store.write() as session:  # by a worker that was killed
        leases.take(session, ANNA, steady.now())
    steady.ask(reconcile_requested=True)
    steady.machine = machine
    put_clock(steady, timedelta())
    steady.strava.faults.clear()
    for _ in range(5):
        steady.wait(seconds=10)
        steady.sweep()

    assert noted(steady, run) == 1
    with steady.store.read() as session:
        anna = session.get_one(Athlete, ANNA)
        assert anna.request_due_at is None
        assert anna.listed_at
        assert anna.listed_at <= steady.now()


def test_events_of_today_are_news_although_a_wrong_clock_dated_what_a_listing_told(steady: Instance) -> None:
    steady.connect()
    steady.sweep()
    put_clock(steady, timedelta(days=365))
    run = steady.strava.create_activity(ANNA, km=9, push=False)
    steady.ask(reconcile_requested=True)
    steady.sweep()
    put_clock(steady, timedelta())
    steady.strava.edit_activity(run, name="Tell #backstride")
    steady.strava.pushes.settle()
    steady.wait(seconds=10)
    steady.sweep()

    assert noted(steady, run) == 1


def test_nobody_is_deleted_before_their_time_because_a_clock_jumped(steady: Instance) -> None:
    steady.connect()
    steady.sweep()
    with steady.store.write() as session:
        athletes.disconnect(session, ANNA, over=1, now=steady.now())
    put_clock(steady, timedelta(days=365))
    expire(steady.resources)
    assert steady.athlete_state() == "disconnected"
    put_clock(steady, timedelta())
    steady.expire_after(days=13)
    assert steady.athlete_state() == "disconnected"
    steady.expire_after(days=2)

    assert steady.athlete_state() is None


@pytest.mark.parametrize("ahead", SPANS)
def test_beat_does_not_wait_for_a_last_run_that_a_wrong_clock_dated(ahead: timedelta) -> None:
    every = Every(60.0, app=Celery("clock", set_as_current=False))
    now = datetime.now(UTC)

    assert every.is_due(now + ahead).is_due
    assert not every.is_due(now - timedelta(seconds=5)).is_due
    assert every.is_due(now - timedelta(seconds=61)).is_due


def test_beat_begins_with_every_round_and_keeps_no_file_that_could_be_damaged(
    steady: Instance,
) -> None:
    app = make_celery(steady.resources.settings)
    beat = Service(app, scheduler_cls=app.Beat(app=app).scheduler_cls).scheduler

    assert type(beat) is Rounds
    assert sorted(beat.schedule) == sorted(ROUNDS)
    assert all(entry.is_due().is_due for entry in beat.schedule.values())
    assert not any(next(entry).is_due().is_due for entry in beat.schedule.values())


def test_the_tasks_of_an_app_are_its_own_although_it_is_not_the_first_of_its_process(steady: Instance) -> None:
    first, second = (make_celery(steady.resources.settings) for _ in range(2))

    for name in ROUNDS:
        assert second.tasks[name].run is not first.tasks[name].run


@pytest.mark.parametrize("ahead", WAYS, ids=str)
def test_beat_forgets_no_round_although_its_clock_is_put_right(steady: Instance, ahead: timedelta) -> None:
    """The last runs are all that beat knows of the time before."""
    app = make_celery(steady.resources.settings)
    beat = Service(app, scheduler_cls=Rounds).scheduler
    sent: list[str] = []

    def note(sender: str, **_: object) -> None:
        sent.append(sender)

    before_task_publish.connect(note)  # for as long as this test lasts: signals hold nobody
    beat.tick()
    for entry in beat.schedule.values():
        entry.last_run_at += ahead
    sent.clear()
    for _ in range(2):
        beat.tick()

    assert sorted(sent) == sorted(ROUNDS)
