"""A routine as a guided session: that of a note, today's, or any moves by name. Done is logged for progression."""

from datetime import datetime

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.moves import library
from content.moves.answers import PLACES, Answers, AnswersError, hold
from content.moves.day import recall
from content.moves.routine import Routine
from content.moves.timing import first_day
from integration.store import ledger
from integration.store.tables import Note, Preferences
from integration.web import answers, session_log, told, unsent
from integration.web.error_pages import answer
from integration.web.for_today import routine_for_today, routine_of
from integration.web.identity import athlete, connected, visitor, wants_json
from integration.web.judged import LONGEST_REST, Judgement
from integration.web.known_runs import TWELVE_WEEKS_AND_BEFORE, KnownRuns, Waiting, known_runs
from integration.web.wiring import wired

pages = Blueprint("routine", __name__)
MOST_MOVES = 20
ON_HOLD = "You reported a red flag: exercise is on hold until a clinician has cleared you."
WELL_DONE = "Well done. It counts for your next routine."
NOT_KEPT = "Well done. Nothing was kept, since you did not agree to it."
ARRIVED = "What you answered after your routine has arrived."  # it was kept by the browser meanwhile


@pages.get("/routine/<activity:activity>")
@connected
def of_note(activity: int) -> ResponseReturnValue:
    """The routine that a note gave, with the doses it had; not found for an activity without a note of this athlete."""
    who = athlete()
    preferences = told.preferences(who)
    note, before = _note(activity)
    routine = routine_of(note, before, preferences)
    begin = _strength_from(known_runs(who, TWELVE_WEEKS_AND_BEFORE), preferences, note)
    return _page(routine, preferences, note=note, begin=begin)


@pages.get("/routine/today")
@connected
def of_today() -> ResponseReturnValue:
    """What is for today: a note's routine as long as it applies, else what suits the day."""
    who = athlete()
    preferences = told.preferences(who)
    known = known_runs(who, TWELVE_WEEKS_AND_BEFORE)
    if not isinstance(known, KnownRuns):
        return redirect(url_for("dashboard.page"), 303)
    today = routine_for_today(Judgement(known, preferences))
    if today.note is not None:
        return of_note(today.note.activity_id)
    return _page(today.routine, preferences)


@pages.get("/routine")
def of_moves() -> ResponseReturnValue:
    """Any moves by name (`moves=a,b`), for everybody: nothing of an athlete is on this page, but a hold holds."""
    names = request.args.get("moves", "").split(",")[:MOST_MOVES]
    routine = recall(names, library=library.load(), answers=_held_only(), now=wired().now())
    if not routine.move_ids and not routine.hold:
        abort(404)
    return _page(routine, None)


@pages.post("/routine/<activity:activity>")
@connected
def done(activity: int) -> ResponseReturnValue:
    """Logs a session (`done`, `back` 0–10, `where`), with consent; a red flag (`red_flags`) puts everything on hold.

    For a red flag no note and no consent is asked. `owner` and `late` are the browser's own, see `unsent`.
    """
    who = athlete()
    if request.form.get("owner", unsent.tag(who.key)) != unsent.tag(who.key):
        return answer(403, "These answers belong to somebody else who used this browser.")
    try:
        session = session_log.read(request.form)
    except AnswersError as wrong:
        return answer(400, str(wrong), way_on=f"/routine/{activity}")
    agreed = session.consent or told.preferences(who).answers_consented_at is not None
    if session.red_flags:
        answers.report(session.red_flags, agreed=session.consent)
        if agreed and _find_note(activity):
            session_log.keep(who.id, activity, session, done=False)
        return _answered(ON_HOLD, "moves.safety", hold=True)
    _note(activity)
    if not agreed:
        return _answered(NOT_KEPT, "dashboard.page")
    session_log.keep(who.id, activity, session, done=session.done)
    return _answered(WELL_DONE, "dashboard.page")


def _answered(words: str, endpoint: str, *, hold: bool = False) -> ResponseReturnValue:
    """Tells what was done; a script shows by itself what it sent late, for then no page follows."""
    late = request.form.get("late") == "true"
    words = f"{ARRIVED} {words}" if late else words
    if hold or not (late and wants_json()):
        flash(words)
    if wants_json():
        return jsonify(said=words, hold=hold, next=url_for(endpoint))
    return redirect(url_for(endpoint), 303)


def _note(activity: int) -> tuple[Note, list[Note]]:
    """The note of this athlete's activity, and those before it; 404 where there is none."""
    return _find_note(activity) or abort(404)


def _find_note(activity: int) -> tuple[Note, list[Note]] | None:
    with wired().store.read() as session:
        notes = ledger.notes(session, athlete().id)
    note = next((note for note in notes if note.activity_id == activity and note.moves), None)
    return (note, [other for other in notes if other.written_at < note.written_at]) if note else None


def _held_only() -> Answers:
    """Of a connected visitor's answers only whether they are on hold."""
    who = visitor()
    mine = told.answers(told.preferences(who)) if who else Answers()
    return Answers(red_flags=mine.red_flags) if hold(mine) else Answers()


def _strength_from(known: KnownRuns | Waiting, preferences: Preferences, note: Note) -> datetime:
    """When strength work may begin, by the athlete's clock; where the runs are not here, after the longest rest."""
    if isinstance(known, Waiting):
        return note.written_at + LONGEST_REST
    return (Judgement(known, preferences).strength_from() or note.written_at).astimezone(known.now.tzinfo)


def _page(
    routine: Routine, preferences: Preferences | None, *, note: Note | None = None, begin: datetime | None = None
) -> str:
    """Strength stays out of the session before `begin` and is named with its day."""
    later = routine.strength if begin and wired().now() < begin else ()
    return render_template(
        "routine/page.html",
        routine=routine,
        items=routine.today + (() if later else routine.strength),
        later=later,
        begin=first_day(begin.replace(tzinfo=None)) if begin and later else None,
        for_everybody=preferences is None,
        fmt=told.formats_of(preferences) if preferences else None,
        note=note,
        consented=preferences.answers_consented_at if preferences else None,
        library=library.load(),
        places=PLACES,
    )
