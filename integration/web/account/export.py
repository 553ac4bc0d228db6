"""Everything that is kept about the athlete, as a file to take away."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from integration.export import export_athlete
from integration.web.auth import athlete, connected
from integration.web.services import services

pages = Blueprint("export", __name__)


@pages.get("/export")
@connected
def download() -> ResponseReturnValue:
    """JSON, opened; what would let somebody act as the athlete is not in it."""
    answer = jsonify(export_athlete(services().store, services().vault, athlete().id))
    answer.headers["Content-Disposition"] = 'attachment; filename="backstride.json"'
    return answer
