"""Sessions that the athlete recorded elsewhere: shown where they count, with one tap to say no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from content.companion.recorded import RecordedSession
from integration.athlete_profile import AthleteProfile
from integration.web import forms
from integration.web.auth import athlete, came_from, connected, profile
from integration.web.companion.back import change_diary
from integration.web.forms import Form

pages = Blueprint("recorded", __name__)
SHOWN_FOR: Final = timedelta(days=7)
COUNTED = "It counts as a session again."
TAKEN_BACK = "It no longer counts as a session."


class CountsForm(Form):
    """The answer whether a recorded activity was a session."""

    counts: forms.YesOrNo | None = None


@dataclass(frozen=True)
class Shown:
    """A recorded session of the last days, and whether it counts."""

    session: RecordedSession
    counts: bool


def lately(mine: AthleteProfile, now: datetime) -> Sequence[Shown]:
    """Return the recorded sessions of the last seven days, newest first, but those that were logged here as well."""
    late = [each for each in mine.recorded_once if each.at > now - SHOWN_FOR]
    return [Shown(each, each.id not in mine.diary.no_sessions) for each in reversed(late)]


@pages.post("/recorded/<activity:activity>")
@connected
def counts(activity: int) -> ResponseReturnValue:
    """Keep whether a recorded activity `counts` as a session; not found if it is none of the athlete's."""
    missing = {"counts": "choose yes or no"}
    sent = forms.read(CountsForm, check=lambda form: missing if form.counts is None else {})
    known = {each.id for each in profile().recorded_once}
    if activity not in known:
        abort(404)
    change_diary(athlete().id, lambda diary: diary.with_counting(activity, known, counts=bool(sent.counts)))
    flash(COUNTED if sent.counts else TAKEN_BACK)
    return redirect(came_from() or url_for("dashboard.page"), 303)
