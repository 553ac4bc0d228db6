"""The sweep finds what waits, and lets nothing wait longer than its reason lasts."""

from instance import ANNA, Instance

from integration.store import athletes
from workers.rounds.sweep import to_wake


def test_once_the_application_is_active_again_what_it_held_up_is_due_at_once(instance: Instance) -> None:
    instance.connect()
    instance.strava.app.inactive = True
    instance.strava.create_activity(ANNA, km=5, minutes=30)
    instance.work()
    assert to_wake(instance.resources) == []

    instance.strava.app.inactive = False
    assert to_wake(instance.resources) == []
    instance.resources.budget.mark_active()

    with instance.store.read() as session:
        athlete = athletes.find(session, ANNA)
    assert athlete
    assert to_wake(instance.resources) == [athlete.key]


def test_a_sweep_leaves_whom_it_woke_just_now_to_the_queue(instance: Instance) -> None:
    instance.connect()
    instance.strava.create_activity(ANNA, km=5, minutes=30)
    instance.strava.pushes.settle()

    assert len(to_wake(instance.resources)) == 1
    assert to_wake(instance.resources) == []
