"""Runs as pages show them: what each signal found, and the note with its state, or why there is none.

Decides nothing itself: `content.decision` says why a run has no note.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from content.companion.back_to_running import OnTheWay
from content.companion.strength_days import strength_may_be
from content.decision import Case, hindsight, may_try, outcome_to_show
from content.moves import library
from content.notes.formats import Formats
from content.notes.wording import FindingsInWords
from content.outcomes import Outcome
from content.routines.back import Back, state_of
from content.routines.next_run import Outlook, outlook, walks_first
from content.routines.plan import strength_from
from content.routines.rest import severities, strength_at
from content.runs import Run
from content.signals import Finding, History, Review, backtest, review
from integration.athlete_profile import AthleteProfile
from integration.store import ledger, pending_activities
from integration.store.tables import Note, PendingActivity
from integration.web.run_views.history_loader import KnownRuns
from integration.web.run_views.messages import NOTE_STATES, OUTCOMES, TWIN_REMOVED, words_for
from integration.web.services import services

REST_OF_AN_UNKNOWN_RUN = timedelta(days=8)  # a week, and the longest day before it
ASKED_FOR = "You asked for it."
FLAGGED_THEN = "By your settings of that day it was more than you are used to."


@dataclass(frozen=True)
class RunView:
    """One run. `found` says with numbers why it is flagged, or is empty; `words` say why there is a note, or none.

    `outcome` is None for a run with a note. `aside` is a second sentence, or empty.
    """

    run: Run
    findings: tuple[Finding, ...]
    found: str
    note: Note | None
    outcome: Outcome | None
    words: str
    muted_until: date | None = None
    due_at: datetime | None = None  # the time of its next check, by the athlete's clock
    aside: str = ""

    @property
    def news(self) -> str:
        """The words, but for a run that was as usual: of that a line tells already."""
        return "" if self.outcome is Outcome.NOT_FLAGGED else self.words

    @property
    def may_try_note(self) -> bool:
        """True when the athlete may try a note on this run."""
        return may_try(self.note.state if self.note else None, self.outcome)


@dataclass(frozen=True)
class Unread:
    """An activity that is not among the runs, and why. Times are by the athlete's clock."""

    activity_id: int
    last_received: datetime
    outcome: Outcome
    words: str
    due_at: datetime | None = None


