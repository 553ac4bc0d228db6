"""Clients that hold a connection and do next to nothing with it."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from flask import Flask

from integration.config import Settings
from integration.web.cookies import PageSessions

HALF_A_FORM = b"POST /sign-out HTTP/1.1\r\nHost: a\r\nCookie: backstride=%s\r\nContent-Length: %d\r\n\r\n"
A_PAGE = b"GET /moves HTTP/1.1\r\nHost: a\r\n\r\n"
KINDS = (
    "half a form", "half a form with a session", "half a header", "half a push", "nothing",
    "a page, again and again, never read",
)  # fmt: skip


def begun(kind: str, settings: Settings) -> bytes:
    """The bytes that a client of each kind sends to the instance with these settings, before it falls silent."""
    path = urlsplit(settings.callback_url).path.encode()
    return {
        "half a form": HALF_A_FORM % (b"made-up", 1000) + b"a",
        "half a form with a session": large_form(settings, 1000) + b"a",
        "half a header": b"POST /leave HTTP/1.1\r\nHost: a\r\nContent-",
        "half a push": b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{" % path,
        "nothing": b"",
        "a page, again and again, never read": A_PAGE * 20,
    }[kind]


def large_form(settings: Settings, length: int) -> bytes:
    """The header of a form of `length` bytes, with the cookie of somebody who has connected."""
    app = Flask(__name__)
    app.secret_key = settings.secret_key.get_secret_value()
    serializer = PageSessions().get_signing_serializer(app)
    assert serializer
    cookie = serializer.dumps({"key": "an-athlete"})
    return HALF_A_FORM % (cookie.encode() if isinstance(cookie, str) else cookie, length)


@contextmanager
def slow_clients(url: str, begun: bytes, count: int) -> Iterator[list[socket.socket]]:
    """`count` connections to the server at `url` that have sent `begun`."""
    parts = urlsplit(url)
    with ExitStack() as opened:
        clients = []
        for _ in range(count):
            client = opened.enter_context(
                socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)
            )
            client.sendall(begun)
            clients.append(client)
        yield clients


def answered(client: socket.socket) -> bytes:
    """All that the server still says on a connection until it closes it."""
    said = b""
    try:
        while part := client.recv(65536):
            said += part
    except ConnectionResetError:
        pass
    return said
