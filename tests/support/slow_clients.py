"""Clients that hold a connection and do next to nothing with it."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

HALF_A_FORM = b"POST /sign-out HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\na"
BEGUN = {  # what each kind sends before it falls silent
    "half a form": HALF_A_FORM,
    "half a form with a cookie": HALF_A_FORM.replace(b"Host: a", b"Host: a\r\nCookie: backstride=made-up"),
    "half a header": b"POST /leave HTTP/1.1\r\nHost: a\r\nContent-",
    "nothing": b"",
    "a page, again and again, never read": b"GET /moves HTTP/1.1\r\nHost: a\r\n\r\n" * 20,
}


def half_a_push(callback_url: str) -> bytes:
    """The beginning of a push by somebody who knows the callback."""
    path = urlsplit(callback_url).path
    return f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{{".encode()


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
