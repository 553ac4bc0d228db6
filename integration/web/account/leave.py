"""Leaving: the workers remove the notes if wanted, give the access back to Strava, and delete everything."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from content.outcomes import NoteState
from integration.errors import KeysLost
from integration.store import athletes, deletions, ledger
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete, Note
from integration.web import forms
from integration.web.account.deletion import told
from integration.web.auth import here, sign_out, visitor
from integration.web.cookies import let_this_answer_set_the_cookie
from integration.web.forms import Form
from integration.web.run_views.messages import LEFT_BEHIND
from integration.web.services import services
from integration.web.training.safety_hold import held_by

pages = Blueprint("leave", __name__)
MOST_REMEMBERED = 50  # activities, in a cookie


class LeaveForm(Form):
    """The choice to remove the notes on Strava first."""

    remove_notes: forms.Tick = False


@pages.get("/leave")
def page() -> ResponseReturnValue:
    """The question, then the progress, and in the end the page that says that nothing is left."""
    who = visitor()
    if who is None:
        return _gone()
    with services().store.read() as database:
        notes = ledger.notes(database, who.id)
    standing = [note for note in notes if note.state.removable_from_strava]
    if who.state is not AthleteState.LEAVING:
        return _ask(standing, {}, locked=_locked(who))
    locked = _locked(who)
    staying = standing if locked else [note for note in notes if note.state.stays_with_athlete]
    to_go = [note for note in standing if note not in staying]
    done = _removed(who, notes)
    _remember(who, [note.activity_id for note in staying], done + to_go)
    return render_template(
        "account/leave/leaving.html",
        athlete=who,
        standing=to_go,
        staying=staying,
        states=LEFT_BEHIND,
        done=len(done),
        locked=locked,
    )


@pages.post("/leave")
def leave() -> ResponseReturnValue:
    """Begin to leave; the only way back is to connect again."""
    who, parts = visitor(), services()
    if who is None:
        return redirect(url_for("leave.page"), 303)
    # What cannot be understood is no leave to leave notes standing: nothing happens then.
    locked = _locked(who)
    form = forms.read(LeaveForm, lambda errors: _ask(_standing(who), errors, locked=locked))
    with_notes = form.remove_notes and not locked
    if who.state is not AthleteState.LEAVING:
        now = parts.now()
        with parts.store.write() as database:
            notes = ledger.notes(database, who.id)
            if with_notes:
                ledger.ask_removal(database, who.id, now)
            athletes.request(
                database, who.id, now, state=AthleteState.LEAVING, leaving_since=now, leave_with_notes=with_notes
            )  # fmt: skip
        standing = [note for note in notes if note.state.removable_from_strava]
        session["taken"] = [note.activity_id for note in standing[:MOST_REMEMBERED]] if with_notes else []
        session["locked"], session["receipt"] = locked, who.receipt
    parts.waker.wake(who.key)
    return redirect(url_for("leave.page"), 303)


def _ask(standing: Sequence[Note], errors: Mapping[str, str], *, locked: bool) -> str:
    return render_template("account/leave/ask.html", standing=standing, errors=errors, locked=locked)


def _locked(who: Athlete) -> bool:
    """Return True if no key opens what is stored: then neither notes nor the access can be taken from Strava."""
    try:
        held_by()
    except KeysLost:
        g.held_by = None  # nobody can read it, and every page asks again
        return True
    return not services().vault.opens(who.refresh_token)


def _standing(who: Athlete) -> list[Note]:
    """Return the notes that can be removed from Strava."""
    with services().store.read() as database:
        return [note for note in ledger.notes(database, who.id) if note.state.removable_from_strava]


def _remember(who: Athlete, staying: list[int], taken: list[Note]) -> None:
    """Keep, in the athlete's own cookie, what stays on Strava: in the end nothing is left here to ask."""
    let_this_answer_set_the_cookie()  # the waiting page asks by itself, and nobody else can tell it in the end
    session["receipt"] = who.receipt
    session["stays"] = staying[:MOST_REMEMBERED] if who.leave_with_notes or session.get("locked") else []
    session["taken"] = [note.activity_id for note in taken[:MOST_REMEMBERED]] if who.leave_with_notes else []


def _gone() -> ResponseReturnValue:
    """Say that all is gone, also when the page is opened again. A stranger is asked to connect first."""
    if "key" not in session and "left" not in session:
        return redirect(url_for("home.page", next=here(), ended=1), 303)
    left = session.get("left") or {name: session.get(name, []) for name in ("stays", "taken", "locked", "receipt")}
    sign_out()
    session["left"] = left  # until the browser is closed
    return render_template("account/leave/gone.html", **left, deletion=_deletion(left.get("receipt")))


def _deletion(receipt: str | None) -> dict[str, Any] | None:
    """Return what the register says of the deletion; the athlete's own address stays good for one look more."""
    with services().store.read() as database:
        return told(deletions.find(database, receipt)) if receipt else None


def _removed(who: Athlete, notes: list[Note]) -> list[Note]:
    """Return the notes that leaving has removed from Strava so far."""
    since = who.leaving_since
    return [note for note in notes if note.state is NoteState.REMOVED and since and note.changed_at > since]
