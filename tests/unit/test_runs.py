"""The counted runs in Strava's JSON."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED
from running_log import MONDAY, activity

from content.runs import Run, counted_run, why_not_counted

RECORDED = SHARED / "strava" / "recorded" / "activity-detailed-run.json"


def run_of(**changes: Any) -> Run:
    run = counted_run(activity(1, MONDAY, 10, **changes))
    assert run is not None
    return run


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sport_type": "Ride"}, "not a run"),
        ({"sport_type": "Ride", "type": "Run"}, "not a run"),
        ({"sport_type": None}, "not a run"),
        ({"sport_type": ["Run"]}, "not a run"),
        ({"flagged": True}, "flagged on Strava"),
        ({"id": None}, "no id"),
        ({"id": True}, "no id"),
        ({"id": 2**63}, "no id"),
        ({"start_date": None}, "no start time"),
        ({"start_date": "yesterday"}, "no start time"),
        ({"start_date": "0001-01-01T00:00:00Z"}, "no start time"),
        ({"start_date_local": None}, "no local start time"),
        ({"start_date_local": 5}, "no local start time"),
        ({"start_date": None, "start_date_local": None}, "no start time"),
        ({"distance": None}, "no distance"),
        ({"distance": "10000"}, "no distance"),
        ({"distance": float("nan")}, "no distance"),
        ({"distance": float("inf")}, "no distance"),
        ({"distance": 10**400}, "no distance"),
        ({"moving_time": None}, "no moving time"),
        ({"distance": 499.9}, "shorter than 500 m"),
        ({"distance": 0.0}, "shorter than 500 m"),
        ({"distance": -9000.0}, "shorter than 500 m"),
        ({"distance": 500.0, "moving_time": 119}, "less than two minutes of moving time"),
        ({"distance": 6500.1, "moving_time": 1000}, "faster than 6.5 m/s on average"),
    ],
)
def test_an_activity_is_not_counted_for_one_reason(changes: dict[str, Any], why: str) -> None:
    made = activity(1, MONDAY, 10, **changes)

    assert counted_run(made) is None
    assert why_not_counted(made) == why


@pytest.mark.parametrize(
    "changes",
    [
        {"distance": 500.0, "moving_time": 120},
        {"distance": 6500.0, "moving_time": 1000},
        {"sport_type": "TrailRun"},
        {"sport_type": "VirtualRun"},
        {"type": "Ride"},
        {"flagged": None},
    ],
)
def test_a_run_counts_on_the_very_edge_of_its_definition(changes: dict[str, Any]) -> None:
    made = activity(1, MONDAY, 10, **changes)

    assert counted_run(made) is not None
    assert why_not_counted(made) is None


def test_distances_and_climbs_are_whole_tenths_of_a_metre() -> None:
    run = run_of(distance=10023.7, total_elevation_gain=84.5)

    assert (run.distance_dm, run.climb_dm, run.effort_dm) == (100_237, 845, 108_687)


@pytest.mark.parametrize(
    ("metres", "dm"), [(10_000.05, 100_001), (10_000.04, 100_000), (10_000.15, 100_002), (499.95, 5_000), (0.25, 3)]
)
def test_tenths_are_rounded_half_up(metres: float, dm: int) -> None:
    assert run_of(total_elevation_gain=metres).climb_dm == dm
    assert counted_run(activity(1, MONDAY, 10, distance=metres)) is None or run_of(distance=metres).distance_dm == dm


@given(st.integers(0, 30_000_000))
def test_rounding_goes_by_the_digits_and_not_by_their_binary_fraction(hundredths: int) -> None:
    assert run_of(total_elevation_gain=hundredths / 100).climb_dm == (hundredths + 5) // 10


def test_the_rounded_distance_decides_whether_a_run_counts() -> None:
    assert run_of(distance=499.95, moving_time=120).distance_dm == 5_000


@pytest.mark.parametrize("climb", [None, "12", -5.0, float("nan")])
def test_an_odd_climb_is_no_climb(climb: object) -> None:
    assert run_of(total_elevation_gain=climb).climb_dm == 0


def test_elapsed_time_falls_back_to_moving_time() -> None:
    assert run_of(elapsed_time=4000).elapsed_s == 4000
    assert run_of(elapsed_time=None).elapsed_s == run_of().moving_s == 3600


def test_the_day_is_that_of_the_wall_clock() -> None:
    run = run_of(start_date="2024-03-01T23:30:00Z", start_date_local="2024-03-02T00:30:00Z")

    assert (run.start, run.day) == (datetime(2024, 3, 1, 23, 30, tzinfo=UTC), date(2024, 3, 2))


@pytest.mark.parametrize("text", ["2024-03-01T10:00:00Z", "2024-03-01T12:00:00+02:00", "2024-03-01T10:00:00"])
def test_a_start_is_in_utc_whatever_its_offset(text: str) -> None:
    start = run_of(start_date=text).start

    assert start == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert start.tzinfo is UTC


def test_a_run_keeps_its_sport_name_and_temperature() -> None:
    run = run_of(sport_type="TrailRun", name="Up", average_temp=28)

    assert (run.sport, run.name, run.temperature) == ("TrailRun", "Up", 28)
    assert (run_of(name=None).name, run_of().temperature) == ("", None)


@pytest.mark.parametrize(("local", "hidden"), [("00:00:01", True), ("00:00:00", False), ("00:00:02", False)])
def test_a_start_of_one_second_past_midnight_is_a_hidden_one(local: str, hidden: bool) -> None:
    assert run_of(start_date_local=f"2024-03-01T{local}Z").hidden_start is hidden


def test_cadence_is_that_of_both_legs() -> None:
    assert run_of(average_cadence=84.5).cadence == 169.0
    assert run_of().cadence is None


@pytest.mark.parametrize(("workout_type", "race"), [(1, True), (0, False), (2, False), (None, False), ("1", False)])
def test_only_workout_type_1_is_a_race(workout_type: object, race: bool) -> None:
    assert run_of(workout_type=workout_type).race is race


def test_a_treadmill_run_says_so() -> None:
    assert run_of(trainer=True).trainer
    assert not run_of().trainer


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=25),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*activity(1, MONDAY, 10), "name", "average_cadence", "trainer"]), ANY_JSON))
def test_no_json_whatever_raises(changes: dict[str, Any]) -> None:
    made = activity(1, MONDAY, 10) | changes

    assert (counted_run(made) is None) == (why_not_counted(made) is not None)


def test_the_detailed_answer_of_the_api_is_read_like_a_summary() -> None:
    if not RECORDED.exists():
        pytest.skip("no recorded answer beside the checkout")
    answer = json.loads(RECORDED.read_text())

    run = counted_run(answer)

    assert run is not None
    assert (run.id, run.distance_dm) == (answer["id"], round(answer["distance"] * 10))
