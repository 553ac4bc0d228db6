"""The dose of a move for one athlete: its place on the move's own ladder of doses."""

from dataclasses import replace
from typing import Final

from content.moves.dose import Dose
from content.moves.models import Move, Slot

LEVELS: Final = 3  # on one move of the foundation before the next, harder one opens
OPEN_AT_ONCE: Final = 3  # moves of the foundation at any level: the two before the hardest stay
SESSIONS: Final = 8  # logged before a stretch grows by one step


def opens_at(slot: Slot, move: Move) -> int:
    """Return the level at which a move of a base slot comes into play; 0 for the first three and for stand-ins."""
    if move.id not in slot.moves:
        return 0
    return LEVELS * max(0, slot.moves.index(move.id) + 1 - OPEN_AT_ONCE)


def dose_of(
    move: Move, foundation: Slot, *, level: int, sessions: int, easy: bool = False, back_off: bool = False
) -> tuple[Dose, bool]:
    """Return the dose, and True if it can rise no more.

    Strength grows with the level, a stretch with the sessions logged. An `easy` week takes away one set, or the rise of
    the amount if there is but one. `back_off` is one step below the dose of the level.
    """
    step = sessions // SESSIONS if move.kind.gentle else max(0, level - opens_at(foundation, move))
    ladder = move.dose.ladder
    top = len(ladder) - 1
    dose = ladder[max(0, min(step, top) - back_off)]
    if easy and not move.kind.gentle:
        return _easier(dose, ladder[0]), False
    return dose, not (move.kind.gentle or back_off) and step >= top > 0


def _easier(dose: Dose, first: Dose) -> Dose:
    return replace(dose, sets=dose.sets - 1) if dose.sets > 1 else first
