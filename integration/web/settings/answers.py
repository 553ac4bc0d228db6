"""The optional questions that make routines fit, kept encrypted and with consent; and the end of a hold.

An absent field stays unchanged; one that was sent empty is taken back.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.moves import library
from content.moves.dose import SIDES, UNITS
from content.moves.vocabulary import EQUIPMENT
from content.routines.questionnaire import HOUSEHOLD, Answers, AnswersError, care_advice, has_safety_hold
from content.routines.questionnaire_fields import change_answers
from integration.athlete_profile import AthleteProfile, answers_of, set_answers
from integration.store.tables import Preferences
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.errors import wrong_fields
from integration.web.services import services
from integration.web.training import offline_queue

pages = Blueprint("answers", __name__)

FLAGS = ("hurts", "floor", "cleared")
WORDS = ("arching", "bending")
LISTS = ("equipment", "left_out", "conditions", "red_flags")
PIN = ("move", "sets", "amount", "unit", "sides")
TICKS = ("consent", "forget")
FIELDS = {*FLAGS, *WORDS, *LISTS, *TICKS, *(f"pin_{name}" for name in PIN)}
NEED_NO_CONSENT = {"red_flags"}  # reporting one, and the end of a hold
ON_HOLD = "You reported a red flag: exercise is on hold until a clinician has cleared you."
NO_TICK = "Nothing was ticked, so nothing has changed."
CLEARED = "Good to hear. Exercise is back; begin with what feels easy."
NO_CONSENT = "These are health data: tick that you agree to our keeping them."


@pages.get("/answers")
@connected
def page() -> ResponseReturnValue:
    mine = profile()
    return _page(mine, mine.answers.as_mapping(), {})


@pages.post("/answers")
@connected
def save() -> ResponseReturnValue:
    """Keeps the answers that were sent, or forgets all of them (`forget`)."""
    mine = profile()
    errors = {forms.echo(name): "is no question of ours" for name in forms.unknown(request.form, FIELDS)}
    agreed, forget = (forms.ticked(request.form, name, errors) for name in TICKS)
    if forget and not errors:
        return _forget()
    sent = _sent()
    if not (sent or agreed or errors):
        flash(NO_TICK)
        return redirect(url_for("answers.page"), 303)
    if not (agreed or mine.answers_consented_at or set(sent) <= NEED_NO_CONSENT):
        errors["consent"] = NO_CONSENT
    try:
        if errors:
            change_answers(mine.answers, sent, library.load())
        else:
            _change(lambda kept: change_answers(kept, sent, library.load()), agreed=agreed)
    except AnswersError as wrong:
        errors |= wrong.errors
    if errors:
        errors = {name: why if name == "consent" else f"{name}: {why}" for name, why in errors.items()}
        given = mine.answers.as_mapping() | sent
        return wrong_fields(errors, lambda: _page(mine, given, errors))
    if sent.get("red_flags"):
        flash(ON_HOLD)
        return redirect(url_for("moves.safety"), 303)
    flash(CLEARED if sent == {"red_flags": []} else "Saved. The next routine fits it.")
    return redirect(url_for("answers.page"), 303)


def report(red_flags: frozenset[str], *, agreed: bool) -> None:
    """Puts the athlete on hold. That needs no consent, being for their safety, and is none for anything else."""
    _change(lambda kept: replace(kept, red_flags=kept.red_flags | red_flags), agreed=agreed)


def _change(change: Callable[[Answers], Answers], *, agreed: bool) -> None:
    """Locks the changed answers away; AnswersError from `change` leaves everything as it was."""
    parts = services()
    with parts.store.write() as session:
        kept = session.get_one(Preferences, athlete().id, with_for_update=True)
        set_answers(kept, parts.vault, change(answers_of(kept, parts.vault)))
        if agreed:
            kept.answers_consented_at = kept.answers_consented_at or parts.now()


def _forget() -> ResponseReturnValue:
    who = athlete()
    with services().store.write() as session:
        kept = session.get_one(Preferences, who.id, with_for_update=True)
        kept.answers = kept.session_log = kept.answers_consented_at = None
    offline_queue.drop(who.key)
    flash("Your answers, your sessions and what you told about your back are deleted.")
    return redirect(url_for("answers.page"), 303)


def _sent() -> dict[str, Any]:
    """The fields that were sent, in the shape of Answers.as_mapping; what is no sane value stays for it to refuse."""
    readers: Mapping[str, Callable[[str], Any]] = {
        **dict.fromkeys(FLAGS, _flag), **dict.fromkeys(WORDS, _word), **dict.fromkeys(LISTS, _list),
    }  # fmt: skip
    sent = {name: read(name) for name, read in readers.items() if name in request.form}
    if "pin_move" in request.form:
        sent["pins"] = _pins()
    return sent


def _flag(name: str) -> bool | str | None:
    value = request.form.getlist(name)[-1]
    return {"true": True, "false": False, "": None}.get(value, value)


def _word(name: str) -> str | None:
    return request.form.getlist(name)[-1] or None


def _list(name: str) -> list[str]:
    return [value for value in request.form.getlist(name) if value]


def _pins() -> list[dict[str, Any]]:
    rows = zip(*(request.form.getlist(f"pin_{name}") for name in PIN), strict=False)
    return [_pin(dict(zip(PIN, row, strict=True))) for row in rows if row[0]]


def _pin(row: dict[str, str]) -> dict[str, Any]:
    """A row without an amount takes our dose."""
    if not row["amount"]:
        return {"move": row["move"]}
    return {**row, "sets": _whole(row["sets"] or "1"), "amount": _whole(row["amount"])}


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else text


def _page(mine: AthleteProfile, given: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    known = library.load()
    kept = mine.answers
    at_hand = {"equipment": sorted(HOUSEHOLD)} if given.get("equipment") is None else {}
    return render_template(
        "settings/answers.html",
        given={**given, **at_hand}, errors=errors, library=known, equipment=EQUIPMENT, units=UNITS, sides=SIDES,
        consented=mine.answers_consented_at,
        care_advice=care_advice(kept, known) if has_safety_hold(kept) else None,
        something_kept=bool(kept.as_mapping() or mine.sessions),
    )  # fmt: skip
