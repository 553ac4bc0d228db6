"""A routine as a guided session: that of a note, today's, or any moves by name. Done is logged, for what comes next."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.moves import library
from content.moves.models import Kind
from content.notes.links import moves_of
from content.routines.back import IRRITABLE_FROM, SORE_BACK_FROM, Back, state_of
from content.routines.daily import before_run, recall
from content.routines.past import NOTHING_YET, Past
from content.routines.questionnaire import PLACES, Answers
from content.routines.rest import strength_again
from content.routines.routine import Routine
from integration.athlete_profile import AthleteProfile
from integration.store import ledger
from integration.store.session_log import moves_just_told
from integration.store.tables import Note
from integration.web import forms, hold_words, offline_queue
from integration.web.auth import athlete, connected, profile, visitor, wants_json
from integration.web.errors import answer
from integration.web.formats import formats
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.run_view import REST_OF_AN_UNKNOWN_RUN, RunViews
from integration.web.run_views.strength import strength_due
from integration.web.services import services
from integration.web.settings import answers
from integration.web.training import session_form
from integration.web.training.for_today import ForToday, done_here, routine_for_today, session_of
from integration.web.training.session_form import SessionForm

pages = Blueprint("routine", __name__)
MOST_MOVES = 20
WELL_DONE = "Well done. It counts for your next routine."
NO_HARDER = "Saved. While your back complains, your routine gets no harder."
SORE = "A back that hurts comes first: nothing gets harder now. Read these warning signs, and report one that is yours."
HERE_ONLY = "Done. It counts on this device for today; we saved nothing."
ARRIVED = "The answers to your last routine have arrived."  # it was kept by the browser meanwhile


@pages.get("/routine/<activity:activity>")
@connected
def of_note(activity: int) -> ResponseReturnValue:
    """The routine that a note gave, with the doses it had; not found for an activity without a note of this athlete."""
    mine = profile()
    note, notes = note_of(activity)
    return _page(session_of_note(note, notes, mine), mine)


@pages.get("/routine/today")
@connected
def of_today() -> ResponseReturnValue:
    """Show what is for today: a note's routine as long as it applies, else what suits the day."""
    mine = profile()
    shown = shown_today(mine)
    return _page(shown, mine) if shown else redirect(url_for("dashboard.page"), 303)


@pages.get("/routine")
def of_moves() -> ResponseReturnValue:
    """Show any moves by name (`moves=a,b`), for everybody, as far as the back of a connected visitor allows it."""
    return _for_everybody(request.args.get("moves", "").split(","))


@pages.get("/r/<code>")
def of_code(code: str) -> ResponseReturnValue:
    """Show the moves of a note by its short link, for everybody."""
    return _for_everybody(moves_of(code))


@pages.get("/routine/before-your-run")
def warm_up() -> ResponseReturnValue:
    """Show the warm-up of five minutes, for everybody; what a visitor told us leaves moves out, or all of it."""
    mine, past = _answers_and_past() if visitor() else (Answers(), NOTHING_YET)
    routine = before_run(library=library.load(), answers=mine, now=services().now(), past=past)
    return _page(ForToday(routine), None, title="Before your run")


def _for_everybody(names: Sequence[str]) -> ResponseReturnValue:
    if not any(name in library.load().moves for name in names[:MOST_MOVES]):
        abort(404)
    now = services().now()
    mine, past = _answers_and_past() if visitor() else (Answers(), NOTHING_YET)
    if state_of(mine, past, now) is Back.QUIET:  # then nothing of an athlete is on these pages
        mine, past = Answers(), NOTHING_YET
    routine = recall(names[:MOST_MOVES], library=library.load(), answers=mine, given_at=now, past=past)
    return _page(_of_several(routine) if len(routine.move_ids) > 1 else ForToday(routine), None)


@pages.post("/routine/<activity:activity>")
@connected
def done(activity: int) -> ResponseReturnValue:
    """Log a session (`done`, `moves`, `back` 0–10, `where`), with consent; a warning sign (`red_flags`) is a hold.

    A warning sign needs no note and no consent. `owner`, `answered` and `late` are the browser's own fields.
    """
    return _log(activity)


@pages.post("/routine/today")
@connected
def done_today() -> ResponseReturnValue:
    """Log a session of the day's own routine, like that of a note."""
    return _log(None)


