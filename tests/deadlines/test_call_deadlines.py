"""Each call to Strava ends at its deadline, however slowly the answer drips."""

import queue
import socket
import time
from pathlib import Path

import pytest
from raw_server import Answer, self_signed, server

from integration.errors import Unreachable
from integration.strava.http import STRAVA_API, StravaHttp

KEPT_OPEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
HANGS_S = 60  # the patience of a server that keeps its client waiting: the client has to leave first
DEADLINE_S = 0.3


def says_nothing(connection: socket.socket, _: bytes) -> bool:
    """Wait for the client to go away. Return whether it did."""
    connection.settimeout(HANGS_S)
    try:
        connection.recv(1)
    except OSError as error:
        return not isinstance(error, TimeoutError)
    return True


def drips(head: bytes, drop: bytes) -> Answer:
    """An answer that ends when the client goes away, or else very late. Returns whether the client went away."""

    def answer(connection: socket.socket, _: bytes) -> bool:
        try:
            connection.sendall(head)
            for _drop in range(50 * HANGS_S):
                connection.sendall(drop)
                time.sleep(0.02)
        except OSError:
            return True
        return False

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(drips(b"", b"H"), id="the status line"),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), id="the headers"),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" "), id="the body"),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), id="chunks"),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\n\r\n", b" "), id="a body without end"),
        pytest.param(says_nothing, id="nothing"),
    ],
)
def test_an_answer_that_drips_ends_at_the_deadline(answer: Answer) -> None:
    client_left = queue.Queue[object]()

    def ends(connection: socket.socket, head: bytes) -> None:
        client_left.put(answer(connection, head))

    with server(ends) as (here, _), StravaHttp(here, here, deadline_s=DEADLINE_S) as session:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            session.get(f"{STRAVA_API}/athlete")

        assert time.monotonic() - began > DEADLINE_S / 2  # it was waited for
        assert client_left.get(timeout=2 * HANGS_S) is True


def test_the_deadline_holds_under_tls(tmp_path: Path) -> None:
    trusted, tls = self_signed(tmp_path)
    dripping = drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" ")
    with server(dripping, tls) as (here, heads), StravaHttp(here, here, deadline_s=3) as session:
        session.verify = str(trusted)
        with pytest.raises(Unreachable):
            session.get(f"{STRAVA_API}/athlete")

    assert heads[0].startswith(b"GET /athlete")


def test_each_call_has_its_own_deadline_on_a_connection_that_stays_open() -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        for _answer in range(2):
            connection.sendall(KEPT_OPEN)
            if not connection.recv(65536):
                return

    with server(answer) as (here, heads), StravaHttp(here, here, deadline_s=3) as session:
        answers = [session.get(f"{STRAVA_API}/athlete").status_code]
        time.sleep(3.1)
        answers.append(session.get(f"{STRAVA_API}/athlete").status_code)

    assert answers == [200, 200]
    assert len(heads) == 1
