"""The athlete's answers that make a routine fit: pain, equipment, exclusions, conditions, and the physio's moves.

Health data: stored elsewhere, with consent and encrypted. Here are only the values and what follows from them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from content.moves.dose import Dose

if TYPE_CHECKING:
    from content.moves.library import Library
    from content.moves.models import CareAdvice, Move

WORSE: Final = ("fine", "worse")
# The choices for "where?" after a session.
PLACES: Final = ("lower back", "one side of the lower back", "upper back", "buttock or hip", "somewhere else")
# Found in any home: assumed until the athlete says what there is. A wall is always there.
HOUSEHOLD: Final = frozenset({"mat", "wall", "chair", "step", "towel"})
MISTAKE_WITHIN: Final = timedelta(minutes=10)  # so long "I ticked this by mistake" takes a report back


class AnswersError(ValueError):
    """The answers cannot be taken. `errors` has one line for each field that is wrong."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Pin:
    """A move that the athlete's physio gave, with the physio's dose or, if None, ours."""

    move: str
    dose: Dose | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything optional: None and empty mean not answered."""

    hurts: bool | None = None  # does the back hurt now
    hurts_at: datetime | None = None  # when that was last said (aware)
    tagged_at: datetime | None = None  # start of the last run whose words said #back (aware)
    arching: str | None = None  # "fine" or "worse"
    bending: str | None = None
    floor: bool | None = None  # can and will get down to the floor
    equipment: frozenset[str] | None = None
    left_out: frozenset[str] = frozenset()  # move ids
    conditions: frozenset[str] = frozenset()  # ids of the ask-first list
    cleared: bool = False  # a clinician or physiotherapist was asked and is fine with these exercises
    red_flags: frozenset[str] = frozenset()  # reported, and not cleared since
    reported: frozenset[str] = frozenset()  # those of them that came with the last report
    reported_at: datetime | None = None  # when that was (aware)
    pins: tuple[Pin, ...] = ()

    def as_mapping(self) -> dict[str, Any]:
        """Return the answers as plain values for JSON, without unanswered questions; `read_answers` reads them back."""
        plain: dict[str, Any] = {
            "hurts": self.hurts,
            "hurts_at": self.hurts_at and self.hurts_at.isoformat(),
            "tagged_at": self.tagged_at and self.tagged_at.isoformat(),
            "arching": self.arching,
            "bending": self.bending,
            "floor": self.floor,
            "equipment": None if self.equipment is None else sorted(self.equipment),
            "left_out": sorted(self.left_out) or None,
            "conditions": sorted(self.conditions) or None,
            "cleared": self.cleared or None,
            "red_flags": sorted(self.red_flags) or None,
            "reported": sorted(self.reported) or None,
            "reported_at": self.reported_at and self.reported_at.isoformat(),
            "pins": [_pin_as_mapping(pin) for pin in self.pins] or None,
        }
        return {field: value for field, value in plain.items() if value is not None}

    @property
    def ask_first(self) -> bool:
        """True if a clinician or physiotherapist must be asked before any exercise of ours."""
        return bool(self.conditions) and not self.cleared

    def allow(self, move: "Move") -> bool:
        """Return True if the answers let us offer this move. The physio's own moves are beyond this question.

        Some moves need an answer first: those that arch the back, and those with equipment that not everyone has. The
        state of the back (`back.Back.allows`) is asked besides.
        """
        have = HOUSEHOLD if self.equipment is None else self.equipment | {"wall"}
        known = set(move.equipment) <= have and (not move.extension or self.arching == "fine")
        return known and not has_safety_hold(self) and not self.exclude(move)

    def exclude(self, move: "Move") -> bool:
        """Return True if an answer speaks against this move."""
        missing = self.equipment is not None and not set(move.equipment) <= self.equipment | {"wall"}
        arches = move.extension or "arches" in move.spine
        return (
            self.ask_first
            or missing
            or move.id in self.left_out
            or (move.floor and self.floor is False)
            or (arches and self.arching == "worse")
            or ("bends" in move.spine and self.bending == "worse")
            or bool(self.conditions & set(move.leave_out))
        )


def with_times(before: Answers, after: Answers, sent: Collection[str], now: datetime) -> Answers:
    """Return `after` with the times of what was told at `now`: that the back hurts or not, and new warning signs.

    `sent` names the fields that the athlete sent: "it hurts now" sent again counts from now on.
    """
    if "hurts" in sent:
        after = replace(after, hurts_at=None if after.hurts is None else now)
    if not after.red_flags:
        return replace(after, reported=frozenset(), reported_at=None)
    new = after.red_flags - before.red_flags
    return replace(after, reported=new, reported_at=now) if new else after


def can_be_a_mistake(answers: Answers, now: datetime) -> bool:
    """Return True while the last report of a warning sign can be taken back as a slip: for ten minutes."""
    return answers.reported_at is not None and now < answers.reported_at + MISTAKE_WITHIN


def without_mistake(answers: Answers, now: datetime) -> Answers:
    """Return the answers without the last report. Unchanged if that is ten minutes ago; earlier reports stay."""
    if not can_be_a_mistake(answers, now):
        return answers
    left = answers.red_flags - answers.reported
    return replace(answers, red_flags=left, reported=frozenset(), reported_at=None)


def has_safety_hold(answers: Answers) -> bool:
    """Return True while a warning sign stands: no exercise anywhere until a clinician cleared the athlete."""
    return bool(answers.red_flags)


def care_advice(answers: Answers, library: "Library") -> "CareAdvice | None":
    """Return how soon to be seen, by the most urgent of the warning signs; None without any.

    A sign that the library no longer knows still holds, with the most urgent advice but emergency care.
    """
    if not answers.red_flags:
        return None
    ranked = sorted(library.care_advice.values(), key=lambda place: place.rank)
    known = {library.warning_signs[flag].care_advice for flag in answers.red_flags if flag in library.warning_signs}
    return next((place for place in ranked if place.id in known), ranked[1])


def _pin_as_mapping(pin: Pin) -> dict[str, Any]:
    dose = pin.dose
    if dose is None:
        return {"move": pin.move}
    return {"move": pin.move, "sets": dose.sets, "amount": dose.amount, "unit": dose.unit, "sides": dose.sides}
