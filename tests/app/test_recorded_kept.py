"""The copy of recorded sessions follows what each activity is now: nothing too old, and nothing lost to an odd row."""

from datetime import timedelta

from instance import ANNA, Instance

from content.companion.recorded import RecordedSession
from content.notes import block
from integration.store import histories

GYM = "WeightTraining"


def recorded(steady: Instance) -> set[int]:
    with steady.store.read() as session:
        return {each.id for each in histories.recorded(session, ANNA)}


def session_of(steady: Instance, **told: object) -> int:
    return steady.strava.create_activity(ANNA, **{"km": 0, "minutes": 40, "sport": GYM, **told})  # type: ignore[arg-type]


def test_an_activity_counts_as_what_it_is_now(steady: Instance) -> None:
    steady.connect()
    one = session_of(steady, km=6)
    noted = steady.strava.create_activity(ANNA, km=21, description="mine")
    steady.work()
    assert recorded(steady) == {one}
    assert block.carries(steady.strava.description(noted))

    steady.strava.edit_activity(one, sport_type="Run")
    steady.strava.edit_activity(noted, sport_type=GYM)
    steady.work()

    assert recorded(steady) == {noted}
    assert one in steady.runs()
    assert noted not in steady.runs()
    assert not block.carries(steady.strava.description(noted))


def test_an_edit_brings_back_no_session_that_is_too_old_to_count(steady: Instance) -> None:
    old = session_of(steady, push=False, start=steady.now() - timedelta(days=101))
    steady.connect()
    steady.strava.edit_activity(old, sport_type="Yoga")
    steady.work()

    assert recorded(steady) == set()


def test_a_session_whose_row_in_a_listing_is_odd_stays_and_a_deleted_one_goes(steady: Instance) -> None:
    steady.connect()
    gym = session_of(steady)
    steady.work()
    steady.strava.faults.add("odd_answer", on="GET /athlete/activities", without=["sport_type"], times=None)
    steady.reconcile_after(hours=7)
    assert recorded(steady) == {gym}

    steady.strava.faults.clear()
    steady.strava.delete_activity(gym, push=False)
    steady.reconcile_after(hours=7)
    assert recorded(steady) == set()


def test_a_session_that_may_have_begun_before_a_listings_reach_stays(steady: Instance) -> None:
    steady.connect()
    reached, now = steady.now() - timedelta(days=8), steady.now()
    over, within = (RecordedSession(number, reached + timedelta(hours=number), GYM) for number in (1, 25))
    with steady.store.write() as session:
        histories.update_recorded(session, ANNA, added=[over, within], now=now)
        histories.merge(session, ANNA, [], newest_activity=1, reached=reached, now=now)

    assert recorded(steady) == {over.id}
