"""The state of the runner's back: one value, from what was told and when.

Note, page, plan and session all ask `state_of`. Pain is never inferred from a run: it is told, by an answer, by the
score after a session, or by `#back` in the runner's own words.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from content.routines.past import EarlierRoutine, LoggedSession, Past
from content.routines.questionnaire import Answers, has_safety_hold

if TYPE_CHECKING:
    from content.moves.models import Move

IRRITABLE_FROM: Final = 3  # 0–10: from here on nothing gets harder
SORE_FROM: Final = 5
SCORE_COUNTS: Final = timedelta(days=7)  # so does #back
HURTS_COUNTS: Final = timedelta(days=14)  # then it is asked again
BACK_TAG: Final = "#back"


class Back(StrEnum):
    """The state of a back, from well to not ours to treat."""

    QUIET = "quiet"  # nothing told, or 0–2
    IRRITABLE = "irritable"  # 3–4 in the last 7 days
    SORE = "sore"  # 5 or more in the last 7 days, "it hurts now" in the last 14, or #back
    HOLD = "hold"  # a warning sign

    def allows(self, move: "Move") -> bool:
        """Return True if the state has nothing against the move. Bending under load and arching need a quiet back."""
        if self is Back.HOLD:
            return False
        return self is Back.QUIET or not (move.flexion or move.extension)


def state_of(answers: Answers, past: Past, now: datetime, *, tags: Collection[str] = ()) -> Back:
    """Return the state at `now` (aware). `tags` are those of the run in question, if there is one."""
    if has_safety_hold(answers):
        return Back.HOLD
    score = worst_score(past.sessions, now)
    if BACK_TAG in tags or score >= SORE_FROM or says_it_hurts(answers, now) or _was_tagged(answers, past, now):
        return Back.SORE
    return Back.IRRITABLE if score >= IRRITABLE_FROM else Back.QUIET


def worst_score(sessions: Sequence[LoggedSession], now: datetime) -> int:
    """Return the highest score of the 7 days up to `now`; 0 if there is none."""
    late = (session.back or 0 for session in sessions if now - SCORE_COUNTS < session.at <= now)
    return max(late, default=0)


def says_it_hurts(answers: Answers, now: datetime) -> bool:
    """Return True if "it hurts now" was said within 14 days. Without a time it counts as said now."""
    return answers.hurts is True and (answers.hurts_at is None or now < answers.hurts_at + HURTS_COUNTS)


def asks_again(answers: Answers, now: datetime) -> bool:
    """Return True if "it hurts now" is too old to count, so that it is asked again."""
    return answers.hurts is True and not says_it_hurts(answers, now)


def _was_tagged(answers: Answers, past: Past, now: datetime) -> bool:
    """Return True if a note of the last 7 days answered #back, and the runner did not say since that all is well.

    A note leaves strength out for a sore back only. If neither answer nor score explains it, and no earlier such note
    does, it was #back.
    """
    if answers.ask_first:
        return False
    tagged: datetime | None = None
    for routine in past.before(now).given:
        if tagged and routine.at - tagged < SCORE_COUNTS:
            continue
        if _answers_a_tag(routine, answers, past):
            tagged = routine.at
    well_since = answers.hurts is False and answers.hurts_at is not None and tagged and answers.hurts_at >= tagged
    return tagged is not None and not well_since and now - tagged < SCORE_COUNTS


def _answers_a_tag(routine: EarlierRoutine, answers: Answers, past: Past) -> bool:
    if routine.strength or not routine.move_ids:
        return False
    return not says_it_hurts(answers, routine.at) and worst_score(past.sessions, routine.at) < SORE_FROM
