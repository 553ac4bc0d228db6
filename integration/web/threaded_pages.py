"""The pages behind ASGI: a request gets a thread when all of its body is here, so a slow client never has one."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from integration.web.asgi import BodyRefused, Receive, Scope, Send, read_body, send_answer
from integration.web.headers import FIXED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MOST_AT_ONCE = 256  # requests that have a thread or wait for one
MOST_HELD = 32 * 1024 * 1024  # bytes of bodies that are here, of all requests together
REFUSED = {
    400: b"A form holds text: send it without NUL characters.\n",
    408: b"The request came too slowly. Send it again.\n",
    503: b"Too many requests at once. Try again in a moment.\n",
}
REFUSED_HEADERS = {"Content-Type": "text/plain; charset=utf-8", **FIXED}


class ThreadedPages:
    """An ASGI application that answers with the WSGI application `app` on `threads` threads.

    `largest`: bytes of a body; of a larger one `app` gets the length alone, to refuse it in its own words.
    `cookie`: without a cookie of this name no body is waited for: `app` refuses such a form whatever it holds.
    """

    def __init__(self, app: "WSGIApplication", *, threads: int, largest: int, cookie: str) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self._largest = largest
        self._cookie = f"{cookie}=".encode()
        self._at_work = 0
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with self._room() as hold:
            try:
                request = await self._complete(scope, receive, hold)
            except BodyRefused as refused:
                await send_answer(send, refused.status, REFUSED[refused.status], REFUSED_HEADERS)
                return
            await self._answer(request, send)

    async def _complete(self, scope: Scope, receive: Receive, hold: Callable[[int], None]) -> dict[str, Any]:
        """Return the WSGI environment of a request, when its body is here. Raises BodyRefused."""
        try:
            body = await read_body(receive, self._largest, hold) if self._body_counts(scope) else b""
        except BodyRefused as refused:
            if refused.status != 413:
                raise
            return environ(scope, b"", self._largest + 1)
        if b"%00" in body or b"\0" in body:
            raise BodyRefused(400)
        if self._at_work >= MOST_AT_ONCE:
            raise BodyRefused(503)
        return environ(scope, body)

    async def _answer(self, environ: dict[str, Any], send: Send) -> None:
        self._at_work += 1
        try:
            start, body = await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, environ)
        finally:
            self._at_work -= 1
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _ask(self, environ: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return the answer of the WSGI application: the message that starts it, and its body."""
        start: dict[str, Any] = {"type": "http.response.start"}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:  # noqa: ARG001 - WSGI's
            start["status"] = int(status.partition(" ")[0])
            start["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

        parts: Iterable[bytes] = self._app(environ, start_response)
        try:
            return start, b"".join(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()

    def _body_counts(self, scope: Scope) -> bool:
        if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            return False
        return any(name == b"cookie" and self._cookie in value for name, value in scope["headers"])

    @contextmanager
    def _room(self) -> Iterator[Callable[[int], None]]:
        """Count the bytes of one request's body while it is served. Raises BodyRefused where there is no room."""
        mine = 0

        def hold(size: int) -> None:
            nonlocal mine
            if self._held + size > MOST_HELD:
                raise BodyRefused(503)
            mine += size
            self._held += size

        try:
            yield hold
        finally:
            self._held -= mine


def environ(scope: Scope, body: bytes, length: int | None = None) -> dict[str, Any]:
    """Return the WSGI environment of a request. `length`: of a body that is not handed on."""
    host, port = scope.get("server") or ("localhost", "80")
    made: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host, "SERVER_PORT": str(port), "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope["scheme"], "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    made.update(_headers(scope))
    made["CONTENT_LENGTH"] = str(len(body) if length is None else length)
    return made


def _headers(scope: Scope) -> dict[str, str]:
    """Header fields as WSGI names them. Repeats are joined; a name with an underscore could pose as another one."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").upper(), raw_value.decode("latin-1")
        if "_" in name or name in {"TRANSFER-ENCODING", "CONTENT-LENGTH"}:
            continue
        key = "CONTENT_TYPE" if name == "CONTENT-TYPE" else f"HTTP_{name.replace('-', '_')}"
        joined = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{joined}{value}" if key in found else value
    return found
