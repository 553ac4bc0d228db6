"""The one socket to Strava: two bases, a total deadline, nothing taken over from the machine's set-up.

Boundary: knows HTTP, not what an answer means. Whatever goes wrong on the way is Unreachable, told without the
address, which may hold a secret. One session per task: it is not made for several threads at once.
"""

import http.client
import io
import logging
import re
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError

from integration.errors import Unreachable
from integration.strava.refusals import RETRY_AFTER

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STRAVA_OAUTH = "https://www.strava.com/oauth"
STRAVA_API = "https://www.strava.com/api/v3"

CONNECT_S = 3.0  # for each address that the host's name has
SEND_WITHIN_S = 5.0  # what is not on its way by then is not sent any more
MOST_OF_A_REFUSAL = 65_536  # bytes
DEADLINE_S = 10.0  # for the whole call: the lease on an athlete is reckoned with it


class StravaSession(requests.Session):
    """Calls Strava's addresses (STRAVA_OAUTH, STRAVA_API) at `oauth_url` and `api_url`, and no other host.

    A call takes `deadline_s` at most, however slowly the answer drips; redirects are not followed. Raises Unreachable.
    `before_send` runs at the last moment before a call, and may raise.
    """

    def __init__(
        self,
        oauth_url: str,
        api_url: str,
        *,
        deadline_s: float = DEADLINE_S,
        before_send: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._before_send = before_send
        self.trust_env = False  # an entry in .netrc would replace the bearer header
        self.headers["User-Agent"] = "Backstride"
        self._bases = ((STRAVA_OAUTH, oauth_url), (STRAVA_API, api_url))
        self._deadline_s = deadline_s
        self.mount("https://", _Adapter())
        self.mount("http://", _Adapter())
        for name in ("urllib3.connection", "urllib3.connectionpool"):
            logging.getLogger(name).addFilter(_hide_private)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Moves the request from Strava's address to ours."""
        request.url = self._moved(str(request.url))
        return super().prepare_request(request)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Sends it within the deadline."""
        kwargs["timeout"] = Timeout(connect=min(CONNECT_S, self._deadline_s), total=self._deadline_s)
        kwargs["allow_redirects"] = False
        self._before_send()
        try:
            return super().send(request, **kwargs)
        except (requests.RequestException, HTTPError, OSError) as failed:
            reason = type(failed).__name__
        # Outside of the except, so that an address with a secret in it does not travel along as the context.
        raise Unreachable(f"Strava did not answer ({reason})", datetime.now(UTC) + RETRY_AFTER)

    def _moved(self, url: str) -> str:
        for known, base in self._bases:
            if url.startswith(f"{known}/"):
                return base + url.removeprefix(known)
        raise ValueError("a StravaSession calls Strava's two bases only")


def text_of(answer: requests.Response) -> str:
    """The beginning of an answer's text, without the costly guess at its encoding that `answer.text` makes."""
    return answer.content[:MOST_OF_A_REFUSAL].decode(errors="replace")


def is_good(answer: requests.Response) -> bool:
    """Whether it is a 2xx of the API's, and no page of something in between."""
    return 200 <= answer.status_code < 300 and not answer.content.lstrip().startswith(b"<")


class _PacedReader(io.RawIOBase):
    """Reads a socket until the timeout that it had at the start has passed as a whole, not anew for each byte."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._until = time.monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _PacedResponse(http.client.HTTPResponse):
    """Status line, headers and body all come through a _PacedReader."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_PacedReader(sock))


class _PunctualConnection(HTTPConnection):
    """Begins nothing late: finding and reaching a host with many addresses can take longer than one timeout."""

    response_class = _PacedResponse

    def connect(self) -> None:
        began = time.monotonic()
        super().connect()
        if time.monotonic() - began > SEND_WITHIN_S:
            self.close()
            raise ConnectTimeoutError(self, "connecting took too long")


class _PunctualHTTPSConnection(_PunctualConnection, HTTPSConnection):
    """The same under TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PunctualConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _PunctualHTTPSConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


_PRIVATE = re.compile(r"(client_secret=|/activities/)[^&?/\s\"']+")


def _hide_private(record: logging.LogRecord) -> bool:
    """urllib3 logs addresses, which name activities, and for push subscriptions hold the client secret."""
    message = record.getMessage()
    if _PRIVATE.search(message):
        record.msg, record.args = _PRIVATE.sub(r"\1…", message), ()
    return True
