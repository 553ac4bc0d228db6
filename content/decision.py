"""The verdict on one rung activity: write a note, take one back, or leave things as they are, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from content.runs import Run, counted_run
from content.signals.review import Review

Act = Literal["write", "take back", "nothing"]


@dataclass(frozen=True)
class NotePolicy:
    """What the athlete set: `notes_on_at` is None while notes are off."""

    notes_on_at: datetime | None
    paused_until: datetime | None
    on_hold: bool


@dataclass(frozen=True)
class Case:
    """One rung activity as it is now.

    `run` and `review` are None where it is no counted run. `tags`: `#nonote`, `#backstride` of title (and description,
    where known). `judged_as` and `judged_before`: what it is judged by, now and when it was judged last (None: never).
    `note`: state of its row in the ledger. `not_counted`: why there is no run.
    """

    run: Run | None
    review: Review | None
    not_counted: str
    title_tags: frozenset[str]
    tags: frozenset[str]
    first_received: datetime
    judged_as: str
    judged_before: str | None
    outcome_before: str | None
    note: str | None


@dataclass(frozen=True)
class Decision:
    """`outcome` is one word for the pages: why there is a note, or none."""

    act: Act
    outcome: str


def basis(activity: Mapping[str, Any], title_tags: frozenset[str]) -> str:
    """What a verdict rests on: it is given again only when this changes. At most 64 characters."""
    run = counted_run(activity)
    distance = run.distance_dm if run else "none"  # a listing and the activity itself may differ by a rounding
    return f"{activity.get('sport_type')}:{distance}:{','.join(sorted(title_tags))}"[:64]


def verdict(case: Case, wishes: NotePolicy, now: datetime) -> Decision:
    """Notes that stand are kept unless the athlete or the run itself says otherwise; new ones need every condition."""
    if case.note in {"written", "pages", "removing", "removed", "edited"}:
        return _of_noted(case)
    if "#nonote" in case.tags:
        return Decision("take back" if case.note == "writing" else "nothing", "nonote")
    return _of_new(case, wishes, now)


def _of_noted(case: Case) -> Decision:
    if case.note in {"removing", "removed", "edited"}:
        return _of_taken_back(case)
    if "#nonote" in case.tags:
        return Decision("take back", "nonote")
    if case.run is None:
        return Decision("take back", case.not_counted)
    changed = case.judged_as != case.judged_before and case.judged_before is not None
    flagged = bool(case.review and case.review.findings)
    if changed and not flagged and "#backstride" not in case.title_tags:
        return Decision("take back", "not_flagged")
    return Decision("nothing", "noted" if case.note == "written" else "pages")


def _of_taken_back(case: Case) -> Decision:
    asked_anew = "#backstride" in case.title_tags and "#backstride" not in (case.judged_before or "#backstride")
    if case.note == "removed" and asked_anew and case.run is not None and "#nonote" not in case.tags:
        return Decision("write", "noted")
    return Decision("nothing", "taken_back" if case.note != "edited" else "edited")


def _of_new(case: Case, wishes: NotePolicy, now: datetime) -> Decision:
    if case.note is None and case.judged_before == case.judged_as:
        return Decision("nothing", case.outcome_before or "not_flagged")  # judged once
    why_not = _unfit(case, wishes)
    if why_not:
        return Decision("take back" if case.note == "writing" else "nothing", why_not)
    if case.note == "writing" or "#backstride" in case.title_tags:
        return Decision("write", "noted")
    why_not = _silent(case, wishes, now)
    return Decision("nothing", why_not) if why_not else Decision("write", "noted")


def _unfit(case: Case, wishes: NotePolicy) -> str | None:
    """Why no note may be written, whatever the athlete's tag asks."""
    if case.run is None:
        return case.not_counted
    if wishes.notes_on_at is None:
        return "notes_off"
    return "on_hold" if wishes.on_hold else None


def _silent(case: Case, wishes: NotePolicy, now: datetime) -> str | None:
    """Why a run that was not asked about gets no note."""
    if wishes.notes_on_at is None or case.first_received < wishes.notes_on_at:
        return "before_notes"
    if wishes.paused_until is not None and now < wishes.paused_until:
        return "paused"
    if case.review is None or not case.review.findings:
        return "not_flagged"
    return case.review.reason
