"""Who is asking: a signed cookie that names a connection, checked against the database on every request."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import abort, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from integration import athlete_profile
from integration.athlete_profile import AthleteProfile
from integration.store import athletes, instance_facts
from integration.store.tables import Athlete
from integration.web.services import services
from integration.web.training import offline_queue

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
LONGEST_PATH = 500


def sign_in(athlete: Athlete, first_name: str) -> None:
    """Starts a fresh session. The first name lives in the athlete's own cookie and nowhere else."""
    session.clear()
    session.permanent = True
    session["key"] = athlete.key
    session["name"] = first_name


def sign_out() -> None:
    """Ends the session, and lets the browser drop what it keeps of the athlete."""
    key = session.get("key")
    session.clear()
    if isinstance(key, str):
        offline_queue.drop(key)
    g.athlete = None


def visitor() -> Athlete | None:
    """The connected athlete who asks, or None."""
    if "athlete" not in g:
        key = session.get("key")
        g.athlete = _by_key(key) if isinstance(key, str) else None
        g.gone = isinstance(key, str) and g.athlete is None  # as the database says; unset while it is away
    return g.athlete  # type: ignore[no-any-return]  # Flask's g holds anything


def _by_key(key: str) -> Athlete | None:
    with services().store.read() as database:
        return athletes.by_key(database, key)


def athlete() -> Athlete:
    """The athlete who asks, in a view behind `connected`."""
    found = visitor()
    if found is None:
        abort(401)
    return found


def profile() -> AthleteProfile:
    """Return what the athlete who asks told us, as it is stored now. Raises NoResultFound if they have just left."""
    parts = services()
    with parts.store.read() as database:
        return athlete_profile.load(database, parts.vault, athlete().id)


def connected(view: View[P]) -> View[P]:
    """Lets only connected athletes in; others connect first and come back. Who is leaving finds only /leave."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        found = visitor()
        if found is None:
            return _connect_first()
        if found.state == "leaving":
            return redirect(url_for("leave.page"), 303)
        return view(*args, **kwargs)

    return guarded


def owners_only(view: View[P]) -> View[P]:
    """Hides a page from everyone but the instance's owner."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not is_owner(athlete()):
            abort(404)
        return view(*args, **kwargs)

    return connected(guarded)


def is_owner(who: Athlete) -> bool:
    """OWNER_ATHLETE, or whoever opened the owner's link."""
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
    """The path that the visitor is on, inside this application: where a form stood if this is no GET."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return request.full_path.removesuffix("?")
    return came_from() or "/dashboard"


def came_from() -> str | None:
    """The page of ours that led here, by the Referer."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.host:
        return None
    return safe_path(parts.path.removeprefix(request.script_root) + (f"?{parts.query}" if parts.query else ""))


class ActivityId(IntegerConverter):
    """The number of an activity in a path: what is larger than any database keeps is not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def safe_path(target: str | None) -> str | None:
    """`target` if it is a path inside this application, else None: nobody is sent to another site."""
    if not target or len(target) > LONGEST_PATH or not target.startswith("/") or target.startswith(("//", "/connect")):
        return None
    return target if target.isprintable() and "\\" not in target else None


def wants_json() -> bool:
    """Whether the client would rather have JSON than a page."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json" and "application/json" in request.headers.get("Accept", "")
