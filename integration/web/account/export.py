"""An athlete's data as a file."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from integration.export import export_athlete
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
