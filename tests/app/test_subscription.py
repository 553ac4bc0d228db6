"""The push subscription: made, found again, told from a foreign one, ended."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from integration.errors import AppInactive, BackstrideError, BadInput, BadSetting
from integration.sandbox import SandboxServer
from integration.strava.http import StravaHttp
from integration.strava.subscription import Subscription, Subscriptions

CLIENT_ID, CLIENT_SECRET = "12345", "sandbox-client-secret"  # of the sandbox's application
SECRET_PATH, VERIFY = "unguessable-path", "verify-token"


class Callback(BaseHTTPRequestHandler):
    """Answers Strava's challenge as a webhook should."""

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        right = asked["hub.verify_token"] == [VERIFY] and urlsplit(self.path).path == f"/{SECRET_PATH}"
        self.send_response(200 if right else 403)
        self.end_headers()
        self.wfile.write(json.dumps({"hub.challenge": asked["hub.challenge"][0]}).encode())

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def listening() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Callback) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{SECRET_PATH}"
        server.shutdown()


@pytest.fixture
def callback() -> Iterator[str]:
    with listening() as url:
        yield url


@pytest.fixture
def subscriptions(sandbox: SandboxServer) -> Iterator[Subscriptions]:
    with StravaHttp(sandbox.oauth_url, sandbox.api_url) as session:
        yield Subscriptions(session, CLIENT_ID, CLIENT_SECRET)


def test_at_first_there_is_none(subscriptions: Subscriptions) -> None:
    assert subscriptions.view() is None


def test_a_subscription_is_made_and_found_again(
    sandbox: SandboxServer, subscriptions: Subscriptions, callback: str
) -> None:
    made = subscriptions.subscribe(callback, VERIFY)

    assert sandbox.strava.app.subscription is not None
    assert made == Subscription(sandbox.strava.app.subscription.id, callback)
    assert subscriptions.view() == made


def test_subscribing_again_leaves_ours_as_it_is(
    sandbox: SandboxServer, subscriptions: Subscriptions, callback: str
) -> None:
    made = subscriptions.subscribe(callback, VERIFY)

    assert subscriptions.subscribe(callback, VERIFY) == made
    assert len(sandbox.strava.calls("POST", "/push_subscriptions")) == 1


def test_a_foreign_one_is_left_alone_and_named_by_its_host(subscriptions: Subscriptions, callback: str) -> None:
    with listening() as foreign:
        made = subscriptions.subscribe(foreign, VERIFY)
        with pytest.raises(BadInput, match=f"{made.host} .subscription {made.id}") as caught:
            subscriptions.subscribe(callback, VERIFY)

    assert SECRET_PATH not in str(caught.value)
    assert subscriptions.view() == made


def test_one_that_strava_lists_by_its_host_alone_is_ours() -> None:
    ours = "https://runs.example.org/base/webhook/secret"

    assert Subscription(1, "https://runs.example.org/").is_at(ours)
    assert Subscription(1, ours).is_at(ours)
    assert not Subscription(1, "https://runs.example.org/base/webhook/other").is_at(ours)
    assert not Subscription(1, "https://runs.example.com/").is_at(ours)


def test_a_callback_that_does_not_answer_is_the_addresss_fault(subscriptions: Subscriptions) -> None:
    with listening() as url:
        pass
    with pytest.raises(BadSetting) as caught:
        subscriptions.subscribe(url, VERIFY)

    assert caught.value.name == "PUBLIC_URL"
    assert SECRET_PATH not in str(caught.value)


def test_a_callback_that_refuses_the_challenge_is_the_addresss_fault(
    subscriptions: Subscriptions, callback: str
) -> None:
    with pytest.raises(BadSetting, match="PUBLIC_URL"):
        subscriptions.subscribe(callback, "another token")


def test_a_callback_that_is_too_long_is_not_sent(sandbox: SandboxServer, subscriptions: Subscriptions) -> None:
    with pytest.raises(BadSetting, match="PUBLIC_URL"):
        subscriptions.subscribe(f"https://runs.example.org/{'x' * 255}", VERIFY)

    assert sandbox.strava.calls("POST") == []


def test_unsubscribing_ends_it_and_doing_so_twice_is_fine(
    sandbox: SandboxServer, subscriptions: Subscriptions, callback: str
) -> None:
    made = subscriptions.subscribe(callback, VERIFY)
    subscriptions.unsubscribe(made.id)
    subscriptions.unsubscribe(made.id)

    assert sandbox.strava.app.subscription is None


def test_a_wrong_client_is_the_settings_fault(sandbox: SandboxServer) -> None:
    with StravaHttp(sandbox.oauth_url, sandbox.api_url) as session:
        wrong = Subscriptions(session, CLIENT_ID, "wrong-secret")
        with pytest.raises(BadSetting, match="STRAVA_CLIENT_"):
            wrong.view()
        with pytest.raises(BadSetting, match="STRAVA_CLIENT_"):
            wrong.unsubscribe(1)


def test_an_inactive_app_is_told(sandbox: SandboxServer, subscriptions: Subscriptions) -> None:
    sandbox.strava.app.inactive = True

    with pytest.raises(AppInactive):
        subscriptions.view()


@pytest.mark.parametrize("kind", ["error_page", "not_json", "cut", "inactive", "unauthorized", "rate_limited"])
def test_no_secret_shows_in_an_error_or_a_log(
    sandbox: SandboxServer, subscriptions: Subscriptions, callback: str, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    subscriptions.subscribe(callback, VERIFY)
    caplog.clear()
    sandbox.strava.faults.add(kind, on="* /push_subscriptions*", times=None)
    for call in (subscriptions.view, lambda: subscriptions.unsubscribe(1)):
        with pytest.raises(BackstrideError) as caught:
            call()
        assert caught.value.__cause__ is caught.value.__context__ is None
        for secret in (CLIENT_SECRET, SECRET_PATH, VERIFY):
            assert secret not in f"{caught.value!r}{caught.value}"
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("urllib3"))
    assert CLIENT_SECRET not in ours
    assert SECRET_PATH not in repr(Subscription(1, callback))
