"""Sessions and access: a signed cookie names a session, and the database is asked about it on every request."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast
from urllib.parse import urlsplit

from flask import abort, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from integration import athlete_profile
from integration.athlete_profile import AthleteProfile
from integration.store import instance_facts, web_sessions
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete
from integration.web import offline_queue
from integration.web.services import services

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
LONGEST_PATH = 500
READING = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing
GOES_ON = "connect.go_on"


def sign_in(athlete: Athlete, first_name: str) -> None:
    """Start a fresh session. The first name lives in the athlete's own cookie and nowhere else."""
    session.clear()
    session.permanent = True
    session["key"] = athlete.key
    session["id"] = web_sessions.new_id()
    session["epoch"] = athlete.session_epoch
    session["name"] = first_name


def sign_out(*, everywhere: bool = False) -> None:
    """End the session at the server, so that no copy of its cookie is good any more, and in this browser.

    `everywhere` ends every session of the athlete. The browser drops what it keeps of them.
    """
    who, parts = visitor(), services()
    if who is not None:
        with parts.store.write() as database:
            web_sessions.end(database, session["id"], parts.now())
            if everywhere:
                web_sessions.end_all(database, who.id)
    _leave_browser()


def _leave_browser() -> None:
    key = session.get("key")
    session.clear()
    if isinstance(key, str):
        offline_queue.drop(key)
    g.athlete = None


def visitor() -> Athlete | None:
    """Return the connected athlete who asks; None for a stranger, and for whoever signed out of this session."""
    if "athlete" not in g:
        g.athlete = None
        key, session_id = session.get("key"), session.get("id")
        if isinstance(key, str) and isinstance(session_id, str):
            _look_up(key, session_id)
    return g.athlete  # type: ignore[no-any-return]  # Flask's g holds anything


def _look_up(key: str, session_id: str) -> None:
    with services().store.read() as database:
        found = athlete_profile.of_key(database, key)
        ended = found and web_sessions.has_ended(database, found.athlete, session_id, session.get("epoch"))
    g.gone = found is None  # as the database says; unset while it is away
    if ended:
        _leave_browser()
    elif found:
        g.athlete, g.stored = found.athlete, found


def require_session() -> None:
    """Refuse a form without a session before its body is read. Raises NoSession.

    Strava's answer may wait for a choice before anybody is connected: that alone needs no athlete.
    """
    safe = request.method in READING or request.endpoint is None
    if not safe and visitor() is None and not (request.endpoint == GOES_ON and "half" in session):
        raise NoSession


class NoSession(Exception):
    """A form came without a session, or with one that is over."""


def athlete() -> Athlete:
    """Return the athlete who asks, in a view behind `connected`. Aborts with 401 for a stranger."""
    found = visitor()
    if found is None:
        abort(401)
    return found


def profile() -> AthleteProfile:
    """Return what the athlete who asks told us. Raises NoResultFound if they have just left, KeysLost.

    A page that is only read has it from the look at who asks. A form may change it: then it is as it is stored now.
    """
    parts, who = services(), athlete()
    if request.method not in READING:
        with parts.store.read() as database:
            return athlete_profile.load(database, parts.vault, who.id)
    if "profile" not in g:
        g.profile = g.stored.opened(parts.vault)
    return cast("AthleteProfile", g.profile)


def connected(view: View[P]) -> View[P]:
    """Let only connected athletes in. Others connect first and come back; a leaving athlete sees /leave alone."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        found = visitor()
        if found is None:
            return _connect_first()
        if found.state is AthleteState.LEAVING:
            return redirect(url_for("leave.page"), 303)
        return view(*args, **kwargs)

    return guarded


def owners_only(view: View[P]) -> View[P]:
    """Hide a page from everyone but the instance's owner."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not is_owner(athlete()):
            abort(404)
        return view(*args, **kwargs)

    return connected(guarded)


def is_owner(who: Athlete) -> bool:
    """Return True for OWNER_ATHLETE or, if that is not set, for the athlete who opened the owner link."""
    if services().settings.owner_athlete is not None:
        return services().settings.owner_athlete == who.id
    with services().store.read() as database:
        return instance_facts.owner(database) == who.id


def _connect_first() -> ResponseReturnValue:
    if wants_json():
        return jsonify(error="connect with Strava first"), 401
    address = url_for("home.page", next=here(), ended=1)
    if "HX-Request" in request.headers:
        return "", 200, {"HX-Redirect": address}
    return redirect(address, 303)


def here() -> str:
    """Return the visitor's path inside this application; for a form, the path of the page that it was on."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return request.full_path.removesuffix("?")
    return came_from() or "/dashboard"


def came_from() -> str | None:
    """Return the path of our page that led here, by the Referer; None if it was none of ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.host:
        return None
    return safe_path(parts.path.removeprefix(request.script_root) + (f"?{parts.query}" if parts.query else ""))


class ActivityId(IntegerConverter):
    """The number of an activity in a path. A number that no database can hold is not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def safe_path(target: str | None) -> str | None:
    """Return `target` if it is a path inside this application, else None: nobody is sent to another site."""
    if not target or len(target) > LONGEST_PATH or not target.startswith("/") or target.startswith(("//", "/connect")):
        return None
    return target if target.isprintable() and "\\" not in target else None


def wants_json() -> bool:
    """Return True if the client prefers JSON to a page."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json" and "application/json" in request.headers.get("Accept", "")
