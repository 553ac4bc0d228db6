"""What Strava does not let us do now waits in the database: for the budget's next window, for Strava, for the owner."""

from datetime import timedelta

from instance import ANNA, Instance
from sqlalchemy import func, select
from steady import add_steady_runner

from content.notes import block
from integration.store import doorbell
from integration.store.doorbell import Ring
from integration.store.tables import Athlete, Bell

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
    due = {steady.bell(run).due_at for run in runs}
    for _ in range(4):
        steady.later(seconds=5)

    assert refused(steady) == len(steady.calls()) == 1
    assert not any(noted(steady, run) for run in runs)
    assert all(timedelta() < at - (steady.now() + next_window(steady)) < timedelta(seconds=5) for at in due)
    steady.later(seconds=next_window(steady).total_seconds() + 2)
    assert all(noted(steady, run) for run in runs)
    assert refused(steady) == 1


def test_background_work_leaves_live_bells_their_reserve(steady: Instance) -> None:
    wait_for_a_window(steady)
    steady.connect()
    steady.strava.spend(75)
    noise = big_run(steady, km=1)  # so that we know of it
    steady.work()
    run = big_run(steady)
    steady.strava.pushes.settle()
    steady.ask(reconcile_wanted=True)
    steady.work()

    assert steady.bell(noise).outcome == "not_flagged"
    assert noted(steady, run)
    with steady.store.read() as session:
        anna = session.get_one(Athlete, ANNA)
    assert (anna.reconcile_wanted, anna.ask_error) == (True, "BudgetSpent")


def test_a_thousand_bells_of_fifty_athletes_are_settled_in_the_fewest_windows(steady: Instance) -> None:
    """100 reads a window: 50 listings and two calls for each of 25 notes leave nothing for anything else."""
    steady.strava.app.seats = 60
    everybody = range(5001, 5051)
    for athlete in everybody:
        add_steady_runner(steady.strava, athlete, days=60)
        steady.connect(athlete, work=False)
    while unanswered(steady):
        wait_for_a_window(steady)
        steady.work()
    wait_for_a_window(steady)
    steady.strava.forget_calls()
    outings = {athlete: bulk_upload(steady, athlete, with_a_big_run=athlete % 2 == 0) for athlete in everybody}
    assert unanswered(steady) == 1000
    windows = 0
    while unanswered(steady):
        if windows:
            wait_for_a_window(steady)
        windows += 1
        steady.work()

    big = [ids[0] for athlete, ids in outings.items() if athlete % 2 == 0]
    assert all(noted(steady, run) for run in big)
    assert (windows, len(steady.calls()), refused(steady)) == (1, 50 + 2 * len(big), 0)


def bulk_upload(instance: Instance, athlete: int, *, with_a_big_run: bool) -> list[int]:
    """Twenty activities at once, and their bells: the first may be a big run, half of the others are rides."""
    start = instance.now() - timedelta(hours=40)
    outings = [{"km": 21, "start": start}] if with_a_big_run else []
    outings += [
        {"km": 0.6, "sport": ("Run", "Ride")[number % 2], "start": start - timedelta(hours=1 + number)}
        for number in range(20 - len(outings))
    ]
    ids = [instance.strava.create_activity(athlete, push=False, **outing) for outing in outings]  # type: ignore[arg-type]
    with instance.store.write() as session:
        for activity in ids:
            heard = Ring(athlete, activity, "create", instance.now(), "push")
            doorbell.ring(session, heard, now=instance.now(), due_at=instance.now())
    return ids


def unanswered(instance: Instance) -> int:
    """Bells that wait, and athletes whose history does."""
    with instance.store.read() as session:
        bells = session.scalar(select(func.count()).select_from(Bell).where(doorbell.waiting())) or 0
        asks = session.scalar(select(func.count()).where(Athlete.history_wanted_from.is_not(None))) or 0
        return bells + asks
