"""The copy of recorded sessions follows what each activity is now: nothing too old, and nothing lost to an odd row."""

from datetime import timedelta

import pytest
from instance import ANNA, Instance

from content.companion.recorded import RecordedSession
from content.notes import block
from integration.store import histories
from integration.store.tables import Preferences

GYM = "WeightTraining"


def recorded(steady: Instance) -> set[int]:
    with steady.store.read() as session:
        return {each.id for each in histories.recorded(session, ANNA)}


def session_of(steady: Instance, **told: object) -> int:
    return steady.strava.create_activity(ANNA, **{"km": 0, "minutes": 40, "sport": GYM, **told})  # type: ignore[arg-type]


@pytest.fixture
def agreed(steady: Instance) -> Instance:
    """An athlete who is connected and agreed to our keeping her sessions."""
    steady.connect()
    with steady.store.write() as session:
        session.get_one(Preferences, ANNA).answers_consented_at = steady.now()
    return steady


def test_an_activity_counts_as_what_it_is_now(agreed: Instance) -> None:
    one = session_of(agreed, km=6)
    noted = agreed.strava.create_activity(ANNA, km=21, description="mine")
    agreed.work()
    assert recorded(agreed) == {one}
    assert block.carries(agreed.strava.description(noted))

    agreed.strava.edit_activity(one, sport_type="Run")
    agreed.strava.edit_activity(noted, sport_type=GYM)
    agreed.work()

    assert recorded(agreed) == {noted}
    assert one in agreed.runs()
    assert noted not in agreed.runs()
    assert not block.carries(agreed.strava.description(noted))


def test_an_edit_brings_back_no_session_that_is_too_old_to_count(agreed: Instance) -> None:
    old = session_of(agreed, push=False, start=agreed.now() - timedelta(days=101))
    agreed.strava.edit_activity(old, sport_type="Yoga")
    agreed.work()

    assert recorded(agreed) == set()


def test_a_session_whose_row_in_a_listing_is_odd_stays_and_a_deleted_one_goes(agreed: Instance) -> None:
    gym = session_of(agreed)
    agreed.work()
    agreed.strava.faults.add("odd_answer", on="GET /athlete/activities", without=["sport_type"], times=None)
    agreed.reconcile_after(hours=7)
    assert recorded(agreed) == {gym}

    agreed.strava.faults.clear()
    agreed.strava.delete_activity(gym, push=False)
    agreed.reconcile_after(hours=7)
    assert recorded(agreed) == set()


def test_a_session_that_may_have_begun_before_a_listings_reach_stays(agreed: Instance) -> None:
    reached, now = agreed.now() - timedelta(days=8), agreed.now()
    over, within = (RecordedSession(number, reached + timedelta(hours=number), GYM) for number in (1, 25))
    with agreed.store.write() as session:
        histories.update_recorded(session, ANNA, added=[over, within], now=now)
        histories.merge(session, ANNA, [], newest_activity=1, reached=reached, now=now)

    assert recorded(agreed) == {over.id}
