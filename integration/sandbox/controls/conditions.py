"""The conditions in a sandbox, by its own JSON interface: time, faults, limits, options, and what it saw."""

from typing import Any

from flask import request

from integration.sandbox.controls.commands import CommandError, body, commands, done
from integration.sandbox.gate import the_sandbox

conditions = commands("conditions")


@conditions.get("/calls")
@done
def calls() -> list[dict[str, Any]]:
    """The calls so far; `method` and `path` are patterns."""
    found = the_sandbox().calls(
        request.args.get("method", "*"), request.args.get("path", "*"), request.args.get("athlete", type=int)
    )
    return [call.as_json() for call in found]


@conditions.delete("/calls")
@done
def forget_calls() -> None:
    the_sandbox().forget_calls()


@conditions.get("/pushes")
@done
def pushes() -> list[dict[str, Any]]:
    return [push.as_json() for push in list(the_sandbox().pushes.log)]


@conditions.get("/faults")
@done
def faults() -> list[dict[str, Any]]:
    return [fault.as_json() for fault in the_sandbox().faults.active]


@conditions.post("/faults")
@done
def add_fault() -> dict[str, Any]:
    """kind, on ("PUT /activities/*"), times (null: until removed), seconds, status, athlete"""
    sandbox, asked = the_sandbox(), body()
    with sandbox.lock:
        return sandbox.faults.add(asked.pop("kind", ""), **asked).as_json()


@conditions.delete("/faults")
@done
def clear_faults() -> None:
    with the_sandbox().lock:
        the_sandbox().faults.clear()


@conditions.delete("/faults/<int:fault>")
@done
def remove_fault(fault: int) -> None:
    with the_sandbox().lock:
        if not the_sandbox().faults.remove(fault):
            raise KeyError(fault)


@conditions.post("/spend")
@done
def spend() -> None:
    """Another process of the app makes `calls` calls, `reads` of them no uploads."""
    the_sandbox().spend(**body())


@conditions.patch("/options")
@done
def options() -> dict[str, Any]:
    """Change how this Strava behaves; the fields are those of Options."""
    current = vars(the_sandbox().options)
    for name, value in body().items():
        if name not in current:
            raise CommandError(f"{name}: there is no such option; there are {', '.join(current)}")
        if isinstance(current[name], bool) is not isinstance(value, bool):
            raise CommandError(f"{name}: {value!r} is of the wrong kind")
        current[name] = value
    return current


@conditions.post("/clock")
@done
def clock() -> dict[str, str]:
    """Move this Strava's time forward by `seconds`, `minutes`, `hours`, `days`."""
    the_sandbox().advance(**body())
    return {"now": the_sandbox().now().isoformat()}


@conditions.post("/application")
@done
def application() -> dict[str, Any]:
    """Change the first application: inactive, seats, and the limits overall and read, each [15 minutes, day]."""
    app, asked = the_sandbox().app, body()
    app.inactive = bool(asked.get("inactive", app.inactive))
    app.seats = int(asked.get("seats", app.seats))
    for name, allowance in (("overall", app.limits.overall), ("read", app.limits.read)):
        quarter, day = asked.get(name, allowance.limit)
        allowance.limit = (int(quarter), int(day))
    return {"client_id": app.client_id, "inactive": app.inactive, "seats": app.seats}
