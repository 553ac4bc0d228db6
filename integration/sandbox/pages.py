"""The sandbox in the browser."""

from flask import Blueprint, Response, make_response

pages = Blueprint("pages", __name__)


@pages.get("/")
def feed() -> Response:
    return make_response("")
