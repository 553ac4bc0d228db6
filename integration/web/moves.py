"""The library for everybody: moves, running form, recovery and the red flags. No athlete's data, no login needed.

Who is connected and on hold sees no exercise here either, only where to turn.
"""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from content.moves.answers import hold, turn_to
from content.moves.entries import Kind, TurnTo
from content.moves.library import load
from content.moves.vocabulary import CUE_TIMES, EQUIPMENT, GROUPS, PARTS
from integration.web import told
from integration.web.identity import visitor

pages = Blueprint("moves", __name__)
NOTHING = "none"  # in the filter by equipment: what needs none


@pages.get("/moves")
def page() -> ResponseReturnValue:
    """All moves, or those of a kind, for a body part, or with no more than the equipment at hand."""
    held = held_by()
    if held:
        return render_template("moves/held.html", turn_to=held)
    library = load()
    kind, part, equipment = (request.args.get(name) or None for name in ("kind", "part", "equipment"))
    moves = library.select(kind=kind, part=part, equipment=_at_hand(equipment))
    return render_template(
        "moves/all.html",
        groups={group: [move for move in moves if move.group == group] for group in GROUPS},
        number=len(moves),
        kinds=[kind.value for kind in Kind],
        parts=PARTS,
        equipment=EQUIPMENT,
        chosen={"kind": kind, "part": part, "equipment": equipment},
    )


@pages.get("/moves/<name>")
def move(name: str) -> ResponseReturnValue:
    """One move: how it goes, what for, who should leave it out, easier and harder ways."""
    library = load()
    found = library.moves.get(name) or abort(404)
    held = held_by()
    if held:
        return render_template("moves/held.html", turn_to=held)
    causes = library.causes_answered_by(name)
    return render_template("moves/one.html", move=found, library=library, causes=causes, equipment=EQUIPMENT)


@pages.get("/form")
def form() -> ResponseReturnValue:
    """Cues for running form, those for mid-run in their order."""
    library = load()
    return render_template(
        "moves/form.html", library=library, cues={when: library.cues_for(when) for when in CUE_TIMES}
    )


@pages.get("/recovery")
def recovery() -> ResponseReturnValue:
    """Self-care, other sports, shoes and ground, timing; why a back complains; where the sources differ."""
    return render_template("moves/recovery.html", library=load())


@pages.get("/safety")
def safety() -> ResponseReturnValue:
    """The red flags, the most urgent first, and where to turn."""
    library = load()
    urgency = sorted(library.turn_to.values(), key=lambda place: place.rank)
    return render_template("moves/safety.html", library=library, urgency=urgency, held=held_by())


def held_by() -> TurnTo | None:
    """Where the connected visitor must turn to, while they are on hold; None for everybody else."""
    who = visitor()
    if who is None:
        return None
    mine = told.answers(told.preferences(who))
    return turn_to(mine, load()) if hold(mine) else None


def _at_hand(equipment: str | None) -> tuple[str, ...] | None:
    if equipment is None:
        return None
    return () if equipment == NOTHING else (equipment,)
