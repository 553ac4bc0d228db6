"""An athlete's data as a file."""

from flask import Blueprint, Response, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from integration.own_data.export import export_athlete
from integration.own_data.readable_export import zipped
from integration.web.auth import athlete, connected
from integration.web.services import services

pages = Blueprint("export", __name__)


@pages.get("/export")
@connected
def download() -> ResponseReturnValue:
    """Return everything as JSON, decrypted, without what would let somebody act as the athlete."""
    answer = jsonify(export_athlete(services().store, services().vault, athlete().id))
    answer.headers["Content-Disposition"] = 'attachment; filename="backstride.json"'
    return answer


@pages.get("/export.zip")
@connected
def readable() -> ResponseReturnValue:
    """Return the same as files that a person reads: JSON, tables, and a guide to them."""
    exported = export_athlete(services().store, services().vault, athlete().id)
    if exported is None:  # they left between two of our questions
        return redirect(url_for("home.page"), 303)
    answer = Response(zipped(exported, f"{services().now():%Y-%m-%d %H:%M} UTC"), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="backstride.zip"'
    return answer
