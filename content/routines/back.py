"""The state of the runner's back: one value, from what was told and when.

Note, page, plan and session all ask `state_of`. Pain is never inferred from a run: it is told, by an answer, by the
score after a session, after a run or on the morning after, or by `#back` in the runner's own words.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from content.routines.past import LoggedSession, Past, ToldScore
from content.routines.questionnaire import Answers, has_safety_hold

if TYPE_CHECKING:
    from content.moves.models import Move

IRRITABLE_FROM: Final = 3  # 0–10: from here on nothing gets harder
SORE_BACK_FROM: Final = 5
SCORE_COUNTS: Final = timedelta(days=7)  # so does #back, from the start of its run
HURTS_COUNTS: Final = timedelta(days=14)  # then it is asked again
LASTS_FROM: Final = timedelta(days=14)
BACK_TAG: Final = "#back"


class Back(StrEnum):
    """The state of a back, from well to not ours to treat."""

    QUIET = "quiet"  # nothing told, or 0–2
    IRRITABLE = "irritable"  # 3–4 in the last 7 days
    SORE = "sore"  # 5 or more or #back in the last 7 days, "it hurts now" in the last 14
    ON_HOLD = "hold"  # a warning sign

    @property
    def is_sore(self) -> bool:
        """True while nothing gets harder and no day of strength is named."""
        return self is Back.SORE

    @property
    def rules_out_training(self) -> bool:
        """True while no strength and no next run is named: it is sore, or on hold."""
        return self in {Back.SORE, Back.ON_HOLD}

    @property
    def is_on_hold(self) -> bool:
        """True while no exercise is shown at all."""
        return self is Back.ON_HOLD

    def allows(self, move: "Move") -> bool:
        """Return True if the state has nothing against the move. Bending under load and arching need a quiet back."""
        if self is Back.ON_HOLD:
            return False
        return self is Back.QUIET or not (move.flexion or move.extension)


def state_of(answers: Answers, past: Past, now: datetime, *, tags: Collection[str] = ()) -> Back:
    """Return the state at `now` (aware). `tags` are those of the run in question, if there is one."""
    if has_safety_hold(answers):
        return Back.ON_HOLD
    score = worst_score([*past.sessions, *past.felt], now)
    if BACK_TAG in tags or score >= SORE_BACK_FROM or says_it_hurts(answers, now) or _was_tagged(answers, now):
        return Back.SORE
    return Back.IRRITABLE if score >= IRRITABLE_FROM else Back.QUIET


def worst_score(told: Sequence[LoggedSession | ToldScore], now: datetime) -> int:
    """Return the highest score of the 7 days up to `now`; 0 if there is none."""
    late = (each.back or 0 for each in told if now - SCORE_COUNTS < each.at <= now)
    return max(late, default=0)


def has_lasted(past: Past, now: datetime) -> bool:
    """Return True if every score for two weeks and more was 3 or higher: that is for a clinician or physio to see (S3).

    The last one must be of the last 7 days. One lower score ends the spell.
    """
    sessions = [(each.at, each.back) for each in past.sessions if each.back is not None]
    told = sorted([*sessions, *((each.at, each.back) for each in past.felt)], reverse=True)
    spell = [at for at, _ in takewhile(lambda each: each[1] >= IRRITABLE_FROM, told)]
    return bool(spell) and now - spell[0] < SCORE_COUNTS and now - spell[-1] >= LASTS_FROM


def says_it_hurts(answers: Answers, now: datetime) -> bool:
    """Return True if "it hurts now" was said within 14 days. Without a time it counts as said now."""
    return answers.hurts is True and (answers.hurts_at is None or now < answers.hurts_at + HURTS_COUNTS)


def asks_again(answers: Answers, now: datetime) -> bool:
    """Return True if "it hurts now" is too old to count, so that it is asked again."""
    return answers.hurts is True and not says_it_hurts(answers, now)


def with_tag(answers: Answers, tags: Collection[str], run_start: datetime, now: datetime) -> Answers:
    """Return the answers with what the words of a run told: #back counts for 7 days from the latest such run's start.

    Unchanged without the tag, and for a run that is older than that.
    """
    if BACK_TAG not in tags or not timedelta(0) <= now - run_start < SCORE_COUNTS:
        return answers
    return replace(answers, tagged_at=max(run_start, answers.tagged_at or run_start))


def _was_tagged(answers: Answers, now: datetime) -> bool:
    """Return True if a run of the last 7 days said #back, and the runner did not answer since that all is well."""
    tagged = answers.tagged_at
    if tagged is None or not timedelta(0) <= now - tagged < SCORE_COUNTS:
        return False
    return not (answers.hurts is False and answers.hurts_at is not None and answers.hurts_at >= tagged)
