"""A place on this machine that is told things: takes JSON by POST, as notification services do."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Endpoint:
    """A JSON endpoint on this machine, and what it was told."""

    url: str
    told: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def json_endpoint() -> Iterator[Endpoint]:
    """Listen on a free port of this machine until the context ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Endpoint(f"json://127.0.0.1:{server.server_port}/hook")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
