"""The strength part of a routine as a workout file for a watch: that of a note, today's, and the plan's next one."""

from dataclasses import replace
from datetime import date, datetime, time

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from content.companion.watch import watch_steps
from integration.fit_workout import MIMETYPE, fit_workout
from integration.web.auth import athlete, connected, profile
from integration.web.companion.plan import plan_of
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.run_view import RunViews
from integration.web.services import services
from integration.web.training.for_today import ForToday, routine_for_today
from integration.web.training.routine import note_of, session_of_note, shown_today

pages = Blueprint("watch", __name__)
NONE_NOW = "There is no strength work to copy now."
LATE = time(23, 59)  # by then the strength of a day may begin


@pages.get("/routine/<activity:activity>/strength.fit")
@connected
def of_note(activity: int) -> ResponseReturnValue:
    """Return the strength part of a note's routine; not found for an activity without a note of this athlete."""
    note, notes = note_of(activity)
    return _file(session_of_note(note, notes, profile()))


@pages.get("/routine/today/strength.fit")
@connected
def of_today() -> ResponseReturnValue:
    """Return the strength part of what is for today, also if it waits for a later day."""
    return _file(shown_today(profile()))


@pages.get("/plan/strength.fit")
@connected
def of_plan() -> ResponseReturnValue:
    """Return the strength work of the plan's next day, as that day would have it if nothing came between."""
    mine, known = profile(), known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    if not isinstance(known, KnownRuns):
        return _none()
    plan = plan_of(RunViews(known, mine)) or abort(404)
    if plan.next is None:
        return _none()
    then = datetime.combine(plan.next, LATE, known.now.tzinfo)
    return _file(routine_for_today(RunViews(replace(known, now=then), mine)), plan.next)


def _file(shown: ForToday | None, day: date | None = None) -> ResponseReturnValue:
    """Return the download, or lead back if there is no strength work: on hold, with a sore back, too soon."""
    items = shown.routine.strength if shown else ()
    if not shown or not items:
        return _none()
    now = services().now()
    day = day or (shown.begin[0] if shown.begin else now.date())
    answer = Response(fit_workout(f"Strength {day:%d %b}", watch_steps(items), now), mimetype=MIMETYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="strength-{day.isoformat()}.fit"'
    return answer


def _none() -> ResponseReturnValue:
    flash(NONE_NOW)
    return redirect(url_for("dashboard.page"), 303)
