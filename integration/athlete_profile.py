"""Everything that one athlete told us, read in one place for pages and workers.

What was stored is read tolerantly: a choice, a threshold or a move that an older or a newer version knew is left aside,
never an error. What is sent is checked strictly, by the forms that take it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from content.decision import NotePolicy
from content.moves import library
from content.notes.formats import Formats
from content.routines.past import Past
from content.routines.questionnaire import Answers, has_safety_hold
from content.routines.questionnaire_fields import stored_answers
from content.signals.thresholds import PRESETS, ThresholdError, Thresholds
from integration.store import session_log
from integration.store.session_log import Entry
from integration.store.tables import Athlete, AthleteState, Note, Preferences
from integration.store.vault import Vault

WRITE_SCOPE = "activity:write"
TARGETS = ("description", "pages")
FORMS = ("standard", "short", "long")  # of a note; the first is the default
DELAYS = (0, 5, 15, 60)  # minutes
UNITS = ("km", "mi")


@dataclass(frozen=True)
class AthleteProfile:
    """One athlete's choices, answers and sessions. Times are aware, UTC."""

    athlete_id: int
    leaving: bool
    can_write: bool  # the athlete lets us write descriptions
    notes_on: bool
    notes_on_at: datetime | None  # when notes were last switched on
    paused_until: datetime | None
    target: str  # one of TARGETS
    form: str  # one of FORMS
    delay: int  # one of DELAYS
    units: str  # one of UNITS
    language: str  # a tag such as en-GB
    links: bool
    thresholds: Thresholds
    can_undo: bool  # there are thresholds to go back to
    answers: Answers
    answers_consented_at: datetime | None
    sessions: tuple[Entry, ...]  # logged as done, oldest first

    @property
    def policy(self) -> NotePolicy:
        """The athlete's side of the gate before every write."""
        since = self.notes_on_at if self.notes_on else None
        return NotePolicy(since, self.paused_until, on_hold=has_safety_hold(self.answers), leaving=self.leaving)

    @property
    def pages_only(self) -> bool:
        """True if notes stay on the pages: by choice, or because we may not write."""
        return self.target == "pages" or not self.can_write

    @property
    def preset(self) -> str | None:
        """The preset that the thresholds are, or None."""
        return next((name for name, preset in PRESETS.items() if preset == self.thresholds), None)

    @property
    def note_formats(self) -> Formats:
        """Units and language for sentences that also stand in notes."""
        return Formats(self.units, self.language)

    def past(self, notes: Sequence[Note]) -> Past:
        """Return what routines build on: what `notes` gave, and what was done."""
        return session_log.past(self.sessions, notes, library.load())


def load(session: Session, vault: Vault, athlete_id: int) -> AthleteProfile:
    """Return the athlete's profile. Raises NoResultFound for somebody unknown, KeysLost if no key opens the answers."""
    return profile_of(session.get_one(Athlete, athlete_id), session.get_one(Preferences, athlete_id), vault)


def profile_of(athlete: Athlete, row: Preferences, vault: Vault) -> AthleteProfile:
    """Return the profile in these rows. Raises KeysLost."""
    return AthleteProfile(
        athlete_id=athlete.id,
        leaving=athlete.state is AthleteState.LEAVING,
        can_write=WRITE_SCOPE in athlete.scopes.split(","),
        notes_on=row.notes_on,
        notes_on_at=row.notes_on_at,
        paused_until=row.paused_until,
        target=row.target if row.target in TARGETS else "pages",  # nothing is written by a choice that nobody knows
        form=row.form if row.form in FORMS else FORMS[0],
        delay=row.delay if row.delay in DELAYS else DELAYS[0],
        units=row.units if row.units in UNITS else UNITS[0],
        language=row.language,
        links=row.links,
        thresholds=stored_thresholds(row.thresholds),
        can_undo=row.previous_thresholds is not None,
        answers=answers_of(row, vault),
        answers_consented_at=row.answers_consented_at,
        sessions=tuple(session_log.entries(row, vault)),
    )


def answers_of(row: Preferences, vault: Vault) -> Answers:
    """Return the athlete's answers. Raises KeysLost.

    "It hurts now" from before we stored its time counts from the consent to keep it.
    """
    answers = stored_answers(_parsed(vault.decrypt(row.answers)) if row.answers else {}, library.load())
    return replace(answers, hurts_at=row.answers_consented_at) if answers.hurts and not answers.hurts_at else answers


def set_answers(row: Preferences, vault: Vault, answers: Answers) -> None:
    """Store the answers, encrypted; none at all leave nothing behind."""
    mapping = answers.as_mapping()
    row.answers = vault.encrypt(json.dumps(mapping)) if mapping else None


def stored_thresholds(stored: object) -> Thresholds:
    """Return the thresholds in what was stored; one that is unknown or beyond its limits is at its default."""
    chosen = Thresholds()
    for name, value in stored.items() if isinstance(stored, Mapping) else ():
        try:
            chosen = Thresholds.from_mapping({name: value}, chosen)
        except ThresholdError:
            continue
    return chosen


def set_thresholds(row: Preferences, chosen: Thresholds) -> None:
    """Store the thresholds that are not at their default, and what they were before, for undo."""
    defaults = Thresholds().as_mapping()
    differing = {name: value for name, value in chosen.as_mapping().items() if value != defaults[name]}
    row.previous_thresholds, row.thresholds = row.thresholds, differing


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
