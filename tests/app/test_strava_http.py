"""The socket to Strava: where it calls, how long it waits, what it gives away."""

import logging
import socket
from pathlib import Path

import pytest
from raw_server import self_signed, sends, server

from integration.errors import Unreachable
from integration.strava.http import STRAVA_API, STRAVA_OAUTH, StravaHttp

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
SECRET = "0b0cbd9e6ae27d"


def test_both_of_stravas_addresses_lead_to_ours() -> None:
    with server(sends(PLAIN)) as (here, heads), StravaHttp(f"{here}/sign-in", f"{here}/data") as session:
        session.post(f"{STRAVA_OAUTH}/token", data={"a": "b"})
        session.get(f"{STRAVA_API}/athlete/activities", params={"page": 2})

    assert heads[0].startswith(b"POST /sign-in/token HTTP/1.1")
    assert heads[1].startswith(b"GET /data/athlete/activities?page=2 HTTP/1.1")


def test_the_api_may_move_to_a_host_without_a_prefix() -> None:
    with server(sends(PLAIN)) as (here, heads), StravaHttp(here, here) as session:
        session.get(f"{STRAVA_API}/athlete")

    assert heads[0].startswith(b"GET /athlete HTTP/1.1")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.strava.com/api/v30/athlete",
        "https://www.strava.com/",
        "http://127.0.0.1:1/",
        "https://www.strava.com/api/v3",
    ],
)
def test_no_other_address_is_called(url: str) -> None:
    with (
        StravaHttp("http://127.0.0.1:9", "http://127.0.0.1:9") as session,
        pytest.raises(ValueError, match="two bases"),
    ):
        session.get(url)


def test_a_netrc_entry_does_not_replace_the_bearer_header(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with server(sends(PLAIN)) as (here, heads), StravaHttp(here, here) as session:
        session.get(f"{STRAVA_API}/athlete", headers={"Authorization": "Bearer good"})

    assert b"Authorization: Bearer good\r\n" in heads[0]


def test_a_redirect_is_not_followed() -> None:
    with server(sends(PLAIN)) as (elsewhere, elsewhere_heads):
        away = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}/\r\nContent-Length: 0\r\n\r\n".encode()
        with server(sends(away)) as (here, _), StravaHttp(here, here) as session:
            answer = session.get(f"{STRAVA_API}/athlete")

    assert answer.status_code == 302
    assert elsewhere_heads == []


def test_a_certificate_that_nobody_vouches_for_is_unreachable(tmp_path: Path) -> None:
    _, tls = self_signed(tmp_path)
    with server(sends(PLAIN), tls) as (here, heads), StravaHttp(here, here) as session, pytest.raises(Unreachable):
        session.get(f"{STRAVA_API}/athlete")

    assert heads == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff" * 50,
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_an_answer_that_is_no_http_is_unreachable(data: bytes) -> None:
    with server(sends(data)) as (here, _), StravaHttp(here, here) as session, pytest.raises(Unreachable):
        session.get(f"{STRAVA_API}/athlete")


def test_nobody_listening_is_unreachable_and_tells_no_address(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        here = f"http://127.0.0.1:{bound.getsockname()[1]}"
    with (
        caplog.at_level(logging.DEBUG),
        StravaHttp(here, here) as session,
        pytest.raises(Unreachable) as caught,
    ):
        session.get(f"{STRAVA_API}/push_subscriptions", params={"client_secret": SECRET})

    assert caught.value.__cause__ is caught.value.__context__ is None
    assert SECRET not in f"{caught.value!r}{caplog.text}"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n: no name\r\n \xff\xff\r\n"])
def test_the_log_of_a_call_hides_the_client_secret(caplog: pytest.LogCaptureFixture, head: bytes) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        server(sends(head + b"Content-Length: 2\r\n\r\n{}")) as (here, heads),
        StravaHttp(here, here) as session,
    ):
        session.get(f"{STRAVA_API}/push_subscriptions", params={"client_secret": SECRET, "client_id": "7"})

    assert SECRET.encode() in heads[0]
    assert "client_secret=…&client_id=7" in caplog.text
    assert SECRET not in caplog.text


def test_the_log_of_a_call_names_no_activity(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), server(sends(PLAIN)) as (here, _), StravaHttp(here, here) as session:
        session.get(f"{STRAVA_API}/activities/9000000814?include_all_efforts=false")

    assert "/activities/…?include_all_efforts=false" in caplog.text
    assert "9000000814" not in caplog.text
