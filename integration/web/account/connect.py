"""Connect: to Strava's consent page and back.

A code is exchanged, which takes a seat, only when everything is right. Of an athlete who may not connect nothing is
stored, and the access is given back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from integration.athlete_profile import set_target
from integration.errors import AppInactive, BadSetting, Later, Refused, SeatsTaken, StravaError
from integration.store import athletes
from integration.store.athletes import Tokens
from integration.store.tables import Athlete, Preferences
from integration.strava import oauth
from integration.strava.http import StravaHttp
from integration.web import forms
from integration.web.account import access_policy, oauth_state
from integration.web.account.oauth_state import Attempt, Half
from integration.web.auth import safe_path, sign_in, visitor
from integration.web.auth import sign_out as end_session
from integration.web.errors import answer
from integration.web.formats import guess_language, guess_units
from integration.web.forms import Form, NoFields
from integration.web.run_views.history_loader import A_YEAR_AND_BEFORE
from integration.web.services import services

LONGEST_TOKEN = 300  # longer ones are not ours, nor Strava's; a cookie has 4 kB
LONGEST_QUEUE_S = 1.0  # for a turn to ask Strava
LINK_USED = "It works once, within two weeks. Did you use it? Then go on without it. If not, ask for a new one."
READS = {"activity:read", "activity:read_all"}

pages = Blueprint("connect", __name__)
log = structlog.get_logger()


class SignOutForm(Form):
    """A choice between this browser and every browser."""

    everywhere: forms.Tick = False


@pages.get("/connect")
def start() -> ResponseReturnValue:
    """Lead to Strava's consent page."""
    parts = services()
    try:
        client_id, _ = parts.settings.strava_app()
    except BadSetting:
        return _not_set_up()
    invite = request.args.get("invite", "")[:LONGEST_TOKEN]
    if invite and not _opens(invite):
        return answer(
            410, LINK_USED, heading="This link no longer opens", way_on="/dashboard" if visitor() else "/connect"
        )
    attempt = Attempt(parts.now().timestamp(), safe_path(request.args.get("next")), invite or None)
    return redirect(
        oauth.authorize_url(
            parts.settings.strava_oauth_url,
            client_id,
            parts.settings.redirect_uri,
            oauth_state.begin(session, attempt),
            approval_prompt="force" if "again" in request.args else "auto",
        )
    )


def _opens(invite: str) -> bool:
    with services().store.read() as database:
        return access_policy.opens(database, services().settings, invite, services().now())


@pages.get("/connect/callback")
def callback() -> ResponseReturnValue:
    """Take Strava's answer: refused, with a scope missing, or with a code to exchange."""
    attempt = oauth_state.take(session, request.args.get("state", ""), services().now())
    if request.args.get("error"):
        return render_template("account/connect/refused.html")
    code, scopes = request.args.get("code"), ",".join(request.args.get("scope", "").replace(",", " ").split())
    if attempt is None or not code or len(code) > LONGEST_TOKEN or len(scopes) > LONGEST_TOKEN:
        return _lost()
    missing = oauth.missing_scopes(scopes)
    if missing:
        oauth_state.keep_half(session, Half(code, scopes, attempt))
        readable = not READS.isdisjoint(scopes.split(","))
        return render_template("account/connect/scopes.html", missing=missing, readable=readable, attempt=attempt)
    return _finish(code, scopes, attempt)


