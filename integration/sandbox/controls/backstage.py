"""Behind the scenes of the stand-in in the browser: apps and their budget, faults, habits, pushes, calls."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from integration.sandbox.faults import KINDS
from integration.sandbox.gate import the_sandbox

backstage = Blueprint("backstage", __name__)

HABITS = {
    "echo_description": "Push an event when a description changes, too",
    "short_pages": "Listings leave out an entry of each page, so that short pages are not the last",
    "tidy_descriptions": "Strip blanks from the ends of descriptions",
    "rotate_always": "Every refresh gives a new pair of tokens",
}


@backstage.get("/sandbox/state")
def state(problem: str | None = None) -> str:
    sandbox = the_sandbox()
    with sandbox.lock:
        return render_template(
            "sandbox/state.html",
            here="state",
            wide=True,
            now=sandbox.now(),
            apps=list(sandbox.applications.values()),
            faults=sandbox.faults.active,
            kinds=KINDS,
            habits=HABITS,
            options=vars(sandbox.options),
            pushes=sandbox.pushes.log[-20:][::-1],
            calls=sandbox.calls()[-30:][::-1],
            problem=problem,
        )


@backstage.post("/sandbox/state/faults")
def add_fault() -> Response | tuple[str, int]:
    times = request.form.get("times", "").strip()
    try:
        with the_sandbox().lock:
            the_sandbox().faults.add(
                request.form.get("kind", ""),
                on=request.form.get("on", "").strip(),
                times=int(times) if times else None,
            )
    except ValueError:
        return state("How often: give a whole number from 1, or leave it empty."), 400
    return redirect(url_for("backstage.state"), 303)


@backstage.post("/sandbox/state/faults/<int:fault>/remove")
def remove_fault(fault: int) -> Response:
    with the_sandbox().lock:
        the_sandbox().faults.remove(fault)
    return redirect(url_for("backstage.state"), 303)


@backstage.post("/sandbox/state/options")
def options() -> Response:
    for name in HABITS:
        setattr(the_sandbox().options, name, name in request.form)
    return redirect(url_for("backstage.state"), 303)


@backstage.post("/sandbox/state/applications/<int:client_id>")
def application(client_id: int) -> Response:
    app = the_sandbox().applications.get(client_id) or abort(404)
    if "inactive" in request.form:
        app.inactive = request.form["inactive"] == "true"
    if athlete := request.form.get("deauthorize", type=int):
        the_sandbox().deauthorize(athlete, app)
    return redirect(url_for("backstage.state"), 303)
