"""The sandbox's own JSON interface under /sandbox/api: what tests of real processes, and anyone, can make happen."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import HTTPException

from integration.sandbox.answers import Refusal
from integration.sandbox.gate import answer, the_sandbox
from integration.sandbox.outings import SAME_TYPES, SPORTS

control = Blueprint("control", __name__, url_prefix="/sandbox/api")


_KINDS_OF: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("km", "minutes", "climb_m", "cadence", "temperature", "heartrate"), (int, float)),
    **dict.fromkeys(("title", "description", "gear_id"), (str, type(None))),
    **dict.fromkeys(("start", "sport", "private_note"), (str,)),
    **dict.fromkeys(("trainer", "private", "manual", "push"), (bool,)),
    **dict.fromkeys(("elapsed_s", "workout_type", "absent_calls"), (int,)),
}


class CommandError(ValueError):
    """A command that makes no sense; the message names the field."""


@control.errorhandler(HTTPException)
def unreadable(error: HTTPException) -> Response:
    return answer({"error": error.description}, error.code or 400)


@control.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    return answer({"error": str(refusal)}, refusal.status)


@control.errorhandler(ValueError)
@control.errorhandler(TypeError)
def senseless(error: Exception) -> Response:
    return answer({"error": str(error)}, 400)


@control.errorhandler(LookupError)
def too_early(error: LookupError) -> Response:
    return answer({"error": str(error)}, 404)


@control.errorhandler(KeyError)
def unknown(error: KeyError) -> Response:
    return answer({"error": f"nothing has the id {error.args[0]}"}, 404)


def _done(view: Callable[..., Any]) -> Callable[..., Response]:
    """A view that returns plain values, or None for 204."""

    @wraps(view)
    def answered(**kwargs: Any) -> Response:
        result = view(**kwargs)
        return make_response("", 204) if result is None else answer(result)

    return answered


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True) if request.data else {}
    if not isinstance(body, dict):
        raise CommandError("the body must be a JSON object")
    return body


@control.get("/state")
@_done
def state() -> dict[str, Any]:
    """Everything at a glance."""
    sandbox = the_sandbox()
    with sandbox.lock:
        return {
            "now": sandbox.now().isoformat(),
            "athletes": [{"id": athlete.id, "name": athlete.name} for athlete in sandbox.athletes.values()],
            "activities": len(sandbox.activities),
            "applications": [
                {
                    "client_id": app.client_id,
                    "seats": app.seats,
                    "inactive": app.inactive,
                    "athletes": {str(grant.athlete): sorted(grant.scopes) for grant in app.grants.values()},
                    "subscription": app.subscription
                    and {"id": app.subscription.id, "callback_url": app.subscription.callback_url},
                    "budget": app.limits.usage(sandbox.now()),
                }
                for app in sandbox.applications.values()
            ],
            "faults": [fault.as_json() for fault in sandbox.faults.active],
            "options": vars(sandbox.options),
        }


@control.get("/athletes/<int:athlete>/activities")
@_done
def activities(athlete: int) -> list[dict[str, Any]]:
    """The athlete's activities with their descriptions, newest first; `limit` of them."""
    sandbox = the_sandbox()
    with sandbox.lock:
        return sandbox.of(sandbox.athlete(athlete).id)[: request.args.get("limit", type=int)]


@control.post("/athletes/<int:athlete>/activities")
@_done
def create(athlete: int) -> dict[str, Any]:
    """Record an activity: km, minutes, start (ISO, with offset), title, description, sport, … -> {"id"}"""
    told = _body()
    for field, value in told.items():
        if not isinstance(value, _KINDS_OF.get(field, object)):
            raise CommandError(f"{field}: {value!r} is of the wrong kind")
    if "start" in told:
        told["start"] = datetime.fromisoformat(told["start"])
        if told["start"].tzinfo is None:
            raise CommandError("start: needs an offset or Z")
    if told.get("sport", "Run") not in SPORTS:
        raise CommandError(f"sport: Strava knows no {told['sport']!r}")
    return {"id": the_sandbox().create_activity(athlete, **told)}


@control.get("/activities/<int:activity>")
@_done
def read(activity: int) -> dict[str, Any]:
    return the_sandbox().activity(activity)


