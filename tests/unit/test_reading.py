"""An activity as Strava told it: the athlete's words in it, its owner, its shoes and its start."""

import pytest

from content.notes import block
from content.notes.target import Target
from integration.errors import OddAnswer
from workers.reading import Reading


def test_an_answer_without_the_field_is_odd_and_no_empty_text() -> None:
    with pytest.raises(OddAnswer):
        Reading({"id": 7}).words(Target.PRIVATE)
    assert Reading({"id": 7, "private_note": None}).words(Target.PRIVATE) is None


def test_a_note_is_looked_for_in_the_field_of_its_target() -> None:
    reading = Reading({"id": 7, "description": block.put("My words.", "Stretch."), "private_note": "Mine."})

    assert reading.carries_note(Target.DESCRIPTION)
    assert not reading.carries_note(Target.PRIVATE)


@pytest.mark.parametrize(
    ("told", "is_theirs"), [({}, True), ({"athlete": {"id": 3}}, True), ({"athlete": {"id": 4}}, False)]
)
def test_an_activity_is_somebody_elses_only_if_strava_says_so(told: dict[str, object], is_theirs: bool) -> None:
    assert Reading({"id": 7, **told}).is_of(3) is is_theirs


@pytest.mark.parametrize(("gear", "km"), [(None, None), ({}, None), ({"distance": 640_000.0}, 640.0)])
def test_the_age_of_shoes_is_told_in_kilometres_or_not_at_all(gear: object, km: float | None) -> None:
    assert Reading({"id": 7, "gear": gear}).shoe_km == km
