"""The situation of one athlete while activities are processed: history, profile, ledger, and what still waits.

Gathers the facts for `content.decision`, and decides nothing itself.
"""

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from content.decision import Case, Decision, basis, decide, not_counted
from content.notes.tags import tags_in
from content.notes.target import Target
from content.outcomes import NoteState
from content.routines.back import with_tag
from content.routines.rest import severities
from content.runs import Run, counted_run
from content.signals.history import History, order
from content.signals.mute import counts
from content.signals.review import Review, backtest, review
from integration import athlete_profile
from integration.athlete_profile import AthleteProfile, change_answers
from integration.store import athletes, histories, ledger, pending_activities
from integration.store.tables import Note, PendingActivity
from workers.athlete_session import AthleteSession
from workers.fetch import Reading

LOOKED_FOR = 1.0  # seconds for which a look into the ledger serves activities that leave it as it is


@dataclass
class Situation:
    """One athlete's history, as far as processed, and profile. `awaited`: activity id → the time it is due."""

    athlete_session: AthleteSession
    history: History
    profile: AthleteProfile
    awaited: Mapping[int, datetime]
    ids: Collection[int]  # of the activities at hand
    noted: Mapping[int, int] = field(default_factory=dict)  # activity id → the severity with which its note mutes
    _notes: Mapping[int, Note] = field(default_factory=dict)  # of the activities at hand
    _looked_at: float = -math.inf  # into the ledger, on the monotonic clock

    @classmethod
    def load(cls, athlete_session: AthleteSession, activities: Sequence[Mapping[str, Any]]) -> "Situation":
        """Load what is stored, and add the runs among `activities`, which were just read."""
        with athlete_session.resources.store.read() as session:
            history = History(histories.runs(session, athlete_session.athlete_id))
            awaited = pending_activities.awaited(session, athlete_session.athlete_id, athlete_session.now)
            profile = athlete_profile.load(session, athlete_session.resources.vault, athlete_session.athlete_id)
        for run in filter(None, map(counted_run, activities)):
            history.add(run)
        return cls(athlete_session, history, profile, awaited, ids=[activity["id"] for activity in activities])

    def refresh(self) -> None:
        """Load again what the athlete wants, and what mutes."""
        of = self.athlete_session
        with of.resources.store.read() as session:
            self.profile = athlete_profile.load(session, of.resources.vault, of.athlete_id)
            self.noted = ledger.noted(session, of.athlete_id)

    def note(self, pending: PendingActivity) -> Note | None:
        """Return the activity's note, or None, as it was within the last second; load what mutes it, too."""
        if time.monotonic() - self._looked_at > LOOKED_FOR:
            with self.athlete_session.resources.store.read() as session:
                self.noted = ledger.noted(session, pending.athlete_id)
                self._notes = ledger.of(session, pending.athlete_id, self.ids)
            self._looked_at = time.monotonic()
        return self._notes.get(pending.activity_id)

    def note_now(self, pending: PendingActivity) -> Note | None:
        """Return the activity's note as it is right now: what an act rests on."""
        self.look_again()
        note = self.note(pending)
        self.look_again()
        return note

    def look_again(self) -> None:
        """Have the next activity look into the ledger again: a note of this one comes, goes or changes."""
        self._looked_at = -math.inf

    def notes(self) -> list[Note]:
        """Return all notes of the athlete, those just written too."""
        with self.athlete_session.resources.store.read() as session:
            return ledger.notes(session, self.athlete_session.athlete_id)

    def decide(self, case: Case) -> Decision:
        """Return what to do about this case, by what the athlete wants."""
        return decide(case, self.profile.policy, self.athlete_session.now)

    def take_in(self, pending: PendingActivity, reading: Reading) -> None:
        """Take the activity's run into the history, or out of it if it is no counted run any more."""
        run = counted_run(reading.activity)
        if run is None:
            self.history.remove(pending.activity_id)
        else:
            self.history.add(run)

    def case(self, pending: PendingActivity, reading: Reading, note: Note | None) -> Case:
        """Return the case of one activity that was taken in."""
        run = counted_run(reading.activity)
        reviewed = self._review(run, pending) if run else None
        return case_of(pending, reading.activity, note, run, reviewed, private=self._is_private(note))

    def _is_private(self, note: Note | None) -> bool:
        """Return whether this note goes, or went, into the private note."""
        return self.profile.target is Target.PRIVATE or (note is not None and note.target is Target.PRIVATE)

    def _review(self, run: Run, pending: PendingActivity) -> Review:
        return review(run, self.history, self.noted, self.profile.thresholds, received=pending.waiting_since)

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

    def waits_until(self, pending: PendingActivity, case: Case) -> datetime | None:
        """Return the time until which a new run waits for earlier ones, whose athlete is still writing; None: no wait.

        A run is judged by those before it, so it is never judged first.
        """
        if case.run is None or pending.judged_as is not None:
            return None
        awaited = ((self.history.canonical_for(run_id), run_id, due_at) for run_id, due_at in self.awaited.items())
        earlier = (due for run, run_id, due in awaited if run and run.id == run_id and order(run) < order(case.run))
        return max(earlier, default=None)

    def severe(self) -> dict[int, int]:
        """Return run id → severity of the flagged runs, by today's thresholds and by their notes."""
        noted = {note.activity_id: note.severity for note in self.notes()}
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


def case_of(
    pending: PendingActivity,
    activity: Mapping[str, Any],
    note: Note | None,
    run: Run | None,
    reviewed: Review | None,
    *,
    private: bool = False,
) -> Case:
    """Return the case of one activity as Strava tells it. Pure; `run` and `reviewed` are None for no counted run.

    Tags in the private note count where notes are `private`: one that others read must not answer to them.
    """
    title_tags = tags_in(activity.get("name"))
    fields = (Target.DESCRIPTION, Target.PRIVATE) if private else (Target.DESCRIPTION,)
    return Case(
        run=run,
        review=reviewed,
        not_counted=not_counted(activity),
        title_tags=title_tags,
        tags=title_tags.union(*(tags_in(activity.get(target.field)) for target in fields)),
        first_received=pending.first_received,
        judged_as=basis(activity, title_tags),
        judged_before=pending.judged_as,
        outcome_before=pending.outcome,
        note=note.state if note else None,
        asked_on_page=_asked_on_page(pending, note, reviewed),
    )


def notes_kept(athlete_session: AthleteSession) -> frozenset[int]:
    """Return the ids of the athlete's activities with a note that stands, on Strava or on the pages."""
    with athlete_session.resources.store.read() as session:
        return ledger.kept(session, athlete_session.athlete_id)


def _asked_on_page(pending: PendingActivity, note: Note | None, reviewed: Review | None) -> bool:
    """True for a note that the athlete tried from a page: its row was begun there, and mutes nothing."""
    begun = note is not None and note.state is NoteState.WRITING and not note.mutes
    return pending.kind == pending_activities.ASKED or (begun and counts(reviewed.findings if reviewed else ()))
