"""The API under /api/v3: the athlete, their activities, changes to one. Needs `Authorization: Bearer …`."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, request

from integration.sandbox.activities.outings import SAME_TYPES, SPORTS, Activity
from integration.sandbox.activities.views import athlete_detailed, athlete_summary, detailed, summary
from integration.sandbox.answers import Refusal, bad_request, no_such_path, not_found, scope_missing
from integration.sandbox.applications import Grant
from integration.sandbox.gate import answer, enter_api, leave_api, locked, silently_ignored, the_sandbox

api = Blueprint("api", __name__, url_prefix="/api/v3")
api.before_request(enter_api)
api.after_request(leave_api)

MOST_PER_PAGE = 200
WORDS = ("description", "private_note")  # the second is not documented, as on Strava
TEXTS, SWITCHES = ("name", *WORDS, "gear_id"), ("commute", "trainer", "hide_from_home")


@api.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    return answer(refusal.body, refusal.status)


@api.get("/athlete")
@locked
def the_athlete() -> Response:
    sandbox, grant = the_sandbox(), _grant()
    profile = sandbox.athlete(grant.athlete).profile
    if grant.allows("profile:read_all"):
        return answer(athlete_detailed(profile, sandbox.gear(grant.athlete)))
    return answer(athlete_summary(profile))


@api.get("/athlete/activities")
@locked
def listed() -> Response:
    """Newest first; oldest first with `after`. A page can be short without being the last: an empty one is."""
    sandbox, grant = the_sandbox(), _grant("activity:read", "activity:read_all")
    after, before = _number("after"), _number("before")
    page, per_page = _number("page", at_least=1) or 1, _number("per_page", at_least=1, at_most=MOST_PER_PAGE) or 30
    found = [activity for activity in sandbox.of(grant.athlete) if _visible(activity, grant)]
    if after is not None:
        found = [activity for activity in reversed(found) if _epoch(activity) > after]
    if before is not None:
        found = [activity for activity in found if _epoch(activity) < before]
    shown = found[(page - 1) * per_page : page * per_page]
    if sandbox.options.short_pages and len(shown) > 1:
        shown = shown[:-1]
    return answer([summary(activity) for activity in shown])


@api.get("/activities/<int:activity_id>")
@locked
def one(activity_id: int) -> Response:
    grant = _grant("activity:read", "activity:read_all")
    return _detailed(_find(activity_id, grant))


@api.put("/activities/<int:activity_id>")
@locked
def update(activity_id: int) -> Response:
    """Replace the fields that the body (JSON or a form) names, each text as a whole. Others are ignored.

    What the fault `silently_ignored` names is answered as if it were done.
    """
    grant = _grant("activity:write")
    activity = _find(activity_id, grant, writing=True)
    changes, ignored = _changes(), silently_ignored()
    done = {name: value for name, value in changes.items() if name not in ignored}
    the_sandbox().edit_activity(activity["id"], **done)
    return _detailed(the_sandbox().activities[activity_id] | {name: changes[name] for name in ignored & changes.keys()})


@api.route("/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
def unknown(rest: str) -> Response:  # noqa: ARG001 - Flask hands the path over by this name
    raise no_such_path()


def _grant(*scopes: str) -> Grant:
    """The caller's grant, which must allow one of `scopes` (the first is named in the refusal)."""
    grant: Grant = g.grant
    if scopes and not grant.allows(*scopes):
        raise scope_missing(scopes[0])
    return grant


def _visible(activity: Activity, grant: Grant) -> bool:
    return not activity.get("private") or grant.allows("activity:read_all")


def _find(activity_id: int, grant: Grant, *, writing: bool = False) -> Activity:
    """The activity, if it is the caller's and to be seen with this grant; a new one may not be there yet."""
    sandbox = the_sandbox()
    activity = sandbox.activities.get(activity_id)
    if activity is None or activity["athlete"]["id"] != grant.athlete:
        raise not_found()
    if sandbox.absences.counts_one(activity_id, sandbox.now()):
        raise not_found()
    if not _visible(activity, grant):
        raise scope_missing("activity:read_all") if writing and grant.allows("activity:read") else not_found()
    return activity


def _detailed(activity: Activity) -> Response:
    gear = the_sandbox().gear(activity["athlete"]["id"])
    return answer(detailed(activity, next((item for item in gear if item["id"] == activity.get("gear_id")), None)))


def _changes() -> dict[str, Any]:
    """The fields of a PUT that may be changed, checked."""
    body = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(body, dict):
        raise bad_request("Activity", "body")
    changes: dict[str, Any] = {key: body[key] for key in TEXTS if key in body}
    for key, value in changes.items():
        if not isinstance(value, str) and not (value is None and key != "name"):
            raise bad_request("Activity", key)
    changes |= {key: _switch(key, body[key]) for key in SWITCHES if key in body}
    if changes.get("gear_id") == "none":
        changes["gear_id"] = None
    limit = the_sandbox().options.description_limit
    for key in WORDS:
        if limit is not None and len(changes.get(key) or "") > limit:
            raise bad_request("Activity", key, "too long")
    return changes | _sport(body)


def _sport(body: dict[str, Any]) -> dict[str, str]:
    """sport_type goes before the deprecated type."""
    for key, known in (("sport_type", SPORTS), ("type", SAME_TYPES)):
        if key in body:
            if body[key] not in known:
                raise bad_request("Activity", key)
            return {key: body[key]}
    return {}


def _switch(key: str, value: object) -> bool:
    spoken = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
    if spoken is None:
        raise bad_request("Activity", key)
    return spoken


def _number(name: str, *, at_least: int | None = None, at_most: int | None = None) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        raise bad_request("Application", name) from None
    if (at_least is not None and number < at_least) or (at_most is not None and number > at_most):
        raise bad_request("Application", name)
    return number


def _epoch(activity: Activity) -> float:
    return datetime.fromisoformat(activity["start_date"]).astimezone(UTC).timestamp()
