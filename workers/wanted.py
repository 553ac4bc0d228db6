"""What one athlete wants: thresholds, where and how notes are written, and the answers that make them fit."""

import json
from dataclasses import dataclass

from content.moves import library
from content.moves.answers import Answers, hold
from content.moves.routine import Past
from content.signals.thresholds import Thresholds
from integration.store import ledger, session_log
from integration.store.tables import Athlete, Preferences
from workers.verdict import Wishes
from workers.visit import Visit

WRITE_SCOPE = "activity:write"


@dataclass(frozen=True)
class Wanted:
    """`pages_only`: chosen by the athlete, or because the scope to write was not granted."""

    thresholds: Thresholds
    wishes: Wishes
    pages_only: bool
    form: str
    units: str
    language: str
    links: bool
    answers: Answers
    past: Past

    @classmethod
    def load(cls, visit: Visit) -> "Wanted":
        """Reads what the athlete set; answers are opened here and nowhere else in a worker."""
        with visit.resources.store.read() as session:
            athlete = session.get_one(Athlete, visit.athlete_id)
            told = session.get_one(Preferences, visit.athlete_id)
            notes = ledger.notes(session, visit.athlete_id)
        vault = visit.resources.vault
        answers = (
            Answers.from_mapping(json.loads(vault.open(told.answers)), library.load()) if told.answers else Answers()
        )
        return cls(
            thresholds=Thresholds.from_mapping(told.thresholds),
            wishes=Wishes(told.notes_on_at if told.notes_on else None, told.paused_until, hold(answers)),
            pages_only=told.target == "pages" or WRITE_SCOPE not in athlete.scopes.split(","),
            form=told.form,
            units=told.units,
            language=told.language,
            links=told.links,
            answers=answers,
            past=session_log.past(session_log.entries(told, vault), notes, library.load()),
        )
