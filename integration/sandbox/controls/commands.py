"""The parts that every command of the sandbox's own interface shares: its body, its answer, its errors."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import HTTPException

from integration.sandbox.answers import Refusal
from integration.sandbox.gate import answer


class CommandError(ValueError):
    """A command that makes no sense; the message names the field."""


def commands(name: str) -> Blueprint:
    """Return a blueprint under /sandbox/api whose errors are answered as JSON."""
    blueprint = Blueprint(name, __name__, url_prefix="/sandbox/api")
    blueprint.register_error_handler(HTTPException, _unreadable)
    blueprint.register_error_handler(Refusal, _refused)
    blueprint.register_error_handler(ValueError, _senseless)
    blueprint.register_error_handler(TypeError, _senseless)
    blueprint.register_error_handler(LookupError, _too_early)
    blueprint.register_error_handler(KeyError, _unknown)
    return blueprint


def _unreadable(error: HTTPException) -> Response:
    return answer({"error": error.description}, error.code or 400)


def _refused(refusal: Refusal) -> Response:
    return answer({"error": str(refusal)}, refusal.status)


def _senseless(error: Exception) -> Response:
    return answer({"error": str(error)}, 400)


def _too_early(error: LookupError) -> Response:
    return answer({"error": str(error)}, 404)


def _unknown(error: KeyError) -> Response:
    return answer({"error": f"nothing has the id {error.args[0]}"}, 404)


def done(view: Callable[..., Any]) -> Callable[..., Response]:
    """A view that returns plain values, or None for 204."""

    @wraps(view)
    def answered(**kwargs: Any) -> Response:
        result = view(**kwargs)
        return make_response("", 204) if result is None else answer(result)

    return answered


def body() -> dict[str, Any]:
    body = request.get_json(silent=True) if request.data else {}
    if not isinstance(body, dict):
        raise CommandError("the body must be a JSON object")
    return body
