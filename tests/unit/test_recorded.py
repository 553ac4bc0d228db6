"""Recorded strength, yoga, pilates and physiotherapy as sessions: what is one, and what was told here as well."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.companion.diary import Diary
from content.companion.recorded import RecordedSession, not_logged, recorded_session, stored_sessions
from content.routines.past import LoggedSession

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
GYM = {"id": 5, "sport_type": "WeightTraining", "start_date": "2026-11-24T11:00:00Z", "elapsed_time": 3600}


@pytest.mark.parametrize(
    ("sport", "words", "strength"),
    [
        ("WeightTraining", "Strength", True),
        ("Pilates", "Pilates", True),
        ("PhysicalTherapy", "Physiotherapy", True),
        ("Yoga", "Yoga", False),
    ],
)
def test_each_of_four_sports_is_a_session_that_ended_when_it_ended(sport: str, words: str, strength: bool) -> None:
    found = recorded_session(GYM | {"sport_type": sport})

    assert found is not None
    assert (found.words, found.session) == (words, LoggedSession(NOON, strength))
    assert stored_sessions({"5": found.as_mapping()}) == (found,)


@pytest.mark.parametrize(
    "odd",
    [
        {"sport_type": "Run"},
        {"sport_type": "Workout"},
        {"sport_type": None},
        {"elapsed_time": 299},
        {"elapsed_time": 86_401},
        {"elapsed_time": None},
        {"elapsed_time": 1e30},
        {"start_date": "soon"},
        {"id": 0},
    ],
)
def test_other_sports_and_what_is_odd_very_short_or_endless_is_none(odd: dict[str, object]) -> None:
    assert recorded_session(GYM | odd) is None


def test_the_maker_of_a_device_is_named() -> None:
    found = recorded_session(GYM | {"device_name": "Garmin Forerunner 265"})

    assert found is not None
    assert found.device == "Garmin Forerunner 265"


@pytest.mark.parametrize(
    ("sport", "logged", "counts"),
    [
        ("WeightTraining", LoggedSession(NOON + timedelta(hours=2), strength=True), False),
        ("WeightTraining", LoggedSession(NOON + timedelta(hours=2), strength=False), True),
        ("WeightTraining", LoggedSession(NOON + timedelta(hours=12), strength=True), True),
        ("Yoga", LoggedSession(NOON - timedelta(hours=2), strength=False), False),
    ],
)
def test_what_was_told_here_within_hours_counts_once(sport: str, logged: LoggedSession, counts: bool) -> None:
    assert bool(not_logged([RecordedSession(5, NOON, sport)], [logged])) is counts


def test_a_no_is_kept_until_it_is_taken_back_or_its_activity_is_gone() -> None:
    diary = Diary().with_counting(5, {5, 6}, counts=False).with_counting(6, {5, 6}, counts=False)

    assert diary.no_sessions == {5, 6}
    assert diary.with_counting(5, {5, 6}, counts=True).no_sessions == {6}
    assert diary.with_counting(7, {6, 7}, counts=False).no_sessions == {6, 7}


KEPT = {"at": "2026-11-24T12:00:00+00:00", "sport": "Yoga", "device": ""}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("2026-11-24T12:00:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["at", "sport", "device"]), inner),
)


@pytest.mark.parametrize(
    "changed",
    [
        {"sport": "Barre"},
        {"sport": ["Yoga"]},
        {"at": None},
        {"at": "yesterday"},
        {"at": "2026-11-24T12:00:00"},
    ],
)
def test_a_stored_session_that_another_version_knew_is_left_aside_and_others_stay(
    changed: dict[str, object],
) -> None:
    assert [each.id for each in stored_sessions({"5": KEPT, "6": KEPT | changed})] == [5]


@given(st.dictionaries(st.text() | st.just("6"), ANYTHING))
def test_whatever_is_stored_is_read_without_an_error(stored: dict[str, object]) -> None:
    assert all(session.words for session in stored_sessions(stored))
