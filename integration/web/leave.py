"""Leaving: notes are taken back if wanted, the access is given back, everything is deleted. The workers do it."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from integration.store import athletes, ledger
from integration.store.tables import Note
from integration.web.identity import sign_out, visitor
from integration.web.truth import truth
from integration.web.wiring import wired

pages = Blueprint("leave", __name__)
ON_STRAVA = {"writing", "written", "removing"}


@pages.get("/leave")
def page() -> ResponseReturnValue:
    """What leaving means; its progress; and in the end that nothing is left."""
    who = visitor()
    if who is None:
        return _gone()
    with wired().store.read() as database:
        notes = ledger.notes(database, who.id)
    standing = [note for note in notes if note.state in ON_STRAVA]
    edited = [note.activity_id for note in notes if note.state == "edited"]
    if who.state != "leaving":
        return render_template("leave/ask.html", athlete=who, standing=standing, edited=edited)
    session["stays"] = edited[:50] if who.leave_with_notes else []
    return render_template("leave/leaving.html", athlete=who, standing=standing, edited=edited, done=_taken_back(notes))


@pages.post("/leave")
def leave() -> ResponseReturnValue:
    """Begins to leave; there is no way back from here but to connect again."""
    who, parts = visitor(), wired()
    if who is None:
        return redirect(url_for("leave.page"), 303)
    if who.state != "leaving":
        now, with_notes = parts.now(), _notes_too()
        with parts.store.write() as database:
            if with_notes:
                ledger.ask_removal(database, who.id, now)
            athletes.ask(
                database, who.id, now, state="leaving", leaving_since=now, leave_with_notes=with_notes
            )  # fmt: skip
    parts.waker.wake(who.key)
    return redirect(url_for("leave.page"), 303)


def _notes_too() -> bool:
    """A field that cannot be understood is no leave to leave notes standing: nothing happens then."""
    try:
        return truth(request.form.get("remove_notes") or "false")
    except ValueError:
        abort(400)


def _gone() -> ResponseReturnValue:
    was_here, stays = "key" in session, session.get("stays", [])
    sign_out()
    if not was_here:
        return redirect(url_for("home.page"), 303)
    return render_template("leave/gone.html", stays=stays)


def _taken_back(notes: list[Note]) -> int:
    return sum(note.state in {"removed", "gone"} for note in notes)
