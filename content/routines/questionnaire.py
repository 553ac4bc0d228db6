"""What the athlete told us so that the routine fits: pain, equipment, exclusions, conditions, and the physio's moves.

Health data: kept by others with consent and encrypted; here are only the values, their checks and what follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from content.moves.dose import Dose

if TYPE_CHECKING:
    from content.moves.library import Library
    from content.moves.models import CareAdvice, Move

WORSE: Final = ("fine", "worse")
# What to offer for "where?" after a session.
PLACES: Final = ("lower back", "one side of the lower back", "upper back", "buttock or hip", "somewhere else")
# Found in any home: assumed until the athlete says what there is. A wall is always there.
HOUSEHOLD: Final = frozenset({"mat", "wall", "chair", "step", "towel"})


class AnswersError(ValueError):
    """Answers that cannot be taken. `errors` has one line for each field that is wrong."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Pin:
    """A move that the athlete's physio gave, with the physio's dose or, where None, ours."""

    move: str
    dose: Dose | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything optional: None and empty mean not answered."""

    hurts: bool | None = None  # does the back hurt now
    arching: str | None = None  # "fine" or "worse"
    bending: str | None = None
    floor: bool | None = None  # can and will get down to the floor
    equipment: frozenset[str] | None = None
    left_out: frozenset[str] = frozenset()  # move ids
    conditions: frozenset[str] = frozenset()  # ids of the ask-first list
    cleared: bool = False  # a clinician or physiotherapist was asked and is fine with these exercises
    red_flags: frozenset[str] = frozenset()  # reported, and not cleared since
    pins: tuple[Pin, ...] = ()

    def as_mapping(self) -> dict[str, Any]:
        """Return the answers as plain values for JSON, without unanswered questions; `read_answers` reads them back."""
        plain: dict[str, Any] = {
            "hurts": self.hurts,
            "arching": self.arching,
            "bending": self.bending,
            "floor": self.floor,
            "equipment": None if self.equipment is None else sorted(self.equipment),
            "left_out": sorted(self.left_out) or None,
            "conditions": sorted(self.conditions) or None,
            "cleared": self.cleared or None,
            "red_flags": sorted(self.red_flags) or None,
            "pins": [_pin_as_mapping(pin) for pin in self.pins] or None,
        }
        return {field: value for field, value in plain.items() if value is not None}

    @property
    def ask_first(self) -> bool:
        """True when a clinician or physiotherapist must be asked before any exercise of ours."""
        return bool(self.conditions) and not self.cleared

    def allow(self, move: "Move") -> bool:
        """Whether to offer this move. What the physio gave is beyond this question.

        Some moves need an answer first: those that arch the back, and those with equipment that not everyone has.
        """
        have = HOUSEHOLD if self.equipment is None else self.equipment | {"wall"}
        known = set(move.equipment) <= have and (not move.extension or self.arching == "fine")
        return known and not has_safety_hold(self) and not self.exclude(move)

    def exclude(self, move: "Move") -> bool:
        """Whether something that the athlete said speaks against this move."""
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


def has_safety_hold(answers: Answers) -> bool:
    """True while a red flag stands: no exercise anywhere, only where to turn, until a clinician cleared the athlete."""
    return bool(answers.red_flags)


def care_advice(answers: Answers, library: "Library") -> "CareAdvice | None":
    """Where the athlete must turn to, by the most urgent of the red flags; None without any.

    A flag that the library no longer knows still holds, with the most urgent answer but emergency care.
    """
    if not answers.red_flags:
        return None
    ranked = sorted(library.care_advice.values(), key=lambda place: place.rank)
    known = {library.red_flags[flag].care_advice for flag in answers.red_flags if flag in library.red_flags}
    return next((place for place in ranked if place.id in known), ranked[1])


def _pin_as_mapping(pin: Pin) -> dict[str, Any]:
    dose = pin.dose
    if dose is None:
        return {"move": pin.move}
    return {"move": pin.move, "sets": dose.sets, "amount": dose.amount, "unit": dose.unit, "sides": dose.sides}
