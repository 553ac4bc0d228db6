"""Strava's JSON of an activity, made clean: every value of a type that the rest may rely on. Pure.

An answer without id, sport and start is no activity. In one that is, whatever is of the wrong type counts as absent: a
number that is text, a gear that is a list. Of texts only those named here are kept, of nested objects what is read.
Boundary: knows shapes; what a number means `content.runs` decides.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from content.runs import identity, moment, number

Activity = dict[str, Any]

LONGEST_TITLE = 1000  # characters
DEVICE = ("device_name", "external_id")  # by which a Garmin is known
WORDS = ("description", "private_note")  # the athlete's own, which we write back byte for byte
SHOE = "gear_id"
NO_NUMBERS = {*WORDS, *DEVICE, SHOE, "name", "start_date_local", "gear", "athlete"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and halves of a character: no database and no encoding takes them
_HALF = re.compile("[\ud800-\udfff]")


def activity_in(answer: object, asked_for: int | None = None) -> Activity | None:
    """Return the activity in an answer or a row of a listing; None if it is none, or not the one `asked_for`."""
    if not isinstance(answer, Mapping):
        return None
    activity_id, sport, start = identity(answer.get("id")), answer.get("sport_type"), moment(answer.get("start_date"))
    if activity_id is None or asked_for not in {None, activity_id}:
        return None
    if not isinstance(sport, str) or not sport or start is None:
        return None
    clean = {name: value for name, value in answer.items() if name not in NO_NUMBERS and _is_plain(value)}
    start_utc = start.replace(tzinfo=start.tzinfo or UTC).astimezone(UTC)
    clean |= {"id": activity_id, "sport_type": _storable(sport), "start_date": start_utc.isoformat()}
    return clean | _texts(answer) | _gear(answer.get("gear")) | _athlete(answer.get("athlete"))


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, bool) or number(value) is not None


def _texts(answer: Mapping[str, Any]) -> Activity:
    """Return title, local start, device, shoes and words. Words that could not be written back count as absent."""
    texts = {name: answer[name] for name in WORDS if isinstance(answer.get(name), str)}
    words = {name: text for name, text in texts.items() if not _HALF.search(text)}
    absent = {name: None for name in WORDS if name in answer and answer[name] is None}
    device = {
        name: _storable(answer[name])[:LONGEST_TITLE] for name in (*DEVICE, SHOE) if isinstance(answer.get(name), str)
    }
    title, local = answer.get("name"), answer.get("start_date_local")
    return {
        **words, **absent, **device,
        **({"name": _storable(title)[:LONGEST_TITLE]} if isinstance(title, str) else {}),
        **({"start_date_local": local} if moment(local) is not None else {}),
    }  # fmt: skip


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def _gear(value: object) -> Activity:
    distance = number(value.get("distance")) if isinstance(value, Mapping) else None
    return {} if distance is None or distance < 0 else {"gear": {"distance": distance}}


def _athlete(value: object) -> Activity:
    athlete_id = identity(value.get("id")) if isinstance(value, Mapping) else None
    return {} if athlete_id is None else {"athlete": {"id": athlete_id}}
