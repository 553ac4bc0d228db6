"""The deeds in a sandbox, by its own JSON interface: all that tests of real processes can let athletes do."""

from datetime import datetime
from typing import Any

from flask import request

from integration.sandbox.activities.outings import SAME_TYPES, SPORTS
from integration.sandbox.controls.commands import CommandError, body, commands, done
from integration.sandbox.gate import the_sandbox

control = commands("control")

_KINDS_OF: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("km", "minutes", "climb_m", "cadence", "temperature", "heartrate"), (int, float)),
    **dict.fromkeys(("title", "description", "gear_id"), (str, type(None))),
    **dict.fromkeys(("start", "sport", "private_note"), (str,)),
    **dict.fromkeys(("trainer", "private", "manual", "push"), (bool,)),
    **dict.fromkeys(("elapsed_s", "workout_type", "absent_calls"), (int,)),
}


@control.get("/state")
@done
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
@done
def activities(athlete: int) -> list[dict[str, Any]]:
    """The athlete's activities with their descriptions, newest first; `limit` of them."""
    sandbox = the_sandbox()
    with sandbox.lock:
        return sandbox.of(sandbox.athlete(athlete).id)[: request.args.get("limit", type=int)]


@control.post("/athletes/<int:athlete>/activities")
@done
def create(athlete: int) -> dict[str, Any]:
    """Record an activity: km, minutes, start (ISO, with offset), title, description, sport, … -> {"id"}"""
    told = body()
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
@done
def read(activity: int) -> dict[str, Any]:
    return the_sandbox().activity(activity)


@control.patch("/activities/<int:activity>")
@done
def edit(activity: int) -> dict[str, Any]:
    """The athlete edits: name, description, sport_type, private, distance, … as Strava names them."""
    changes = body()
    if {"id", "athlete"} & changes.keys():
        raise CommandError("id and athlete stay what they are")
    if changes.get("sport_type", "Run") not in SPORTS or changes.get("type", "Run") not in SAME_TYPES:
        raise CommandError("sport_type and type: must be ones that Strava knows")
    the_sandbox().edit_activity(activity, **changes)
    return the_sandbox().activity(activity)


@control.delete("/activities/<int:activity>")
@done
def delete(activity: int) -> None:
    the_sandbox().delete_activity(activity)


@control.post("/athletes")
@done
def add_athlete() -> dict[str, Any]:
    """A further athlete: firstname, lastname, timezone, activities -> {"id"}"""
    return {"id": the_sandbox().add_athlete(**body())}


@control.post("/athletes/<int:athlete>/deauthorize")
@done
def deauthorize(athlete: int) -> None:
    """The athlete withdraws the access on Strava's side."""
    the_sandbox().deauthorize(athlete)


@control.post("/athletes/<int:athlete>/expire-tokens")
@done
def expire_tokens(athlete: int) -> None:
    the_sandbox().expire_tokens(athlete)
