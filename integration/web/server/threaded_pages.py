"""The pages behind ASGI: a request gets a thread when all of its body is here, so a slow client never has one."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from integration.web.asgi import BodyRefused, Receive, Scope, Send, read_body, send_answer
from integration.web.headers import FIXED
from integration.web.server.admission import Admission

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REFUSED = {
    400: b"A form holds text: send it without NUL characters.\n",
    408: b"The request came too slowly. Send it again.\n",
    503: b"Too many requests at once. Try again in a moment.\n",
}
REFUSED_HEADERS = {"Content-Type": "text/plain; charset=utf-8", **FIXED, "Connection": "close"}
COME_AGAIN = {"Retry-After": "1"}  # seconds


class ThreadedPages:
    """An ASGI application that answers with the WSGI application `app` on `threads` threads.

    `largest`: bytes of a body; of a larger one `app` gets the length alone, to refuse it in its own words.
    `may_send_forms`: says of the Cookie headers whether a body is waited for; if not, `app` refuses such a form anyway.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        admission: Admission,
        *,
        threads: int,
        largest: int,
        may_send_forms: Callable[[str], bool],
    ) -> None:
        self._app = app
        self._admission = admission
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self._largest = largest
        self._may_send_forms = may_send_forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            self._admission.check()
            with self._admission.body() as take_in:
                request = await self._complete(scope, receive, take_in)
                with self._admission.place(scope):
                    start, body = await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, request)
        except BodyRefused as refused:
            headers = REFUSED_HEADERS if refused.status != 503 else REFUSED_HEADERS | COME_AGAIN
            await send_answer(send, refused.status, REFUSED[refused.status], headers)
            return
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _complete(self, scope: Scope, receive: Receive, take_in: Callable[[int], None]) -> dict[str, Any]:
        """Return the WSGI environment of a request, when its body is here. Raises BodyRefused."""
        try:
            body = await read_body(receive, self._largest, take_in) if self._body_counts(scope) else b""
        except BodyRefused as refused:
            if refused.status != 413:
                raise
            return environ(scope, b"", self._largest + 1)
        if b"%00" in body or b"\0" in body:
            raise BodyRefused(400)
        return environ(scope, body)

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
        cookies = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
        return self._may_send_forms(cookies)


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
