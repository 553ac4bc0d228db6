"""Where a first connect ends: what would have been said in the last year, and the button that switches notes on."""

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.signals import PRESETS
from integration.store import athletes
from integration.store.tables import Athlete, Preferences
from integration.web import told
from integration.web.identity import athlete, connected
from integration.web.known_runs import A_YEAR_AND_BEFORE, KnownRuns, known_runs
from integration.web.truth import truth
from integration.web.wiring import wired
from integration.web.year import year

pages = Blueprint("welcome", __name__)
MOST_SAID = 5


@pages.get("/welcome")
@connected
def page() -> ResponseReturnValue:
    """The history's progress, then the year in notes by each preset."""
    who = athlete()
    known = known_runs(who, A_YEAR_AND_BEFORE)
    years = {name: year(known, preset) for name, preset in PRESETS.items()} if isinstance(known, KnownRuns) else {}
    preferences = told.preferences(who)
    return render_template(
        "welcome.html",
        athlete=who,
        known=known,
        years=years,
        preset=told.preset(preferences),
        said=years["standard"].noted[:MOST_SAID] if years else (),
        note_fmt=told.note_formats(preferences),
        preferences=preferences,
        fmt=told.formats_of(preferences),
        can_write=told.can_write(who),
    )


@pages.post("/notes/switch")
@connected
def switch() -> ResponseReturnValue:
    """Switches notes on or off; nothing is written to Strava before this. An absent field stays unchanged."""
    who, parts = athlete(), wired()
    with parts.store.write() as session:
        preferences = session.get_one(Preferences, who.id)
        _switch(preferences, request.form.get("on"), parts.now())
        _choose(preferences, who)
        athletes.ask(session, who.id, parts.now())
    parts.waker.wake(who.key)
    return redirect(url_for("dashboard.page"), 303)


def _switch(preferences: Preferences, wanted: str | None, now: datetime) -> None:
    if wanted is None:
        return
    try:
        on = truth(wanted)
    except ValueError:
        abort(400)
    if on and not preferences.notes_on:
        preferences.notes_on_at = now
    preferences.notes_on = on


def _choose(preferences: Preferences, who: Athlete) -> None:
    target, preset = request.form.get("target"), request.form.get("preset")
    if target == "pages" or (target == "description" and told.can_write(who)):
        preferences.target = target
    if preset is not None and preset in PRESETS:
        preferences.thresholds = told.differing(PRESETS[preset])
