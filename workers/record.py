"""Record what came of an activity: run, note and outcome in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from content.companion.recorded import RecordedSession
from content.decision import Case
from content.outcomes import NoteState, Outcome
from content.runs import Run
from integration.errors import BackstrideError
from integration.store import histories, ledger, pending_activities
from integration.store.pending_activities import Processed
from integration.store.tables import Note, PendingActivity
from workers import failures
from workers.athlete_session import AT_ONCE, AthleteSession
from workers.work_item import WorkItem

log = structlog.get_logger()


@dataclass(frozen=True)
class ProcessedActivity:
    """The result of one activity. `written` is a new note; `state` the new state of the one there is."""

    pending: PendingActivity
    case: Case | None  # None: the activity is none of this athlete's
    outcome: Outcome
    written: Note | None = None
    state: NoteState | None = None
    drops_note: bool = False
    recorded: RecordedSession | None = None  # the session that it is, if it is one of another sport

    @classmethod
    def of(
        cls,
        item: WorkItem,
        outcome: Outcome,
        *,
        written: Note | None = None,
        state: NoteState | None = None,
        drops_note: bool = False,
    ) -> "ProcessedActivity":
        """Return the result of one of the athlete's own activities."""
        return cls(item.pending, item.case, outcome, written, state, drops_note, item.reading.recorded)

    @property
    def concerns_note(self) -> bool:
        """True when the ledger changes: that is recorded at once."""
        return self.written is not None or self.state is not None or self.drops_note

    @property
    def run(self) -> Run | None:
        """The counted run that it is; None without one."""
        return self.case.run if self.case else None

    @property
    def processed(self) -> Processed:
        """The state of its pending activity."""
        if self.case is None:
            return Processed(self.pending, self.outcome)
        return Processed(self.pending, self.outcome, self.case.judged_as, ",".join(sorted(self.case.title_tags)))

    def store_note(self, session: Session, now: datetime) -> None:
        """Store the note, if the ledger changes."""
        athlete_id, activity_id = self.pending.athlete_id, self.pending.activity_id
        if self.written is not None:
            ledger.finish(session, self.written)
        elif self.drops_note:
            ledger.drop(session, athlete_id, activity_id, now)
        elif self.state is not None:
            ledger.move(session, athlete_id, activity_id, self.state, now)


@dataclass
class Recorder:
    """The results of one session. Those that concern a note are stored at once, the others together.

    `stored`: the runs that the database holds as this session began, which need not be stored again.
    """

    athlete_session: AthleteSession
    stored: Mapping[int, Run]
    wrote: bool = False  # a note, in this session
    _unstored: list[ProcessedActivity] = field(default_factory=list)

    def record(self, result: ProcessedActivity) -> None:
        """Record the result of one activity, now or with the next flush."""
        self._unstored.append(result)
        if result.concerns_note or len(self._unstored) >= AT_ONCE:
            self.flush()

    def wait(self, pending: PendingActivity, until: datetime) -> None:
        """Record that an activity waits for an earlier one."""
        with self.athlete_session.store() as session:
            pending_activities.wait_for_another(session, pending, until)

    def move(self, note: Note) -> None:
        """Record the state that a note has got."""
        with self.athlete_session.store() as session:
            ledger.move(session, note.athlete_id, note.activity_id, note.state, self.athlete_session.now)

    def flush(self) -> None:
        """Store what is recorded. One that the database does not take is tried again later, and holds up no other."""
        results, self._unstored = self._unstored, []
        try:
            self._store(results)
        except BackstrideError:
            raise
        except Exception:
            log.exception("activities could not be recorded together")
            for each in results:
                self._store_alone(each)

    def _store(self, results: Sequence[ProcessedActivity]) -> None:
        if not results:
            return
        athlete_id, now = self.athlete_session.athlete_id, self.athlete_session.now
        with self.athlete_session.store() as session:
            no_runs = [each for each in results if each.run is None]
            histories.drop(session, athlete_id, *(each.pending.activity_id for each in no_runs))
            _store_recorded(session, athlete_id, results, now)
            runs = (each.run for each in results if each.run is not None)
            histories.add(session, athlete_id, *(run for run in runs if self.stored.get(run.id) != run))
            for each in results:
                each.store_note(session, now)
            pending_activities.mark_processed(session, [each.processed for each in results], now)
        self.wrote = self.wrote or any(each.written is not None for each in results)
        for each in results:
            log.info("processed", outcome=each.outcome.value)

    def _store_alone(self, result: ProcessedActivity) -> None:
        try:
            self._store([result])
        except BackstrideError:
            raise
        except Exception as error:  # noqa: BLE001  # logged above
            failures.of_one(self.athlete_session, result.pending, error)


def _store_recorded(session: Session, athlete_id: int, results: Sequence[ProcessedActivity], now: datetime) -> None:
    """Store which of these activities are sessions of another sport, and which are no longer."""
    gone = (each.pending.activity_id for each in results)
    added = [each.recorded for each in results if each.recorded is not None]
    histories.update_recorded(session, athlete_id, gone=gone, added=added, now=now)
