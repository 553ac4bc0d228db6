"""Errors as a page in our look (or JSON), with a way on. No traceback reaches anybody."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from types import TracebackType
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from integration.errors import KeysLost, StoreUnavailable
from integration.web.addresses import Address
from integration.web.auth import NoSession, came_from, visitor, wants_json
from integration.web.forms import TOKEN, FormError
from integration.web.services import services

log = structlog.get_logger()

# status → (heading, what to do)
WORDS: dict[int, tuple[str, str]] = {
    400: ("That did not work", "Something was missing or wrong. Go back and try again."),
    401: ("Please sign in", "Connect with Strava to see this page."),
    403: ("Not open to you", "You cannot open this page."),
    404: ("Nothing here", "There is no such page, or you cannot see it."),
    405: ("Not this way", "This address opens from a button on another page."),
    413: ("Too large", "You sent more than we accept."),
    429: ("One moment", "Too many requests. Wait a minute, then try again."),
    500: ("Our mistake", "Something went wrong on our side. We keep a record of it. Try again later."),
    503: ("Back in a moment", "We cannot reach our database right now. Nothing is lost. Try again in a minute."),
}
FORM_TOO_OLD = "This form was open too long, or your browser blocks cookies. Open it again, then send it."
SEND_AGAIN = "This form was open too long, so nothing is saved yet. Your entries are still here: send them again."
SESSION_OVER = "You are signed out, so nothing was saved. Connect, and you are back at the form."
NOT_SAVED = "Our database is busy, so nothing was changed. Wait a moment, then try again."
NOT_SAVED_TYPED = "Our database is busy, so nothing is saved yet. Your entries are still here: send them in a moment."

KEYS_LOST = (
    "The key that opens your data is missing on this server. Nothing is lost, and no note is written meanwhile. "
    "The owner of this server must put TOKEN_KEYS back; “backstride doctor” says how. You can leave all the same."
)

TYPED_IN = {"thresholds", "preferences", "answers", "routine", "welcome", "notes"}  # the forms with something to lose


class Pages(Flask):
    """Flask, which logs an unexpected error by the view's name: the path may hold a secret."""

    url_rule_class = Address

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        log.error("a request failed", view=request.endpoint, method=request.method, exc_info=exc_info)


def prepare(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(NoSession, _session_over)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NoResultFound, lambda _: answer(404))  # they left between two of our questions
    app.register_error_handler(StoreUnavailable, _store_unavailable)
    app.register_error_handler(KeysLost, _keys_lost)
    app.register_error_handler(FormError, _wrong_form)


def answer(
    status: int,
    message: str | None = None,
    *,
    heading: str | None = None,
    way_on: str | None = None,
    way_words: str = "Continue",
    again: Sequence[tuple[str, str]] = (),
) -> Response:
    """Return the page, or JSON, for an error.

    `way_on`: a path to go on with, under `way_words`. `again`: fields to send again.
    """
    title, advice = WORDS.get(status) or (HTTPStatus(status).phrase, WORDS[400 if status < 500 else 500][1])  # 5xx
    if wants_json():
        response = jsonify(error=message or advice)
    else:
        words = {"heading": heading or title, "message": message or advice}
        response = make_response(
            render_template("error.html", **words, way_on=way_on, way_words=way_words, again=again)
        )
    response.status_code = status
    return response


def _stale(_: CSRFError) -> Response:
    """Answer a form without its token, or with one of another session. Nothing is done, but there is a way on.

    The fields are offered once more, with a new token, only if the browser says that a page of ours sent them. Another
    site could put any values there, and by its own visit to us even a token that we signed: the athlete who clicked
    would do its bidding. Still, nothing happens before the athlete clicks again.
    """
    if visitor() is None:
        return _session_over()
    typed = _typed()
    way_on = came_from() or _page_of_the_form()
    return answer(400, SEND_AGAIN if typed else FORM_TOO_OLD, way_on=way_on, again=typed)


def _session_over(_: NoSession | None = None) -> Response:
    """Answer a form whose session is over, without reading it: connecting leads back to its page."""
    if wants_json():
        return answer(401, SESSION_OVER)
    way_on = came_from() or _page_of_the_form()
    address = url_for("connect.start", next=way_on).removeprefix(request.script_root)
    return answer(400, SESSION_OVER if way_on else FORM_TOO_OLD, way_on=address if way_on else None)


def _typed() -> list[tuple[str, str]]:
    """Return the fields that the athlete would lose; none if another site may have put them there."""
    if request.blueprint not in TYPED_IN or not _sent_by_us():
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]


def _sent_by_us() -> bool:
    """Return True if the browser says that a page of this origin sent the form; no other site can make it say so."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    ours = {request.host, urlsplit(services().settings.public_url).netloc}
    return urlsplit(request.headers.get("Origin", "")).netloc in ours


def _page_of_the_form() -> str | None:
    """Return the path of the form's page if no Referer tells it: each module of forms has one page."""
    endpoint = f"{request.blueprint}.page"
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint).removeprefix(request.script_root)


def _wrong_form(wrong: FormError) -> ResponseReturnValue:
    """Answer a form that was refused: nothing of it counts."""
    page = wrong.page
    return wrong_fields(wrong.errors, lambda: page(wrong.errors) if page else _complaint(wrong))


def _complaint(wrong: FormError) -> str:
    words = {"heading": WORDS[400][0], "message": str(wrong)}
    own = request.path if current_app.url_map.bind("").test(request.path, method="GET") else None
    way_on = came_from() or _page_of_the_form() or own
    return render_template("error.html", **words, way_on=way_on, again=())


def wrong_fields(errors: Mapping[str, str], page: Callable[[], str]) -> ResponseReturnValue:
    """Answer wrong fields with JSON that names them, or with the form and all that was typed."""
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
    """Answer while the database is away. If only writing waits, the athlete keeps their page and what they typed."""
    g.setdefault("athlete", None)  # else who asks cannot be looked up either
    try:
        response = _not_saved() if g.athlete is not None and request.method == "POST" else answer(503)
    except StoreUnavailable:  # what every page shows of the athlete cannot be read any more
        g.athlete = None
        response = answer(503)
    response.headers["Retry-After"] = "5"
    return response


def _keys_lost(error: KeysLost) -> Response:
    """Answer everything that cannot be decrypted with one page, which shows nothing of the athlete."""
    log.error("stored data cannot be decrypted", setting=error.name, remedy=error.remedy)
    g.athlete = g.held_by = None
    return answer(503, KEYS_LOST, heading="Your data is locked", way_on="/leave", way_words="Leave")


def _not_saved() -> Response:
    typed = _typed()
    way_on = came_from() or _page_of_the_form()
    return answer(503, NOT_SAVED_TYPED if typed else NOT_SAVED, way_on=way_on, again=typed)
