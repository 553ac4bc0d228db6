"""The effects of moves and cues, as the runner told them after a session or a run: better, same or worse.

A move that was worse twice is left out. A steady direction answers the questions for arching and bending. Nothing is
inferred beyond what was said.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from content.moves.models import Move
from content.routines.questionnaire import Answers

LEAVES_OUT: Final = 2  # times worse, since it was last better
STEADY: Final = 3  # answers of one direction in a row, without one that says otherwise


class Felt(StrEnum):
    """A move's effect, as it was told."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Effect:
    """One answer for one move."""

    at: datetime  # aware
    move: str
    felt: Felt


def worse_twice(effects: Iterable[Effect]) -> frozenset[str]:
    """Return the ids of the moves that were worse twice since they were last better: they are left out."""
    worse: Counter[str] = Counter()
    for effect in _in_order(effects):
        if effect.felt is Felt.BETTER:
            worse[effect.move] = 0
        worse[effect.move] += effect.felt is Felt.WORSE
    return frozenset(move for move, times in worse.items() if times >= LEAVES_OUT)


def with_effects(answers: Answers, effects: Sequence[Effect], moves: Mapping[str, Move]) -> Answers:
    """Return the answers with what the effects say: moves left out, and directions that were not answered by hand.

    An answer that the runner gave stays, unless three answers in a row say worse.
    """
    return replace(
        answers,
        left_out=answers.left_out | worse_twice(effects),
        arching=_direction(answers.arching, effects, moves, arches),
        bending=_direction(answers.bending, effects, moves, bends),
    )


def arches(move: Move) -> bool:
    """Return True for a move that arches the back."""
    return move.extension or "arches" in move.spine


def bends(move: Move) -> bool:
    """Return True for a move that bends the back."""
    return move.flexion or "bends" in move.spine


def helpful_first(cues: Sequence[str], helped: Iterable[str]) -> list[str]:
    """Return the ids of cues, those that helped most often first, the others in their order."""
    times = Counter(helped)
    return sorted(cues, key=lambda cue: -times[cue])


def _in_order(effects: Iterable[Effect]) -> list[Effect]:
    return sorted(effects, key=lambda effect: (effect.at, effect.move))


def _direction(
    answer: str | None, effects: Sequence[Effect], moves: Mapping[str, Move], of_kind: Callable[[Move], bool]
) -> str | None:
    """Return "worse" or "fine" by the last answers for moves of this kind, or the answer that stands."""
    told = [effect.felt for effect in _in_order(effects) if effect.move in moves and of_kind(moves[effect.move])]
    last = told[-STEADY:]
    if len(last) < STEADY:
        return answer
    if all(felt is Felt.WORSE for felt in last):
        return "worse"
    fine = answer is None and Felt.WORSE not in told and last.count(Felt.BETTER) == STEADY
    return "fine" if fine else answer
