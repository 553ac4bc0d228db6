"""The drawings of the moves: inside a page, where they must work offline, or as pictures of their own."""

from functools import cache

from flask import Blueprint, Response, abort, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from content.moves.figures.drawing import STYLE, svg
from content.moves.figures.poses import figures
from content.moves.library import load

pages = Blueprint("figures", __name__)
A_DAY = "public, max-age=86400"
# A picture brings its own colours along; it may load nothing.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@pages.get("/moves/<name>.svg")
def picture(name: str) -> ResponseReturnValue:
    """A move's figure by itself, light or dark as the reader's device is."""
    if name not in figures():
        abort(404)
    headers = {"Cache-Control": A_DAY, "Content-Security-Policy": PICTURE_POLICY}
    return Response(_drawn(name, alone=True), mimetype="image/svg+xml", headers=headers)


@pages.get("/figures.css")
def style() -> ResponseReturnValue:
    """The rules for figures inside of pages; their colours are set by the pages."""
    return Response(STYLE, mimetype="text/css", headers={"Cache-Control": A_DAY})


def inside(name: str) -> Markup:
    """The figure of a move as part of a page, with its text alternative; nothing for a move without one."""
    if name not in figures():
        return Markup("")
    return Markup('<figure class="drawn">%s</figure>') % Markup(_drawn(name, alone=False))  # noqa: S704  # our own SVG


def linked(name: str) -> Markup:
    """The figure of a move as a picture that loads when it is scrolled to; the text beside it names the move."""
    if name not in figures():
        return Markup("")
    address = url_for("figures.picture", name=name)
    return Markup('<img src="%s" alt="" width="520" height="206" loading="lazy">') % address


@cache
def _drawn(name: str, *, alone: bool) -> str:
    return svg(figures()[name], load().moves[name].name, alone=alone)
