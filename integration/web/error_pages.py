"""What goes wrong, as a page in our look (or JSON) with a way on. No traceback reaches anybody."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from integration.errors import StoreUnavailable
from integration.web.identity import came_from, wants_json

log = structlog.get_logger()

# status → (heading, what to do)
WORDS: dict[int, tuple[str, str]] = {
    400: ("That did not work", "Something in the request was missing or not as it should be. Go back and try again."),
    401: ("Connect first", "This page needs to know who you are."),
    403: ("Not yours to open", "This is not open to you."),
    404: ("Nothing here", "There is no such page, or it is not yours to see."),
    405: ("Not this way", "This address is not meant to be opened like that."),
    413: ("Too much at once", "What was sent is larger than anything we take."),
    429: ("One moment", "That was a lot of requests. Wait a minute, then try again."),
    500: ("Our mistake", "Something went wrong on our side, and we keep a record of it. Try again in a while."),
    503: ("Back in a moment", "We cannot reach our own records right now. Nothing is lost; try again in a minute."),
}
FORM_TOO_OLD = "This form was open for too long, or your browser keeps no cookies. Open it again, then send it."


class Pages(Flask):
    """Flask, but an unexpected error is logged by the view's name: the path may hold a secret."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        log.error("a request failed", view=request.endpoint, method=request.method, exc_info=exc_info)


def prepare(app: Flask) -> None:
    app.register_error_handler(CSRFError, lambda _: answer(400, FORM_TOO_OLD, way_on=came_from()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NoResultFound, lambda _: answer(404))  # they left between two of our questions
    app.register_error_handler(StoreUnavailable, _store_unavailable)


def answer(
    status: int, message: str | None = None, *, heading: str | None = None, way_on: str | None = None
) -> Response:
    """The page, or JSON, for an error; `way_on` is a path to go on with."""
    title, advice = WORDS.get(status) or (HTTPStatus(status).phrase, WORDS[400 if status < 500 else 500][1])  # 5xx
    if wants_json():
        response = jsonify(error=message or advice)
    else:
        page = render_template("error.html", heading=heading or title, message=message or advice, way_on=way_on)
        response = make_response(page)
    response.status_code = status
    return response


def wrong_fields(errors: Mapping[str, str], page: Callable[[], str]) -> ResponseReturnValue:
    """What was sent has wrong fields: JSON that names them, or the form again with what was typed."""
    if wants_json():
        return jsonify(error="; ".join(errors.values()), errors=errors), 400
    return page(), 400


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # redirects are no errors
        return make_response(error.get_response())
    response = answer(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _store_unavailable(_: StoreUnavailable) -> Response:
    g.athlete = None  # who asks cannot be looked up either
    response = answer(503)
    response.headers["Retry-After"] = "5"
    return response
