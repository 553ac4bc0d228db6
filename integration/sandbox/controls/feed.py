"""A runner's feed in the browser, with buttons to log, edit, hide and delete. Works without JavaScript."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from integration.sandbox.activities.outings import RUNS, SPORTS, Activity
from integration.sandbox.answers import Refusal
from integration.sandbox.gate import the_sandbox
from integration.sandbox.model import Athlete

feed = Blueprint("feed", __name__, static_folder="../static", static_url_path="/sandbox/static")

PER_PAGE = 12
SPORT_CHOICE = ("Run", "TrailRun", "VirtualRun", *sorted(SPORTS - RUNS))


@feed.app_template_filter("day")
def day(start_date_local: str) -> str:
    """Local wall time in words; the Z at its end is not meant."""
    return f"{datetime.fromisoformat(start_date_local):%A, %-d %B %Y · %H:%M}"


@feed.app_template_filter("duration")
def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@feed.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    abort(refusal.status)


@feed.get("/")
def home() -> str | Response:
    athletes = list(the_sandbox().athletes.values())
    return _feed(athletes[0]) if athletes else redirect(url_for("backstage.state"))


@feed.get("/sandbox/feed/<int:athlete>")
def listed(athlete: int) -> str:
    return _feed(_athlete(athlete))


def _feed(athlete: Athlete) -> str:
    sandbox, page = the_sandbox(), max(1, request.args.get("page", 1, type=int))
    with sandbox.lock:
        mine = [dict(activity) for activity in sandbox.of(athlete.id)]
    return render_template(
        "sandbox/feed.html",
        here="feed",
        athlete=athlete,
        others=[other for other in sandbox.athletes.values() if other is not athlete],
        activities=mine[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(mine),
        page=page,
        more=len(mine) > page * PER_PAGE,
        live=page == 1 and "still" not in request.args,
        runs=RUNS,
    )


@feed.route("/sandbox/feed/<int:athlete>/log", methods=["GET", "POST"])
def log(athlete: int) -> str | Response | tuple[str, int]:
    """A form for any run; the feed's two buttons post only what kind of run it was."""
    runner, problem = _athlete(athlete), None
    if request.method == "POST":
        try:
            told = _logged(athlete, request.form.get("kind", "form"))
            the_sandbox().create_activity(athlete, **told, start=_after_the_last(athlete, told["minutes"]))
        except ValueError as error:
            problem = str(error)
        else:
            return redirect(url_for("feed.listed", athlete=athlete), 303)
    page = render_template(
        "sandbox/log.html", athlete=runner, sports=SPORT_CHOICE, form=request.form, problem=problem, here="feed"
    )
    return (page, 400) if problem else page


def _logged(athlete: int, kind: str) -> dict[str, Any]:
    """Return what was logged for `Sandbox.create_activity`. ValueError names the field that makes no sense."""
    if kind != "form":
        return usual_run(_recent_runs(athlete), long=kind == "long")
    sport = request.form.get("sport", "Run")
    if sport not in SPORTS:
        raise ValueError("Sport: choose one of the list.")
    return {
        "km": _quantity("km", "Kilometres", 500),
        "minutes": _quantity("minutes", "Minutes", 6000),
        "sport": sport,
        "title": request.form.get("title", "").strip() or None,
        "description": _lines(request.form.get("description", "")) or None,
    }


def _quantity(field: str, words: str, most: float) -> float:
    try:
        number = float(request.form.get(field, "").replace(",", "."))
    except ValueError:
        number = 0.0
    if not 0 < number <= most:
        raise ValueError(f"{words}: give a number above 0, and at most {most:g}.")
    return number


def _lines(text: str) -> str:
    """A browser sends CRLF for the line breaks of a text area."""
    return text.replace("\r\n", "\n")


def usual_run(recent: list[Activity], *, long: bool) -> dict[str, Any]:
    """An easy run well inside what the last 30 days held, or a long one well beyond."""
    distances = [activity["distance"] / 1000 for activity in recent] or [8.0]
    paces = [activity["moving_time"] / 60 / (activity["distance"] / 1000) for activity in recent] or [6.0]
    km = max(max(distances) * 1.35, max(distances) + 3) if long else median(distances) * 0.8
    told = {"km": round(km, 1), "minutes": round(km * median(paces) * (1.05 if long else 1.0), 1)}
    return told | ({"description": "Felt good, so I kept going."} if long else {})


def _after_the_last(athlete: int, minutes: float) -> datetime:
    """Return when an activity of so many minutes began: it ends now, but never begins before the last one has ended."""
    sandbox = the_sandbox()
    begun = sandbox.now().replace(microsecond=0) - timedelta(minutes=minutes)
    with sandbox.lock:
        ends = [_end(activity) for activity in sandbox.of(athlete)]
    return max([begun, *(end + timedelta(minutes=1) for end in ends)])


def _end(activity: Activity) -> datetime:
    start = datetime.fromisoformat(activity["start_date"])
    return start + timedelta(seconds=activity.get("elapsed_time") or 0)


def _recent_runs(athlete: int) -> list[Activity]:
    sandbox = the_sandbox()
    since = (sandbox.now() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with sandbox.lock:
        recent = [activity for activity in sandbox.of(athlete) if activity["start_date"] >= since]
    return [one for one in recent if one["sport_type"] in RUNS and one.get("distance") and one.get("moving_time")]


@feed.get("/activities/<int:activity>")
def shown(activity: int) -> Response:
    """Redirect from an activity's own page to its place in the feed."""
    found = _activity(activity)
    athlete = found["athlete"]["id"]
    with the_sandbox().lock:
        place = the_sandbox().of(athlete).index(found)
    page = place // PER_PAGE + 1
    return redirect(url_for("feed.listed", athlete=athlete, page=page, still=1, _anchor=f"a{activity}"))


@feed.route("/sandbox/activities/<int:activity>/edit", methods=["GET", "POST"])
def edit(activity: int) -> str | Response:
    found = _activity(activity)
    if request.method == "POST":
        sport = request.form.get("sport_type", found["sport_type"])
        the_sandbox().edit_activity(
            activity,
            name=request.form.get("name", "").strip() or found["name"],
            description=_lines(request.form.get("description", "")),
            private_note=_lines(request.form.get("private_note", found.get("private_note") or "")),
            **({"sport_type": sport} if sport in SPORTS else {}),
        )
        return _back_to(found)
    choice = dict.fromkeys((found["sport_type"], *SPORT_CHOICE))
    return render_template("sandbox/edit.html", activity=found, sports=choice, here="feed")


@feed.post("/sandbox/activities/<int:activity>/privacy")
def privacy(activity: int) -> Response:
    the_sandbox().edit_activity(activity, private=request.form.get("private") == "true")
    return _back_to(_activity(activity))


@feed.post("/sandbox/activities/<int:activity>/delete")
def delete(activity: int) -> Response:
    found = _activity(activity)
    the_sandbox().delete_activity(activity)
    return _back_to(found)


def _athlete(athlete_id: int) -> Athlete:
    return the_sandbox().athletes.get(athlete_id) or abort(404)


def _activity(activity_id: int) -> Activity:
    try:
        return the_sandbox().activity(activity_id)
    except KeyError:
        abort(404)


def _back_to(activity: Activity) -> Response:
    return redirect(url_for("feed.listed", athlete=activity["athlete"]["id"]), 303)
