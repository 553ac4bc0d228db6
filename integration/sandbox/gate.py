"""The steps of every call on its way in and out: who calls, rate limits, faults on demand, the call log."""

import json
import socket
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Response, g, jsonify, make_response, request

from integration.sandbox.answers import ERROR_PAGE, RATE_LIMITED, Refusal, inactive, no_access, not_found
from integration.sandbox.applications import Application, Grant
from integration.sandbox.faults import AFTER, BEFORE, PRIVATE_NOTE, WHILE, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.sandbox.state import Sandbox


SANDBOX = "backstride.sandbox"  # where the WSGI environment holds it


def the_sandbox() -> "Sandbox":
    """The sandbox that this request is for."""
    sandbox: Sandbox = request.environ[SANDBOX]
    return sandbox


def short_path() -> str:
    """The path as the call log and the faults know it: without /api/v3."""
    return request.path.removeprefix("/api/v3")


def identify() -> tuple[Application, Grant]:
    """The app and the grant behind the Authorization header (the only place where a token is read)."""
    sandbox = the_sandbox()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise no_access()
    with sandbox.lock:
        app = next((app for app in sandbox.applications.values() if app.knows(token)), None)
        if app is None:
            raise no_access()
        g.app, holder = app, app.holder(token)
        g.athlete = holder.athlete if holder else None
        return app, app.bearer(token, sandbox.now())


def enter_api() -> Response | None:
    """Before a call of the API: count it, let a fault strike it, or let it in. Refusals are raised."""
    g.app = g.athlete = None
    sandbox = the_sandbox()
    refusal: Refusal | None = None
    try:
        _, g.grant = identify()
    except Refusal as error:
        refusal = error
    if g.app is not None:
        if g.app.inactive:
            raise inactive()
        with sandbox.lock:
            if not g.app.limits.count(sandbox.now()):
                return answer(RATE_LIMITED, 429)
    if struck := strike_before():
        return struck
    if refusal is not None:
        raise refusal
    return None


def strike_before() -> Response | None:
    """The answer of a fault that keeps the call from being done; None when it is to be done."""
    sandbox = the_sandbox()
    with sandbox.lock:
        fault = sandbox.faults.take(BEFORE, f"{request.method} {short_path()}", g.athlete)
    if fault is None:
        return None
    match fault.kind:
        case "rate_limited":
            return answer(RATE_LIMITED, 429)
        case "error_page":
            return make_response(ERROR_PAGE, fault.status)
        case "not_json":
            return make_response(ERROR_PAGE, 200)
        case "slow":
            sandbox.closing.wait(fault.seconds)
            return None
        case "hang" | "cut":
            sandbox.closing.wait(fault.seconds if fault.kind == "hang" else 0)
            return cut()
    raise {"not_found": not_found, "unauthorized": no_access, "inactive": inactive}[fault.kind]()


def silently_ignored() -> frozenset[str]:
    """The fields that this call is told were changed, and that are not. The caller holds the lock."""
    fault = the_sandbox().faults.take(WHILE, f"{request.method} {short_path()}", g.athlete)
    return frozenset(fault.without or [PRIVATE_NOTE]) if fault else frozenset()


def leave_api(response: Response) -> Response:
    """After a call of the API: rate headers (an HTML error page of Strava's front has none), faults, the log."""
    sandbox = the_sandbox()
    if g.get("app") is not None and response.mimetype == "application/json":
        with sandbox.lock:
            response.headers.update(g.app.limits.headers(sandbox.now()))
    return leave(response)


def leave(response: Response) -> Response:
    """After any call: let a fault strike the answer, then write the log."""
    sandbox, status = the_sandbox(), response.status_code
    fault: Fault | None = None
    if not g.get("cut"):
        with sandbox.lock:
            fault = sandbox.faults.take(AFTER, f"{request.method} {short_path()}", g.get("athlete"))
    if fault and fault.kind == "error_page_after":
        response, status = make_response(ERROR_PAGE, fault.status), fault.status
    elif fault and fault.kind == "odd_answer":
        response.set_data(json.dumps(fault.reshape(response.get_json())))
    elif fault and fault.kind == "slow_after":
        sandbox.closing.wait(fault.seconds)
    elif fault:
        response = cut()
    if not g.get("cut"):
        sandbox.call_log.add(request.method, short_path(), status, g.get("athlete"), sandbox.now())
    return response


def cut() -> Response:
    """Note the call and end the connection without an answer; what is returned finds nobody."""
    g.cut = True
    sandbox = the_sandbox()
    sandbox.call_log.add(request.method, short_path(), None, g.get("athlete"), sandbox.now())
    connection = request.environ.get("werkzeug.socket")
    if connection is None:
        raise ConnectionAbortedError("a connection can only be cut if there is one: use SandboxServer")
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=444)


def answer(body: Any, status: int = 200) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response


def locked(view: "Callable[..., Response]") -> "Callable[..., Response]":
    """Have a view see and change the sandbox's state alone."""

    @wraps(view)
    def alone(*args: Any, **kwargs: Any) -> Response:
        with the_sandbox().lock:
            return view(*args, **kwargs)

    return alone
