"""Room for requests: who gets a place, how many bytes may be here, and whose forms are waited for."""

import socket
import sys
from contextlib import ExitStack
from typing import Any

import coroutines
import pytest
from flask import Flask

from integration import open_files
from integration.web.asgi import BodyRefused, Message
from integration.web.cookies import PageSessions, may_send_forms
from integration.web.server.admission import MOST_AT_ONCE, MOST_BYTES, MOST_OF_ONE, Admission
from integration.web.server.listeners import READ_WITHIN, cut_off_who_never_reads
from integration.web.server.threaded_pages import ThreadedPages

PUBLIC, ANOTHER, OURS = "8.8.8.8", "9.9.9.9", "192.168.1.5"


def scope(client: str, *forwarded: str) -> dict[str, Any]:
    return {"client": (client, 1), "headers": [(b"x-forwarded-for", each.encode()) for each in forwarded]}


def places(admission: Admission, asked: dict[str, Any]) -> int:
    """Return the number of requests like this one that are let in at once, from now on."""
    with ExitStack() as taken:
        for number in range(MOST_AT_ONCE + 1):
            try:
                taken.enter_context(admission.place(asked))
            except BodyRefused:
                return number
    raise AssertionError


def test_one_address_takes_no_place_of_others() -> None:
    admission = Admission(0)
    with ExitStack() as taken:
        for _ in range(MOST_OF_ONE):
            taken.enter_context(admission.place(scope(PUBLIC)))

        assert places(admission, scope(PUBLIC)) == 0
        assert places(admission, scope(ANOTHER)) == MOST_OF_ONE


def test_all_together_have_so_many_places_and_what_is_served_gives_its_place_back() -> None:
    admission = Admission(0)

    assert places(admission, scope(OURS)) == MOST_AT_ONCE
    assert places(admission, scope(OURS)) == MOST_AT_ONCE


def test_when_all_places_are_taken_no_body_is_waited_for() -> None:
    admission, read = Admission(0), []

    async def receive() -> Message:
        read.append("a part")
        return {"type": "http.request", "body": b"", "more_body": False}

    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    pages = ThreadedPages(Flask(__name__), admission, threads=1, largest=9, may_send_forms=lambda _: True)
    with ExitStack() as taken:
        for _ in range(MOST_AT_ONCE):
            taken.enter_context(admission.place(scope(OURS)))
        coroutines.run(pages(scope(OURS) | {"method": "POST"}, receive, send))

    assert said[0]["status"] == 503
    assert {(b"connection", b"close"), (b"retry-after", b"1")} <= {(key.lower(), to) for key, to in said[0]["headers"]}
    assert read == []


def test_ipv6_counts_by_network() -> None:
    admission = Admission(0)
    with ExitStack() as taken:
        for number in range(MOST_OF_ONE):
            taken.enter_context(admission.place(scope(f"2a00:1:2:3::{number:x}")))

        assert places(admission, scope("2a00:1:2:3:ffff::1")) == 0
        assert places(admission, scope("2a00:1:2:4::1")) == MOST_OF_ONE


@pytest.mark.parametrize("lines", [[f"{PUBLIC}, {ANOTHER}"], [PUBLIC, ANOTHER]])
def test_behind_our_proxy_the_address_is_what_it_adds_whatever_a_client_claims(lines: list[str]) -> None:
    admission = Admission(1)
    with ExitStack() as taken:
        for _ in range(MOST_OF_ONE):
            taken.enter_context(admission.place(scope(OURS, *lines)))

        assert places(admission, scope(OURS, ANOTHER)) == 0
        assert places(admission, scope(OURS, PUBLIC)) == MOST_OF_ONE


def test_bodies_together_take_no_more_than_their_budget_and_give_it_back() -> None:
    admission = Admission(0)
    for _ in range(2):
        with admission.body() as first, admission.body() as second:
            first(MOST_BYTES)
            with pytest.raises(BodyRefused):
                second(1)


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    made.secret_key = "k" * 32
    made.config["SESSION_COOKIE_NAME"] = "backstride"
    return made


@pytest.mark.parametrize(
    ("session", "waited_for"), [({"key": "a"}, True), ({"half": "b"}, True), ({"csrf_token": "c"}, False)]
)
def test_a_form_is_waited_for_if_its_session_is_of_somebody(
    app: Flask, session: dict[str, str], waited_for: bool
) -> None:
    serializer = PageSessions().get_signing_serializer(app)
    assert serializer
    cookie = f"other=1; backstride={serializer.dumps(session)!s}"

    assert may_send_forms(app)(cookie) is waited_for
    assert may_send_forms(app)(f"{cookie}x") is False


@pytest.mark.parametrize(
    "cookies",
    ["", "backstride=made-up", "backstride=", "backstride=.a.b", "other=backstride=", "\xff=1", "backstride=\xff"],
)
def test_a_form_with_a_session_that_we_did_not_sign_is_not_waited_for(app: Flask, cookies: str) -> None:
    assert may_send_forms(app)(cookies) is False


@pytest.mark.skipif(sys.platform != "linux", reason="no other system cuts off by itself who never reads")
def test_a_connection_inherits_the_deadline_of_who_never_reads() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        cut_off_who_never_reads()
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == READ_WITHIN * 1000


def test_connections_leave_room_for_files_of_our_own() -> None:
    assert 0 < open_files.connections() < open_files.allowed()
