"""The decision about one run: write a note, remove it, or nothing, and why. Pure, and the only place that decides.

Everything that a worker writes on Strava, and every reason that a page gives for a missing note, comes from here. The
states and outcomes themselves, with what each means, stand in `content.outcomes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from content.outcomes import NoteState, Outcome
from content.runs import SPORTS, Run
from content.signals.review import Review

ASK, REFUSE = "#backstride", "#nonote"


class Act(StrEnum):
    """The three things that can follow from a look at an activity."""

    WRITE = "write"
    REMOVE = "remove"
    NOTHING = "nothing"


@dataclass(frozen=True)
class NotePolicy:
    """The athlete's side of the gate. `notes_on_at` is None while notes are off; times are aware."""

    notes_on_at: datetime | None
    paused_until: datetime | None
    on_hold: bool  # a warning sign was reported, and no clinician has cleared the athlete
    leaving: bool

    def is_paused(self, now: datetime) -> bool:
        """Return True while the athlete wants no notes for some days."""
        return self.paused_until is not None and now < self.paused_until


@dataclass(frozen=True)
class Case:
    """One activity as it is now, with what we did about it before.

    `run` and `review` are None for what is no counted run; `not_counted` then says which. `tags` are those of title
    and, if it was read, description. `judged_as` is the basis now, `judged_before` that of the last decision (None:
    never). `note` is the state of its row in the ledger. `asked_on_page`: the athlete tried a note from a page.
    """

    run: Run | None
    review: Review | None
    not_counted: Outcome | None
    title_tags: frozenset[str]
    tags: frozenset[str]
    first_received: datetime
    judged_as: str
    judged_before: str | None
    outcome_before: Outcome | None
    note: NoteState | None
    asked_on_page: bool = False

    @property
    def counted(self) -> tuple[Run, Review]:
        """The run and its review. AssertionError for what is no counted run: about that nothing is written."""
        if self.run is None or self.review is None:
            raise AssertionError("only a counted run has a review")
        return self.run, self.review

    @property
    def flagged(self) -> bool:
        """True when a signal fired."""
        return self.review is not None and bool(self.review.findings)

    @property
    def asked(self) -> bool:
        """True when the athlete asks for a note on this very run."""
        return ASK in self.title_tags or self.asked_on_page

    @property
    def asked_anew(self) -> bool:
        """True when the tag that asks was added since the last decision."""
        return ASK in self.title_tags and self.judged_before is not None and ASK not in self.judged_before

    @property
    def changed(self) -> bool:
        """True when the run was judged before, by something else than what it is now."""
        return self.judged_before is not None and self.judged_as != self.judged_before


@dataclass(frozen=True)
class Decision:
    """The act that follows, and the one reason for it."""

    act: Act
    outcome: Outcome


def decide(case: Case, policy: NotePolicy, now: datetime) -> Decision:
    """Return what to do about a note on this activity. A note that stays needs no reason; a new one needs every one."""
    match case.note:
        case None:
            return _of_no_note(case, policy, now)
        case NoteState.WRITING:
            return _of_half_written(case, policy, now)
        case NoteState.WRITTEN | NoteState.PAGES:
            return _of_standing(case, case.note)
        case NoteState.REMOVED:
            return _of_removed(case, policy, now)
        case NoteState.REMOVING:
            return Decision(Act.REMOVE, case.note.outcome)
        case _:  # it stays on Strava as the athlete's, or its activity is gone
            return Decision(Act.NOTHING, case.note.outcome)


def gate(policy: NotePolicy, *, asked: bool, now: datetime, not_counted: Outcome | None = None) -> Outcome | None:
    """Return why nothing may be written under a run, or None. Every write of every kind passes here.

    Asking for a note (by tag or on a page) overrides a pause, and nothing else.
    """
    if not_counted is not None:
        return not_counted
    if policy.leaving:
        return Outcome.LEAVING
    if policy.on_hold:
        return Outcome.ON_HOLD
    if policy.notes_on_at is None:
        return Outcome.NOTES_OFF
    return Outcome.PAUSED if policy.is_paused(now) and not asked else None


def _gate(case: Case, policy: NotePolicy, now: datetime) -> Outcome | None:
    return gate(policy, asked=case.asked, now=now, not_counted=case.not_counted)


def _of_no_note(case: Case, policy: NotePolicy, now: datetime) -> Decision:
    if REFUSE in case.tags:
        return Decision(Act.NOTHING, Outcome.NONOTE)
    if case.judged_before == case.judged_as:  # a run is judged once
        return Decision(Act.NOTHING, case.outcome_before or Outcome.NOT_FLAGGED)
    why_not = _uncalled(case) or _gate(case, policy, now) or (None if case.asked else _untimely(case, policy))
    return Decision(Act.NOTHING, why_not) if why_not else Decision(Act.WRITE, Outcome.NOTED)


