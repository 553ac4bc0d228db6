"""The stand-in's push subscription, and what it pushes to whom, how often, and with which faults."""

import hmac
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from integration.sandbox import Sandbox, SandboxServer

ALL = {"activity:read", "activity:read_all", "activity:write"}
VISIBLE_ONLY = {"activity:read"}


class Receiver:
    """An app's callback: echoes challenges and answers events with `statuses`, then with 200; `delays` likewise."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.validation = 200
        self.echo = True
        self.delays: list[float] = []
        self.signature: str | None = None
        self.body = b""
        self._server = make_server("127.0.0.1", 0, self, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        time.sleep(self.delays.pop(0) if self.delays else 0)
        if request.method == "GET":
            challenge = request.args["hub.challenge"] if self.echo else "something else"
            answer = Response(json.dumps({"hub.challenge": challenge}), self.validation, mimetype="application/json")
        else:
            self.signature, self.body = request.headers.get("X-Strava-Signature"), request.get_data()
            self.events.append(json.loads(self.body))
            answer = Response(status=self.statuses.pop(0) if self.statuses else 200)
        return answer(environ, start_response)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.stop()


def credentials(sandbox: SandboxServer) -> dict[str, str]:
    return {"client_id": str(sandbox.strava.app.client_id), "client_secret": sandbox.strava.app.client_secret}


def subscribe(sandbox: SandboxServer, callback_url: str, **changed: str) -> requests.Response:
    form = credentials(sandbox) | {"callback_url": callback_url, "verify_token": "guess-me-not"} | changed
    return requests.post(f"{sandbox.api_url}/push_subscriptions", data=form, timeout=60)


def subscriptions(sandbox: SandboxServer) -> Any:
    return requests.get(f"{sandbox.api_url}/push_subscriptions", params=credentials(sandbox), timeout=60).json()


def code(answer: requests.Response) -> str:
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["resource"] == "PushSubscription"
    return str(error["code"])


@pytest.fixture
def subscribed(sandbox: SandboxServer, receiver: Receiver) -> SandboxServer:
    """A connected athlete, and a receiver of pushes."""
    sandbox.strava.connect(1001, ALL)
    assert subscribe(sandbox, receiver.url).status_code == 201
    return sandbox


def told(sandbox: SandboxServer, receiver: Receiver) -> list[tuple[str, dict[str, str]]]:
    """Return the kinds of the events that arrived so far, with their updates."""
    assert sandbox.strava.pushes.settle()
    return [(event["aspect_type"], event["updates"]) for event in receiver.events]


# -- the subscription -----------------------------------------------------------------------------------------------


def test_a_subscription_is_made_listed_and_deleted(sandbox: SandboxServer, receiver: Receiver) -> None:
    made = subscribe(sandbox, receiver.url)
    number = made.json()["id"]
    path = f"{sandbox.api_url}/push_subscriptions/{number}"

    assert made.status_code == 201
    assert made.json().keys() == {
        "id", "resource_state", "application_id", "callback_url", "created_at", "updated_at"
    }  # fmt: skip
    assert [found["id"] for found in subscriptions(sandbox)] == [number]
    assert requests.delete(path, params=credentials(sandbox), timeout=60).status_code == 204
    assert subscriptions(sandbox) == []
    assert requests.delete(path, data=credentials(sandbox), timeout=60).status_code == 404


def test_an_app_has_one_subscription(subscribed: SandboxServer, receiver: Receiver) -> None:
    assert code(subscribe(subscribed, receiver.url)) == "already exists"


def test_the_callback_must_answer_the_challenge_with_200(sandbox: SandboxServer, receiver: Receiver) -> None:
    receiver.validation = 403

    assert code(subscribe(sandbox, receiver.url)) == "GET to callback URL does not return 200"
    assert subscriptions(sandbox) == []


def test_the_callback_must_echo_the_challenge(sandbox: SandboxServer, receiver: Receiver) -> None:
    receiver.echo = False

    assert code(subscribe(sandbox, receiver.url)) == "not verifiable"


def test_the_callback_must_answer_within_two_seconds(sandbox: SandboxServer, receiver: Receiver) -> None:
    assert Sandbox().pushes.timeout == 2.0
    sandbox.strava.pushes.timeout = 0.5
    receiver.delays = [1]

    assert code(subscribe(sandbox, receiver.url)) == "not verifiable"


@pytest.mark.parametrize(
    "url", ["", "ftp://127.0.0.1/x", "http://127.0.0.1:1/nobody", "http://127.0.0.1:1/" + "x" * 250]
)
def test_a_callback_that_nobody_answers_is_not_verifiable(sandbox: SandboxServer, url: str) -> None:
    assert code(subscribe(sandbox, url)) == "not verifiable"


def test_wrong_credentials_make_no_subscription(sandbox: SandboxServer, receiver: Receiver) -> None:
    assert subscribe(sandbox, receiver.url, client_secret="wrong").status_code == 401
    assert subscribe(sandbox, receiver.url, client_secret="").status_code == 401
    assert subscribe(sandbox, receiver.url, client_id="x").status_code == 400
    assert subscriptions(sandbox) == []


def test_subscription_calls_are_not_counted(subscribed: SandboxServer) -> None:
    answer = requests.get(f"{subscribed.api_url}/push_subscriptions", params=credentials(subscribed), timeout=60)

    assert answer.headers["X-RateLimit-Usage"] == "0,0"
    assert subscribed.strava.app.limits.usage(subscribed.strava.now())["overall"]["day"][0] == 0


# -- events ---------------------------------------------------------------------------------------------------------


def test_a_new_activity_is_pushed_with_stravas_fields(subscribed: SandboxServer, receiver: Receiver) -> None:
    run = subscribed.strava.create_activity()
    told(subscribed, receiver)
    (event,) = receiver.events

    assert abs(event.pop("event_time") - subscribed.strava.now().timestamp()) < 60
    assert event == {
        "object_type": "activity",
        "object_id": run,
        "aspect_type": "create",
        "updates": {},
        "owner_id": 1001,
        "subscription_id": subscribed.strava.app.subscription and subscribed.strava.app.subscription.id,
    }


def test_title_type_and_privacy_are_pushed_a_description_is_not(subscribed: SandboxServer, receiver: Receiver) -> None:
    strava = subscribed.strava
    run = strava.create_activity(title="before")
    strava.edit_activity(run, description="words", private_note="words")
    strava.edit_activity(run, name="after")
    strava.edit_activity(run, name="after")
    strava.edit_activity(run, sport_type="TrailRun")
    strava.edit_activity(run, sport_type="Hike", name="both at once")
    strava.edit_activity(run, private=True)
    strava.delete_activity(run)

    assert told(subscribed, receiver) == [
        ("create", {}),
        ("update", {"title": "after"}),
        ("update", {"type": "Run"}),
        ("update", {"title": "both at once", "type": "Hike"}),
        ("update", {"private": "true"}),
        ("delete", {}),
    ]


def test_an_apps_own_change_of_the_title_comes_back_to_it(subscribed: SandboxServer, receiver: Receiver) -> None:
    run = subscribed.strava.create_activity()
    token = subscribed.strava.app.grants[1001].newest()[0]
    fields = {"name": "from the app", "description": "words"}
    url = f"{subscribed.api_url}/activities/{run}"
    requests.put(url, json=fields, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    assert told(subscribed, receiver) == [("create", {}), ("update", {"title": "from the app"})]


def test_a_description_can_be_made_to_echo(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.options.echo_description = True
    subscribed.strava.edit_activity(subscribed.strava.create_activity(), description="words")

    assert told(subscribed, receiver) == [("create", {}), ("update", {})]


def test_without_read_all_only_you_looks_like_deleted_and_created(sandbox: SandboxServer, receiver: Receiver) -> None:
    subscribe(sandbox, receiver.url)
    sandbox.strava.connect(1001, VISIBLE_ONLY)
    hidden = sandbox.strava.create_activity(private=True)
    sandbox.strava.delete_activity(hidden)
    run = sandbox.strava.create_activity()
    sandbox.strava.edit_activity(run, private=True)
    sandbox.strava.edit_activity(run, name="a title that nobody hears of")
    sandbox.strava.edit_activity(run, private=False)

    assert told(sandbox, receiver) == [("create", {}), ("delete", {}), ("create", {})]


@pytest.mark.parametrize("scopes", [set(), {"activity:write"}])
def test_without_a_reading_scope_nothing_is_pushed(
    sandbox: SandboxServer, receiver: Receiver, scopes: set[str]
) -> None:
    subscribe(sandbox, receiver.url)
    sandbox.strava.connect(1001, scopes)
    sandbox.strava.create_activity()

    assert told(sandbox, receiver) == []


def test_an_athlete_who_is_not_connected_is_not_pushed(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.create_activity(subscribed.strava.add_athlete("Noor", "Second"))

    assert told(subscribed, receiver) == []


def test_withdrawing_access_is_pushed_once(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.deauthorize()
    subscribed.strava.deauthorize()
    subscribed.strava.create_activity()
    subscribed.strava.pushes.settle()
    (event,) = receiver.events

    assert (event["object_type"], event["aspect_type"]) == ("athlete", "update")
    assert event["object_id"] == event["owner_id"] == 1001
    assert event["updates"] == {"authorized": "false"}


# -- delivery -------------------------------------------------------------------------------------------------------


def test_a_push_is_tried_three_times_and_then_gone(subscribed: SandboxServer, receiver: Receiver) -> None:
    receiver.statuses = [500, 302, 404]
    subscribed.strava.create_activity()
    told(subscribed, receiver)
    (push,) = subscribed.strava.pushes.log

    assert (push.tries, push.state) == ([500, 302, 404], "given up")
    assert receiver.events == [push.event] * 3


def test_a_push_is_not_tried_again_once_it_was_taken(subscribed: SandboxServer, receiver: Receiver) -> None:
    receiver.statuses = [503]
    subscribed.strava.create_activity()
    told(subscribed, receiver)

    assert [(push.tries, push.state) for push in subscribed.strava.pushes.log] == [([503, 200], "delivered")]


def test_an_answer_that_comes_too_late_is_none(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.pushes.timeout = 1  # instead of two seconds
    receiver.delays = [3]
    subscribed.strava.create_activity()
    told(subscribed, receiver)

    assert [push.tries for push in subscribed.strava.pushes.log] == [["timed out", 200]]


def test_after_unsubscribing_nothing_is_pushed_any_more(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.app.subscription = None
    subscribed.strava.create_activity()

    assert told(subscribed, receiver) == []


def test_pushes_can_come_twice(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.faults.add("push_duplicate")
    subscribed.strava.create_activity()

    assert told(subscribed, receiver) == [("create", {}), ("create", {})]


def test_pushes_can_come_in_another_order(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.faults.add("push_reordered")
    run = subscribed.strava.create_activity()
    subscribed.strava.delete_activity(run)

    assert told(subscribed, receiver) == [("delete", {}), ("create", {})]


def test_a_push_held_back_comes_in_the_end(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.faults.add("push_reordered", seconds=0.05)
    subscribed.strava.create_activity()

    assert told(subscribed, receiver) == [("create", {})]


def test_pushes_can_be_late_or_never_come(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.faults.add("push_lost")
    subscribed.strava.faults.add("push_delayed", seconds=0.15)
    began = time.monotonic()
    lost, late = subscribed.strava.create_activity(), subscribed.strava.create_activity()
    told(subscribed, receiver)

    assert [event["object_id"] for event in receiver.events] == [late]
    assert time.monotonic() - began >= 0.15
    assert [(push.event["object_id"], push.state) for push in subscribed.strava.pushes.log] == [
        (lost, "lost"),
        (late, "delivered"),
    ]


def test_pushes_are_signed_only_with_a_secret(subscribed: SandboxServer, receiver: Receiver) -> None:
    subscribed.strava.create_activity()
    told(subscribed, receiver)
    unsigned = receiver.signature
    subscribed.strava.pushes.signing_secret = "between us"
    subscribed.strava.create_activity()
    told(subscribed, receiver)
    at, _, hexdigest = (receiver.signature or "").removeprefix("t=").partition(",v1=")

    assert unsigned is None
    assert abs(int(at) - time.time()) < 60
    assert hexdigest == hmac.new(b"between us", at.encode() + b"." + receiver.body, "sha256").hexdigest()
