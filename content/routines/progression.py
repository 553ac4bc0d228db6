"""How far the athlete has come with the strength work, from the sessions logged before.

A level is a rung: a strength session after which the back was well, one up, but one in 48 hours at most; strength that
was prescribed and left undone, one down; three weeks without any, back to the first. It rests on nothing that is later
than `now`, so what a note said can be told again at any time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from content.routines.questionnaire import Answers
from content.routines.rest import APART
from content.routines.routine import EarlierRoutine, Past, Session

TOP: Final = 9
SETTLES: Final = timedelta(days=10)  # so long a routine may still be done before it counts as left undone
LAPSE: Final = timedelta(weeks=3)  # after so long without strength work one begins anew
BACK_HALTS: Final = 3  # 0-10: from here on no rise
BACK_LOWERS: Final = 5


def in_order(given: Sequence[EarlierRoutine], now: datetime) -> list[EarlierRoutine]:
    """The routines given before `now`, oldest first."""
    past = (routine for routine in given if routine.at < now)
    return sorted(past, key=lambda routine: (routine.at, routine.move_ids))


def level(past: Past, answers: Answers, now: datetime) -> int:
    """0 to TOP. 0 at the start, and while the athlete says that the back hurts: any sign of pain halts progression."""
    if answers.hurts:
        return 0
    reached = 0
    trained: datetime | None = None  # the last strength session, and the last that was a rung
    rose: datetime | None = None
    for at, session in _events(past, now):
        if trained and at - trained > LAPSE:
            reached = 0
        step = -1 if session is None else _step(session)
        if step > 0 and rose and at - rose < APART:
            step = 0
        reached = max(0, min(TOP, reached + step))
        rose = at if step > 0 else rose
        trained = at if session and session.strength else trained
    return reached if trained and now - trained <= LAPSE else 0


def _events(past: Past, now: datetime) -> list[tuple[datetime, Session | None]]:
    """The sessions before `now`, and None where one was left undone, in order of time."""
    sessions = [session for session in past.sessions if session.at < now]
    trained = [session.at for session in sessions if session.strength]
    events: list[tuple[datetime, Session | None]] = [(session.at, session) for session in sessions]
    for routine in past.given:
        settled = routine.at + SETTLES
        if routine.strength and settled <= now and not any(routine.at <= at < settled for at in trained):
            events.append((settled, None))
    return sorted(events, key=_order)


def _order(event: tuple[datetime, Session | None]) -> tuple[datetime, bool, bool, int]:
    at, session = event
    return at, session is not None, bool(session and session.strength), (session and session.back) or 0


def _step(session: Session) -> int:
    back = session.back or 0
    if back >= BACK_LOWERS:
        return -1
    return 1 if session.strength and back < BACK_HALTS else 0