class RunViews:
    """All that pages say about an athlete's runs: one pass over the history, one read of our own rows."""

    def __init__(self, known: KnownRuns, profile: AthleteProfile) -> None:
        self.known = known
        self.profile = profile
        self.thresholds = profile.thresholds
        self.flagged: Mapping[int, Review] = {
            each.run.id: each for each in backtest(known.history, self.thresholds).flagged
        }
        with services().store.read() as session:
            self.notes = ledger.notes(session, profile.athlete_id)
            self.noted = ledger.noted(session, profile.athlete_id)
            self.pending = pending_activities.of(session, profile.athlete_id)
        self.sessions = profile.sessions
        self.past = profile.past(self.notes)
        self.note_of = {note.activity_id: note for note in self.notes}

    @property
    def back(self) -> Back:
        """The state of the back now."""
        return state_of(self.profile.answers, self.past, self.known.now)

    @property
    def strength_may_be(self) -> bool:
        """True unless the back, or a condition to ask about first, keeps all strength away now."""
        return strength_may_be(self.profile.answers, self.back, library.load().moves)

    @property
    def way(self) -> OnTheWay | None:
        """The place on a way back to running; None if the athlete is on none."""
        return self.profile.diary.way(self.known.now)

    @property
    def walks_first(self) -> bool:
        """True in the ten days after 42 km and more, in which neither a note nor a page names a length."""
        return walks_first(self.known.history.canonical, self.known.now.date())

    def recent(self, number: int) -> list[RunView]:
        """Return the latest runs, newest first; of an outing that was recorded twice both."""
        return [self.view(run) for run in reversed(list(self.known.history)[-number:])]

    def silent(self, days: int) -> list[RunView]:
        """Return the flagged runs of the last `days` days that got no note, newest first."""
        since = self.known.now - timedelta(days=days)
        late = [run for run in self.known.history if run.start >= since and run.id not in self.note_of]
        return [view for view in map(self.view, reversed(late)) if view.findings]

    def unread(self) -> list[Unread]:
        """Return what events told of and no history holds, newest first: to check, not counted, or hidden from us."""
        held = {run.id for run in self.known.history} | self.note_of.keys()
        others = [pending for activity_id, pending in self.pending.items() if activity_id not in held]
        newest_first = sorted(others, key=lambda pending: pending.last_received, reverse=True)
        return [unread for unread in map(self._unread, newest_first) if unread.outcome.concerns_a_run]

    def noted_outings(self) -> set[int]:
        """Return the counting recordings' ids of outings with a note that stands, on either recording."""
        standing = (note.activity_id for note in self.notes if note.state.stands)
        return {run.id for run in map(self.known.history.canonical_for, standing) if run is not None}

    def ran_at(self, note: Note) -> datetime:
        """Return the start of a note's run; the time of the note if the run is no longer here."""
        run = self.known.history.get(note.activity_id)
        return run.start if run else note.written_at

    def strength_from(self) -> datetime | None:
        """Return when runs, strength sessions and the plan of the week allow strength, as notes tell it.

        None if nothing speaks against it.
        """
        return strength_from(self.known.history.canonical, self.severe(), self.past.sessions, self.known.now)

    def rested_from(self) -> datetime | None:
        """Return when the runs of the last days allow strength again; None: it may begin now."""
        return strength_at(self.known.history.canonical, self.severe(), self.known.now)

    def severe(self) -> dict[int, int]:
        """Return the severity of each run by id, as its findings say now or as its note said."""
        noted = {note.activity_id: note.severity for note in self.notes}
        return severities(self.flagged.values(), noted, self.known.history)

    def next_run(self) -> Outlook | None:
        """Return the day and the length of the next run, as notes say it.

        None while the back is sore or on hold, and on a way back, whose steps say it.
        """
        if self.back.rules_out_training or self.way is not None:
            return None
        return outlook(self.known.history, self.thresholds, self.severe(), now=self.known.now)

    def view(self, run: Run) -> RunView:
        """Return one run with its findings, and its note or the reason for none."""
        note, pending = self.note_of.get(run.id), self.pending.get(run.id)
        canonical = self.known.history.canonical_for(run.id)
        gave_way = canonical is not None and canonical.id != run.id
        findings = self._alone(run, canonical).findings if gave_way and canonical else self._findings(run)
        view = partial(RunView, run, findings, self._found(run, findings, note))
        if note is not None:
            return view(note, None, NOTE_STATES[note.state], aside=OUTCOMES[Outcome.GAVE_WAY] if gave_way else "")
        if pending is not None and (open_still := _still_open(pending)):
            return view(None, open_still, OUTCOMES[open_still], due_at=self._due(pending))
        known = (pending and pending.outcome) or self._in_hindsight(run)
        outcome = outcome_to_show(known, flagged=bool(findings), gave_way=gave_way)
        return view(None, outcome, self._words(run, outcome), self._muted_until(run, outcome))

    def _words(self, run: Run, outcome: Outcome) -> str:
        """Return the sentence for an outcome. A note on the other recording that was removed is told as such."""
        if outcome is Outcome.OTHER_RECORDING and run.id not in self.noted_outings():
            return TWIN_REMOVED
        return words_for(outcome, self.thresholds)

    def _findings(self, run: Run) -> tuple[Finding, ...]:
        flagged = self.flagged.get(run.id)
        return flagged.findings if flagged else ()

    def _alone(self, run: Run, canonical: Run) -> Review:
        """Return the review of a recording that gave way, as if it were the only one of its outing."""
        history = self.known.history
        others = [other for other in history if history.canonical_for(other.id) != canonical]
        return review(run, History(others), {}, self.thresholds)

    def _found(self, run: Run, findings: Sequence[Finding], note: Note | None) -> str:
        if findings:
            return findings_in_words(run, findings, self.profile.note_formats, effort=self.thresholds.effort_distance)
        if note is None:
            return ""
        return FLAGGED_THEN if note.severity else ASKED_FOR

    def _unread(self, pending: PendingActivity) -> Unread:
        outcome = _still_open(pending) or pending.outcome or Outcome.FORGOTTEN
        last_received = pending.last_received.astimezone(self.known.now.tzinfo)
        due_at = self._due(pending) if outcome is Outcome.WAITING else None
        return Unread(pending.activity_id, last_received, outcome, words_for(outcome, self.thresholds), due_at)

    def _due(self, pending: PendingActivity) -> datetime:
        return pending.due_at.astimezone(self.known.now.tzinfo)

    def _in_hindsight(self, run: Run) -> Outcome:
        """Return why there is no note on a run whose own outcome is no longer kept."""
        case = Case(
            run=run, review=review(run, self.known.history, self.noted, self.thresholds), not_counted=None,
            title_tags=frozenset(), tags=frozenset(), first_received=run.start, judged_as="", judged_before=None,
            outcome_before=None, note=None,
        )  # fmt: skip
        return hindsight(case, self.profile.notes_on_at, self.known.now)

    def _muted_until(self, run: Run, outcome: Outcome) -> date | None:
        """Return the last day on which a run like this stays without a note, after the last one that got one."""
        days = {
            Outcome.MUTED: self.thresholds.mute_days,
            Outcome.LONG_EFFORT_MUTED: self.thresholds.long_effort_mute_days,
        }
        muting = (activity for activity, severity in self.noted.items() if severity)
        noted = filter(None, map(self.known.history.get, muting))
        before = [other.day for other in noted if other.start < run.start]
        return max(before) + timedelta(days=days[outcome]) if outcome in days and before else None


def findings_in_words(run: Run, findings: Sequence[Finding], formats: Formats, *, effort: bool = False) -> str:
    """Return the findings of a run with their numbers, in the words of a note."""
    return FindingsInWords(run, findings, formats, effort).text()


def _still_open(pending: PendingActivity) -> Outcome | None:
    """Return WAITING or FAILED for an activity that is not processed yet, else None."""
    if pending.is_processed:
        return None
    return Outcome.FAILED if pending.failed_at else Outcome.WAITING
