"""What the athlete told us, as the pages use it: preferences, thresholds, formats, answers, and sessions."""

import json
from collections.abc import Sequence
from typing import Any

from content.moves import library
from content.notes.formats import Formats as NoteFormats
from content.routines.questionnaire import Answers
from content.routines.questionnaire_fields import read_answers
from content.routines.routine import Past
from content.signals import PRESETS, Thresholds
from integration.store import session_log
from integration.store.session_log import Entry
from integration.store.tables import Athlete, Note, Preferences
from integration.web.formats import Formats, formats
from integration.web.services import services


def preferences(athlete: Athlete) -> Preferences:
    """The athlete's row of preferences; read only, not bound to a transaction."""
    with services().store.read() as session:
        return session.get_one(Preferences, athlete.id)


def thresholds(told: Preferences) -> Thresholds:
    return Thresholds.from_mapping(told.thresholds)


def preset(told: Preferences) -> str | None:
    """The preset that the athlete's thresholds are, or None."""
    chosen = thresholds(told)
    return next((name for name, offered in PRESETS.items() if offered == chosen), None)


def differing(chosen: Thresholds) -> dict[str, Any]:
    """What is kept of thresholds: those that are not at their default."""
    defaults = Thresholds().as_mapping()
    return {name: value for name, value in chosen.as_mapping().items() if value != defaults[name]}


def formats_of(told: Preferences) -> Formats:
    return formats(told.units, told.language)


def note_formats(told: Preferences) -> NoteFormats:
    """The same habits for sentences that stand in notes too."""
    return NoteFormats(told.units, told.language)


def answers(told: Preferences) -> Answers:
    if not told.answers:
        return Answers()
    return read_answers(json.loads(services().vault.decrypt(told.answers)), library.load())


def sessions(told: Preferences) -> list[Entry]:
    """What the athlete logged as done, oldest first."""
    return session_log.entries(told, services().vault)


def past(told: Preferences, notes: Sequence[Note]) -> Past:
    """What routines are built on: what `notes` gave, and what was done."""
    return session_log.past(sessions(told), notes, library.load())


def can_write(athlete: Athlete) -> bool:
    """Whether the athlete lets us write descriptions; else notes stay on the pages."""
    return "activity:write" in athlete.scopes.split(",")
