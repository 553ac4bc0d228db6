"""What one athlete wants: thresholds, where and how notes are written, and the answers that make them fit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from content.moves import library
from content.moves.answers import Answers, hold
from content.moves.routine import EarlierRoutine
from content.signals.thresholds import Thresholds
from integration.store import ledger
from integration.store.tables import Athlete, Preferences
from workers.verdict import Wishes
from workers.visit import Visit

EARLIER_LOOKED_AT = 8  # notes; rotation and progression need no more
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
    earlier: Sequence[EarlierRoutine]

    @classmethod
    def load(cls, visit: Visit) -> "Wanted":
        """Reads what the athlete set; answers are opened here and nowhere else in a worker."""
        with visit.resources.store.read() as session:
            athlete = session.get_one(Athlete, visit.athlete_id)
            told = session.get_one(Preferences, visit.athlete_id)
            notes = ledger.notes(session, visit.athlete_id)[:EARLIER_LOOKED_AT]
        vault = visit.resources.vault
        answers = (
            Answers.from_mapping(json.loads(vault.open(told.answers)), library.load()) if told.answers else Answers()
        )
        felt = json.loads(vault.open(told.back_log)) if told.back_log else {}
        return cls(
            thresholds=Thresholds.from_mapping(told.thresholds),
            wishes=Wishes(told.notes_on_at if told.notes_on else None, told.paused_until, hold(answers)),
            pages_only=told.target == "pages" or WRITE_SCOPE not in athlete.scopes.split(","),
            form=told.form,
            units=told.units,
            language=told.language,
            links=told.links,
            answers=answers,
            earlier=tuple(
                EarlierRoutine(
                    at=note.written_at,
                    move_ids=tuple(note.moves),
                    done=note.done_at is not None,
                    back=felt.get(str(note.activity_id), {}).get("back"),
                )
                for note in notes
            ),
        )
