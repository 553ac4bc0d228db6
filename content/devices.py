"""The attribution that Garmin asks for, of an activity that one of its devices recorded. Pure.

Garmin's guide: the model beside the title ("Garmin Forerunner 265"), or "Garmin" if the model is unknown.
"""

from collections.abc import Mapping
from typing import Final

LONGEST: Final = 60  # characters
DERIVED: Final = "Insights derived in part from Garmin device-sourced data."


def garmin_device(activity: Mapping[str, object]) -> str:
    """Return the words to show beside the title of Strava's activity; empty for what no Garmin recorded."""
    name, external = activity.get("device_name"), activity.get("external_id")
    if isinstance(name, str) and name.strip().casefold().startswith("garmin"):
        return " ".join(name.split())[:LONGEST]
    return "Garmin" if isinstance(external, str) and external.casefold().startswith("garmin_") else ""
