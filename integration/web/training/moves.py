"""The library for everybody: moves, running form, recovery and warning signs. No athlete's data, no login needed.

An athlete with a reported warning sign sees no exercise here either, only where to turn.
"""

from collections.abc import Callable
from typing import Annotated

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from content.moves.library import load
from content.moves.models import Kind
from content.moves.vocabulary import CUE_TIMES, EQUIPMENT, GROUPS, PARTS
from integration.web import forms
from integration.web.errors import wrong_fields
from integration.web.forms import Form
from integration.web.training.footnotes import Footnotes
from integration.web.training.safety_hold import held_by

pages = Blueprint("moves", __name__)
NOTHING = "none"  # in the filter by equipment: what needs none
KINDS = [kind.value for kind in Kind]


class FilterForm(Form):
    """The moves to show: of a kind, for a body part, with no more than a thing at hand; an empty one leaves it open."""

    kind: Annotated[str, forms.one_of(["", *KINDS])] = ""
    part: Annotated[str, forms.one_of(["", *PARTS])] = ""
    equipment: Annotated[str, forms.one_of(["", NOTHING, *EQUIPMENT])] = ""


@pages.get("/moves")
def page() -> ResponseReturnValue:
    """Show all moves, or those of a kind, for a body part, or with no more than the equipment at hand."""
    form, wrong = forms.parse(FilterForm, forms.own(FilterForm, request.args))
    chosen = {name: value for name, value in form.sent.items() if value}
    if wrong and not held_by():
        return wrong_fields(wrong, lambda: _all(chosen, list(wrong.values())))
    return _unless_held(lambda: _all(chosen, []))


def _all(chosen: dict[str, str], errors: list[str]) -> str:
    equipment = chosen.get("equipment")
    at_hand = None if equipment is None else {"wall", equipment} - {NOTHING}  # a wall is everywhere
    moves = load().select(kind=chosen.get("kind"), part=chosen.get("part"), equipment=at_hand)
    return render_template(
        "training/moves/all.html",
        groups={group: [move for move in moves if move.group == group] for group in GROUPS},
        number=len(moves),
        kinds=KINDS,
        parts=PARTS,
        equipment=EQUIPMENT,
        chosen=chosen,
        errors=errors,
    )


@pages.get("/moves/<name>")
def move(name: str) -> ResponseReturnValue:
    """Show one move: its steps, what for, who should leave it out, easier and harder ways."""
    library = load()
    found = library.moves.get(name) or abort(404)
    causes = library.causes_answered_by(name)
    return _unless_held(
        lambda: render_template(
            "training/moves/one.html",
            move=found,
            library=library,
            causes=causes,
            equipment=EQUIPMENT,
            footnotes=Footnotes(),
        )
    )


@pages.get("/form")
def form() -> ResponseReturnValue:
    """Show cues for running form, those for mid-run in their order."""
    library = load()
    cues = {when: library.cues_for(when) for when in CUE_TIMES}
    return _unless_held(
        lambda: render_template("training/moves/form.html", library=library, cues=cues, footnotes=Footnotes())
    )


@pages.get("/recovery")
def recovery() -> ResponseReturnValue:
    """Show self-care, other sports, shoes and ground, timing; why a back complains; how routines are made; the sources.

    A reported warning sign hides all of it: moves are all over the page, and other sports are no way out.
    """
    return _unless_held(lambda: render_template("training/moves/recovery.html", library=load(), footnotes=Footnotes()))


def _unless_held(page: Callable[[], str]) -> str:
    held = held_by()
    return render_template("training/moves/held.html", care_advice=held) if held else page()


@pages.get("/safety")
def safety() -> ResponseReturnValue:
    """Show the warning signs, the most urgent first, and where to turn."""
    library = load()
    urgency = sorted(library.care_advice.values(), key=lambda place: place.rank)
    return render_template(
        "training/moves/safety.html",
        library=library,
        urgency=urgency,
        signs_of=lambda place: [sign for sign in library.warning_signs.values() if sign.care_advice == place],
        held=held_by(),
        footnotes=Footnotes(),
    )
