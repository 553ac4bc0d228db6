"""The pages as an installed application: its manifest, its service worker, and the page to see without a network.

The worker keeps what is the same for everybody: files, the moves, the warning signs. What is an athlete's own, today's
session, a page keeps for its athlete alone; the next page after signing out deletes it (static/training/install.js).
"""

import json
from functools import cache

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.moves.library import load
from integration.web import assets

pages = Blueprint("installed", __name__)
GREEN, PAPER = "#146356", "#f6f4ee"
ICONS = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("maskable-512", 512, "maskable"))
KEPT_ENDINGS = (".css", ".js", ".svg", ".woff2")


@pages.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Describe the application to a browser that installs it."""
    told = jsonify(
        name="Backstride",
        short_name="Backstride",
        description="Recovery notes for runners, by your own history.",
        id=f"{request.script_root}/",
        start_url=url_for("dashboard.page"),
        scope=f"{request.script_root}/",
        display="standalone",
        background_color=PAPER,
        theme_color=GREEN,
        icons=[
            {"src": assets.address(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
            for name, size, use in ICONS
        ],
    )
    told.mimetype = "application/manifest+json"
    told.headers["Cache-Control"] = "public, max-age=3600"
    return told


@pages.get("/sw.js")
def worker() -> ResponseReturnValue:
    """Serve the service worker with the addresses that it keeps."""
    moves = [url_for("moves.move", name=name) for name in load().moves]
    drawn = [url_for("figures.picture", name=name) for name in load().moves]
    setting = {
        "root": request.script_root,
        "version": assets.version(),
        "files": [assets.address(name) for name in _kept_files()] + [url_for("figures.stylesheet")],
        "open": [url_for("installed.offline"), url_for("moves.safety")],
        "moves": [url_for("moves.page"), url_for("moves.form"), url_for("routine.warm_up"), *moves, *drawn],
    }
    script = (assets.STATIC / "service_worker.js").read_text("utf-8")
    answer = Response(f"self.backstride = {json.dumps(setting)};\n{script}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.get("/offline")
def offline() -> ResponseReturnValue:
    """Show what there is without a network."""
    return render_template("training/offline.html")


@cache
def _kept_files() -> tuple[str, ...]:
    files = (path.relative_to(assets.STATIC).as_posix() for path in sorted(assets.STATIC.rglob("*")))
    return tuple(name for name in files if name.endswith(KEPT_ENDINGS) and name != "service_worker.js")
