"""Brings an athlete's own settings, answers, sessions and diary back, from a download of theirs.

What comes in is read as tolerantly as what was stored, and widens nothing: notes stay off or on as they are, a warning
sign that is reported stays, and nothing about health is kept without consent.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from content.companion.diary import read_diary
from content.counted import counted
from content.moves import library
from content.notes.writing_delay import DELAYS
from content.routines.questionnaire import has_safety_hold
from content.routines.questionnaire_fields import stored_answers
from integration.athlete_profile import (
    FORMS,
    UNITS,
    answers_of,
    diary_of,
    set_answers,
    set_diary,
)
from integration.chosen_thresholds import set_thresholds, stored_thresholds
from integration.errors import BadInput
from integration.own_data.readable_export import JSON_NAME
from integration.store import Vault, session_log
from integration.store.tables import Preferences

LARGEST = 16 * 2**20  # bytes of JSON
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "form": FORMS,
    "delay": DELAYS,
    "units": UNITS,
    "links": (True, False),
    "private_links": (True, False),
}
LANGUAGE = re.compile(r"[a-z]{2,3}-[A-Z]{2}\Z")
NOT_OURS = "is no download of Backstride: choose the zip or backstride.json"


@dataclass(frozen=True)
class Upload:
    """The preferences in a download, as they stand there."""

    preferences: Mapping[str, Any]

    @property
    def about_health(self) -> bool:
        """True if there is something that is kept with consent only."""
        return any(self.preferences.get(name) for name in ("answers", "session_log", "diary"))


def read_upload(content: bytes) -> Upload:
    """Return what is in a downloaded zip or JSON file. Raises BadInput, without the field's name."""
    try:
        stored = json.loads(_unpacked(content))
        preferences = stored["preferences"]
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile, RuntimeError, NotImplementedError, RecursionError):
        raise BadInput(NOT_OURS) from None
    if not isinstance(preferences, dict) or "connection" not in stored:
        raise BadInput(NOT_OURS)
    return Upload(preferences)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as files, files.open(JSON_NAME) as file:
        unpacked = file.read(LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise ValueError("too large")
    return unpacked


def bring_back(session: Session, vault: Vault, athlete_id: int, upload: Upload, now: datetime) -> list[str]:
    """Store what the upload holds, and return what came back, in words. The caller has the consent."""
    row = session.get_one(Preferences, athlete_id, with_for_update=True)
    return [*_settings(row, upload.preferences), *_health(row, vault, upload, now)]


def _settings(row: Preferences, brought: Mapping[str, Any]) -> Iterator[str]:
    chosen = {name: brought[name] for name, values in CHOICES.items() if _is_one_of(brought.get(name), values)}
    if LANGUAGE.match(str(brought.get("language"))):
        chosen["language"] = brought["language"]
    for name, value in chosen.items():
        setattr(row, name, value)
    if chosen:
        yield "settings"
    if isinstance(brought.get("thresholds"), dict):
        set_thresholds(row, stored_thresholds(brought["thresholds"]))
        yield "thresholds"


def _is_one_of(value: object, values: tuple[Any, ...]) -> bool:
    return any(value == known and type(value) is type(known) for known in values)


def _health(row: Preferences, vault: Vault, upload: Upload, now: datetime) -> Iterator[str]:
    if not upload.about_health:
        return
    row.answers_consented_at = row.answers_consented_at or now
    if upload.preferences.get("answers") and not has_safety_hold(answers_of(row, vault)):
        set_answers(row, vault, stored_answers(upload.preferences["answers"], library.load()))
        yield "answers"
    if new := session_log.add_missing(row, vault, upload.preferences.get("session_log") or []):
        yield counted(new, "session")
    if upload.preferences.get("diary") and not diary_of(row, vault).as_mapping():
        set_diary(row, vault, read_diary(upload.preferences["diary"]))
        yield "diary"
