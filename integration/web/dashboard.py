"""The athlete's first page: who is connected, how much history came in, from where notes start."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from content.signals import context, headroom
from integration.web import told
from integration.web.identity import athlete, connected
from integration.web.known_runs import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.wiring import wired

pages = Blueprint("dashboard", __name__)


@pages.get("/dashboard")
@connected
def page() -> ResponseReturnValue:
    who = athlete()
    preferences = told.preferences(who)
    thresholds = told.thresholds(preferences)
    known = known_runs(who, TWELVE_WEEKS_AND_BEFORE)
    seen = {}
    if isinstance(known, KnownRuns):
        seen = {
            "headroom": headroom(known.history, thresholds, now=known.now),
            "context": context(known.history, thresholds, now=known.now),
        }
    return render_template(
        "dashboard.html", athlete=who, preferences=preferences, known=known, fmt=told.formats_of(preferences),
        now=wired().now(), **seen,
    )  # fmt: skip
