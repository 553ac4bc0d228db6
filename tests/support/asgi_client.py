"""Ask an ASGI application without its web server: request by request, or through werkzeug's client and server."""

import asyncio
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from integration.web.asgi import Application, Message

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """The answer that came back."""

    status: int
    headers: Headers
    body: bytes


class AsgiClient:
    """Asks the application `app`, which runs on an event loop of its own, as behind granian."""

    def __init__(self, app: Application) -> None:
        self._app = app

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        return loop

    def ask(
        self,
        method: str,
        raw_path: bytes,
        query: bytes = b"",
        headers: Headers = (),
        body: bytes = b"",
        client: str = "127.0.0.1",
    ) -> Answer:
        """Send one request, just as these bytes say it, and return its answer."""
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "raw_path": raw_path,
            "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"), "query_string": query,
            "headers": list(headers), "client": (client, 0), "server": ("127.0.0.1", "8000"),
        }  # fmt: skip
        said: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            said.append(message)

        async def asked() -> None:
            await self._app(scope, receive, send)

        asyncio.run_coroutine_threadsafe(asked(), self._loop).result()
        start, content = said
        return Answer(start["status"], start["headers"], content["body"])


class AsWsgi:
    """The ASGI application `app` as a WSGI one."""

    def __init__(self, app: Application) -> None:
        self._client = AsgiClient(app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        headers = [
            (name.removeprefix("HTTP_").replace("_", "-").lower().encode(), value.encode("latin-1"))
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value)
        ]
        answer = self._client.ask(
            environ["REQUEST_METHOD"],
            quote_from_bytes(environ["PATH_INFO"].encode("latin-1")).encode(),
            environ["QUERY_STRING"].encode("latin-1"),
            headers,
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
            environ.get("REMOTE_ADDR", "127.0.0.1"),
        )
        told = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers]
        start_response(f"{answer.status} -", told)
        return [answer.body]
