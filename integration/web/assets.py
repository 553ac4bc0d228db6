"""Static files under addresses that change with their content, so that a browser may keep them for good.

The version stands in the path: what a script imports by a relative path then has the same version.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, send_from_directory, url_for
from flask.typing import ResponseReturnValue

STATIC = Path(__file__).parent / "static"
A_YEAR_S = 365 * 24 * 3600


def prepare(app: Flask) -> None:
    """Serve the static files of `app`, and let templates call `asset`."""
    app.add_url_rule("/static/<of_page>/<path:filename>", "asset", _versioned)
    app.jinja_env.globals["asset"] = address


def address(name: str) -> str:
    """Return the address of the static file `name`, such as "runs/runs.css"."""
    return url_for("asset", of_page=version(), filename=name)


def _versioned(of_page: str, filename: str) -> ResponseReturnValue:
    """Serve a file; under the version of an older page it is not kept, since it is not what that page expects."""
    current = of_page == version()
    kind = "font/woff2" if filename.endswith(".woff2") else None  # which not every system knows
    response = send_from_directory(STATIC, filename, mimetype=kind, max_age=A_YEAR_S if current else None)
    response.cache_control.immutable = current
    return response


@cache
def version() -> str:
    """Return a word that changes with any static file."""
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
