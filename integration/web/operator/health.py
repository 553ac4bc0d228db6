"""For those who keep the instance up: the process is there (/healthz), notes can come (/readyz).

The front answers /healthz by itself: it asks no thread, so it is answered however busy the pages are.
"""

import shutil

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from integration import ports
from integration.config import Settings
from integration.errors import Later, StoreUnavailable
from integration.store import heartbeats
from integration.web import headers
from integration.web.services import services

ALIVE_PATH = "/healthz"
LEAST_FREE = 5 * 10**6  # bytes, below which the next write may fail

pages = Blueprint("health", __name__)


def alive(settings: Settings) -> tuple[bytes, dict[str, str]]:
    """Return the answer of /healthz, body and headers, with the mark of this instance."""
    mark = {ports.INSTANCE: ports.instance_mark(settings.secret_key.get_secret_value())}
    told = {"Content-Type": "application/json", **headers.FIXED, "Cache-Control": "no-store", **mark}
    return b'{"status":"ok"}\n', told


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Return 503 with the reason if notes cannot come: no database, a full disk, or a silent worker or beat.

    Redis is only a hint, but without it the worker hears nothing, and falls silent within half a minute.
    """
    found = {"database": _database(), "disk": _disk(), **_parts()}
    ready = all(state == "ok" for state in found.values())
    return jsonify(found | {"redis": _redis()}), 200 if ready else 503


def _database() -> str:
    from integration.store import schema

    try:
        services().store.ping()
        age = schema.age(services().store)
    except StoreUnavailable:
        return "away"
    words = {schema.Age.CURRENT: "ok", schema.Age.NEWER: "newer schema: start the newer backstride"}
    return words.get(age, "old schema: run backstride migrate")


def _disk() -> str:
    free = shutil.disk_usage(services().settings.data_dir).free
    return "ok" if free > LEAST_FREE else "full"


def _parts() -> dict[str, str]:
    try:
        with services().store.read() as session:
            silences = heartbeats.silent(session, services().now(), started=services().started)
    except StoreUnavailable:
        return {}
    return dict.fromkeys(heartbeats.PARTS, "ok") | {silence.part: str(silence) for silence in silences}


def _redis() -> str:
    try:
        services().budget.app_status()
    except Later:
        return "away"
    return "ok"
