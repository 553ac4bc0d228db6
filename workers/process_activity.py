"""Process an athlete's pending activities in order of start: read, decide, act on Strava, record.

fetch.gather ─▶ situation.case ─▶ content.decision ─▶ write_note or note_field.remove ─▶ record.Recorder
"""

from collections.abc import Sequence
from dataclasses import dataclass

from content.companion.recorded import recorded_session
from content.decision import Act, Case, Decision, after_removal, state_once_back
from content.outcomes import NoteState, Outcome
from integration.store import pending_activities
from integration.store.tables import Note, PendingActivity
from workers import failures, fetch
from workers.athlete_session import AthleteSession
from workers.fetch import Reading
from workers.notes import note_field, tell_athlete
from workers.notes.write_note import write_note
from workers.record import ProcessedActivity, Recorder
from workers.situation import Situation, notes_kept


def process(athlete_session: AthleteSession, due: Sequence[PendingActivity]) -> None:
    """Process what is due of one athlete, or as much as Strava lets us. Raises Later for the rest."""
    readings = _read(athlete_session, due)
    if not readings:
        return
    theirs = [reading.activity for _, reading in readings if _is_theirs(reading, athlete_session.athlete_id)]
    processor = Processor(athlete_session, Situation.load(athlete_session, theirs), Recorder(athlete_session))
    try:
        for pending, reading in sorted(readings, key=_start):
            processor.process(pending, reading)
    finally:
        processor.recorder.flush()
    if processor.recorder.wrote:
        tell_athlete.note_is_ready(athlete_session.resources, athlete_session.athlete_id)


def _read(athlete_session: AthleteSession, due: Sequence[PendingActivity]) -> list[tuple[PendingActivity, Reading]]:
    """Read each activity that is due, and what the listings for it showed beside: all are judged in order of start.

    A deletion is believed at once, but for a run with a note: that is looked at, for a forged event must lose no note.
    """
    deleted = [each for each in due if each.kind == pending_activities.DELETED]
    kept = notes_kept(athlete_session)
    failures.forget_activities(athlete_session, [each for each in deleted if each.activity_id not in kept])
    still_there = fetch.read_each(athlete_session, [each for each in deleted if each.activity_id in kept])
    others = [each for each in due if each.kind != pending_activities.DELETED]
    if not others and not still_there:
        return []
    readings = still_there | fetch.gather(athlete_session, others, read_anyway=kept)
    pending = {each.activity_id: each for each in due}
    found = [(pending[activity_id], reading) for activity_id, reading in readings.items()]
    return found + list(fetch.found_meanwhile(athlete_session, pending))


def _start(found: tuple[PendingActivity, Reading]) -> tuple[str, int]:
    pending, reading = found
    return str(reading.activity.get("start_date")), pending.activity_id


def _is_theirs(reading: Reading, athlete_id: int) -> bool:
    return (reading.activity.get("athlete") or {}).get("id") in (None, athlete_id)


@dataclass(frozen=True)
class Processor:
    """The steps for one activity after the other, with what is known of the athlete meanwhile."""

    athlete_session: AthleteSession
    situation: Situation
    recorder: Recorder

    def process(self, pending: PendingActivity, reading: Reading) -> None:
        """Process one activity. What fails for it alone is tried again later, and holds up no other."""
        try:
            if _is_theirs(reading, self.athlete_session.athlete_id):
                self._process(pending, reading)
            else:
                self.recorder.record(ProcessedActivity(pending, None, Outcome.NOT_THEIRS))
        except Exception as error:  # noqa: BLE001  # raised again unless it is this activity's own affair
            failures.of_one(self.athlete_session, pending, error)

    def _process(self, pending: PendingActivity, reading: Reading) -> None:
        note = self.situation.note(pending)
        if note is not None and note.state.is_gone:
            reading = self._found_again(note, reading)
        self.situation.take_in(pending, reading)
        case = self.situation.case(pending, reading, note)
        if until := self.situation.waits_until(pending, case):
            self.recorder.wait(pending, until)
            return
        self.situation.keep_back_tag(case)
        decision = self.situation.decide(case)
        if decision.act is Act.WRITE:
            reading = self._detailed(pending.activity_id, reading)
        if decision.act is not Act.NOTHING:
            note, case, decision = self._decide_again(pending, reading)
        self.recorder.record(self._act(decision, pending, case, reading, note))

    def _found_again(self, note: Note, reading: Reading) -> Reading:
        """Record the state of a note whose activity was gone and is there again. Returns the activity with its text."""
        reading = self._detailed(note.activity_id, reading)
        stands = note.block_hash is not None and note_field.stands(reading, note.target)
        on_pages = note.block_hash is None or (note.unseen and not stands)
        note.state = state_once_back(note.state, on_pages=on_pages, block_stands=stands)
        self.recorder.move(note)
        self.situation.look_again()
        return reading

    def _decide_again(self, pending: PendingActivity, reading: Reading) -> tuple[Note | None, Case, Decision]:
        """Decide with the note, the words and the wishes as they are right now: the last look before an act."""
        self.situation.refresh()
        note = self.situation.note_now(pending)
        self.situation.take_in(pending, reading)
        case = self.situation.case(pending, reading, note)
        self.situation.keep_back_tag(case)
        return note, case, self.situation.decide(case)

    def _detailed(self, activity_id: int, reading: Reading) -> Reading:
        return reading if reading.detailed else fetch.read(self.athlete_session, activity_id)

    def _act(
        self, decision: Decision, pending: PendingActivity, case: Case, reading: Reading, note: Note | None
    ) -> ProcessedActivity:
        """Carry out the decision on Strava. Returns what is to be recorded."""
        if decision.act is Act.WRITE:
            return self._write(pending, case, reading, note)
        if decision.act is Act.REMOVE and note is not None:
            return self._remove(decision.outcome, pending, case, reading, note)
        return ProcessedActivity(pending, case, decision.outcome, recorded=recorded_session(reading.activity))

    def _write(self, pending: PendingActivity, case: Case, reading: Reading, note: Note | None) -> ProcessedActivity:
        self.recorder.flush()
        written = write_note(self.situation, pending, case, reading, note)
        if written is None:
            return ProcessedActivity(pending, case, Outcome.REMOVED)
        outcome = Outcome.PAGES if written.state is NoteState.PAGES else Outcome.NOTED
        return ProcessedActivity(pending, case, outcome, written=written)

    def _remove(
        self, outcome: Outcome, pending: PendingActivity, case: Case, reading: Reading, note: Note
    ) -> ProcessedActivity:
        self.recorder.flush()
        state = after_removal(outcome, note_field.remove(self.athlete_session, note, reading))
        recorded = recorded_session(reading.activity)
        return ProcessedActivity(pending, case, outcome, state=state, drops_note=state is None, recorded=recorded)
