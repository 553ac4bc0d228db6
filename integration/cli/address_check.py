"""Asks if an address is there: that of the pages, of Strava, or of its stand-in."""

from http import HTTPStatus
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener


def answers(address: str) -> bool:
    """Return True if any address is there, asked directly, without a proxy: 200, or 401 where one must sign in.

    A 404 says that something else answers there.
    """
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except HTTPError as error:
        return error.code == HTTPStatus.UNAUTHORIZED
    except (URLError, OSError):
        return False
