"""Runs with what was found in them and what became of it: a note and its state, or why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.notes.formats import Formats
from content.notes.wording import Noticed
from content.routines.rest import severities, strength_again, strength_at
from content.runs import Run
from content.signals import Finding, History, Review, backtest, review, why_no_note
from integration.athlete_profile import AthleteProfile
from integration.store import ledger
from integration.store.tables import Note, PendingActivity
from integration.web.runs.history_loader import KnownRuns
from integration.web.runs.messages import NO_NOTE, NOTE_STATES
from integration.web.services import services

LONGEST_REST = timedelta(days=8)  # a week, and the longest day before it
REASONS = {"muted", "long_effort_muted", "too_old", "other_recording"}
WITHOUT_A_REASON = {"not_flagged", "judged_before", "notes_off"}  # what is recorded twice has a better one
SAID_OF_UNREAD = {"waiting", "failed", "not_counted", "scope"}  # the rest is no run, gone, or somebody else's
ASKED_FOR = "You asked for it."
NOTICED_THEN = "It was noticed when it came; by your settings of today it would not be."


@dataclass(frozen=True)
class RunView:
    """One run. `found` is what was noticed, with numbers, or empty; `words` say what became of it."""

    run: Run
    findings: tuple[Finding, ...]
    found: str
    note: Note | None
    outcome: str
    words: str
    muted_until: date | None = None
    due_at: datetime | None = None  # when it is looked at, by the athlete's clock
    aside: str = ""  # what else is to be said of it


@dataclass(frozen=True)
class Unread:
    """An activity that is not among the runs, and why. `last_received` is by the athlete's clock."""

    activity_id: int
    last_received: datetime
    outcome: str
    words: str
    due_at: datetime | None = None


