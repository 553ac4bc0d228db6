"""The drawings of the moves: inside a page, where they must work offline, or as pictures of their own."""

import re

from flask import Blueprint, Response, abort, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from content.moves.drawings import drawing, style

pages = Blueprint("figures", __name__)
A_DAY = "public, max-age=86400"
# A picture brings its own colours along; it may load nothing.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@pages.get("/moves/<name>.svg")
def picture(name: str) -> ResponseReturnValue:
    """Serve a move's figure as a picture with its own colours, light or dark as the reader's device is."""
    drawn = drawing(name) or abort(404)
    headers = {"Cache-Control": A_DAY, "Content-Security-Policy": PICTURE_POLICY}
    still = re.sub(r' data-[a-z]+="[^"]*"', "", drawn)
    coloured = still.replace("</desc>", f"</desc><style>{style()}</style>", 1)
    return Response(coloured, mimetype="image/svg+xml", headers=headers)


@pages.get("/figures.css")
def stylesheet() -> ResponseReturnValue:
    """Serve the palette of the figures inside of pages."""
    return Response(style(), mimetype="text/css", headers={"Cache-Control": A_DAY})


def inside(name: str) -> Markup:
    """Return the figure of a move as part of a page, with its text alternative; nothing for a move without one."""
    drawn = drawing(name)
    return Markup('<figure class="drawn">%s</figure>') % Markup(drawn) if drawn else Markup("")  # noqa: S704  # our own


def linked(name: str) -> Markup:
    """Return the figure of a move as a picture that loads when scrolled to; the text beside it names the move."""
    drawn = drawing(name)
    if drawn is None:
        return Markup("")
    return Markup('<img src="%s" alt="" width="%s" height="%s" loading="lazy">') % (
        url_for("figures.picture", name=name),
        *_size(drawn),
    )


def _size(drawn: str) -> tuple[str, str]:
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    return (box[1], box[2]) if box else ("520", "206")
