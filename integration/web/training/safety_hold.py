"""The hold of the visitor: while it lasts no page shows an exercise, only where to turn."""

from typing import cast

from flask import g
from sqlalchemy.exc import NoResultFound

from content.moves.library import load
from content.moves.models import CareAdvice
from content.routines.questionnaire import care_advice, has_safety_hold
from integration.web.auth import profile, visitor


def held_by() -> CareAdvice | None:
    """Return the care advice of a connected visitor on hold; None for everybody else."""
    if "held_by" not in g:
        g.held_by = _held_by()
    return cast("CareAdvice | None", g.held_by)


def _held_by() -> CareAdvice | None:
    if visitor() is None:
        return None
    try:
        mine = profile().answers
    except NoResultFound:  # they left between two of our questions
        return None
    return care_advice(mine, load()) if has_safety_hold(mine) else None
