"""The stand-in as a web application, and as a server: in a thread for tests, in the foreground for people."""

import logging
import socket
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from integration.sandbox.activities.history import load_history
from integration.sandbox.activities.runner import make_runner
from integration.sandbox.api import api
from integration.sandbox.controls.backstage import backstage
from integration.sandbox.controls.conditions import conditions
from integration.sandbox.controls.control import control
from integration.sandbox.controls.feed import feed
from integration.sandbox.gate import SANDBOX
from integration.sandbox.oauth import oauth
from integration.sandbox.state import Sandbox
from integration.sandbox.subscriptions import subscriptions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLL_S = 0.01
SEED = 2026


@cache
def _pages_and_api() -> Flask:
    """Everything that is served, without a sandbox: built once, because routes take 25 ms to compile."""
    app = Flask("integration.sandbox", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined] # DefaultJSONProvider has it, the base class is annotated
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024
    for blueprint in (subscriptions, api, oauth, control, conditions, feed, backstage):
        app.register_blueprint(blueprint)
    return app


def make_app(strava: Sandbox) -> "WSGIApplication":
    """The WSGI application that serves one sandbox."""
    flask = _pages_and_api()

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return flask(environ | {SANDBOX: strava}, start_response)

    return serve


class QuietHandler(WSGIRequestHandler):
    """Writes no line per request: the call log has them."""

    strava: Sandbox

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        if type != "info":
            logging.getLogger(__name__).warning(message, *args)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer is this Strava's: it tells what window the rate headers belong to."""
        return super().date_time_string(self.strava.now().timestamp() if timestamp is None else timestamp)


class SandboxServer:
    """Serves a sandbox (`strava`) on loopback from a thread; `oauth_url` and `api_url` are the two bases of its `url`.

    `stop()` and `start()` again keeps the port: Strava was away. OSError when the port is taken.
    """

    def __init__(self, strava: Sandbox, port: int = 0, host: str = "127.0.0.1") -> None:
        self.strava = strava
        self.host = host
        self.port = port
        self._app = make_app(strava)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def oauth_url(self) -> str:
        return f"{self.url}/oauth"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/v3"

    def start(self) -> Self:
        with socket.create_server((self.host, self.port), backlog=128) as listening:
            self.port = listening.getsockname()[1]
            handler = type("Handler", (QuietHandler,), {"strava": self.strava})
            self._server = make_server(
                self.host, self.port, self._app, threaded=True, request_handler=handler, fd=listening.fileno()
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_S,), name="sandbox", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Take no more calls. The sandbox keeps what it holds; `strava.close()` ends its pushes for good."""
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server = self._thread = None

    def wait(self) -> None:
        """Serve until stopped or interrupted."""
        if self._thread:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()
        self.strava.close()


def furnish(strava: Sandbox, history: Path | None = None) -> int:
    """Take in a runner, the one of a file of activities or a made-up one, and return the athlete's id.

    HistoryError when the file is no list of activities.
    """
    if history is None:
        return strava.add_athlete(**make_runner(SEED, strava.now()).fields())
    return strava.add_athlete("Sam", "History", activities=load_history(history, strava.now()))
