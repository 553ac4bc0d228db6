"""The headers of every answer, and the address of a request: behind proxies, under a path prefix, from strangers."""

import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, g
from werkzeug.middleware.proxy_fix import ProxyFix

from integration.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
A_YEAR_OF_HTTPS = "max-age=31536000"


HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?)(:\d{1,5})?", re.IGNORECASE)
LONGEST_HOST = 260
NOT_READABLE = b"This request cannot be read: its Host, path or query is not as it should be.\n"


class OnlyReadable:
    """Keeps from an application the headers and addresses that it would fail on, whoever sent them.

    A Host that is no name, or NUL in an address, is 400. A Referer or Origin that is no address is dropped.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not environ.get("HTTP_HOST"):
            environ.pop("HTTP_HOST", None)  # the address of the server stands in
        elif len(environ["HTTP_HOST"]) > LONGEST_HOST or not HOST.fullmatch(environ["HTTP_HOST"]):
            return _refuse(start_response)
        if "\0" in environ.get("PATH_INFO", "") or "%00" in environ.get("QUERY_STRING", ""):
            return _refuse(start_response)
        for name in ("HTTP_REFERER", "HTTP_ORIGIN"):
            if name in environ and not _is_address(environ[name]):
                del environ[name]
        return self.app(environ, start_response)


def _refuse(start_response: "StartResponse") -> Iterable[bytes]:
    start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8"), *FIXED.items()])
    return [NOT_READABLE]


def _is_address(text: str) -> bool:
    try:
        urlsplit(text).port  # noqa: B018 - it is read as it is asked for
    except ValueError:
        return False
    return True


class UnderPrefix:
    """Serves an application under `prefix`, whether the proxy in front takes the prefix off or leaves it on."""

    def __init__(self, app: "WSGIApplication", prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self.prefix or path.startswith(f"{self.prefix}/"):
            environ["PATH_INFO"] = path[len(self.prefix) :]
        environ["SCRIPT_NAME"] = self.prefix
        return self.app(environ, start_response)


def prepare(app: Flask, settings: Settings) -> None:
    """Put the middleware for strangers and proxies in front of `app`, and the headers on its answers."""
    app.wsgi_app = OnlyReadable(app.wsgi_app)  # type: ignore[method-assign]  # Flask's way to wrap
    if settings.prefix:
        app.wsgi_app = UnderPrefix(app.wsgi_app, settings.prefix)  # type: ignore[method-assign]  # Flask's way to wrap
    if proxies := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's way to wrap
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=0
        )
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(lambda response: _dress(response, https=settings.https))


def nonce() -> str:
    """Return this answer's own word that lets its scripts run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(12)
    return str(g.csp_nonce)


def _dress(response: Response, *, https: bool) -> Response:
    response.headers.extend(FIXED)
    response.headers.setdefault("Content-Security-Policy", _policy())
    if https:
        response.headers["Strict-Transport-Security"] = A_YEAR_OF_HTTPS
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _policy() -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
