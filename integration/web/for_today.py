"""The routine that is for today: that of a note as long as it applies, else what suits the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.moves import library
from content.moves.answers import hold
from content.moves.day import for_today, recall
from content.moves.routine import Item, Routine
from content.moves.timing import first_day
from integration.store.tables import Note, Preferences
from integration.web import told
from integration.web.judged import Judgement
from integration.web.wiring import wired

STANDING = {"writing", "written", "pages", "edited"}
APPLIES_FOR = timedelta(days=7)  # after its strength may begin: by then another run or week has its own


@dataclass(frozen=True)
class ForToday:
    """`note` is whose routine it is, None for the day's own. `later` is its strength while `begin` is to come."""

    routine: Routine
    note: Note | None = None
    later: tuple[Item, ...] = ()
    begin: tuple[date, str] | None = None  # the day, and the part of it

    @property
    def strength(self) -> tuple[Item, ...]:
        return () if self.later else self.routine.strength


def routine_for_today(judgement: Judgement) -> ForToday:
    """One story on every page: the dashboard, /routine/today and the note's own page show the same."""
    note = note_for_today(judgement)
    if note is None or hold(told.answers(judgement.preferences)):
        return ForToday(_of_the_day(judgement))
    before = [other for other in judgement.notes if other.written_at < note.written_at]
    routine = routine_of(note, before, judgement.preferences)
    begin = judgement.strength_from()
    if begin is None or begin <= judgement.known.now:
        return ForToday(routine, note)
    local = begin.astimezone(judgement.known.now.tzinfo).replace(tzinfo=None)
    return ForToday(routine, note, routine.strength, first_day(local))


def note_for_today(judgement: Judgement) -> Note | None:
    """The newest note on the day it was written, and again once its strength may begin, until that is done."""
    note = next((note for note in judgement.notes if note.moves and note.state in STANDING), None)
    if note is None:
        return None
    now = judgement.known.now
    if note.written_at.astimezone(now.tzinfo).date() == now.date():
        return note
    begin = judgement.strength_from()
    if begin is None or not max(begin, note.written_at) <= now < begin + APPLIES_FOR:
        return None
    return note if note.done_at is None or note.done_at < begin else None


def routine_of(note: Note, before: Sequence[Note], preferences: Preferences) -> Routine:
    """A note's routine with the doses it had; `before` are the notes before it, newest first."""
    return recall(
        note.moves,
        library=library.load(),
        answers=told.answers(preferences),
        now=wired().now(),
        earlier=told.earlier(preferences, before),
    )


def _of_the_day(judgement: Judgement) -> Routine:
    return for_today(
        library=library.load(),
        recent=judgement.known.history.kept,
        answers=told.answers(judgement.preferences),
        now=wired().now(),
        earlier=told.earlier(judgement.preferences, judgement.notes),
        strength_from=judgement.strength_from(),
    )