def _uncalled(case: Case) -> Outcome | None:
    """Return why nothing calls for a note on this counted run, or None."""
    return None if case.asked or case.run is None or case.flagged else Outcome.NOT_FLAGGED


def _untimely(case: Case, policy: NotePolicy) -> Outcome | None:
    """Return why a flagged run that nobody asked about gets no note, or None."""
    if policy.notes_on_at is None or case.first_received < policy.notes_on_at:
        return Outcome.BEFORE_NOTES
    reason = case.review.reason if case.review else None
    return Outcome(reason) if reason else None


def _of_half_written(case: Case, policy: NotePolicy, now: datetime) -> Decision:
    """Judge anew: the run may have changed since the write was begun, and a note must say what is so."""
    why_not = Outcome.NONOTE if REFUSE in case.tags else _uncalled(case) or _gate(case, policy, now)
    return Decision(Act.REMOVE, why_not) if why_not else Decision(Act.WRITE, Outcome.NOTED)


def _of_standing(case: Case, note: NoteState) -> Decision:
    if REFUSE in case.tags:
        return Decision(Act.REMOVE, Outcome.NONOTE)
    if case.not_counted is not None:
        return Decision(Act.REMOVE, case.not_counted)
    if case.changed and not case.flagged and ASK not in case.title_tags:
        return Decision(Act.REMOVE, Outcome.NOT_FLAGGED)
    return Decision(Act.NOTHING, note.outcome)


def _of_removed(case: Case, policy: NotePolicy, now: datetime) -> Decision:
    if not case.asked_anew or REFUSE in case.tags:
        return Decision(Act.NOTHING, Outcome.REMOVED)
    why_not = _gate(case, policy, now)
    return Decision(Act.NOTHING, why_not) if why_not else Decision(Act.WRITE, Outcome.NOTED)


def may_try(note: NoteState | None, outcome: Outcome | None) -> bool:
    """Return whether an athlete may try a note from a page: on a run that has none, is checked, and counts itself.

    `outcome`: the reason for none; None if it is not known.
    """
    return note in {None, NoteState.REMOVED} and outcome not in {Outcome.WAITING, Outcome.GAVE_WAY}


def after_removal(outcome: Outcome, state: NoteState) -> NoteState | None:
    """Return the state that the note's row keeps after a removal, or None: then the run may get a new note.

    A note removed because the run changed may come again when it changes back; one that the athlete wanted away not.
    """
    wanted_away = outcome in {Outcome.NONOTE, Outcome.REMOVED}
    return state if wanted_away or state is not NoteState.REMOVED else None


def state_once_back(note: NoteState, *, on_pages: bool, block_stands: bool) -> NoteState:
    """Return the state of a note whose activity was gone and is there again."""
    if on_pages:
        return NoteState.PAGES if note is NoteState.GONE else NoteState.REMOVED
    if not block_stands:
        return NoteState.REMOVED
    return NoteState.WRITTEN if note is NoteState.GONE else NoteState.REMOVING


def hindsight(case: Case, notes_on_at: datetime | None, now: datetime) -> Outcome:
    """Return why a run has no note when its own outcome is no longer kept: by what is known now.

    `notes_on_at`: when notes were last switched on. A hold, a pause or leaving of now say nothing about then.
    """
    then = NotePolicy(notes_on_at, paused_until=None, on_hold=False, leaving=False)
    decision = decide(case, then, now)
    return Outcome.FORGOTTEN if decision.act is Act.WRITE else decision.outcome


def outcome_to_show(outcome: Outcome, *, flagged: bool, gave_way: bool) -> Outcome:
    """Return the outcome that a page shows for a run without a note, by the settings of today.

    `gave_way`: another recording of the same outing counts instead.
    """
    if outcome is Outcome.NOT_FLAGGED and flagged:
        outcome = Outcome.JUDGED_BEFORE
    return Outcome.GAVE_WAY if gave_way and outcome.explains_little else outcome


def not_counted(activity: Mapping[str, Any], run: Run | None) -> Outcome | None:
    """Return why an activity is no counted run; None for one, which is the `run`."""
    if run is not None:
        return None
    return Outcome.NOT_COUNTED if activity.get("sport_type") in SPORTS else Outcome.NOT_A_RUN


def basis(activity: Mapping[str, Any], run: Run | None, title_tags: frozenset[str]) -> str:
    """Return what a decision rests on, in at most 64 characters: a run is judged again only when this changes."""
    distance = run.distance_dm if run else "none"  # a listing and the activity itself may differ by a rounding
    return f"{activity.get('sport_type')}:{distance}:{','.join(sorted(title_tags))}"[:64]
