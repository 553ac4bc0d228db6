"""For whoever keeps the instance up: is the process there (/healthz), can it do its work (/readyz)."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from integration.errors import Later, StoreUnavailable
from integration.web.services import services

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """503 without the database. Redis is only a hint: without it all goes on, a few seconds later."""
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
