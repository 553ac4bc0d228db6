"""Signing in: where the athlete is sent, and what comes of it."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import (
    AccessRevoked,
    AppInactive,
    BackstrideError,
    BadSetting,
    Later,
    Refused,
    SeatsTaken,
    Unreachable,
)
from integration.sandbox import SandboxServer
from integration.strava.http import StravaHttp
from integration.strava.oauth import NEEDED, SCOPES, Grant, OAuth, authorize_url, missing_scopes
from integration.strava.rate_limit import Budget

CLIENT_ID, CLIENT_SECRET = "12345", "sandbox-client-secret"  # of the sandbox's application
REDIRECT = "http://localhost:8000/connect/callback"


@pytest.fixture
def budget(redis_url: str) -> Budget:
    return Budget(redis_url, CLIENT_ID, timeout_s=60)


@pytest.fixture
def session(sandbox: SandboxServer) -> Iterator[StravaHttp]:
    with StravaHttp(sandbox.oauth_url, sandbox.api_url) as session:
        yield session


@pytest.fixture
def oauth(session: StravaHttp, budget: Budget) -> OAuth:
    return OAuth(session, CLIENT_ID, CLIENT_SECRET, budget)


def consent(sandbox: SandboxServer, *ticked: str, athlete: int = 1001) -> str:
    """The code that an athlete's browser brings back."""
    url = authorize_url(sandbox.oauth_url, CLIENT_ID, REDIRECT, "state")
    form = {"decision": "authorize", "scope": list(ticked or NEEDED), "athlete": athlete}
    answer = requests.post(url, data=form, allow_redirects=False, timeout=60)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def test_the_athlete_is_asked_for_what_we_need() -> None:
    url = urlsplit(authorize_url("https://www.strava.com/oauth", "12345", REDIRECT, "a b&c", approval_prompt="force"))

    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://www.strava.com/oauth/authorize"
    assert parse_qs(url.query) == {
        "client_id": ["12345"],
        "redirect_uri": [REDIRECT],
        "response_type": ["code"],
        "approval_prompt": ["force"],
        "scope": ["read,activity:read,activity:read_all,activity:write"],
        "state": ["a b&c"],
    }


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        ("read,activity:read,activity:read_all,activity:write", ()),
        ("read activity:write activity:read", ("activity:read_all",)),
        ("activity:read_all", ("activity:read", "activity:write")),
        ("", NEEDED),
    ],
)
def test_what_the_athlete_unticked_is_seen(granted: str, missing: tuple[str, ...]) -> None:
    assert missing_scopes(granted) == missing


@given(st.sets(st.sampled_from(SCOPES)))
def test_granted_and_missing_scopes_make_up_what_we_need(granted: set[str]) -> None:
    assert set(missing_scopes(",".join(granted))) == set(NEEDED) - granted


def test_a_code_becomes_tokens_and_says_who_the_athlete_is(sandbox: SandboxServer, oauth: OAuth) -> None:
    grant = oauth.exchange(consent(sandbox))

    assert grant.access_token == sandbox.strava.app.grants[1001].newest()[0]
    assert grant.refresh_token == sandbox.strava.app.grants[1001].refresh_token
    assert timedelta(hours=5) < grant.expires_at - datetime.now(UTC) <= timedelta(hours=6)
    assert grant.athlete is not None
    assert grant.athlete["id"] == 1001


def test_a_code_works_once(sandbox: SandboxServer, oauth: OAuth) -> None:
    code = consent(sandbox)
    oauth.exchange(code)

    with pytest.raises(Refused):
        oauth.exchange(code)


def test_a_refresh_brings_new_tokens_and_the_old_one_is_dead(sandbox: SandboxServer, oauth: OAuth) -> None:
    first = oauth.exchange(consent(sandbox))
    sandbox.strava.expire_tokens()
    second = oauth.refresh(first.refresh_token)

    assert second.athlete is None
    assert len({first.access_token, second.access_token, first.refresh_token, second.refresh_token}) == 4
    with pytest.raises(AccessRevoked):
        oauth.refresh(first.refresh_token)


def test_a_refresh_of_a_token_that_lives_on_brings_the_same(sandbox: SandboxServer, oauth: OAuth) -> None:
    first = oauth.exchange(consent(sandbox))

    assert oauth.refresh(first.refresh_token).access_token == first.access_token


def test_after_the_athlete_withdrew_a_refresh_is_refused(sandbox: SandboxServer, oauth: OAuth) -> None:
    grant = oauth.exchange(consent(sandbox))
    sandbox.strava.deauthorize()

    with pytest.raises(AccessRevoked):
        oauth.refresh(grant.refresh_token)


