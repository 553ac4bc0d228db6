"""The hold of the visitor: while it lasts no page shows an exercise, only where to turn.

It is enforced in `content/decision.py` (`gate`: no note is written) and in `content/routines/back.py` (no exercise).
"""

from typing import cast

from flask import g
from sqlalchemy.exc import NoResultFound

from content.moves.library import load
from content.moves.models import CareAdvice
from content.routines.questionnaire import can_be_a_mistake, care_advice, has_safety_hold
from integration.web.auth import profile, visitor
from integration.web.services import services


def held_by() -> CareAdvice | None:
    """Return the care advice of a connected visitor on hold; None for everybody else."""
    if "held_by" not in g:
        g.held_by = _held_by()
    return cast("CareAdvice | None", g.held_by)


def may_be_mistake() -> bool:
    """Return True while the visitor can still say that the last warning sign was ticked by mistake."""
    return held_by() is not None and can_be_a_mistake(profile().answers, services().now())


def _held_by() -> CareAdvice | None:
    if visitor() is None:
        return None
    try:
        mine = profile().answers
    except NoResultFound:  # they left between two of our questions
        return None
    return care_advice(mine, load()) if has_safety_hold(mine) else None
