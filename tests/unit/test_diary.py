"""The diary: what is kept of taps, effects, steps and the plan, and what becomes of an entry that nobody can read."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.companion.back_to_running import Tried
from content.companion.diary import KEPT_FOR, MOMENTS, TIGHTENED, Diary, Tap, read_diary
from content.companion.helped import Effect, Felt
from content.moves.library import load
from content.routines.questionnaire import Answers
from content.routines.questionnaire_fields import stored_answers

NOW = datetime(2026, 11, 25, 20, tzinfo=UTC)
ENDS_OF_TIME = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31T23:59:59", "2201-01-01T00:00:00Z")

moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 25), timezones=st.just(UTC))
scores = st.integers(0, 10)
taps = st.builds(
    Tap,
    moments,
    st.integers(1, 2**63 - 1),
    st.sampled_from(MOMENTS),
    scores,
    st.none() | st.sampled_from(TIGHTENED),
    st.none() | st.sampled_from(["crown", "gaze"]),
)
diaries = st.builds(
    Diary,
    st.lists(taps, max_size=4).map(tuple),
    st.lists(st.builds(Effect, moments, st.sampled_from(["plank", "gone"]), st.sampled_from(Felt)), max_size=4).map(
        tuple
    ),
    st.lists(st.builds(Tried, moments, scores, st.none() | st.booleans()), max_size=4).map(tuple),
    st.none() | st.integers(10, 600),
    st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    no_sessions=st.frozensets(st.integers(1, 2**63 - 1), max_size=3),
)
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["at", "back", "taps", "felt"]), inner),
)


@given(diaries)
def test_what_is_stored_is_read_back_as_it_was(diary: Diary) -> None:
    assert read_diary(json.loads(json.dumps(diary.as_mapping()))) == diary


@given(odd | st.fixed_dictionaries({}, optional={"taps": odd, "effects": odd, "tried": odd, "plan_since": odd}))
def test_whatever_was_stored_can_be_read(stored: object) -> None:
    assert isinstance(read_diary(stored), Diary)


def test_an_empty_diary_stores_nothing() -> None:
    assert Diary().as_mapping() == {}


def test_an_entry_that_cannot_be_read_takes_no_other_along() -> None:
    good = {"at": NOW.isoformat(), "activity": 7, "moment": "after", "back": 3}
    stored = {"taps": [good, good | {"back": 11}, good | {"moment": "noon"}, "odd", None, good | {"at": "never"}]}

    assert read_diary(stored).taps == (Tap(NOW, 7, "after", 3),)


@pytest.mark.parametrize("at", ENDS_OF_TIME)
def test_times_and_days_that_nobody_can_mean_are_left_aside(at: str) -> None:
    stored = {
        "taps": [{"at": at, "activity": 7, "moment": "after", "back": 3}],
        "tried": [{"at": at, "pain": 1}],
        "plan_since": at[:10],
    }

    assert read_diary(stored) == Diary()
    assert stored_answers({"hurts_at": at, "tagged_at": at, "reported_at": at}, load()) == Answers()


def test_a_second_tap_for_the_same_run_and_moment_takes_the_place_of_the_first() -> None:
    first, other, second = (
        Tap(NOW, 7, "after", 3),
        Tap(NOW, 7, "morning", 1),
        Tap(NOW + timedelta(hours=1), 7, "after", 6),
    )

    assert Diary().with_tap(first).with_tap(other).with_tap(second).taps == (other, second)


def test_entries_older_than_eighteen_months_are_dropped_when_a_new_one_comes() -> None:
    old = Tap(NOW - KEPT_FOR, 1, "after", 9)

    assert Diary(taps=(old,)).with_tap(Tap(NOW, 7, "after", 3)).taps == (Tap(NOW, 7, "after", 3),)


def test_effects_of_one_day_count_once() -> None:
    worse, better = Effect(NOW, "plank", Felt.WORSE), Effect(NOW + timedelta(minutes=5), "plank", Felt.BETTER)

    assert Diary().with_effects((worse,)).with_effects((better,)).effects == (better,)


def test_the_answer_whether_the_back_settled_belongs_to_the_last_step() -> None:
    walked = Diary().with_tried(Tried(NOW, 2)).with_tried(Tried(NOW + timedelta(days=2), 1)).settled(settled=True)

    assert [step.settled for step in walked.tried] == [None, True]
    assert Diary().settled(settled=True) == Diary()


def test_cues_count_each_time_that_they_helped() -> None:
    helped = Diary(
        taps=(Tap(NOW, 1, "after", 0, cue="gaze"), Tap(NOW, 2, "after", 0, cue="gaze"), Tap(NOW, 3, "after", 0))
    )

    assert helped.cues_that_helped == ("gaze", "gaze")