def _log(activity: int | None) -> ResponseReturnValue:
    who = athlete()
    session = forms.read(SessionForm, check=session_form.check)
    if session.owner not in (None, offline_queue.tag(who.key)):
        return answer(403, "These answers belong to somebody else who used this browser.")
    mine = profile()
    agreed = session.consent or mine.answers_consented_at is not None
    if session.red_flags:
        answers.report(frozenset(session.red_flags), agreed=session.consent)
        if agreed and (activity is None or _find_note(activity)):
            session_form.keep(who.id, activity, session, moves=())
        return _answered(hold_words.REPORTED, "moves.safety", hold=True, late=session.late)
    shown = session_of_note(*note_of(activity), mine) if activity is not None else shown_today(mine)
    if not agreed:
        done_here(services().now())
        return _felt(session, HERE_ONLY, HERE_ONLY)
    moves = session.moves or moves_just_told(mine.sessions, activity, services().now())
    moves = moves or (tuple(item.move.id for item in shown.items) if shown else ())
    session_form.keep(who.id, activity, session, moves=moves if session.done else ())
    return _felt(session, WELL_DONE, NO_HARDER)


def _felt(session: SessionForm, well: str, complains: str) -> ResponseReturnValue:
    """No praise from where a back halts progress on; from where it takes a step back, the warning signs."""
    if (session.back or 0) >= SORE_BACK_FROM:
        return _answered(SORE, "moves.safety", late=session.late, alert=True)
    return _answered(complains if (session.back or 0) >= IRRITABLE_FROM else well, "dashboard.page", late=session.late)


def _answered(words: str, endpoint: str, *, late: bool, hold: bool = False, alert: bool = False) -> ResponseReturnValue:
    """Tell what was done; a script shows by itself what it sent late, for then no page follows."""
    words = f"{ARRIVED} {words}" if late else words
    if hold or not (late and wants_json()):
        flash(words, "alert" if hold or alert else "message")
    if wants_json():
        return jsonify(said=words, hold=hold, next=url_for(endpoint))
    return redirect(url_for(endpoint), 303)


def note_of(activity: int) -> tuple[Note, list[Note]]:
    """The note of this athlete's activity, and all of the athlete's; 404 if there is none."""
    return _find_note(activity) or abort(404)


def _find_note(activity: int) -> tuple[Note, list[Note]] | None:
    with services().store.read() as session:
        notes = ledger.notes(session, athlete().id)
    note = next((note for note in notes if note.activity_id == activity and note.moves), None)
    return (note, notes) if note else None


def session_of_note(note: Note, notes: list[Note], mine: AthleteProfile) -> ForToday:
    """A note's routine as a session now; if the runs are not here, strength waits for the longest rest."""
    known, past = known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE), mine.past(notes)
    if isinstance(known, KnownRuns):
        return session_of(note, mine, past, begin=strength_due(RunViews(known, mine)), now=known.now)
    now = services().now()
    rested, again = note.written_at + REST_OF_AN_UNKNOWN_RUN, strength_again(past.sessions, now)
    return session_of(note, mine, past, begin=max(rested, again or rested), now=now)


def shown_today(mine: AthleteProfile) -> ForToday | None:
    """Return what is for today; None if the runs are not here."""
    known = known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    return routine_for_today(RunViews(known, mine)) if isinstance(known, KnownRuns) else None


def _of_several(routine: Routine) -> ForToday:
    """Moves that a note links to: strength and trunk holds wait for the day that it names. One alone was picked."""
    waits = tuple(item for item in routine.strength if item.move.kind in (Kind.STRENGTH, Kind.TRUNK_HOLD))
    light = tuple(item for item in routine.strength if item not in waits)
    return ForToday(replace(routine, today=routine.today + light, strength=waits), later=waits)


def _answers_and_past() -> tuple[Answers, Past]:
    """Return what the connected visitor told: by answers, and by what was done."""
    mine = profile()
    with services().store.read() as session:
        return mine.answers, mine.past(ledger.notes(session, mine.athlete_id))


def _page(shown: ForToday, mine: AthleteProfile | None, title: str = "Your routine") -> str:
    """Strength stays out of the session before it may begin, and is named with its day."""
    own = url_for("routine.done_today") if mine else None
    return render_template(
        "training/routine.html",
        title=title,
        routine=shown.routine,
        items=shown.items,
        later=shown.later,
        begin=shown.begin,
        action=url_for("routine.done", activity=shown.note.activity_id) if shown.note else own,
        for_everybody=mine is None,
        watch=_for_the_watch(shown) if mine else None,
        fmt=formats(mine.units, mine.language) if mine else None,
        consented=mine.answers_consented_at if mine else None,
        library=library.load(),
        places=PLACES,
    )


def _for_the_watch(shown: ForToday) -> str | None:
    """Return the address of the strength part as a workout file; None if there is none."""
    if not shown.routine.strength:
        return None
    return url_for("watch.of_note", activity=shown.note.activity_id) if shown.note else url_for("watch.of_today")
