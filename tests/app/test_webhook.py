"""The webhook stores what is an event of ours and answers as Strava expects, whatever arrives."""

import hashlib
import hmac
import json
import os
import resource
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import snapshots
from asgi_client import AsWsgi
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from in_turn import in_turn
from instance import PATIENCE_S
from sqlalchemy import select
from werkzeug.test import Client

from integration.config import Settings, load_settings
from integration.queue import Waker
from integration.store import Store, Vault, athletes, histories, instance_facts
from integration.store.athletes import Tokens
from integration.store.tables import Athlete, PendingActivity, Preferences
from integration.web.asgi import Receive, Scope, Send
from integration.web.webhook import PATH, Webhook

ANNA, STRANGER, SUBSCRIPTION = 1001, 2002, 77
SIGNING_SECRET = "signing-secret"


class Doorway:
    """The webhook alone, with a real database and a waker that notes whom it woke."""

    def __init__(self, directory: Path, vault: Vault, **environ: str) -> None:
        snapshots.begin(directory)
        self.settings: Settings = load_settings({"DATA_DIR": str(directory), **environ}, checkout=directory)
        self.store = Store(self.settings.database_url, busy_seconds=0.2)
        self.woken: list[str] = []
        with self.store.write() as session:
            self.anna = athletes.connect(
                session, vault, ANNA, Tokens("a", "r", datetime.now(UTC)), "read", datetime.now(UTC)
            ).key
            instance_facts.set_fact(session, "subscription_id", str(SUBSCRIPTION))
        waker = Waker(self.woken.append)
        webhook = Webhook(self.settings, self.store, waker, stored_within=PATIENCE_S)

        async def callback(scope: Scope, receive: Receive, send: Send) -> None:
            await webhook.answer(scope["path"].removeprefix(PATH), scope, receive, send)

        self.client = Client(AsWsgi(callback))
        self.path = f"/webhook/{self.settings.webhook_secret.get_secret_value()}"

    def push(self, body: object = None, **headers: str) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(self.path, data=raw, headers=headers, content_type="application/json").status_code

    def pendings(self) -> list[PendingActivity]:
        with self.store.read() as session:
            return list(session.scalars(select(PendingActivity)))


@pytest.fixture
def doorway(tmp_path: Path, vault: Vault) -> Doorway:
    return Doorway(tmp_path, vault)


def event(**other: Any) -> dict[str, Any]:
    told = {"object_type": "activity", "object_id": 7, "aspect_type": "create", "owner_id": ANNA, "updates": {}}
    return {**told, "subscription_id": SUBSCRIPTION, "event_time": int(datetime.now(UTC).timestamp()), **other}


def test_an_event_is_stored_before_it_is_answered_and_wakes_a_worker(doorway: Doorway) -> None:
    status = doorway.push(event())

    assert (status, [pending.activity_id for pending in doorway.pendings()]) == (200, [7])
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE_S)
    while not doorway.woken and datetime.now(UTC) < deadline:
        pass
    assert doorway.woken == [doorway.anna]


@pytest.mark.parametrize(
    "other",
    [
        {"owner_id": STRANGER},
        {"subscription_id": SUBSCRIPTION + 1},
        {"object_type": "athlete", "object_id": ANNA, "aspect_type": "update", "updates": {"weight": "70"}},
        {"object_type": "route"},
        {"aspect_type": "merge"},
        {"object_type": "athlete", "object_id": STRANGER, "aspect_type": "update", "updates": {"authorized": False}},
    ],
)
def test_what_is_not_for_us_is_answered_and_not_stored(doorway: Doorway, other: dict[str, Any]) -> None:
    assert doorway.push(event(**other)) == 200
    assert doorway.pendings() == []


def test_while_no_subscription_is_known_the_secret_path_decides(doorway: Doorway) -> None:
    with doorway.store.write() as session:
        instance_facts.set_fact(session, "subscription_id", None)

    assert (doorway.push(event(subscription_id=123)), len(doorway.pendings())) == (200, 1)


