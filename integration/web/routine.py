"""A routine as a guided session: that of a note, today's, or any moves by name. Done is logged for progression."""

import json
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.moves import library
from content.moves.answers import PLACES, Answers, hold
from content.moves.day import for_today, recall
from content.moves.routine import Routine
from content.moves.timing import first_day
from integration.store import ledger
from integration.store.tables import Note, Preferences
from integration.web import answers, told
from integration.web.identity import athlete, connected, visitor
from integration.web.judged import LONGEST_REST, Judgement
from integration.web.known_runs import TWELVE_WEEKS_AND_BEFORE, KnownRuns, Waiting, known_runs
from integration.web.wiring import wired

pages = Blueprint("routine", __name__)
MOST_MOVES = 20
WORST = 10


@pages.get("/routine/<activity:activity>")
@connected
def of_note(activity: int) -> ResponseReturnValue:
    """The routine that a note gave, with the doses it had; not found for an activity without a note of this athlete."""
    who = athlete()
    preferences = told.preferences(who)
    note, before = _note(activity)
    routine = recall(
        note.moves,
        library=library.load(),
        answers=told.answers(preferences),
        now=wired().now(),
        earlier=told.earlier(preferences, before),
    )
    begin = _strength_from(known_runs(who, TWELVE_WEEKS_AND_BEFORE), preferences, note)
    return _page(routine, preferences, note=note, begin=begin)


@pages.get("/routine/today")
@connected
def of_today() -> ResponseReturnValue:
    """What suits the athlete today, by the runs of the last days."""
    who = athlete()
    preferences = told.preferences(who)
    known = known_runs(who, TWELVE_WEEKS_AND_BEFORE)
    if not isinstance(known, KnownRuns):
        return redirect(url_for("dashboard.page"), 303)
    return _page(today(known, Judgement(known, preferences)), preferences)


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
    """Logs a session (`done`, `back` 0–10, `where`), with consent; a red flag (`red_flags`) puts everything on hold."""
    who = athlete()
    preferences = told.preferences(who)
    _note(activity)
    reported = frozenset(request.form.getlist("red_flags")) & frozenset(library.load().red_flags)
    if reported:
        kept = told.answers(preferences)
        answers.keep(replace(kept, red_flags=kept.red_flags | reported))
        return redirect(url_for("moves.safety"), 303)
    if preferences.answers_consented_at is None and request.form.get("consent") != "true":
        flash("Well done. Nothing was kept, since you did not agree to it.")
        return redirect(url_for("dashboard.page"), 303)
    _log(activity, preferences)
    flash("Well done. It counts for your next routine.")
    return redirect(url_for("dashboard.page"), 303)


def today(known: KnownRuns, judgement: Judgement) -> Routine:
    """Today's routine."""
    return for_today(
        library=library.load(),
        recent=known.history.kept,
        answers=told.answers(judgement.preferences),
        now=wired().now(),
        earlier=told.earlier(judgement.preferences, judgement.notes),
        strength_from=judgement.strength_from(),
    )


def _note(activity: int) -> tuple[Note, list[Note]]:
    """The note of this athlete's activity, and those before it; 404 where there is none."""
    with wired().store.read() as session:
        notes = ledger.notes(session, athlete().id)
    note = next((note for note in notes if note.activity_id == activity and note.moves), None)
    if note is None:
        abort(404)
    return note, [other for other in notes if other.written_at < note.written_at]


def _held_only() -> Answers:
    """Of a connected visitor's answers only whether they are on hold."""
    who = visitor()
    mine = told.answers(told.preferences(who)) if who else Answers()
    return Answers(red_flags=mine.red_flags) if hold(mine) else Answers()


def _log(activity: int, preferences: Preferences) -> None:
    parts, now, felt = wired(), wired().now(), _felt()
    with parts.store.write() as session:
        note = session.get_one(Note, (athlete().id, activity))
        kept = session.get_one(Preferences, athlete().id)
        note.done_at = now if request.form.get("done") == "true" else note.done_at
        kept.answers_consented_at = kept.answers_consented_at or now
        if felt:
            log = told.back_log(preferences) | {str(activity): felt}
            kept.back_log = parts.vault.lock(json.dumps(log))


def _felt() -> dict[str, object]:
    """How the back feels, where that was answered."""
    back = request.form.get("back", "")
    if not back:
        return {}
    if not (back.isascii() and back.isdigit() and int(back) <= WORST):
        abort(400)
    return {"back": int(back), "where": [place for place in PLACES if place in request.form.getlist("where")]}


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
