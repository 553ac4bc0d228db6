"""The question whether something is there, over real HTTP."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from integration.cli.address_check import answers


class Echo(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "there"), [(200, True), (401, True), (204, False), (403, False), (404, False), (500, False)]
)
def test_only_the_api_itself_counts_as_an_answer(address: str, status: int, there: bool) -> None:
    assert answers(f"{address}/{status}") is there


def test_where_nothing_listens_nothing_answers() -> None:
    assert not answers("http://127.0.0.1:9/200")
