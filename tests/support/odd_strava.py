"""A Strava whose answers about some activities are odd: JSON of the wrong shape, in reads and in listings."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client, run_wsgi_app

from integration.sandbox import Sandbox, SandboxServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Client", "OddStrava"]


class OddStrava(SandboxServer):
    """The sandbox, with `odd` in place of what it would say of an activity (by id)."""

    def __init__(self, strava: Sandbox) -> None:
        super().__init__(strava)
        self.odd: dict[int, Any] = {}
        self._plain, self._app = self._app, self._answer

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        parts, status, headers = run_wsgi_app(self._plain, environ)
        body = b"".join(parts)
        if environ["REQUEST_METHOD"] == "GET" and "/activities" in environ["PATH_INFO"] and status.startswith("200"):
            body = json.dumps(self._made_odd(json.loads(body))).encode()
            headers["Content-Length"] = str(len(body))
        start_response(status, headers.to_wsgi_list())
        return [body]

    def _made_odd(self, answer: Any) -> Any:
        if isinstance(answer, list):
            return [self.odd.get(row["id"], row) for row in answer]
        return self.odd.get(answer["id"], answer)