@pytest.mark.parametrize("token", ["access_token", "refresh_token"])
def test_revoking_disconnects_by_either_token(sandbox: SandboxServer, oauth: OAuth, token: str) -> None:
    grant = oauth.exchange(consent(sandbox))
    oauth.revoke(getattr(grant, token))

    assert 1001 not in sandbox.strava.app.grants
    oauth.revoke("unknown")


def test_a_further_athlete_than_the_app_may_serve_finds_no_seat(sandbox: SandboxServer, oauth: OAuth) -> None:
    sandbox.strava.app.seats = 1
    oauth.exchange(consent(sandbox))
    sandbox.strava.add_athlete(athlete_id=1002)

    with pytest.raises(SeatsTaken):
        oauth.exchange(consent(sandbox, athlete=1002))


def test_of_an_inactive_app_refreshes_ask_once_an_hour(sandbox: SandboxServer, oauth: OAuth, budget: Budget) -> None:
    grant = oauth.exchange(consent(sandbox))
    sandbox.strava.app.inactive = True
    sandbox.strava.forget_calls()
    for _ in range(3):
        with pytest.raises(AppInactive) as caught:
            oauth.refresh(grant.refresh_token)

    assert caught.value.retry_at > datetime.now(UTC) + timedelta(minutes=59)
    assert len(sandbox.strava.calls(path="/oauth/token")) == 1
    assert budget.app_status() == "inactive"


@pytest.mark.parametrize(("client_id", "secret"), [("777", CLIENT_SECRET), (CLIENT_ID, "wrong-secret")])
def test_a_wrong_client_is_the_settings_fault(
    sandbox: SandboxServer, session: StravaHttp, budget: Budget, client_id: str, secret: str
) -> None:
    wrong = OAuth(session, client_id, secret, budget)

    with pytest.raises(BadSetting, match="STRAVA_CLIENT_"):
        wrong.exchange("code")
    with pytest.raises(BadSetting, match="STRAVA_CLIENT_"):
        wrong.refresh("token")
    with pytest.raises(BadSetting, match="STRAVA_CLIENT_"):
        wrong.revoke("token")


@pytest.mark.parametrize("kind", ["error_page", "not_json", "cut", "cut_after", "error_page_after"])
def test_trouble_on_the_way_is_unreachable(sandbox: SandboxServer, oauth: OAuth, budget: Budget, kind: str) -> None:
    grant = oauth.exchange(consent(sandbox))
    sandbox.strava.faults.add(kind, on="POST /oauth/token")

    with pytest.raises(Unreachable):
        oauth.refresh(grant.refresh_token)


def test_a_call_of_ours_counts_in_no_window(sandbox: SandboxServer, oauth: OAuth, budget: Budget) -> None:
    oauth.refresh(oauth.exchange(consent(sandbox)).refresh_token)

    assert budget.usage()["overall"]["day"] == [0, 2000]


def test_without_redis_a_refresh_waits_but_an_athlete_can_connect(sandbox: SandboxServer, session: StravaHttp) -> None:
    away = OAuth(session, CLIENT_ID, CLIENT_SECRET, Budget("unix:///nowhere/redis.sock", CLIENT_ID))
    grant = away.exchange(consent(sandbox))

    with pytest.raises(Later):
        away.refresh(grant.refresh_token)


def test_a_grant_shows_neither_tokens_nor_athlete() -> None:
    grant = Grant("secret-a", "secret-r", datetime(2026, 11, 20, tzinfo=UTC), {"firstname": "Ada"})

    assert repr(grant) == "Grant(expires_at=datetime.datetime(2026, 11, 20, 0, 0, tzinfo=datetime.timezone.utc))"


def test_no_secret_shows_in_an_error_or_a_log(
    sandbox: SandboxServer, oauth: OAuth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = consent(sandbox)
    grant = oauth.exchange(code)
    for kind in ("error_page", "not_json", "cut", "unauthorized", "inactive", "rate_limited"):
        sandbox.strava.faults.add(kind, on="POST /oauth/revoke")
        with pytest.raises(BackstrideError) as caught:
            oauth.revoke(grant.refresh_token)
        told = "".join(
            f"{error!r}{error}" for error in (caught.value, caught.value.__cause__, caught.value.__context__)
        )
        for secret in (code, grant.access_token, grant.refresh_token, CLIENT_SECRET):
            assert secret not in told
    for secret in (grant.access_token, grant.refresh_token, CLIENT_SECRET):
        assert secret not in caplog.text
