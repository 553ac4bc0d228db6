"""The strength and rest days as a file for the athlete's own calendar.

A file, not a feed: a calendar service would fetch a feed from an address without a login, so whoever learned the
address could read the days, and the service would keep what follows from Strava's data beyond its seven days.
"""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from content.companion.appointments import STRENGTH, Appointment, appointments
from integration.web.auth import athlete, connected, profile
from integration.web.companion.plan import plan_from
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.run_view import RunViews
from integration.web.services import services

pages = Blueprint("calendar", __name__)
PRODID = "-//Backstride//Strength and rest days//EN"
SORE = "No strength days while your back is sore or a warning sign is reported."
ASK_FIRST = "No strength days until a clinician or physiotherapist agrees."
READING = "Your runs are still being read. Try again in a minute."


@pages.get("/calendar.ics")
@connected
def download() -> ResponseReturnValue:
    """Return the next four weeks as iCalendar; the same day has the same UID in every download."""
    mine, known = profile(), known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    if not isinstance(known, KnownRuns):
        return _instead(READING)
    plan = plan_from(RunViews(known, mine), mine.diary.plan_since or known.now.date())
    if plan.waits:
        return _instead(ASK_FIRST if plan.asks_first and not plan.back.is_on_hold else SORE)
    answer = Response(_written(appointments(plan.weeks, plan.today, plan.rest_until)), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="backstride.ics"'
    return answer


def _instead(why: str) -> ResponseReturnValue:
    flash(why)
    return redirect(url_for("dashboard.page"), 303)


def _written(days: Sequence[Appointment]) -> bytes:
    import icalendar  # takes long to import, and is seldom asked for

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    for day in days:
        event = icalendar.Event()
        event.add("uid", f"{day.name}@backstride")
        event.add("dtstamp", services().now())
        event.add("dtstart", day.day)
        event.add("summary", day.summary)
        event.add("transp", "TRANSPARENT")
        if day.kind == STRENGTH:
            event.add("url", f"{services().settings.public_url}/routine/today")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