@control.patch("/activities/<int:activity>")
@_done
def edit(activity: int) -> dict[str, Any]:
    """The athlete edits: name, description, sport_type, private, distance, … as Strava names them."""
    changes = _body()
    if {"id", "athlete"} & changes.keys():
        raise CommandError("id and athlete stay what they are")
    if changes.get("sport_type", "Run") not in SPORTS or changes.get("type", "Run") not in SAME_TYPES:
        raise CommandError("sport_type and type: must be ones that Strava knows")
    the_sandbox().edit_activity(activity, **changes)
    return the_sandbox().activity(activity)


@control.delete("/activities/<int:activity>")
@_done
def delete(activity: int) -> None:
    the_sandbox().delete_activity(activity)


@control.post("/athletes")
@_done
def add_athlete() -> dict[str, Any]:
    """A further athlete: firstname, lastname, timezone, activities -> {"id"}"""
    return {"id": the_sandbox().add_athlete(**_body())}


@control.post("/athletes/<int:athlete>/deauthorize")
@_done
def deauthorize(athlete: int) -> None:
    """The athlete withdraws the access on Strava's side."""
    the_sandbox().deauthorize(athlete)


@control.post("/athletes/<int:athlete>/expire-tokens")
@_done
def expire_tokens(athlete: int) -> None:
    the_sandbox().expire_tokens(athlete)


@control.get("/calls")
@_done
def calls() -> list[dict[str, Any]]:
    """The calls so far; `method` and `path` are patterns."""
    found = the_sandbox().calls(
        request.args.get("method", "*"), request.args.get("path", "*"), request.args.get("athlete", type=int)
    )
    return [call.as_json() for call in found]


@control.delete("/calls")
@_done
def forget_calls() -> None:
    the_sandbox().forget_calls()


@control.get("/pushes")
@_done
def pushes() -> list[dict[str, Any]]:
    return [push.as_json() for push in list(the_sandbox().pushes.log)]


@control.get("/faults")
@_done
def faults() -> list[dict[str, Any]]:
    return [fault.as_json() for fault in the_sandbox().faults.active]


@control.post("/faults")
@_done
def add_fault() -> dict[str, Any]:
    """kind, on ("PUT /activities/*"), times (null: until removed), seconds, status, athlete"""
    sandbox, asked = the_sandbox(), _body()
    with sandbox.lock:
        return sandbox.faults.add(asked.pop("kind", ""), **asked).as_json()


@control.delete("/faults")
@_done
def clear_faults() -> None:
    with the_sandbox().lock:
        the_sandbox().faults.clear()


@control.delete("/faults/<int:fault>")
@_done
def remove_fault(fault: int) -> None:
    with the_sandbox().lock:
        if not the_sandbox().faults.remove(fault):
            raise KeyError(fault)


@control.post("/spend")
@_done
def spend() -> None:
    """Another process of the app makes `calls` calls, `reads` of them no uploads."""
    the_sandbox().spend(**_body())


@control.patch("/options")
@_done
def options() -> dict[str, Any]:
    """Change how this Strava behaves; the fields are those of Options."""
    current = vars(the_sandbox().options)
    for name, value in _body().items():
        if name not in current:
            raise CommandError(f"{name}: there is no such option; there are {', '.join(current)}")
        if isinstance(current[name], bool) is not isinstance(value, bool):
            raise CommandError(f"{name}: {value!r} is of the wrong kind")
        current[name] = value
    return current


@control.post("/clock")
@_done
def clock() -> dict[str, str]:
    """Move this Strava's time forward by `seconds`, `minutes`, `hours`, `days`."""
    the_sandbox().advance(**_body())
    return {"now": the_sandbox().now().isoformat()}


@control.post("/application")
@_done
def application() -> dict[str, Any]:
    """Change the first application: inactive, seats, and the limits overall and read, each [15 minutes, day]."""
    app, asked = the_sandbox().app, _body()
    app.inactive = bool(asked.get("inactive", app.inactive))
    app.seats = int(asked.get("seats", app.seats))
    for name, allowance in (("overall", app.limits.overall), ("read", app.limits.read)):
        quarter, day = asked.get(name, allowance.limit)
        allowance.limit = (int(quarter), int(day))
    return {"client_id": app.client_id, "inactive": app.inactive, "seats": app.seats}
