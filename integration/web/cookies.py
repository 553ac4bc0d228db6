"""The session's cookie: set by answers to pages and forms, never by answers to what a script asks in the background.

Such an answer may arrive after the page that follows it, and would put an older session in place of a newer one.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from flask import Flask, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData
from werkzeug.http import parse_cookie

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer


class PageSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, which background reads leave alone and other background requests only change."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Return True if this answer may carry the cookie; a visit to a page also lets the session last longer."""
        if not is_background():
            return super().should_set_cookie(app, session)
        return session.modified and (request.method not in ("GET", "HEAD") or "sets_cookie" in g)


def may_send_forms(app: Flask) -> Callable[[str], bool]:
    """Return what says of a Cookie header whether a form with it can be more than refused.

    Its session is signed by us, and of somebody who connected, or whose answer of Strava waits for a choice. Whether
    they have left since then, or signed out, is for the form to find out.
    """
    serializer = cast("URLSafeTimedSerializer", PageSessions().get_signing_serializer(app))
    name, lasts = app.config["SESSION_COOKIE_NAME"], int(app.permanent_session_lifetime.total_seconds())

    def may(cookies: str) -> bool:
        try:
            session = serializer.loads(parse_cookie(cookies).get(name, ""), max_age=lasts)
        except (BadData, ValueError):  # the latter if a header is no text at all
            return False
        return "key" in session or "half" in session

    return may


def let_this_answer_set_the_cookie() -> None:
    """Let the answer to a background read change the session: for a page that waits, with no other beside it."""
    g.sets_cookie = True


def is_background() -> bool:
    """Return True if a script asks, not somebody who follows a link or sends a form. Older browsers tell less."""
    told = request.headers.get("Sec-Fetch-Mode")
    return told != "navigate" if told else "HX-Request" in request.headers
