"""A push's bytes become an event, or a typed error."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.strava.events import Event, NotAnEvent, parse_event, verify_signature

CREATED = {
    "object_type": "activity",
    "object_id": 9000000814,
    "aspect_type": "create",
    "updates": {},
    "owner_id": 1001,
    "subscription_id": 131300,
    "event_time": 1_790_000_000,
}
SECRET = "signing-secret"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def push(**changed: object) -> bytes:
    return json.dumps(CREATED | changed).encode()


def signed(body: bytes, at: datetime, secret: str = SECRET) -> str:
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={hmac.new(secret.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def test_a_new_activity_is_an_event_about_that_activity_and_its_athlete() -> None:
    event = parse_event(push())

    assert event == Event(
        kind="activity",
        aspect="create",
        known=True,
        activity_id=9000000814,
        athlete_id=1001,
        updates={},
        event_time=datetime.fromtimestamp(1_790_000_000, UTC),
        subscription_id=131300,
    )


def test_a_creation_may_leave_updates_out() -> None:
    body = json.dumps({name: value for name, value in CREATED.items() if name != "updates"}).encode()

    assert parse_event(body).updates == {}


def test_an_update_carries_the_new_title() -> None:
    event = parse_event(push(aspect_type="update", updates={"title": "Läuft 🏃 #nonote"}))

    assert event.updates["title"] == "Läuft 🏃 #nonote"


def test_a_field_that_strava_may_add_one_day_is_no_obstacle() -> None:
    assert parse_event(push(correlation={"id": [1, 2]})) == parse_event(push())


def test_a_deauthorization_is_recognised() -> None:
    gone = {"object_type": "athlete", "object_id": 1001, "aspect_type": "update", "updates": {"authorized": "false"}}

    event = parse_event(push(**gone))

    assert event.deauthorized
    assert event.activity_id is None
    assert event.athlete_id == 1001


@pytest.mark.parametrize(
    "changed",
    [
        {"updates": {"authorized": "false"}, "aspect_type": "update"},  # an activity's
        {"object_type": "athlete", "object_id": 1001, "aspect_type": "update", "updates": {"authorized": "true"}},
        {"object_type": "athlete", "object_id": 1001, "aspect_type": "create", "updates": {"authorized": "false"}},
    ],
)
def test_nothing_else_is_a_deauthorization(changed: dict[str, object]) -> None:
    assert not parse_event(push(**changed)).deauthorized


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("object_type", None),
        ("object_type", ""),
        ("object_type", 7),
        ("aspect_type", None),
        ("aspect_type", ["create"]),
        ("object_id", True),
        ("object_id", "9000000814"),
        ("object_id", 1.0),
        ("object_id", 0),
        ("object_id", -1),
        ("object_id", 2**63),
        ("owner_id", [1001]),
        ("owner_id", float("nan")),
    ],
)
def test_without_an_object_an_owner_and_a_kind_it_is_no_event(field: str, value: object) -> None:
    with pytest.raises(NotAnEvent):
        parse_event(push(**{field: value}))


@pytest.mark.parametrize("field", ["object_type", "aspect_type", "object_id", "owner_id"])
def test_a_missing_field_is_named(field: str) -> None:
    body = json.dumps({name: value for name, value in CREATED.items() if name != field}).encode()

    with pytest.raises(NotAnEvent, match=f"^{field}: [^\\n]+$"):
        parse_event(body)


@pytest.mark.parametrize("updates", [None, [], ["title"], "title", 7, {}])
def test_updates_that_are_no_object_tell_nothing_and_are_no_obstacle(updates: object) -> None:
    assert parse_event(push(updates=updates)) == parse_event(push())


@pytest.mark.parametrize("title", [None, 7, True, ["Sunday"], {"text": "Sunday"}])
def test_an_update_may_hold_values_of_any_type(title: object) -> None:
    event = parse_event(push(aspect_type="update", updates={"title": title, "private": True}))

    assert event.title is None
    assert event.updates["private"] is True


def test_a_title_with_half_a_character_is_an_event() -> None:
    cut = push(aspect_type="update", updates={"title": "#nonote \ud83d"})
    broken = push(aspect_type="update", updates={"title": "#nonote ?"}).replace(b"?", b"\xf0\x9f")

    assert all("#nonote" in (parse_event(body).title or "") for body in (cut, broken))


@pytest.mark.parametrize("event_time", [1_790_000_000.0, 1_790_000_000.9, "1790000000"])
def test_a_time_may_be_a_fraction_or_text_of_digits(event_time: object) -> None:
    assert parse_event(push(event_time=event_time)).event_time == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize("event_time", [None, -1, 10**12, "soon", True, float("nan"), float("inf"), [1], 10**400])
def test_a_time_that_says_nothing_is_no_obstacle(event_time: object) -> None:
    assert parse_event(push(event_time=event_time)).event_time is None


@pytest.mark.parametrize(
    ("subscription_id", "read"), [("131300", 131300), (131300.0, 131300), (None, None), ("x", None)]
)
def test_a_subscription_id_of_another_type_is_no_obstacle(subscription_id: object, read: int | None) -> None:
    assert parse_event(push(subscription_id=subscription_id)).subscription_id == read


@pytest.mark.parametrize(
    "changed",
    [
        {"object_type": "route"},
        {"aspect_type": "merge"},
        {"object_type": "athlete", "object_id": 1002, "aspect_type": "update", "updates": {"authorized": "false"}},
    ],
)
def test_what_we_do_not_know_is_an_event_to_be_ignored(changed: dict[str, object]) -> None:
    event = parse_event(push(**changed))

    assert not event.known
    assert not event.deauthorized


def test_a_deauthorization_may_come_as_a_boolean() -> None:
    gone = {"object_type": "athlete", "object_id": 1001, "aspect_type": "update", "updates": {"authorized": False}}

    assert parse_event(push(**gone)).deauthorized


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"updates":' * 6_000,
        b"9" * 60_000,
        push().replace(b"1001", b"9" * 60_000),
        push().decode().encode("utf-16"),
        b"null",
        b"[]",
    ],
)
def test_bytes_of_any_other_kind_are_no_event(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        parse_event(body)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)
NEARLY_AN_EVENT = st.fixed_dictionaries({}, optional={name: ANY_JSON | st.just(good) for name, good in CREATED.items()})


def only_an_event_or_not_an_event(body: bytes) -> None:
    try:
        event = parse_event(body)
    except NotAnEvent:
        return
    assert event.activity_id is None or 0 < event.activity_id < 2**63
    assert 0 < event.athlete_id < 2**63
    assert event.event_time is None or event.event_time.tzinfo is UTC


@given(st.binary(max_size=300))
def test_any_bytes_give_an_event_or_not_an_event(body: bytes) -> None:
    only_an_event_or_not_an_event(body)


@given(NEARLY_AN_EVENT | ANY_JSON)
def test_any_json_gives_an_event_or_not_an_event(value: Any) -> None:
    only_an_event_or_not_an_event(json.dumps(value).encode())


@given(st.data())
def test_an_event_with_one_byte_changed_gives_an_event_or_not_an_event(data: st.DataObject) -> None:
    body = bytearray(push(updates={"title": "Long run"}))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))

    only_an_event_or_not_an_event(bytes(body))


def test_what_is_no_event_is_not_quoted() -> None:
    with pytest.raises(NotAnEvent) as caught:
        parse_event(push(object_id="word-of-an-athlete", updates={"title": "word-of-an-athlete"}))

    assert "word-of-an-athlete" not in f"{caught.value!r}{caught.value.__cause__!r}{caught.value.__context__!r}"


def test_a_right_signature_is_taken() -> None:
    assert verify_signature(signed(push(), NOW), push(), SECRET, NOW)


@pytest.mark.parametrize("late", [-300, 299, 300])
def test_a_signature_may_be_five_minutes_off(late: int) -> None:
    assert verify_signature(signed(push(), NOW - timedelta(seconds=late)), push(), SECRET, NOW)


@pytest.mark.parametrize("late", [-301, 301, 86_400])
def test_a_stale_signature_is_refused(late: int) -> None:
    assert not verify_signature(signed(push(), NOW - timedelta(seconds=late)), push(), SECRET, NOW)


def test_a_signature_covers_the_body_the_time_and_the_secret() -> None:
    header = signed(push(), NOW)
    moved = header.replace(f"t={int(NOW.timestamp())}", f"t={int(NOW.timestamp()) + 1}")

    assert not verify_signature(header, push(object_id=7), SECRET, NOW)
    assert not verify_signature(moved, push(), SECRET, NOW)
    assert not verify_signature(header, push(), "another secret", NOW)


def test_either_of_two_signatures_will_do_while_a_secret_is_rotated() -> None:
    stamp, _, right = signed(push(), NOW).partition(",")

    assert verify_signature(f"{stamp},v1={'0' * 64},{right}", push(), SECRET, NOW)


@pytest.mark.parametrize(
    "header", [None, "", "t=", "v1=", "t=1,v1=", "t=²,v1=a", "t=nan,v1=a", "t=1e9,v1=a", "é=1,v1=é"]
)
def test_a_header_that_makes_no_sense_is_refused(header: str | None) -> None:
    assert not verify_signature(header, push(), SECRET, NOW)


@given(st.text(max_size=90))
def test_no_made_up_header_is_taken_or_raises(header: str) -> None:
    assert not verify_signature(f"t={int(NOW.timestamp())},v1={header}", push(), SECRET, NOW)
    assert not verify_signature(header, push(), SECRET, NOW)
