"""The page of notes: each with its state and reason, removing, trying, pausing, and why a long run got none."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator

from content.counted import counted
from content.decision import gate, may_try
from content.notes.target import Target
from content.outcomes import NoteState, Outcome
from integration.store import activity_events, athletes, ledger, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.tables import Athlete, Note, Preferences
from integration.web import forms, hold_words
from integration.web.auth import athlete, connected, profile
from integration.web.errors import answer
from integration.web.formats import formats
from integration.web.forms import Form, NoFields
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.messages import NOTE_STATES
from integration.web.run_views.reworded_note import NoteText, text_of, worded
from integration.web.run_views.run_view import RunView, RunViews
from integration.web.services import services
from integration.web.training.safety_hold import held_by

pages = Blueprint("notes", __name__)
SILENT_DAYS = 90
LONGEST_PAUSE = 365
DAYS_WANTED = f"give a whole number of days from 0 to {LONGEST_PAUSE}; 0 ends the pause"
NOT_TO_TRY = {
    Outcome.ON_HOLD: hold_words.NO_NOTE_TO_TRY,
    Outcome.NOTES_OFF: "Notes are off. Switch them on to try one.",
    Outcome.LEAVING: "You are leaving. No note is written any more.",
}


class PauseForm(Form):
    """For how many days no note is written; 0 ends the pause."""

    days: Annotated[int | None, BeforeValidator(lambda text: forms.whole(text, LONGEST_PAUSE, DAYS_WANTED))] = None


@pages.get("/notes")
@connected
def page() -> ResponseReturnValue:
    return _page({}, {})


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    who = athlete()
    mine = profile()
    known = known_runs(who, TWELVE_WEEKS_AND_BEFORE)
    views = RunViews(known, mine) if isinstance(known, KnownRuns) else None
    with services().store.read() as session:
        notes = ledger.notes(session, who.id)
    now = services().now()
    return render_template(
        "runs/notes.html",
        athlete=who,
        preferences=mine,
        known=known,
        notes=[(note, _view(note, views), _text(note, views)) for note in notes],
        silent=views.silent(SILENT_DAYS) if views else [],
        unread=views.unread() if views else [],
        states=NOTE_STATES,
        done={entry.activity for entry in mine.sessions if entry.moves},
        moving=any(note.state.is_moving for note in notes),
        standing=sum(note.state.removable for note in notes),
        typed=typed,
        errors=errors,
        paused=mine.policy.is_paused(now),
        fmt=formats(mine.units, mine.language).at(known.zone),
        now=now,
    )


def _view(note: Note, views: RunViews | None) -> RunView | None:
    """Return the note's run, if the stored history reaches back to it."""
    run = views.known.history.get(note.activity_id) if views else None
    return views.view(run) if views and run else None


def _text(note: Note, views: RunViews | None) -> NoteText | None:
    """Return the note's words, but for an athlete on hold: they name moves."""
    return text_of(note, views) if views and held_by() is None else None


@pages.post("/notes/<activity:activity>/remove")
@connected
def remove(activity: int) -> ResponseReturnValue:
    """Ask for the removal of one note; 404 for an id that is no note of this athlete's."""
    forms.read(NoFields)
    who = athlete()
    with services().store.read() as session:
        if ledger.find(session, who.id, activity) is None:
            abort(404)
    _ask_removal(who, activity)
    flash("The note is being removed.")
    return redirect(url_for("notes.page"), 303)


@pages.post("/notes/remove-all")
@connected
def remove_all() -> ResponseReturnValue:
    forms.read(NoFields)
    number = _ask_removal(athlete(), None)
    flash(f"Removing {counted(number, 'note')}." if number else "There is no note to remove.")
    return redirect(url_for("notes.page"), 303)


@pages.post("/notes/pause")
@connected
def pause() -> ResponseReturnValue:
    """Pause notes for `days` from now; 0 ends the pause."""
    who = athlete()
    form = forms.read(PauseForm, lambda errors: _page(request.form, errors), _require_days)
    until = services().now() + timedelta(days=form.days) if form.days else None
    with services().store.write() as session:
        session.get_one(Preferences, who.id).paused_until = until
    flash("Notes are paused." if until else "The pause is over.")
    return redirect(url_for("notes.page"), 303)


def _require_days(form: PauseForm) -> forms.Errors:
    return {"days": DAYS_WANTED} if form.days is None else {}


@pages.get("/notes/<activity:activity>/preview")
@connected
def preview(activity: int) -> ResponseReturnValue:
    """Show the note that a run would get, word for word, before anything is written anywhere."""
    mine, now = profile(), services().now()
    why_not = gate(mine.policy, asked=True, now=now)
    if why_not is not None:
        return answer(400, NOT_TO_TRY[why_not], way_on="/notes")
    views, view = _view_to_try(activity) or abort(404)
    return render_template(
        "runs/preview.html",
        view=view,
        words=worded(view.run, views, at=now, target=mine.written_to),
        to_strava=mine.written_to is not Target.PAGES,
        private=mine.written_to is Target.PRIVATE,
        fmt=formats(mine.units, mine.language).at(views.known.zone),
    )


@pages.post("/notes/<activity:activity>/try")
@connected
def attempt(activity: int) -> ResponseReturnValue:
    """Ask for a note on a run that got none, because the athlete wants to see how one looks."""
    forms.read(NoFields)
    who, parts, now = athlete(), services(), services().now()
    why_not = gate(profile().policy, asked=True, now=now)
    if why_not is not None:
        return answer(400, NOT_TO_TRY[why_not], way_on="/notes")
    if _view_to_try(activity) is None:
        abort(404)
    with parts.store.write() as session:
        note = ledger.find(session, who.id, activity)
        if not may_try(note.state if note else None, outcome=None):  # it got one a moment ago
            abort(404)
        ledger.begin(session, _begun(who.id, activity))
        asked = ActivityEvent(who.id, activity, kind=activity_events.ASKED, event_time=now, origin="page")
        pending_activities.record_event(session, asked, now=now, due_at=now)
    parts.waker.wake(who.key)
    flash("The note is on its way. You can remove it here.")
    return redirect(url_for("notes.page"), 303)


def _view_to_try(activity: int) -> tuple[RunViews, RunView] | None:
    """Return the run if a note may be asked for: no run that waits, or that gave way to another recording, is tried."""
    known = known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    run = known.history.get(activity) if isinstance(known, KnownRuns) else None
    if not isinstance(known, KnownRuns) or run is None:
        return None
    views = RunViews(known, profile())
    view = views.view(run)
    return (views, view) if view.may_try_note else None


def _begun(athlete_id: int, activity: int) -> Note:
    """Return a row that says `writing`, and that the athlete asked: so a note is written though nothing is flagged."""
    now = services().now()
    return Note(
        athlete_id=athlete_id, activity_id=activity, state=NoteState.WRITING, written_at=now, severity=0,
        spike_band=None, mutes=False, asked_on_page=True, block_hash=None, moves=[], changed_at=now,
    )  # fmt: skip


def _ask_removal(who: Athlete, activity: int | None) -> int:
    parts, now = services(), services().now()
    with parts.store.write() as session:
        number = ledger.ask_removal(session, who.id, now, activity)
        athletes.request(session, who.id, now)
    parts.waker.wake(who.key)
    return number
