"""A bell's answer, and everything that is stored with it in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content.decision import Case
from content.outcomes import NoteState, Outcome
from integration.store import histories, ledger, pending_activities
from integration.store.tables import Note, PendingActivity


@dataclass(frozen=True)
class Settlement:
    """A bell's answer: the run for the history, and the ledger's new entry, or its row's new state."""

    bell: PendingActivity
    case: Case | None  # None: nothing of it concerns us
    outcome: Outcome
    entry: Note | None = None
    state: NoteState | None = None
    drops_note: bool = False

    def store(self, session: Session, now: datetime) -> None:
        bell, case = self.bell, self.case
        if case is None or case.run is None:
            histories.drop(session, bell.athlete_id, bell.activity_id)
        else:
            histories.add(session, bell.athlete_id, case.run)
        if self.entry is not None:
            ledger.finish(session, self.entry)
        elif self.drops_note:
            ledger.drop(session, bell.athlete_id, bell.activity_id)
        elif self.state is not None:
            ledger.move(session, bell.athlete_id, bell.activity_id, self.state, now)
        pending_activities.mark_processed(
            session, bell, now, outcome=self.outcome,
            judged_as=case.judged_as if case else None,
            tags=",".join(sorted(case.title_tags)) if case else None,
        )  # fmt: skip
