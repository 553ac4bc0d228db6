"""An answer is an activity, or says nothing about one."""

from typing import Any

import pytest

from integration.strava.activity_answer import activity_in

RIDE = {"id": 7, "sport_type": "Ride", "start_date": "2026-11-21T09:00:00Z"}


def test_an_activity_has_an_id_a_sport_and_a_start() -> None:
    made_clean = RIDE | {"start_date": "2026-11-21T09:00:00+00:00"}

    assert activity_in(RIDE) == activity_in(RIDE, 7) == made_clean
    assert activity_in(RIDE, 8) is None


@pytest.mark.parametrize("answer", [None, [], "", 7, [RIDE], {}, {"message": "Not Found"}])
def test_what_is_no_object_or_another_is_no_activity(answer: Any) -> None:
    assert activity_in(answer) is None


@pytest.mark.parametrize("field", RIDE)
@pytest.mark.parametrize("value", [None, "", True, [], {}, 1.5])
def test_a_missing_or_odd_field_makes_it_no_activity(field: str, value: Any) -> None:
    assert activity_in({name: kept for name, kept in RIDE.items() if name != field}) is None
    assert activity_in(RIDE | {field: value}) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("gear", 5), ("gear", ["shoe"]), ("gear", {"distance": "far"}), ("athlete", "me"), ("athlete", {"id": "7"}),
        ("name", 5), ("description", 5), ("description", "half a \ud83d character"), ("private_note", ["x"]),
        ("distance", "21 km"), ("moving_time", 10**400), ("average_temp", float("nan")), ("splits_metric", [{}]),
        ("start_date_local", "soon"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_counts_as_absent(field: str, value: Any) -> None:
    activity = activity_in(RIDE | {field: value})

    assert activity is not None
    assert field not in activity


def test_a_title_loses_what_no_database_stores_and_words_stay_as_they_are() -> None:
    activity = activity_in(RIDE | {"name": "a\x00b\ud83dc", "description": "a\x00b\r\n", "private_note": None})

    assert activity is not None
    assert (activity["name"], activity["description"], activity["private_note"]) == (
        "a\ufffdb\ufffdc",
        "a\x00b\r\n",
        None,
    )


def test_starts_sort_by_time_whatever_their_zone() -> None:
    eight, nine = "2026-11-21T10:00:00+02:00", "2026-11-21T09:00:00Z"
    starts = [(activity_in(RIDE | {"start_date": start}) or {})["start_date"] for start in (eight, nine)]

    assert starts == ["2026-11-21T08:00:00+00:00", "2026-11-21T09:00:00+00:00"]
