"""A move that was left out, since it was worse twice, given another try."""

from typing import Annotated

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator

from content.companion.helped import worse_twice
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.companion.back import change_diary
from integration.web.forms import Form

pages = Blueprint("effects", __name__)
BACK_AGAIN = "It is back in your routines."


def _left_out(text: str) -> str:
    choices = sorted(worse_twice(profile().diary.effects))
    if text not in choices:
        raise ValueError(f"choose one of {', '.join(choices)}" if choices else "no move is left out")
    return text


class TryAgainForm(Form):
    """The move to give another try."""

    move: Annotated[str, BeforeValidator(_left_out)] = ""


@pages.post("/answers/try-again")
@connected
def try_again() -> ResponseReturnValue:
    """Forget what was told of a left-out `move`, so that routines may have it again."""
    sent = forms.read(TryAgainForm)
    change_diary(athlete().id, lambda diary: diary.without_effects(sent.move))
    flash(BACK_AGAIN)
    return redirect(url_for("answers.page"), 303)
