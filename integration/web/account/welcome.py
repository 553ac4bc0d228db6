"""The page after the first connect: the last year's notes by each preset, and the button that switches notes on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.signals import PRESETS
from integration.athlete_profile import set_target
from integration.store import athletes
from integration.store.tables import Preferences
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.formats import formats
from integration.web.run_views.history_loader import KnownRuns, known_year
from integration.web.services import services
from integration.web.settings import thresholds
from integration.web.settings.preferences import TargetForm, check_target
from integration.web.settings.year import year

pages = Blueprint("welcome", __name__)
MOST_SAID = 5


class SwitchForm(TargetForm):
    """The switch of notes, their target, and a preset."""

    on: forms.YesOrNo | None = None
    preset: Annotated[str | None, forms.one_of(PRESETS)] = None


@pages.get("/welcome")
@connected
def page() -> ResponseReturnValue:
    """Show the progress of the history, then the year in notes by each preset."""
    return _page({}, {})


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    who = athlete()
    known = known_year(who)
    years = {name: year(known, preset) for name, preset in PRESETS.items()} if isinstance(known, KnownRuns) else {}
    mine = profile()
    return render_template(
        "account/welcome.html",
        athlete=who,
        known=known,
        years=years,
        typed=typed,
        errors=errors,
        preset=typed.get("preset") or mine.preset,
        target=typed.get("target") or mine.target,
        said={name: year.noted[:MOST_SAID] for name, year in years.items()},
        note_fmt=mine.note_formats,
        preferences=mine,
        fmt=formats(mine.units, mine.language),
        can_write=mine.can_write,
    )


@pages.post("/notes/switch")
@connected
def switch() -> ResponseReturnValue:
    """Switch notes on or off. Nothing is written to Strava before this. An absent field stays unchanged."""
    who, parts = athlete(), services()
    mine = profile()
    form = forms.read(SwitchForm, lambda errors: _page(request.form, errors), lambda form: check_target(form, mine))
    with parts.store.write() as session:
        athletes.request(session, who.id, parts.now())
        kept = session.get_one(Preferences, who.id)
        switched = form.on is not None and _switch(kept, form.on, parts.now())
        if form.target:
            set_target(kept, form.target)
        if form.preset:
            thresholds.keep(kept, PRESETS[form.preset])
    parts.waker.wake(who.key)
    if switched:
        flash("Notes are on. The first can come with your next run." if form.on else "Notes are off.")
    return redirect(url_for("dashboard.page"), 303)


def _switch(preferences: Preferences, on: bool, now: datetime) -> bool:
    """Switch and return True if that changed anything: runs from before the switch get no note by themselves."""
    if on == preferences.notes_on:
        return False
    preferences.notes_on = on
    if on:
        preferences.notes_on_at = now
    return True
