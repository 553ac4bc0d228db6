"""The way back to running after a sore spell: run-walk steps up to the usual run."""

from datetime import datetime
from statistics import median
from typing import Annotated, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator

from content.companion.back_to_running import LEAST_USUAL_MIN, PAIN_AT_MOST, OnTheWay, Tried, place, steps
from content.companion.diary import MOST_USUAL_MIN, WORST, Diary
from content.routines.back import SORE_BACK_FROM, Back, state_of
from content.routines.facts import QUARTER
from integration.athlete_profile import AthleteProfile
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.companion.back import NO_CONSENT, SORE, change_diary
from integration.web.formats import formats
from integration.web.forms import Form, NoFields, echo
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, Waiting, known_runs
from integration.web.run_views.run_view import RunViews
from integration.web.services import services

pages = Blueprint("way_back", __name__)
USUAL_MIN: Final = 30  # if no run tells of a usual one
ONE_ON: Final = "Good. The next step is open."
ONE_BACK: Final = "One step back. Your back sets the pace."
NOTED: Final = "Saved. Tell us tomorrow if your back has settled."
ARRIVED: Final = "You are back at your usual run. Well done."


def _usual(text: str) -> int:
    remedy = f"give minutes from {LEAST_USUAL_MIN} to {MOST_USUAL_MIN} (you gave “{echo(text)}”)"
    minutes = forms.whole(text, MOST_USUAL_MIN, remedy)
    if minutes < LEAST_USUAL_MIN:
        raise ValueError(remedy)
    return minutes


def _pain(text: str) -> int:
    return forms.whole(text, WORST, f"give a whole number from 0 (well) to {WORST} (you gave “{echo(text)}”)")


class BeginForm(Form):
    """The beginning: the minutes of the usual run, where the way ends."""

    usual: Annotated[int | None, BeforeValidator(_usual)] = None
    consent: forms.Tick = False


class StepForm(Form):
    """A step that was run, with its worst pain."""

    pain: Annotated[int | None, BeforeValidator(_pain)] = None


class SettledForm(Form):
    """The answer whether the back had settled a day after the last step."""

    settled: forms.YesOrNo | None = None


@pages.get("/back-to-running")
@connected
def page() -> ResponseReturnValue:
    """Show the step that is next, or how to begin."""
    return _page({})


@pages.post("/back-to-running")
@connected
def begin() -> ResponseReturnValue:
    """Begin the way back (`usual`, minutes), with consent."""
    agreed = profile().answers_consented_at is not None
    sent = forms.read(BeginForm, _page, lambda form: _needs(form.usual, "usual", agreed or form.consent))
    change_diary(athlete().id, lambda diary: diary.on_the_way(sent.usual), agreed=True)
    return redirect(url_for("way_back.page"), 303)


@pages.post("/back-to-running/step")
@connected
def step() -> ResponseReturnValue:
    """Keep a step that was run (`pain`, 0–10)."""
    sent = forms.read(StepForm, _page, lambda form: _too_soon() | _needs(form.pain, "pain", _on_the_way()))
    pain = sent.pain or 0
    change_diary(athlete().id, lambda diary: diary.with_tried(Tried(services().now(), pain)))
    if pain >= SORE_BACK_FROM:
        flash(SORE)
        return redirect(url_for("moves.safety"), 303)
    flash(NOTED if pain <= PAIN_AT_MOST else ONE_BACK)
    return redirect(url_for("way_back.page"), 303)


@pages.post("/back-to-running/settled")
@connected
def settled() -> ResponseReturnValue:
    """Keep whether the back had settled a day after the last step (`settled`)."""
    sent = forms.read(SettledForm, _page, lambda form: _needs(form.settled, "settled", _on_the_way()))
    change_diary(athlete().id, lambda diary: diary.settled(settled=bool(sent.settled)))
    here = _place(profile().diary)
    flash(ARRIVED if here and here.step is None else ONE_ON if sent.settled else ONE_BACK)
    return redirect(url_for("way_back.page"), 303)


@pages.post("/back-to-running/end")
@connected
def end() -> ResponseReturnValue:
    """End the way back."""
    forms.read(NoFields)
    change_diary(athlete().id, lambda diary: diary.on_the_way(None))
    return redirect(url_for("way_back.page"), 303)


def _needs(value: object, name: str, agreed: bool) -> dict[str, str]:  # one of two reasons
    errors = {name: "is missing; fill it in"} if value is None else {}
    return errors if agreed else errors | {"consent": NO_CONSENT}


def _too_soon() -> dict[str, str]:
    """Refuse a step on the day after another: sent twice, or from a page that was open for long."""
    here = _place(profile().diary)
    early = here is not None and here.no_sooner is not None and here.no_sooner > services().now()
    return {"pain": "a day without a step lies between two; this one was not saved"} if early else {}


def _on_the_way() -> bool:
    return profile().diary.usual_min is not None


def _place(diary: Diary) -> OnTheWay | None:
    return None if diary.usual_min is None else place(diary.tried, diary.usual_min)


def _page(errors: forms.Errors) -> str:
    mine, known = profile(), known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    now = services().now().astimezone(known.zone)
    here = _place(mine.diary)
    waits = here is not None and here.no_sooner is not None and here.no_sooner > now
    return render_template(
        "companion/way_back.html",
        known=known,
        here=here,
        steps=steps(mine.diary.usual_min) if mine.diary.usual_min else (),
        tried=mine.diary.tried,
        waits_until=here.no_sooner if here and waits else None,
        back=_back(mine, known, now),
        usual=_usual_minutes(known, now),
        fmt=formats(mine.units, mine.language).at(known.zone),
        consented=mine.answers_consented_at is not None,
        errors=errors,
    )


def _back(mine: AthleteProfile, known: KnownRuns | Waiting, now: datetime) -> Back:
    past = RunViews(known, mine).past if isinstance(known, KnownRuns) else mine.past([])
    return state_of(mine.answers, past, now)


def _usual_minutes(known: KnownRuns | Waiting, now: datetime) -> int:
    """Return the minutes of the median run of 90 days, half an hour without one."""
    if not isinstance(known, KnownRuns):
        return USUAL_MIN
    minutes = [run.moving_s // 60 for run in known.history.canonical if run.start >= now - QUARTER]
    return min(MOST_USUAL_MIN, max(LEAST_USUAL_MIN, int(median(minutes)))) if minutes else USUAL_MIN