@pages.post("/connect/callback")
def go_on() -> ResponseReturnValue:
    """Connect with the scopes there are, as the athlete chose on the page that named the missing ones."""
    forms.read(NoFields)
    half = oauth_state.take_half(session, services().now())
    return _finish(half.code, half.scopes, half.attempt) if half else _lost()


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session in this browser, or (`everywhere`) in all; the connection stays."""
    end_session(everywhere=forms.read(SignOutForm).everywhere)
    return redirect(url_for("home.page"), 303)


def _finish(code: str, scopes: str, attempt: Attempt) -> ResponseReturnValue:
    exchanges = services().exchanges
    if not exchanges.acquire(timeout=LONGEST_QUEUE_S):
        return render_template("account/connect/unreachable.html", attempt=attempt), 503
    try:
        return _exchange(code, scopes, attempt)
    finally:
        exchanges.release()


def _exchange(code: str, scopes: str, attempt: Attempt) -> ResponseReturnValue:
    try:
        with _strava() as strava:
            grant = strava.exchange(code)
            if not grant.athlete:
                return _lost()
            return _welcome(grant, scopes, attempt) or _turn_away(strava, grant)
    except SeatsTaken:
        return render_template("account/connect/seats.html"), 403
    except Refused:
        return _lost()
    except BadSetting:
        return _not_set_up()
    except AppInactive:
        return answer(503, "Strava switched off this site's application. Its owner has to act.")
    except (Later, StravaError):
        return render_template("account/connect/unreachable.html", attempt=attempt), 503


def _welcome(grant: oauth.Grant, scopes: str, attempt: Attempt) -> ResponseReturnValue | None:
    """Store the connection and sign the athlete in. Returns None for an athlete who may not connect."""
    profile = grant.athlete or {}
    athlete = _keep(grant, scopes, attempt)
    if athlete is None:
        return None
    services().waker.wake(athlete.key)
    sign_in(athlete, str(profile.get("firstname") or "")[:40])
    return redirect(_first_page(athlete, attempt), 303)


def _keep(grant: oauth.Grant, scopes: str, attempt: Attempt) -> Athlete | None:
    parts, now = services(), services().now()
    athlete_id = int((grant.athlete or {})["id"])
    tokens = Tokens(grant.access_token, grant.refresh_token, grant.expires_at)
    with parts.store.write() as database:
        if not access_policy.admit(database, parts.settings, athlete_id, attempt.invite, now):
            return None
        new = athletes.find(database, athlete_id) is None
        athlete = athletes.connect(database, parts.vault, athlete_id, tokens, scopes, now)
        database.flush()
        preferences = database.get_one(Preferences, athlete_id)
        if new:
            _guess(preferences, grant)
        if "activity:write" not in scopes.split(","):
            set_target(preferences, "pages")
        athletes.request(database, athlete_id, now, history_requested_from=now - A_YEAR_AND_BEFORE)
        return athlete


def _guess(preferences: Preferences, grant: oauth.Grant) -> None:
    """Set units and language until the athlete chooses."""
    profile = grant.athlete or {}
    preferences.language = guess_language(list(request.accept_languages.values()))
    preferences.units = guess_units(preferences.language, profile.get("country"), profile.get("measurement_preference"))


def _first_page(athlete: Athlete, attempt: Attempt) -> str:
    if attempt.next:
        return request.script_root + attempt.next
    with services().store.read() as database:
        begun = database.get_one(Preferences, athlete.id).notes_on_at is not None
    return url_for("dashboard.page") if begun else url_for("welcome.page")


def _turn_away(strava: oauth.OAuth, grant: oauth.Grant) -> ResponseReturnValue:
    try:
        strava.revoke(grant.access_token)
    except (StravaError, BadSetting) as error:
        log.warning("a stranger's access could not be given back", error=type(error).__name__)
    return render_template("account/connect/stranger.html"), 403


@contextmanager
def _strava() -> Iterator[oauth.OAuth]:
    parts = services()
    client_id, client_secret = parts.settings.strava_app()
    with StravaHttp(parts.settings.strava_oauth_url, parts.settings.strava_api_url) as strava:
        yield oauth.OAuth(strava, client_id, client_secret, parts.budget)


def _lost() -> ResponseReturnValue:
    way_on = "/dashboard" if visitor() else None
    return answer(400, "This answer from Strava was used before, or it took too long. Connect again.",
                  heading="Please connect again", way_on=way_on)  # fmt: skip


def _not_set_up() -> ResponseReturnValue:
    return answer(503, "This site has no working Strava application yet. Its owner has to set one up.")