class RunViews:
    """Everything the pages need to say about an athlete's runs: one pass over the history, one read of our own rows."""

    def __init__(self, known: KnownRuns, profile: AthleteProfile) -> None:
        self.known = known
        self.profile = profile
        self.thresholds = profile.thresholds
        self.flagged: Mapping[int, Review] = {
            found.run.id: found for found in backtest(known.history, self.thresholds).flagged
        }
        with services().store.read() as session:
            self.notes = ledger.notes(session, profile.athlete_id)
            self.noted = ledger.noted(session, profile.athlete_id)
            self.bells = _bells(session, profile.athlete_id)
        self.sessions = profile.sessions
        self.past = profile.past(self.notes)
        self.note_of = {note.activity_id: note for note in self.notes}

    def recent(self, number: int) -> list[RunView]:
        """The latest runs, newest first; of an outing that was recorded twice both."""
        return [self.judged(run) for run in reversed(list(self.known.history)[-number:])]

    def silent(self, days: int) -> list[RunView]:
        """Flagged runs of the last `days` days that got no note, newest first."""
        since = self.known.now - timedelta(days=days)
        late = [run for run in self.known.history if run.start >= since and run.id not in self.note_of]
        return [judged for judged in map(self.judged, reversed(late)) if judged.findings]

    def unread(self) -> list[Unread]:
        """What bells told of and no history holds, newest first: still to be read, not counted, or hidden from us."""
        bells = [bell for bell in self.bells.values() if self.known.history.get(bell.activity_id) is None]
        bells = [bell for bell in bells if bell.activity_id not in self.note_of]
        told_of = sorted(bells, key=lambda bell: bell.last_received, reverse=True)
        return [unread for unread in map(self._unread, told_of) if unread.outcome in SAID_OF_UNREAD]

    def noted_outings(self) -> set[int]:
        """Ids of the runs that count of outings with a note that stands, on whichever recording."""
        standing = (note.activity_id for note in self.notes if note.state not in {"removed", "gone"})
        return {kept.id for kept in map(self.known.history.canonical_for, standing) if kept is not None}

    def strength_from(self) -> datetime | None:
        """When runs and strength sessions allow strength again, as notes tell it; None: nothing speaks against."""
        return max(filter(None, (self.rested_from(), strength_again(self.past.sessions, self.known.now))), default=None)

    def rested_from(self) -> datetime | None:
        """When the runs of the last days allow strength work again; None: nothing speaks against."""
        noted = {note.activity_id: note.severity for note in self.notes}
        history = self.known.history
        return strength_at(history.canonical, severities(self.flagged.values(), noted, history), self.known.now)

    def judged(self, run: Run) -> RunView:
        kept, note, bell = self.known.history.canonical_for(run.id), self.note_of.get(run.id), self.bells.get(run.id)
        gave_way = kept is not None and kept.id != run.id
        findings = self._alone(run, kept).findings if gave_way and kept else self._findings(run)
        judged = partial(RunView, run, findings, self._found(run, findings, note))
        if note is not None:
            return judged(note, note.state, NOTE_STATES[note.state], aside=NO_NOTE["gave_way"] if gave_way else "")
        if bell is not None and bell.received > bell.processed:
            outcome = "failed" if bell.failed_at else "waiting"
            return judged(None, outcome, NO_NOTE[outcome], due_at=self._due(bell))
        outcome = (bell and bell.outcome) or self._outcome(run, findings)
        if outcome == "not_flagged" and findings:
            outcome = "judged_before"
        if gave_way and outcome in WITHOUT_A_REASON:
            outcome = "gave_way"
        return judged(None, outcome, self._words(outcome), self._muted_until(run, outcome))

    def _findings(self, run: Run) -> tuple[Finding, ...]:
        found = self.flagged.get(run.id)
        return found.findings if found else ()

    def _alone(self, run: Run, kept: Run) -> Review:
        """A recording that gave way, judged as if it were the only one of its outing: as it was when it came first."""
        history = self.known.history
        others = [other for other in history if history.canonical_for(other.id) != kept]
        return review(run, History(others), {}, self.thresholds)

    def _found(self, run: Run, findings: Sequence[Finding], note: Note | None) -> str:
        if findings:
            return noticed(run, findings, self.profile.note_formats, effort=self.thresholds.effort_distance)
        if note is None:
            return ""
        return NOTICED_THEN if note.severity else ASKED_FOR

    def _unread(self, bell: PendingActivity) -> Unread:
        outcome = ("failed" if bell.failed_at else "waiting") if bell.received > bell.processed else bell.outcome or ""
        last_received = bell.last_received.astimezone(self.known.now.tzinfo)
        due_at = self._due(bell) if outcome == "waiting" else None
        return Unread(bell.activity_id, last_received, outcome, NO_NOTE.get(outcome, ""), due_at)

    def _due(self, bell: PendingActivity) -> datetime:
        return bell.due_at.astimezone(self.known.now.tzinfo)

    def _outcome(self, run: Run, findings: Sequence[Finding]) -> str:
        """Why there is no note on a run whose bell is forgotten, by what is known now."""
        if not findings:
            return "not_flagged"
        begun = self.profile.notes_on_at
        if begun is None:
            return "notes_off"
        if run.start < begun:
            return "before_notes"
        return review(run, self.known.history, self.noted, self.thresholds).reason or "notes_off"

    def _muted_until(self, run: Run, outcome: str) -> date | None:
        """The last day on which a run like this stays without a note, after the last one that got one."""
        days = {"muted": self.thresholds.mute_days, "long_effort_muted": self.thresholds.long_effort_mute_days}
        noted = filter(None, map(self.known.history.get, self.noted))
        before = [other.day for other in noted if other.start < run.start]
        return max(before) + timedelta(days=days[outcome]) if outcome in days and before else None

    def _words(self, outcome: str) -> str:
        if outcome in REASONS:
            return why_no_note(outcome, self.thresholds)
        return NO_NOTE.get(outcome, "No note.")


def noticed(run: Run, findings: Sequence[Finding], formats: Formats, *, effort: bool = False) -> str:
    """What was found in a run, with its numbers, in the words of a note."""
    return Noticed(run, findings, formats, effort).text()


def _bells(session: Session, athlete_id: int) -> dict[int, PendingActivity]:
    return {
        bell.activity_id: bell
        for bell in session.scalars(select(PendingActivity).where(PendingActivity.athlete_id == athlete_id))
    }
