"""The optional questions that make routines fit, stored encrypted and with consent; and the end of a hold.

An absent field stays unchanged; an empty one clears the answer.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator

from content.moves import library
from content.moves.dose import SIDES, UNITS
from content.moves.vocabulary import EQUIPMENT
from content.routines.back import asks_again
from content.routines.questionnaire import (
    HOUSEHOLD,
    Answers,
    AnswersError,
    can_be_a_mistake,
    care_advice,
    has_safety_hold,
    with_times,
    without_mistake,
)
from content.routines.questionnaire_fields import change_answers
from integration.athlete_profile import AthleteProfile, answers_of, set_answers
from integration.store import histories
from integration.store.tables import Preferences
from integration.web import forms, hold_words, offline_queue
from integration.web.auth import athlete, connected, profile
from integration.web.forms import Form, NoFields
from integration.web.services import services

pages = Blueprint("answers", __name__)

PIN = ("move", "sets", "amount", "unit", "sides")
NEED_NO_CONSENT = {"red_flags"}  # reporting one, and the end of a hold
NO_TICK = "You ticked nothing, so nothing changed."
NO_CONSENT = "these are health data; tick that you agree to our keeping them"
LONGEST_NUMBER = 10  # digits; more are no dose


def _flag(text: str) -> bool | None:
    return forms.yes_or_no(text) if text else None


Flag = Annotated[bool | None, BeforeValidator(_flag)]
Word = Annotated[str | None, BeforeValidator(lambda text: text or None)]
Texts = tuple[str, ...]
Words = Annotated[Texts, BeforeValidator(lambda texts: tuple(filter(None, texts)))]


class AnswersForm(Form):
    """The questions. An empty one clears the answer; the questionnaire checks the words."""

    several: ClassVar = ("equipment", "left_out", "conditions", "red_flags", *(f"pin_{name}" for name in PIN))

    hurts: Flag = None
    floor: Flag = None
    cleared: Flag = None
    arching: Word = None
    bending: Word = None
    equipment: Words = ()
    left_out: Words = ()
    conditions: Words = ()
    red_flags: Words = ()
    pin_move: Texts = ()
    pin_sets: Texts = ()
    pin_amount: Texts = ()
    pin_unit: Texts = ()
    pin_sides: Texts = ()
    consent: forms.Tick = False
    forget: forms.Tick = False

    @classmethod
    def no_field(cls, name: str) -> str:
        """Say that we do not ask this."""
        del name
        return "is no question of ours"

    @property
    def answers(self) -> dict[str, Any]:
        """The answers that were sent, in the shape of `Answers.as_mapping`."""
        given = {name: value for name, value in self.sent.items() if name in Answers.__slots__}
        return given | {"pins": self._pins()} if "pin_move" in self.sent else given

    def _pins(self) -> list[dict[str, Any]]:
        """Return the physio's moves; a column that was not sent is empty."""
        columns = [getattr(self, f"pin_{name}") or ("",) * len(self.pin_move) for name in PIN]
        return [_pin(dict(zip(PIN, row, strict=True))) for row in zip(*columns, strict=False) if row[0]]

    @property
    def whole_rows(self) -> bool:
        """True if each column of the physio's moves that was sent has as many rows as the others."""
        return len({len(getattr(self, f"pin_{name}")) for name in PIN if f"pin_{name}" in self.sent}) <= 1


def _pin(row: dict[str, str]) -> dict[str, Any]:
    """Return a move with its dose; one without an amount takes ours."""
    if not row["amount"]:
        return {"move": row["move"]}
    return {**row, "sets": _whole(row["sets"] or "1"), "amount": _whole(row["amount"])}


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else text


@pages.get("/answers")
@connected
def page() -> ResponseReturnValue:
    mine = profile()
    return _page(mine, mine.given_answers.as_mapping(), {})


