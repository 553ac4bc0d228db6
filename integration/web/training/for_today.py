"""The routine that is for today: that of a note as long as it applies, else what suits the day."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import session

from content.companion.strength_days import strength_may_be
from content.moves import library
from content.routines.daily import for_today, recall
from content.routines.past import Past
from content.routines.questionnaire import has_safety_hold
from content.routines.rest import MOST_A_WEEK, first_day, offset_of, rest_before_strength, run_end
from content.routines.routine import Item, Routine
from content.weeks import days_in_week
from integration.athlete_profile import AthleteProfile
from integration.store.tables import Note
from integration.web.formats import formats
from integration.web.run_views.run_view import RunViews
from integration.web.run_views.strength import planned_day, strength_due

DONE_HERE = "done_here"  # in the session: when the last one was done without consent to keep it
APPLIES_FOR = timedelta(days=7)  # after its strength may begin: the plan of that week
REST_OF_A_RUN_NO_LONGER_HERE = timedelta(days=3)  # after a run that is no longer here


@dataclass(frozen=True)
class ForToday:
    """`note` is whose routine it is, None for the day's own. `begin` is the day of strength work to come."""

    routine: Routine
    note: Note | None = None
    later: tuple[Item, ...] = ()  # the strength work of the note until then
    begin: tuple[date, str] | None = None  # the day, and the part of it
    done: bool = False  # a session was done today: logged, or without consent in this browser
    week: int = 0  # days of this calendar week with a logged session

    @property
    def strength(self) -> tuple[Item, ...]:
        return () if self.later else self.routine.strength

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of the session."""
        return self.routine.today + self.strength


def routine_for_today(judgement: RunViews) -> ForToday:
    """One story on every page: the dashboard, /routine/today and the note's own page show the same."""
    now, begin = judgement.known.now, strength_due(judgement)
    note = note_for_today(judgement)
    if note is None or has_safety_hold(judgement.profile.answers):
        own = _of_the_day(judgement)
        shown = ForToday(own, begin=None if own.strength else _to_come(begin, now, may_be=judgement.strength_may_be))
    else:
        shown = session_of(note, judgement.profile, judgement.past, begin=begin, now=now)
    days = {each.at.astimezone(now.tzinfo).date() for each in judgement.profile.done(now)}
    done = now.date() in days or is_done_here(now)
    return replace(shown, done=done, week=days_in_week(days, now.date(), _first_weekday(judgement.profile)))


def _first_weekday(profile: AthleteProfile) -> int:
    return formats(profile.units, profile.language).first_weekday


def done_here(now: datetime) -> None:
    """Let a session count in this browser for today, for who did not agree that we keep it. `now` is aware."""
    session[DONE_HERE] = now.timestamp()


def is_done_here(now: datetime) -> bool:
    """Return True if a session was done in this browser today, by the clock of `now`."""
    at = session.get(DONE_HERE)
    return isinstance(at, float) and datetime.fromtimestamp(at, now.tzinfo).date() == now.date()


def session_of(note: Note, profile: AthleteProfile, past: Past, *, begin: datetime | None, now: datetime) -> ForToday:
    """A note's routine; its strength is for later until `begin` (aware), a day by the clock of `now`."""
    routine = routine_of(note, profile, past, now)
    may_be = strength_may_be(profile.answers, routine.back, library.load().moves)
    to_come = _to_come(begin, now, may_be=may_be)
    return ForToday(routine, note, routine.strength if to_come else (), to_come)


def _to_come(begin: datetime | None, now: datetime, *, may_be: bool) -> tuple[date, str] | None:
    """Return the day of strength work to come, and its part. No day is named if back or answers keep it away."""
    if begin is None or begin <= now or not may_be:
        return None
    return first_day(begin.astimezone(now.tzinfo).replace(tzinfo=None))


def note_for_today(judgement: RunViews) -> Note | None:
    """Return the note of the newest run on the day it was written, and in its week whenever strength is due; else None.

    The week begins when the run allows strength, and ends early after three strength sessions. An older run's note that
    was added later does not take the place of a newer one, even if that was removed.
    """
    note = max((note for note in judgement.notes if note.moves), key=judgement.ran_at, default=None)
    if note is None or not note.state.stands:
        return None
    now, since = judgement.known.now, note.written_at
    done = sum(each.strength and since <= each.at <= now for each in judgement.past.sessions)
    if done >= MOST_A_WEEK:
        return None
    if since.astimezone(now.tzinfo).date() == now.date():
        return note if not done else None
    begin = strength_due(judgement) or since
    return note if max(begin, since) <= now < _rested_after(note, judgement) + APPLIES_FOR else None


def _rested_after(note: Note, judgement: RunViews) -> datetime:
    """Return when the run of the note allows strength."""
    history = judgement.known.history
    run = history.canonical_for(note.activity_id)
    if run is None:
        return note.written_at + REST_OF_A_RUN_NO_LONGER_HERE
    return run_end(run, offset_of(run, history.canonical)) + rest_before_strength(run, note.severity)


def routine_of(note: Note, profile: AthleteProfile, past: Past, now: datetime) -> Routine:
    """Return a note's routine with the doses it had, as far as the back allows it at `now`."""
    return recall(
        note.moves, library=library.load(), answers=profile.answers, given_at=note.written_at, now=now, past=past
    )


def _of_the_day(judgement: RunViews) -> Routine:
    return for_today(
        library=library.load(),
        recent=judgement.known.history.canonical,
        answers=judgement.profile.answers,
        now=judgement.known.now,
        past=judgement.past,
        strength_from=judgement.rested_from(),
        planned=planned_day(judgement),
    )
