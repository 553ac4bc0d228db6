"""The push subscription of an application under /api/v3/push_subscriptions: made, listed, deleted.

These calls name the app by client id and secret, need no athlete, and are not counted (recorded: usage stays "0,0").
"""

from datetime import datetime
from secrets import token_hex
from typing import Any

import requests
from flask import Blueprint, Response, g, make_response, request

from integration.sandbox.answers import Refusal, bad_request, inactive, not_found
from integration.sandbox.applications import Application, Subscription
from integration.sandbox.gate import answer, leave, strike_before, the_sandbox

subscriptions = Blueprint("subscriptions", __name__, url_prefix="/api/v3/push_subscriptions")
LONGEST_URL = 255


@subscriptions.before_request
def enter() -> Response | None:
    """Identify the caller, and let a fault strike if one is set."""
    g.athlete = None
    g.app = the_sandbox().application(request.values.get("client_id"), request.values.get("client_secret", ""))
    if g.app.inactive:
        raise inactive()
    return strike_before()


@subscriptions.after_request
def left(response: Response) -> Response:
    if g.get("app") is not None and response.status_code < 400:
        overall, read = g.app.limits.overall.limit, g.app.limits.read.limit
        response.headers["X-RateLimit-Limit"] = f"{overall[0]},{overall[1]}"
        response.headers["X-ReadRateLimit-Limit"] = f"{read[0]},{read[1]}"
        response.headers["X-RateLimit-Usage"] = response.headers["X-ReadRateLimit-Usage"] = "0,0"
    return leave(response)


@subscriptions.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    return answer(refusal.body, refusal.status)


@subscriptions.post("")
def make() -> Response:
    """Subscribe once the callback has echoed the challenge within two seconds."""
    app, sandbox = _app(), the_sandbox()
    callback, verify_token = request.form.get("callback_url", ""), request.form.get("verify_token", "")
    if app.subscription is not None:
        raise bad_request("PushSubscription", "", "already exists")
    if not callback or len(callback) > LONGEST_URL or not callback.startswith(("http://", "https://")):
        raise bad_request("PushSubscription", "callback url", "not verifiable")
    if not verify_token:
        raise bad_request("PushSubscription", "verify token", "missing")
    _validate(callback, verify_token)
    with sandbox.lock:
        if app.subscription is not None:
            raise bad_request("PushSubscription", "", "already exists")
        app.subscription = Subscription(sandbox.applications.next_subscription_id(), callback, sandbox.now())
        return answer(_shown(app, app.subscription), 201)


@subscriptions.get("")
def listed() -> Response:
    app = _app()
    return answer([_shown(app, app.subscription)] if app.subscription else [])


@subscriptions.delete("/<int:subscription_id>")
def delete(subscription_id: int) -> Response:
    app = _app()
    if app.subscription is None or app.subscription.id != subscription_id:
        raise not_found("PushSubscription")
    app.subscription = None
    return make_response("", 204)


def _app() -> Application:
    app: Application = g.app
    return app


def _validate(callback: str, verify_token: str) -> None:
    """Ask the callback as Strava does; a Refusal says what was wrong with its answer."""
    challenge = token_hex(8)
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(callback, params=query, timeout=the_sandbox().pushes.timeout, allow_redirects=False)
    except requests.RequestException:
        raise bad_request("PushSubscription", "callback url", "not verifiable") from None
    if reply.status_code != 200:
        raise bad_request("PushSubscription", "callback url", "GET to callback URL does not return 200")
    try:
        echoed = reply.json()
    except ValueError:
        echoed = None
    if not isinstance(echoed, dict) or echoed.get("hub.challenge") != challenge:
        raise bad_request("PushSubscription", "callback url", "not verifiable")


def _shown(app: Application, subscription: Subscription) -> dict[str, Any]:
    created = _text(subscription.created)
    return {
        "id": subscription.id,
        "resource_state": 2,
        "application_id": app.client_id,
        "callback_url": subscription.callback_url,
        "created_at": created,
        "updated_at": created,
    }


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
