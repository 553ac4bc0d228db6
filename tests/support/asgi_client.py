"""Ask an ASGI application without its web server: through werkzeug's client, or its development server."""

import asyncio
import threading
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from integration.web.asgi import Application, Message

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class AsWsgi:
    """The ASGI application `app` as a WSGI one; it runs on an event loop of its own, as behind granian."""

    def __init__(self, app: Application) -> None:
        self._app = app

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        return loop

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            answer.append(message)

        asyncio.run_coroutine_threadsafe(self._asked(_scope(environ), receive, send), self._loop).result()
        start, content = answer
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        start_response(f"{start['status']} -", headers)
        return [content["body"]]

    async def _asked(self, *request: Any) -> None:
        await self._app(*request)


def _scope(environ: "WSGIEnvironment") -> dict[str, Any]:
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").lower().encode(), value.encode("latin-1"))
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value)
    ]
    path = environ["PATH_INFO"].encode("latin-1")
    return {
        "type": "http", "http_version": "1.1", "method": environ["REQUEST_METHOD"], "scheme": "http",
        "path": path.decode("utf-8", "replace"), "raw_path": quote_from_bytes(path).encode(),
        "query_string": environ["QUERY_STRING"].encode("latin-1"), "headers": headers,
        "client": (environ.get("REMOTE_ADDR", "127.0.0.1"), 0),
        "server": (environ["SERVER_NAME"], environ["SERVER_PORT"]),
    }  # fmt: skip
