"""Asks if an address is there, that of the pages, of Strava, or of its stand-in, and which instance it is."""

from http import HTTPStatus
from http.client import HTTPException
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from integration.ports import INSTANCE

WITHIN_S = 2


def answers(address: str) -> bool:
    """Return True if any address is there, asked directly, without a proxy: 200, or 401 where one must sign in.

    A 404 says that something else answers there.
    """
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=WITHIN_S) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except HTTPError as error:
        return error.code == HTTPStatus.UNAUTHORIZED
    except (URLError, OSError, HTTPException):
        return False


def instance_at(address: str) -> str | None:
    """Return the mark of the instance whose /healthz that is; None if none answers there, or an older version."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=WITHIN_S) as answer:
            return cast("str | None", answer.headers[INSTANCE])
    except (URLError, OSError, HTTPException):
        return None
