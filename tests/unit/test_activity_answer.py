"""An answer is an activity, or says nothing about one."""

from typing import Any

import pytest

from integration.strava.activity_answer import is_activity

RIDE = {"id": 7, "sport_type": "Ride", "start_date": "2026-11-21T09:00:00Z"}


def test_an_activity_has_an_id_a_sport_and_a_start() -> None:
    assert is_activity(RIDE)
    assert is_activity(RIDE, 7)
    assert not is_activity(RIDE, 8)


@pytest.mark.parametrize("answer", [None, [], "", 7, [RIDE], {}, {"message": "Not Found"}])
def test_what_is_no_object_or_another_is_no_activity(answer: Any) -> None:
    assert not is_activity(answer)


@pytest.mark.parametrize("field", RIDE)
@pytest.mark.parametrize("value", [None, "", True, [], {}, 1.5])
def test_a_missing_or_odd_field_makes_it_no_activity(field: str, value: Any) -> None:
    assert not is_activity({name: kept for name, kept in RIDE.items() if name != field})
    assert not is_activity(RIDE | {field: value})
