"""Strava's refusals, and the meaning of each."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SHARED

from integration.errors import (
    AccessExpired,
    AccessRevoked,
    AppInactive,
    BackstrideError,
    BadSetting,
    BudgetSpent,
    Gone,
    Refused,
    ScopeMissing,
    SeatsTaken,
    Unreachable,
)
from integration.strava.refusals import refusal

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
RECORDED = SHARED / "strava" / "recorded"
HTML = "<!DOCTYPE html><html><body>Back soon</body></html>"


def said(resource: str, field: str, code: str, message: str = "Bad Request") -> str:
    return json.dumps({"message": message, "errors": [{"resource": resource, "field": field, "code": code}]})


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (401, said("Athlete", "access_token", "invalid"), AccessExpired),
        (401, "", AccessExpired),
        (401, said("AccessToken", "activity:write_permission", "missing"), ScopeMissing),
        (403, said("AccessToken", "activity:write_permission", "missing"), ScopeMissing),
        (403, said("Application", "Status", "Inactive", "Forbidden"), AppInactive),
        (403, said("Application", "Limit of connected athletes", "exceeded"), SeatsTaken),
        (403, '{"message": "Limit of connected athletes exceeded"}', SeatsTaken),
        (403, "<h1>Error 403: Limit of connected athletes exceeded</h1>", SeatsTaken),
        (403, said("Activity", "id", "not owned"), Refused),
        (403, '{"message": "Forbidden"}', Refused),
        (403, HTML, Unreachable),
        (404, said("Activity", "", "not found"), Gone),
        (404, HTML, Gone),
        (400, said("RefreshToken", "refresh_token", "invalid"), AccessRevoked),
        (400, said("RequestToken", "code", "invalid"), Refused),
        (400, said("Application", "client_id", "invalid"), BadSetting),
        (401, said("Application", "", "invalid"), BadSetting),
        (400, HTML, Unreachable),
        (408, "", Unreachable),
        (429, "", BudgetSpent),
        (429, '{"errors": "Rate Limit Exceeded", "message": "Too Many Requests"}', BudgetSpent),
        (500, said("Application", "Status", "Inactive"), Unreachable),
        (503, HTML, Unreachable),
        (302, "", Unreachable),
        (200, HTML, Unreachable),
        (418, "", Refused),
    ],
)
def test_an_answer_says_what_to_do_next(status: int, text: str, expected: type[BackstrideError]) -> None:
    assert type(refusal(status, text, NOW)) is expected


def test_a_missing_scope_is_named() -> None:
    error = refusal(401, said("AccessToken", "activity:read_all_permission", "missing"), NOW)

    assert isinstance(error, ScopeMissing)
    assert error.scope == "activity:read_all"


@pytest.mark.parametrize(("field", "name"), [("client_id", "STRAVA_CLIENT_ID"), ("", "STRAVA_CLIENT_SECRET")])
def test_a_wrong_client_is_the_settings_fault(field: str, name: str) -> None:
    error = refusal(400, said("Application", field, "invalid"), NOW)

    assert isinstance(error, BadSetting)
    assert error.name == name


@pytest.mark.parametrize(
    ("status", "text", "later"),
    [
        (429, "", timedelta(minutes=10, seconds=1)),
        (403, said("Application", "Status", "Inactive"), timedelta(hours=1)),
        (503, "", timedelta(seconds=30)),
    ],
)
def test_what_is_put_off_says_until_when(status: int, text: str, later: timedelta) -> None:
    error = refusal(status, text, NOW)

    assert isinstance(error, BudgetSpent | AppInactive | Unreachable)
    assert error.retry_at == NOW + later


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("activity-429", BudgetSpent),
        ("token-invalid-client", BadSetting),
        ("token-invalid-code", Refused),
    ],
)
def test_answers_that_strava_really_gave_are_understood(name: str, expected: type[BackstrideError]) -> None:
    if not RECORDED.is_dir():
        pytest.skip("the recorded answers do not lie beside this checkout")
    recorded: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())

    assert type(refusal(recorded["status"], json.dumps(recorded["body"]), NOW)) is expected


def test_a_refusal_says_why_in_plain_words() -> None:
    assert "requesttoken code invalid" in str(refusal(400, said("RequestToken", "code", "invalid"), NOW))


def test_a_refusal_quotes_nothing_that_could_be_a_token_or_an_athletes_words() -> None:
    text = said("Activity deadbeef585a6edb1f0030", "description", "Lief heute allein, traurig")

    assert "deadbeef" not in str(refusal(400, text, NOW))
    assert "traurig" not in str(refusal(400, text, NOW))


@given(
    st.integers(100, 599),
    st.text(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["errors", "resource", "field", "code"]), inner, max_size=3)
        ),
        max_leaves=4,
    ).map(json.dumps),
)
def test_any_answer_means_something_we_know(status: int, text: str) -> None:
    error = refusal(status, text, NOW)

    assert isinstance(error, BackstrideError)
    assert "\n" not in str(error)
    assert len(str(error)) < 200


def test_an_answer_nested_without_end_means_something_too() -> None:
    assert isinstance(refusal(400, "[" * 100_000, NOW), Unreachable)
