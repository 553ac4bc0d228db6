"""Every note with its state and reason, taking back, trying one, pausing, and why a noticed run got none."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from integration.store import athletes, histories, ledger, pending_activities
from integration.store.pending_activities import ActivityEvent
from integration.store.tables import Athlete, Note, Preferences
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.errors import answer, wrong_fields
from integration.web.formats import formats
from integration.web.runs.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.runs.messages import NOTE_STATES
from integration.web.runs.run_view import RunView, RunViews
from integration.web.services import services
from integration.web.training.safety_hold import held_by

pages = Blueprint("notes", __name__)
SILENT_DAYS = 90
LONGEST_PAUSE = 365
DAYS_WANTED = f"give a whole number of days from 0 to {LONGEST_PAUSE}; 0 ends the pause"
ON_HOLD = "You reported a red flag: there is no note to try until a clinician has cleared you."
ON_STRAVA = {"writing", "written"}


@pages.get("/notes")
@connected
def page() -> ResponseReturnValue:
    return _page({}, {})


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    who = athlete()
    mine = profile()
    known = known_runs(who, TWELVE_WEEKS_AND_BEFORE)
    judgement = RunViews(known, mine) if isinstance(known, KnownRuns) else None
    with services().store.read() as session:
        notes = ledger.notes(session, who.id)
    now = services().now()
    return render_template(
        "runs/notes.html",
        athlete=who,
        preferences=mine,
        known=known,
        notes=[(note, _judged(note, judgement)) for note in notes],
        silent=judgement.silent(SILENT_DAYS) if judgement else [],
        unread=judgement.unread() if judgement else [],
        states=NOTE_STATES,
        done={entry.activity for entry in mine.sessions if entry.moves},
        moving=any(note.state in {"writing", "removing"} for note in notes),
        standing=sum(note.state in {*ON_STRAVA, "pages"} for note in notes),
        typed=typed,
        errors=errors,
        paused=mine.paused_until is not None and mine.paused_until > now,
        fmt=formats(mine.units, mine.language),
        now=now,
    )


def _judged(note: Note, judgement: RunViews | None) -> RunView | None:
    """The note's run, where the stored history reaches back to it."""
    run = judgement.known.history.get(note.activity_id) if judgement else None
    return judgement.judged(run) if judgement and run else None


@pages.post("/notes/<activity:activity>/remove")
@connected
def remove(activity: int) -> ResponseReturnValue:
    """Takes one note back; an id that is no note of this athlete's is not found."""
    who = athlete()
    with services().store.read() as session:
        if ledger.find(session, who.id, activity) is None:
            abort(404)
    _take_back(who, activity)
    flash("The note is being taken back.")
    return redirect(url_for("notes.page"), 303)


@pages.post("/notes/remove-all")
@connected
def remove_all() -> ResponseReturnValue:
    number = _take_back(athlete(), None)
    flash(f"Taking back {number} {'note' if number == 1 else 'notes'}." if number else "There is no note to take back.")
    return redirect(url_for("notes.page"), 303)


@pages.post("/notes/pause")
@connected
def pause() -> ResponseReturnValue:
    """No notes for `days` from now; 0 ends the pause."""
    who = athlete()
    values, errors = forms.read_all(request.form, {"days": _days})
    if not values and not errors:
        errors = {"days": f"days: {DAYS_WANTED}"}
    if errors:
        return wrong_fields(errors, lambda: _page(request.form, errors))
    until = services().now() + timedelta(days=values["days"]) if values["days"] else None
    with services().store.write() as session:
        session.get_one(Preferences, who.id).paused_until = until
    flash("Notes are paused." if until else "The pause is over.")
    return redirect(url_for("notes.page"), 303)


def _days(text: str) -> int:
    # The length first: Python refuses to read thousands of digits.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST_PAUSE)) and int(text) <= LONGEST_PAUSE):
        raise forms.WrongValue(DAYS_WANTED)
    return int(text)


@pages.post("/notes/<activity:activity>/try")
@connected
def attempt(activity: int) -> ResponseReturnValue:
    """Writes a note on a run that was not worth one, because the athlete wants to see how it looks."""
    who, parts, now = athlete(), services(), services().now()
    if held_by():
        return answer(400, ON_HOLD, way_on="/notes")
    with parts.store.write() as session:
        known = {run.id for run in histories.runs(session, who.id)}
        note = ledger.find(session, who.id, activity)
        if activity not in known or (note is not None and note.state != "removed"):
            abort(404)
        if not session.get_one(Preferences, who.id).notes_on:
            abort(400)
        ledger.begin(session, _begun(who.id, activity))
        asked = ActivityEvent(who.id, activity, kind="asked", event_time=now, origin="page")
        pending_activities.record_event(session, asked, now=now, due_at=now)
    parts.waker.wake(who.key)
    flash("The note is on its way. If you do not like it, take it back here.")
    return redirect(url_for("notes.page"), 303)


def _begun(athlete_id: int, activity: int) -> Note:
    """A row that says a note is about to be written: only such a row lets the workers write one that nobody flagged."""
    now = services().now()
    return Note(
        athlete_id=athlete_id, activity_id=activity, state="writing", written_at=now, severity=0, spike_band=None,
        block_hash=None, moves=[], changed_at=now,
    )  # fmt: skip


def _take_back(who: Athlete, activity: int | None) -> int:
    parts, now = services(), services().now()
    with parts.store.write() as session:
        number = ledger.ask_removal(session, who.id, now, activity)
        athletes.request(session, who.id, now)
    parts.waker.wake(who.key)
    return number
