"""How far the athlete has come with the strength work, from the routines given before.

A level is a rung: done and well, one up; left undone, one down; a back that complains afterwards never goes up.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from content.moves.answers import Answers
from content.moves.routine import EarlierRoutine

TOP: Final = 9
SETTLES: Final = timedelta(days=10)  # so long a routine may still be done before it counts as left undone
BACK_HALTS: Final = 3  # 0-10: from here on no rise
BACK_LOWERS: Final = 5


def in_order(earlier: Sequence[EarlierRoutine], now: datetime) -> list[EarlierRoutine]:
    """The routines given before `now`, oldest first."""
    past = (routine for routine in earlier if routine.at < now)
    return sorted(past, key=lambda routine: (routine.at, routine.move_ids, routine.done, routine.back or 0))


def level(earlier: Sequence[EarlierRoutine], answers: Answers, now: datetime) -> int:
    """0 to TOP. 0 at the start, and while the athlete says that the back hurts: any sign of pain halts progression."""
    if answers.hurts:
        return 0
    reached = 0
    for routine in in_order(earlier, now):
        reached = max(0, min(TOP, reached + _step(routine, now)))
    return reached


def _step(routine: EarlierRoutine, now: datetime) -> int:
    back = routine.back or 0
    if back >= BACK_LOWERS:
        return -1
    if routine.done:
        return 1 if back < BACK_HALTS else 0
    return 0 if now - routine.at < SETTLES else -1
