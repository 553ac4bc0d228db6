"""For those who keep the instance up: the process is there (/healthz), it can do its work (/readyz).

The front answers /healthz by itself: it asks no thread, so it is answered however busy the pages are.
"""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from integration.errors import Later, StoreUnavailable
from integration.web import headers
from integration.web.services import services

ALIVE_PATH = "/healthz"
ALIVE = (b'{"status":"ok"}\n', {"Content-Type": "application/json", **headers.FIXED, "Cache-Control": "no-store"})

pages = Blueprint("health", __name__)


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Return 503 without the database. Redis is only a hint: without it all goes on, a few seconds later."""
    database, redis = _database(), _redis()
    return jsonify(database=database, redis=redis), 200 if database == "ok" else 503


def _database() -> str:
    from integration.store import schema

    try:
        services().store.ping()
        return "ok" if schema.is_current(services().store) else "old schema: run backstride migrate"
    except StoreUnavailable:
        return "away"


def _redis() -> str:
    try:
        services().budget.app_status()
    except Later:
        return "away"
    return "ok"
