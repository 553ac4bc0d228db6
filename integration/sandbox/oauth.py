"""OAuth under /oauth: the consent page, tokens for codes and refresh tokens, revoking."""

from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from integration.sandbox.activities.views import athlete_summary
from integration.sandbox.answers import Refusal, bad_request, inactive, no_access, wrong_credentials
from integration.sandbox.applications import SCOPES, Application, Grant, token_answer
from integration.sandbox.gate import answer, leave, strike_before, the_sandbox

oauth = Blueprint("oauth", __name__)

LOOPBACK = ("localhost", "127.0.0.1")
SCOPE_WORDS = {
    "read": "See your public profile",
    "read_all": "See your private routes, segments and events",
    "profile:read_all": "See your whole profile, even what only you can see",
    "profile:write": "Change your weight, and star segments for you",
    "activity:read": "See your activities that everyone or your followers can see",
    "activity:read_all": "See all your activities, even those that only you can see",
    "activity:write": "Change your activities and upload new ones",
}


@oauth.before_request
def enter() -> Response | None:
    """Let a fault strike a token call; pages for people are spared."""
    g.athlete = None
    return None if request.path.endswith("/authorize") else strike_before()


@oauth.after_request
def left(response: Response) -> Response:
    return leave(response)


@oauth.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    return answer(refusal.body, refusal.status)


@oauth.get("/oauth/authorize")
def ask() -> Response | Redirect:
    """The consent page; nothing is asked if the athlete has allowed all this before and the app does not insist."""
    sandbox = the_sandbox()
    app, scopes = _asked()
    if not sandbox.athletes:
        raise bad_request("Athlete", "id", "missing")
    if request.args.get("approval_prompt", "auto") == "auto" and len(sandbox.athletes) == 1:
        grant = app.grants.get(sandbox.athlete().id)
        if grant and grant.scopes.issuperset(scopes):
            return redirect(_back(code=_code(app, grant.athlete, list(scopes)), scope=",".join(scopes)))
    return make_response(
        render_template(
            "sandbox/consent.html",
            app=app,
            site=urlsplit(request.args["redirect_uri"]).netloc,
            athletes=list(sandbox.athletes.values()),
            scopes=[(scope, SCOPE_WORDS[scope]) for scope in scopes],
        )
    )


@oauth.post("/oauth/authorize")
def decide() -> Response | Redirect:
    """The form of the consent page: `decision` authorize or cancel, `athlete`, and `scope` once for each tick."""
    sandbox = the_sandbox()
    app, scopes = _asked()
    if request.form.get("decision") != "authorize":
        return redirect(_back(error="access_denied"))
    athlete = request.form.get("athlete", type=int) or next(iter(sandbox.athletes), 0)
    if athlete not in sandbox.athletes:
        raise bad_request("Athlete", "id")
    if sandbox.options.refuse_at_consent and not app.has_seat(athlete):
        return make_response(render_template("sandbox/full.html", app=app), 403)
    ticked = request.form.getlist("scope")
    granted = [scope for scope in scopes if scope == "read" or scope in ticked]
    return redirect(_back(code=_code(app, athlete, granted), scope=",".join(granted)))


@oauth.post("/oauth/token")
@oauth.post("/api/v3/oauth/token")
def token() -> Response:
    """Exchange a code, or refresh. Token calls carry no rate-limit headers."""
    sandbox, form = the_sandbox(), request.values
    app = _authenticated(form.get("client_id"), form.get("client_secret"))
    with sandbox.lock:
        now = sandbox.now()
        match form.get("grant_type"):
            case "authorization_code":
                grant = app.exchange(form.get("code", ""), now)
                extra = {"athlete": athlete_summary(sandbox.athlete(grant.athlete).profile)}
            case "refresh_token":
                force = sandbox.options.rotate_always
                grant, extra = app.refresh(form.get("refresh_token", ""), now, force=force), {}
            case _:
                raise bad_request("OAuth", "grant_type")
        g.athlete = grant.athlete
        return answer(token_answer(grant, now) | extra)


@oauth.post("/oauth/revoke")
def revoke() -> Response:
    """HTTP Basic client id and secret, form `token`; 200 with an empty body even for an unknown token."""
    login = request.authorization
    if login is None or login.type != "basic":
        raise wrong_credentials()
    app = _authenticated(login.username, login.password)
    if not request.form.get("token"):
        raise bad_request("OAuth", "token", "required")
    _withdraw(app, app.holder(request.form["token"]))
    return make_response("", 200)


@oauth.post("/oauth/deauthorize")
def deauthorize() -> Response:
    """The older way, until 2027-06-01: an access token, in the header or the form, is given back."""
    bearer = request.headers.get("Authorization", "").partition(" ")[2]
    given = bearer or request.values.get("access_token", "")
    sandbox = the_sandbox()
    app = next((app for app in sandbox.applications.values() if given and app.knows(given)), None)
    if app is None:
        raise no_access()
    _withdraw(app, app.bearer(given, sandbox.now()))
    return answer({"access_token": given})


def _authenticated(client_id: str | None, client_secret: str | None) -> Application:
    """The app of these credentials; as recorded, a wrong secret is answered like a wrong id."""
    try:
        app = the_sandbox().application(client_id, client_secret or "")
    except Refusal:
        raise bad_request("Application", "client_id") from None
    if app.inactive:
        raise inactive()
    return app


def _withdraw(app: Application, grant: Grant | None) -> None:
    if grant is not None:
        g.athlete = grant.athlete
        the_sandbox().deauthorize(grant.athlete, app)


def _asked() -> tuple[Application, list[str]]:
    """Return the application and the scopes that are asked for; errors in the order in which Strava looks."""
    app = the_sandbox().application(request.args.get("client_id"))
    host = urlsplit(request.args.get("redirect_uri", "")).hostname or ""
    domains = app.callback_domains
    if host not in LOOPBACK and not any(host == domain or host.endswith(f".{domain}") for domain in domains):
        raise bad_request("Application", "redirect_uri")
    if request.args.get("response_type") != "code":
        raise bad_request("Authorize", "response_type")
    scopes = [scope for scope in request.args.get("scope", "").split(",") if scope]
    if not scopes or not set(scopes) <= set(SCOPES):
        raise bad_request("Authorize", "scope")
    return app, ["read", *(scope for scope in dict.fromkeys(scopes) if scope != "read")]


def _code(app: Application, athlete: int, scopes: list[str]) -> str:
    sandbox = the_sandbox()
    with sandbox.lock:
        return app.issue_code(athlete, scopes, sandbox.now())


def _back(**answers: Any) -> str:
    """The app's redirect_uri with `state` first, as Strava does; commas and colons stay readable."""
    parts = urlsplit(request.args["redirect_uri"])
    query = urlencode({"state": request.args.get("state", ""), **answers}, safe=",:")
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, query)))))
