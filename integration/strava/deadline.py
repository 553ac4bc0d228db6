"""A deadline for a whole HTTP call, however slowly the answer drips; requests' own timeout counts anew for each byte.

The deadline is the timeout's `total`; `DeadlineAdapter` is mounted on a requests.Session.
"""

import http.client
import io
import socket
import time
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SEND_WITHIN_S = 5.0  # what is not on its way by then is not sent any more


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


class DeadlineAdapter(HTTPAdapter):
    """Keeps the deadline of every request that goes through it."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
