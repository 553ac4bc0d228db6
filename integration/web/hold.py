"""Whether the visitor is on hold: then no page shows an exercise, only where to turn."""

from typing import cast

from flask import g
from sqlalchemy.exc import NoResultFound

from content.moves.answers import hold, turn_to
from content.moves.entries import TurnTo
from content.moves.library import load
from integration.web import told
from integration.web.identity import visitor


def held_by() -> TurnTo | None:
    """Where the connected visitor must turn to, while they are on hold; None for everybody else."""
    if "held_by" not in g:
        g.held_by = _held_by()
    return cast("TurnTo | None", g.held_by)


def _held_by() -> TurnTo | None:
    who = visitor()
    if who is None:
        return None
    try:
        mine = told.answers(told.preferences(who))
    except NoResultFound:  # they left between two of our questions
        return None
    return turn_to(mine, load()) if hold(mine) else None
