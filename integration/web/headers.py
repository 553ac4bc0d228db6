"""What every answer carries, and how the address of a request is read behind proxies and under a path prefix."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

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
    """Puts the proxies' middleware in front of `app` and the headers on its answers."""
    if settings.prefix:
        app.wsgi_app = UnderPrefix(app.wsgi_app, settings.prefix)  # type: ignore[method-assign]  # Flask's way to wrap
    if proxies := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's way to wrap
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=0
        )
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(lambda response: _dress(response, https=settings.https))


def nonce() -> str:
    """This answer's own word that lets its scripts run."""
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
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
