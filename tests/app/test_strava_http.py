"""The socket to Strava: where it calls, how long it waits, what it gives away."""

import contextlib
import ipaddress
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integration.errors import Unreachable
from integration.strava.http import STRAVA_API, STRAVA_OAUTH, StravaHttp

Answer = Callable[[socket.socket, bytes], object]
KEPT_OPEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PLAIN = KEPT_OPEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
SECRET = "0b0cbd9e6ae27d"
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


@contextlib.contextmanager
def server(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A server of raw bytes, since no HTTP library does wrong as wanted: its address, and the heads it was sent."""
    heads: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    accepted, _ = listening.accept()
                    with tls.wrap_socket(accepted, server_side=True) if tls else accepted as connection:
                        heads.append(head := connection.recv(65536))
                        answer(connection, head)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http{'s' if tls else ''}://127.0.0.1:{listening.getsockname()[1]}", heads
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def sends(data: bytes) -> Answer:
    return lambda connection, _: connection.sendall(data)


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


def self_signed(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that vouches for itself, and a server's side of it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    draft = x509.CertificateBuilder().issuer_name(name).subject_name(name).public_key(key.public_key())
    draft = draft.serial_number(1).add_extension(here, critical=True)
    draft = draft.not_valid_before(datetime.now(UTC) - timedelta(days=1))
    draft = draft.not_valid_after(datetime.now(UTC) + timedelta(days=1))
    certificate = draft.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "trusted.pem").write_bytes(certificate)
    (folder / "server.pem").write_bytes(private + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "trusted.pem", context


def test_the_deadline_holds_under_tls(tmp_path: Path) -> None:
    trusted, tls = self_signed(tmp_path)
    dripping = drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" ")
    with server(dripping, tls) as (here, heads), StravaHttp(here, here, deadline_s=1) as session:
        session.verify = str(trusted)
        with pytest.raises(Unreachable):
            session.get(f"{STRAVA_API}/athlete")

    assert heads[0].startswith(b"GET /athlete")


def test_a_certificate_that_nobody_vouches_for_is_unreachable(tmp_path: Path) -> None:
    _, tls = self_signed(tmp_path)
    with server(sends(PLAIN), tls) as (here, heads), StravaHttp(here, here) as session, pytest.raises(Unreachable):
        session.get(f"{STRAVA_API}/athlete")

    assert heads == []


def test_each_call_has_its_own_deadline_on_a_connection_that_stays_open() -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        for _answer in range(2):
            connection.sendall(KEPT_OPEN)
            if not connection.recv(65536):
                return

    with server(answer) as (here, heads), StravaHttp(here, here, deadline_s=2) as session:
        answers = [session.get(f"{STRAVA_API}/athlete").status_code]
        time.sleep(2.1)
        answers.append(session.get(f"{STRAVA_API}/athlete").status_code)

    assert answers == [200, 200]
    assert len(heads) == 1


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
