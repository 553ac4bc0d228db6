"""Process an athlete's pending activities in order of start: read, decide, act on Strava, record.

fetch.read_due ─▶ situation.item ─▶ content.decision ─▶ write_note or note_field.remove ─▶ record.Recorder
"""

from collections.abc import Sequence
from dataclasses import dataclass

from content.decision import Act, Decision, after_removal, state_once_back
from content.outcomes import Outcome
from integration.store.tables import Note, PendingActivity
from workers import failures, fetch
from workers.athlete_session import AthleteSession
from workers.notes import note_field, tell_athlete
from workers.notes.write_note import write_note
from workers.reading import Reading
from workers.record import ProcessedActivity, Recorder
from workers.situation import Situation
from workers.work_item import WorkItem


def process(athlete_session: AthleteSession, due: Sequence[PendingActivity]) -> None:
    """Process what is due of one athlete, or as much as Strava lets us. Raises Later for the rest."""
    readings = fetch.read_due(athlete_session, due)
    if not readings:
        return
    theirs = [reading for _, reading in readings if reading.is_of(athlete_session.athlete_id)]
    situation = Situation.load(athlete_session, theirs)
    processor = Processor(athlete_session, situation, Recorder(athlete_session, situation.stored))
    try:
        for pending, reading in readings:
            with failures.isolated(athlete_session, pending):
                processor.process(pending, reading)
    finally:
        processor.recorder.flush()
    if processor.recorder.wrote:
        tell_athlete.note_is_ready(athlete_session.resources, athlete_session.athlete_id)


@dataclass(frozen=True)
class Processor:
    """The steps for one activity after the other, with what is known of the athlete meanwhile."""

    athlete_session: AthleteSession
    situation: Situation
    recorder: Recorder

    def process(self, pending: PendingActivity, reading: Reading) -> None:
        """Decide about one activity, act on Strava, and record what came of it. Raises what stands in the way."""
        if not reading.is_of(self.athlete_session.athlete_id):
            self.recorder.record(ProcessedActivity(pending, None, Outcome.NOT_THEIRS))
            return
        item = self.situation.item(pending, reading)
        if item.note is not None and item.note.state.is_gone:
            item = self._found_again(item, item.note)
        if until := self.situation.waits_until(item):
            self.recorder.wait(item.pending, until)
            return
        decision = self._decide(item)
        if decision.act is not Act.NOTHING:  # the last look before an act
            item = self.situation.item_now(item, detailed=decision.act is Act.WRITE)
            decision = self._decide(item)
        self.recorder.record(self._act(decision, item))

    def _found_again(self, item: WorkItem, note: Note) -> WorkItem:
        """Record the state of a note whose activity was gone and is there again. Return the item as it is now."""
        reading = fetch.detailed(self.athlete_session, item.reading)
        stands = note.block_hash is not None and reading.carries_note(note.target)
        on_pages = note.block_hash is None or (note.unseen and not stands)
        note.state = state_once_back(note.state, on_pages=on_pages, block_stands=stands)
        self.recorder.move(note)
        self.situation.look_again()
        return self.situation.item(item.pending, reading)

    def _decide(self, item: WorkItem) -> Decision:
        self.situation.keep_back_tag(item.case)
        return self.situation.decide(item.case)

    def _act(self, decision: Decision, item: WorkItem) -> ProcessedActivity:
        """Carry out the decision on Strava. Return what is to be recorded."""
        if decision.act is not Act.NOTHING:
            self.recorder.flush()
        if decision.act is Act.WRITE:
            return self._write(item)
        if decision.act is Act.REMOVE and item.note is not None:
            return self._remove(item, item.note, decision.outcome)
        return ProcessedActivity.of(item, decision.outcome)

    def _write(self, item: WorkItem) -> ProcessedActivity:
        written = write_note(self.situation, item)
        if written is None:
            return ProcessedActivity.of(item, Outcome.REMOVED)
        return ProcessedActivity.of(item, written.state.outcome, written=written)

    def _remove(self, item: WorkItem, note: Note, outcome: Outcome) -> ProcessedActivity:
        state = note_field.remove(self.athlete_session, note, item.reading)
        kept = after_removal(outcome, state)
        return ProcessedActivity.of(item, outcome, state=kept, drops_note=kept is None)
