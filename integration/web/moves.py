"""The library for everybody: moves, running form, recovery and the red flags. No athlete's data, no login."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from content.moves.entries import Kind
from content.moves.library import load

pages = Blueprint("moves", __name__)


@pages.get("/moves")
def page() -> ResponseReturnValue:
    """All moves, or those of a kind, for a body part, or with no more than the equipment at hand."""
    library = load()
    kind, part, equipment = (request.args.get(name) or None for name in ("kind", "part", "equipment"))
    moves = library.select(kind=kind, part=part, equipment=() if equipment == "none" else equipment and (equipment,))
    every = library.moves.values()
    return render_template(
        "moves/all.html",
        moves=moves,
        kinds=[str(kind) for kind in Kind],
        parts=sorted({part for move in every for part in move.parts}),
        equipments=sorted({thing for move in every for thing in move.equipment}),
        chosen={"kind": kind, "part": part, "equipment": equipment},
    )


@pages.get("/moves/<name>")
def move(name: str) -> ResponseReturnValue:
    """One move: how it goes, what for, who should leave it out, easier and harder ways."""
    library = load()
    if name not in library.moves:
        abort(404)
    found = library.moves[name]
    return render_template("moves/one.html", move=found, library=library, causes=library.causes_answered_by(name))


@pages.get("/safety")
def safety() -> ResponseReturnValue:
    """The red flags, the most urgent first, and where to turn."""
    library = load()
    urgency = sorted(library.turn_to.values(), key=lambda turn_to: turn_to.rank)
    return render_template("moves/safety.html", library=library, urgency=urgency)
