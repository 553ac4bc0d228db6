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
        self.digits: dict[int, dict[str, str]] = {}  # numbers, by activity and field, too long for Python to write
        self._plain, self._app = self._app, self._answer

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        parts, status, headers = run_wsgi_app(self._plain, environ)
        body = b"".join(parts)
        if environ["REQUEST_METHOD"] == "GET" and "/activities" in environ["PATH_INFO"] and status.startswith("200"):
            body = self._with_digits(json.dumps(self._made_odd(json.loads(body)))).encode()
            headers["Content-Length"] = str(len(body))
        start_response(status, headers.to_wsgi_list())
        return [body]

    def _made_odd(self, answer: Any) -> Any:
        if isinstance(answer, list):
            return [self._row(row) for row in answer]
        return self._row(answer)

    def _row(self, row: dict[str, Any]) -> Any:
        marks = {name: f"digits {row['id']} {name}" for name in self.digits.get(row["id"], ())}
        return self.odd.get(row["id"], row | marks)

    def _with_digits(self, body: str) -> str:
        for activity, fields in self.digits.items():
            for name, digits in fields.items():
                body = body.replace(f'"digits {activity} {name}"', digits)
        return body
