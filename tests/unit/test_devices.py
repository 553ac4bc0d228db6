"""Garmin's name stands beside what its devices recorded, and beside nothing else."""

import pytest

from content.devices import LONGEST, garmin_device


@pytest.mark.parametrize(
    ("activity", "words"),
    [
        ({"device_name": "Garmin Forerunner 265"}, "Garmin Forerunner 265"),
        ({"device_name": " garmin  fenix 7\n"}, "garmin fenix 7"),
        ({"device_name": "Garmin"}, "Garmin"),
        ({"device_name": "Garmin Forerunner 265", "external_id": "x.fit"}, "Garmin Forerunner 265"),
        ({"external_id": "garmin_push_12345"}, "Garmin"),
        ({"device_name": None, "external_id": "garmin_ping_1.fit"}, "Garmin"),
        ({"device_name": "Strava App", "external_id": "garmin_push_1"}, "Garmin"),
        ({"device_name": "COROS PACE 3", "external_id": "coros.fit"}, ""),
        ({"device_name": "not a Garmin"}, ""),
        ({"device_name": 5, "external_id": ["garmin_"]}, ""),
        ({}, ""),
    ],
)
def test_the_model_is_named_and_the_maker_where_it_is_unknown(activity: dict[str, object], words: str) -> None:
    assert garmin_device(activity) == words


def test_a_name_without_end_is_cut() -> None:
    assert garmin_device({"device_name": "Garmin " + "x" * 5000}) == ("Garmin " + "x" * 5000)[:LONGEST]