@pages.post("/answers")
@connected
def save() -> ResponseReturnValue:
    """Keep the answers that were sent, or forget all of them (`forget`)."""
    mine = profile()
    form = forms.read(AnswersForm, lambda errors: _again(mine, errors), lambda form: _wrong(form, mine))
    if form.forget:
        return _forget()
    sent = form.answers
    if not (sent or form.consent):
        flash(NO_TICK)
        return redirect(url_for("answers.page"), 303)
    _change(lambda before: change_answers(before, sent, library.load()), sent, agreed=form.consent)
    if sent.get("red_flags"):
        flash(hold_words.REPORTED, "alert")
        return redirect(url_for("moves.safety"), 303)
    flash(hold_words.CLEARED if sent == {"red_flags": ()} else "Saved. Your next routine follows it.")
    return redirect(url_for("answers.page"), 303)


def _wrong(form: AnswersForm, mine: AthleteProfile) -> dict[str, str]:
    """Return by field what the questionnaire refuses, and the consent that is missing."""
    sent, errors = form.answers, {}
    if not (form.consent or form.forget or mine.answers_consented_at or set(sent) <= NEED_NO_CONSENT):
        errors["consent"] = NO_CONSENT
    if not form.whole_rows:
        errors["pins"] = f"send each of {', '.join(f'pin_{name}' for name in PIN)} once for every move"
    try:
        change_answers(mine.given_answers, sent, library.load())
    except AnswersError as wrong:
        errors |= wrong.errors
    return errors


def _again(mine: AthleteProfile, errors: forms.Errors) -> str:
    """Return the page with what was typed and what is wrong with it."""
    form, _ = forms.parse(AnswersForm, request.form)
    return _page(mine, mine.given_answers.as_mapping() | form.answers, errors)


def report(red_flags: frozenset[str], *, agreed: bool) -> None:
    """Put the athlete on hold. That needs no consent, being for their safety, and is none for anything else."""
    _change(lambda before: replace(before, red_flags=before.red_flags | red_flags), {"red_flags"}, agreed=agreed)


@pages.post("/answers/mistake")
@connected
def mistake() -> ResponseReturnValue:
    """Take back the last report of a warning sign, if it is no more than ten minutes old."""
    forms.read(NoFields)
    parts = services()
    undone = can_be_a_mistake(profile().answers, parts.now())
    if undone:
        _change(lambda before: without_mistake(before, parts.now()), (), agreed=False)
    flash(hold_words.UNTICKED if undone else hold_words.TOO_LATE)
    return redirect(url_for("moves.safety"), 303)


def _change(change: Callable[[Answers], Answers], sent: Collection[str], *, agreed: bool) -> None:
    """Store the changed answers with the time of what was `sent`; AnswersError leaves everything as it was."""
    parts = services()
    with parts.store.write() as session:
        row = session.get_one(Preferences, athlete().id, with_for_update=True)
        before = answers_of(row, parts.vault)
        set_answers(row, parts.vault, with_times(before, change(before), sent, parts.now()))
        if agreed:
            row.answers_consented_at = row.answers_consented_at or parts.now()


def _forget() -> ResponseReturnValue:
    who = athlete()
    with services().store.write() as session:
        kept = session.get_one(Preferences, who.id, with_for_update=True)
        kept.answers = kept.session_log = kept.diary = kept.answers_consented_at = None
        histories.forget_recorded(session, who.id)
    offline_queue.drop(who.key)
    flash("Your answers, sessions and reports of your back are deleted.")
    return redirect(url_for("answers.page"), 303)


def _page(mine: AthleteProfile, given: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    known = library.load()
    kept = mine.given_answers
    at_hand = {"equipment": sorted(HOUSEHOLD)} if given.get("equipment") is None else {}
    again = asks_again(kept, services().now())
    if again and not errors:
        given = {**given, "hurts": None}
    return render_template(
        "settings/answers.html",
        given={**given, **at_hand}, errors=errors, library=known, equipment=EQUIPMENT, units=UNITS, sides=SIDES,
        consented=mine.answers_consented_at, asks_again=again,
        care_advice=care_advice(kept, known) if has_safety_hold(kept) else None,
        something_kept=bool(kept.as_mapping() or mine.sessions or mine.diary.as_mapping()),
        worse_twice=[move for name, move in known.moves.items() if name in mine.answers.left_out - kept.left_out],
    )  # fmt: skip
