"""The athlete's pages: `create_app` puts the parts together. `server` serves them, beside the webhook."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from integration.config import Settings
from integration.store import Store, Vault
from integration.strava.rate_limit import Budget
from integration.web import assets, errors, headers, rate_limits, template_globals, untold_proxy
from integration.web.account import bring_back, connect, deletion, export, home, leave, welcome
from integration.web.auth import ActivityId, require_session
from integration.web.companion import back, calendar, effects, next_run, plan, recorded, sheet, watch, way_back
from integration.web.cookies import PageSessions
from integration.web.errors import Pages
from integration.web.operator import admin, health, metrics
from integration.web.runs import dashboard, notes
from integration.web.services import Services, Wakes, install, utc_now
from integration.web.settings import answers, preferences, tell, thresholds
from integration.web.training import figures, installed, moves, routine

PAGES = (
    home, connect, welcome, dashboard, thresholds, preferences, answers, notes, moves, figures, routine, installed,
    next_run, back, calendar, plan, recorded, watch, way_back, sheet, effects, leave, deletion, admin, health, metrics,
    export, bring_back, tell,
)  # fmt: skip
SESSION_LASTS = timedelta(days=30)
LARGEST_FORM = 256 * 1024


def create_app(
    settings: Settings, *, store: Store, vault: Vault, waker: Wakes, now: Callable[[], datetime] = utc_now
) -> Flask:
    """Return the application, made of its parts. Touches no database, Redis or Strava before a request needs it."""
    app = Pages("integration.web", static_folder=None)
    app.config.update(_config(settings))
    app.session_interface = PageSessions()
    budget = Budget(settings.redis_url, settings.strava_client_id or "none")
    install(app, Services(settings, store, vault, waker, budget, now, started=now()))
    for module in (assets, errors, template_globals, metrics):
        module.prepare(app)
    headers.prepare(app, settings)
    app.url_map.converters["activity"] = ActivityId
    app.url_map.merge_slashes = False  # the redirect would lead to whatever Host was sent
    for module in PAGES:
        app.register_blueprint(module.pages)
    rate_limits.prepare(app, settings, connect.pages)  # before CSRF: a form without its token counts as well
    app.before_request(require_session)
    CSRFProtect(app)
    untold_proxy.prepare(app, settings)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SESSION_COOKIE_NAME": "backstride",
        "SESSION_COOKIE_PATH": settings.prefix or "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": SESSION_LASTS,
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "WTF_CSRF_SSL_STRICT": False,  # compares the Referer with Host, which a proxy need not pass on
    }
