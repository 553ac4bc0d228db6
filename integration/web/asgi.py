"""The part of ASGI that we use: read a body within its limits, send an answer as a whole."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_WITHIN = 5.0  # seconds from the header's end to the body's end


class BodyRefused(Exception):
    """The body is not taken: `status` 400 (not text), 408 (too slow), 413 (too large), 503 (no room)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientGone(Exception):
    """The client closed the connection before its body was complete: nobody reads an answer."""


async def read_body(receive: Receive, largest: int, received: Callable[[int], None] | None = None) -> bytes:
    """Return the whole body. Raises BodyRefused (too slow, or more than `largest` bytes) or ClientGone.

    `received` is called with the size of each part; what it raises ends the reading.
    """
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_WITHIN):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                part = message.get("body", b"")
                size += len(part)
                if size > largest:
                    raise BodyRefused(413)
                if received:
                    received(len(part))
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise BodyRefused(408) from None


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that name (lower case), or None."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


async def send_answer(send: Send, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
    """Send one answer, with its length; `headers` default to plain text."""
    told = headers if headers is not None else {"Content-Type": "text/plain; charset=utf-8"}
    lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told.items()]
    lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
