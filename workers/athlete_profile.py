"""What one athlete wants: thresholds, where and how notes are written, and the answers that make them fit."""

import json
from dataclasses import dataclass

from content.decision import NotePolicy
from content.moves import library
from content.routines.questionnaire import Answers, has_safety_hold
from content.routines.questionnaire_fields import read_answers
from content.routines.routine import Past
from content.signals.thresholds import Thresholds
from integration.store import ledger, session_log
from integration.store.tables import Athlete, Preferences
from workers.athlete_session import AthleteSession

WRITE_SCOPE = "activity:write"


@dataclass(frozen=True)
class Wanted:
    """`pages_only`: chosen by the athlete, or because the scope to write was not granted."""

    thresholds: Thresholds
    wishes: NotePolicy
    pages_only: bool
    form: str
    units: str
    language: str
    links: bool
    answers: Answers
    past: Past

    @classmethod
    def load(cls, athlete_session: AthleteSession) -> "Wanted":
        """Reads what the athlete set; answers are opened here and nowhere else in a worker."""
        with athlete_session.resources.store.read() as session:
            athlete = session.get_one(Athlete, athlete_session.athlete_id)
            told = session.get_one(Preferences, athlete_session.athlete_id)
            notes = ledger.notes(session, athlete_session.athlete_id)
        vault = athlete_session.resources.vault
        answers = read_answers(json.loads(vault.decrypt(told.answers)), library.load()) if told.answers else Answers()
        return cls(
            thresholds=Thresholds.from_mapping(told.thresholds),
            wishes=NotePolicy(told.notes_on_at if told.notes_on else None, told.paused_until, has_safety_hold(answers)),
            pages_only=told.target == "pages" or WRITE_SCOPE not in athlete.scopes.split(","),
            form=told.form,
            units=told.units,
            language=told.language,
            links=told.links,
            answers=answers,
            past=session_log.past(session_log.entries(told, vault), notes, library.load()),
        )