@in_turn("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"object_type": "activity"}', b"[" * 60000])
def test_what_is_no_event_is_400_and_not_stored(doorway: Doorway, body: bytes) -> None:
    assert doorway.push(body) == 400
    assert doorway.pendings() == []


@pytest.mark.parametrize(
    "other",
    [
        {"updates": None},
        {"updates": []},
        {"updates": {"title": 7, "private": None, "gear": {"id": "b1"}}, "aspect_type": "update"},
        {"updates": {"title": "\x00 \ud83d", "new\x00field": "\x00"}, "aspect_type": "update"},
        {"event_time": "1790000000"},
        {"event_time": 1790000000.5},
        {"event_time": None},
        {"subscription_id": None},
        {"subscription_id": str(SUBSCRIPTION)},
        {"correlation": [1, {"id": None}]},
    ],
)
def test_a_push_of_harmless_variation_is_an_event(doorway: Doorway, other: dict[str, Any]) -> None:
    assert (doorway.push(event(**other)), [row.activity_id for row in doorway.pendings()]) == (200, [7])


def test_a_push_with_nul_anywhere_in_its_texts_is_an_event_on_every_database(
    tmp_path: Path, vault: Vault, database_url: str
) -> None:
    doorway = Doorway(tmp_path, vault, DATABASE_URL=database_url)
    odd = {"title": "a\x00#nonote", "\x00": "\x00", "private": "\ud800"}

    assert doorway.push(event(aspect_type="update", updates=odd)) == 200
    assert doorway.push(event(object_type="\x00", aspect_type="\x00")) == 200
    assert [row.tags for row in doorway.pendings()] == ["#nonote"]
    doorway.store.dispose()


@pytest.mark.parametrize("field", ["object_type", "aspect_type", "object_id", "owner_id"])
def test_a_push_without_an_object_an_owner_or_a_kind_is_400(doorway: Doorway, field: str) -> None:
    told = event()
    del told[field]

    assert (doorway.push(told), doorway.pendings()) == (400, [])


def test_kinds_that_we_do_not_know_are_logged_once_and_on_one_line(
    doorway: Doorway, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        doorway.push(event(object_type="route\nathlete", aspect_type="merge"))

    said = capsys.readouterr().out
    assert said.count("do not know") == 1
    assert "\nathlete" not in said


def test_a_body_of_more_than_64_kb_is_413(doorway: Doorway) -> None:
    assert doorway.push(b" " * (64 * 1024 + 1)) == 413


def test_a_wrong_path_is_404_to_whoever_asks(doorway: Doorway) -> None:
    assert doorway.client.post("/webhook/guess", json=event()).status_code == 404
    assert doorway.client.get("/webhook/guess").status_code == 404


def test_a_validation_is_answered_with_its_challenge_and_only_to_the_right_token(doorway: Doorway) -> None:
    token = doorway.settings.webhook_verify_token.get_secret_value()
    asked = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a9", "hub.verify_token": token}
    good = doorway.client.get(doorway.path, query_string=asked)
    wrong = doorway.client.get(doorway.path, query_string={**asked, "hub.verify_token": "None"})
    missing = doorway.client.get(doorway.path, query_string={"hub.challenge": "15f7d1a9"})

    assert (good.status_code, good.json) == (200, {"hub.challenge": "15f7d1a9"})
    assert (wrong.status_code, missing.status_code) == (403, 403)


def test_a_deauthorization_is_a_flag_that_a_worker_checks(doorway: Doorway) -> None:
    told = event(object_type="athlete", object_id=ANNA, aspect_type="update", updates={"authorized": "false"})

    assert doorway.push(told) == 200
    with doorway.store.read() as session:
        athlete = session.get_one(Athlete, ANNA)
        assert athlete.deauthorization_received_at
        assert athlete.state == "connected"


def test_a_database_that_is_locked_is_503_and_nothing_is_half_stored(doorway: Doorway) -> None:
    other = sqlite3.connect(doorway.settings.sqlite_file or "")
    other.execute("BEGIN IMMEDIATE")

    assert doorway.push(event()) == 503
    other.rollback()
    assert doorway.pendings() == []
    assert (doorway.push(event()), len(doorway.pendings())) == (200, 1)


def test_a_full_disk_is_503_and_whatever_was_answered_200_is_kept(doorway: Doorway) -> None:
    """A process that may not let files grow any more stands for the full disk."""
    doorway.store.dispose()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, bytes(filled_up(doorway)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        full, stored = answers.read()
    os.waitpid(child, 0)

    assert full > 0
    assert len(doorway.pendings()) == stored
    assert sqlite3.connect(doorway.settings.sqlite_file or "").execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (doorway.push(event(object_id=1)), len(doorway.pendings())) == (200, stored + 1)


def filled_up(doorway: Doorway) -> tuple[int, int]:
    """Return how many pushes got 503 and how many 200, from a disk with room for a few."""
    doorway.push(event(object_id=2))
    log = Path(f"{doorway.settings.sqlite_file}-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 40_000, resource.RLIM_INFINITY))
    answers = [200, *(doorway.push(event(object_id=3 + number)) for number in range(60))]
    return answers.count(503), answers.count(200)


def test_an_event_from_the_future_cannot_silence_later_ones(doorway: Doorway) -> None:
    in_a_year = int((datetime.now(UTC) + timedelta(days=365)).timestamp())
    doorway.push(event(event_time=in_a_year))
    doorway.push(event(aspect_type="delete", event_time=int(datetime.now(UTC).timestamp()) + 1))

    assert doorway.pendings()[0].kind == "delete"


def test_a_new_activity_waits_for_the_athletes_own_words_and_a_deletion_does_not(doorway: Doorway) -> None:
    with doorway.store.write() as session:
        session.get_one(Preferences, ANNA).delay = 15
    doorway.push(event())
    doorway.push(event(object_id=8, aspect_type="delete"))
    created, deleted = doorway.pendings()

    assert created.due_at - created.first_received == timedelta(minutes=15)
    assert deleted.due_at == deleted.first_received


def test_a_stored_delay_that_nobody_knows_is_none(doorway: Doorway) -> None:
    with doorway.store.write() as session:
        session.get_one(Preferences, ANNA).delay = 7
    doorway.push(event())
    (created,) = doorway.pendings()

    assert created.due_at == created.first_received


def test_a_title_of_what_a_listing_showed_is_recorded_only_with_a_tag_of_ours(doorway: Doorway) -> None:
    now = datetime.now(UTC)
    with doorway.store.write() as session:
        histories.replace(session, ANNA, [], covered_from=now, now=now, newest_activity=50, activities=9)
    told = event(aspect_type="update", object_id=7, updates={"title": "Sunday"})
    doorway.push(told)
    assert doorway.pendings() == []
    doorway.push({**told, "object_id": 51})
    doorway.push({**told, "updates": {"title": "Sunday #nonote"}})

    assert sorted(pending.activity_id for pending in doorway.pendings()) == [7, 51]


def test_with_a_signing_secret_only_a_fresh_signature_is_taken(tmp_path: Path, vault: Vault) -> None:
    doorway = Doorway(tmp_path, vault, STRAVA_WEBHOOK_SIGNING_SECRET=SIGNING_SECRET)
    body = json.dumps(event()).encode()

    def signed(at: datetime) -> str:
        stamp = int(at.timestamp())
        return (
            f"t={stamp},v1={hmac.new(SIGNING_SECRET.encode(), f'{stamp}.'.encode() + body, hashlib.sha256).hexdigest()}"
        )

    now = datetime.now(UTC)
    answers = [
        doorway.push(body, **({"X-Strava-Signature": header} if header else {}))
        for header in (None, "t=1,v1=00", signed(now - timedelta(seconds=301)), signed(now))
    ]

    assert answers == [401, 401, 401, 200]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@examples(30)
@given(field=st.sampled_from(sorted(event())), value=json_values)
def test_whatever_stands_in_a_field_the_answer_is_200_or_400(doorway: Doorway, field: str, value: object) -> None:
    assert doorway.push(event(**{field: value})) in {200, 400}


@examples(30)
@given(st.binary(max_size=200))
def test_any_bytes_are_400(doorway: Doorway, body: bytes) -> None:
    assert doorway.push(body) == 400
    assert doorway.pendings() == []
