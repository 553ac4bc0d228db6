"""Static files under addresses that change with their content, so that a browser may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for

STATIC = Path(__file__).parent / "static"
A_YEAR_S = 365 * 24 * 3600


def prepare(app: Flask) -> None:
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = A_YEAR_S
    app.jinja_env.globals["asset"] = address


def address(name: str) -> str:
    """The address of the static file `name`."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
