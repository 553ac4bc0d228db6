"""The situation of one athlete while activities are processed: history, profile, ledger, and what still waits.

Gathers the facts for `content.decision`, and decides nothing itself.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from content.decision import Case, Decision, decide
from content.notes.target import Target
from content.routines.back import with_tag
from content.routines.rest import severities
from content.runs import Run
from content.signals.history import History, order
from content.signals.review import backtest, review
from integration import athlete_profile
from integration.athlete_profile import AthleteProfile, change_answers
from integration.store import athletes, histories, ledger, pending_activities
from integration.store.tables import Note, PendingActivity
from workers import fetch
from workers.athlete_session import AthleteSession
from workers.reading import Reading
from workers.work_item import WorkItem, case_of

LOOKED_FOR = 1.0  # seconds for which a look into the ledger serves activities that leave it as it is


@dataclass(frozen=True)
class LedgerLook:
    """The athlete's notes as the ledger held them `at` a time of the monotonic clock."""

    noted: Mapping[int, int]  # activity id → the severity with which its note mutes
    notes: Mapping[int, Note]  # of the activities at hand, by id
    at: float


@dataclass
class Situation:
    """One athlete's history, as far as processed, and profile. `awaited`: activity id → the time it is due."""

    athlete_session: AthleteSession
    history: History
    profile: AthleteProfile
    awaited: Mapping[int, datetime]
    ids: Collection[int]  # of the activities at hand
    stored: Mapping[int, Run]  # the runs as they were loaded, by id
    _look: LedgerLook | None = None  # the last one

    @classmethod
    def load(cls, athlete_session: AthleteSession, readings: Sequence[Reading]) -> "Situation":
        """Load what is stored, and add the runs among `readings`, which were just read."""
        with athlete_session.resources.store.read() as session:
            stored = histories.runs(session, athlete_session.athlete_id)
            awaited = pending_activities.awaited(session, athlete_session.athlete_id, athlete_session.now)
            profile = athlete_profile.load(session, athlete_session.resources.vault, athlete_session.athlete_id)
        history = History(stored)
        for reading in readings:
            if reading.run is not None:
                history.add(reading.run)
        ids = [reading.activity["id"] for reading in readings]
        return cls(athlete_session, history, profile, awaited, ids, {run.id: run for run in stored})

    def refresh(self) -> None:
        """Load again what the athlete wants, and have the next look into the ledger be a new one."""
        of = self.athlete_session
        with of.resources.store.read() as session:
            self.profile = athlete_profile.load(session, of.resources.vault, of.athlete_id)
        self.look_again()

    def item(self, pending: PendingActivity, reading: Reading) -> WorkItem:
        """Return one activity with all that a decision about it rests on; the history takes in what Strava says."""
        look, run, thresholds = self._recent_look(), reading.run, self.profile.thresholds
        note = look.notes.get(pending.activity_id)
        if run is None:
            self.history.remove(pending.activity_id)
        else:
            self.history.add(run)
        reviewed = review(run, self.history, look.noted, thresholds, received=pending.waiting_since) if run else None
        case = case_of(pending, reading.activity, note, run, reviewed, private=self._is_private(note))
        return WorkItem(pending, reading, note, case)

    def item_now(self, item: WorkItem, *, detailed: bool) -> WorkItem:
        """Return the item with its note, what the athlete wants and, if `detailed`, the words as they are right now."""
        reading = fetch.detailed(self.athlete_session, item.reading) if detailed else item.reading
        self.refresh()
        item = self.item(item.pending, reading)
        self.look_again()
        return item

    def _recent_look(self) -> LedgerLook:
        """Return what the ledger held within the last second."""
        if self._look is None or time.monotonic() - self._look.at > LOOKED_FOR:
            of = self.athlete_session
            with of.resources.store.read() as session:
                noted, notes = ledger.noted(session, of.athlete_id), ledger.of(session, of.athlete_id, self.ids)
            self._look = LedgerLook(noted, notes, time.monotonic())
        return self._look

    def look_again(self) -> None:
        """Have the next activity look into the ledger again: a note of this one comes, goes or changes."""
        self._look = None

    def notes(self) -> list[Note]:
        """Return all notes of the athlete, those just written too."""
        with self.athlete_session.resources.store.read() as session:
            return ledger.notes(session, self.athlete_session.athlete_id)

    def decide(self, case: Case) -> Decision:
        """Return what to do about this case, by what the athlete wants."""
        return decide(case, self.profile.policy, self.athlete_session.now)

    def _is_private(self, note: Note | None) -> bool:
        """Return whether this note goes, or went, into the private note."""
        return self.profile.target is Target.PRIVATE or (note is not None and note.target is Target.PRIVATE)

    def keep_back_tag(self, case: Case) -> None:
        """Store that the words of a run told of a sore back (#back), for all that follows. It needs no consent."""
        if case.run is None:
            return
        told = partial(with_tag, tags=case.tags, run_start=case.run.start, now=self.athlete_session.now)
        if told(self.profile.answers) == self.profile.answers:
            return
        with self.athlete_session.store() as session:
            change_answers(session, self.athlete_session.resources.vault, self.athlete_session.athlete_id, told)
        self.refresh()

    def waits_until(self, item: WorkItem) -> datetime | None:
        """Return the time until which a new run waits for earlier ones, whose athlete is still writing; None: no wait.

        A run is judged by those before it, so it is never judged first.
        """
        run = item.case.run
        if run is None or item.case.judged_before is not None:
            return None
        awaited = ((self.history.canonical_for(other_id), other_id, due) for other_id, due in self.awaited.items())
        earlier = (due for other, its_id, due in awaited if other and other.id == its_id and order(other) < order(run))
        return max(earlier, default=None)

    def severe(self, notes: Iterable[Note]) -> dict[int, int]:
        """Return run id → severity of the flagged runs, by today's thresholds and by these notes of theirs."""
        noted = {note.activity_id: note.severity for note in notes}
        flagged = backtest(self.history.canonical, self.profile.thresholds).flagged
        return severities(flagged, noted, self.history)

    def lose_scope(self, scope: str) -> None:
        """Record that the athlete did not grant `scope`: from here on notes stay on the pages."""
        self.profile = replace(self.profile, can_write=False)
        with self.athlete_session.store() as session:
            athletes.lose_scope(session, self.athlete_session.athlete_id, scope)

    def see_private_note(self, *, kept: bool) -> None:
        """Record whether Strava keeps what we write into private notes; not if the athlete chose anew meanwhile."""
        self.profile = replace(self.profile, private_note_seen=kept)
        with self.athlete_session.store() as session:
            athletes.see_private_note(session, self.athlete_session.athlete_id, kept=kept)
