"""The stand-in's OAuth: consent with ticks, codes that work once, refresh tokens that rotate, access that ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from integration.sandbox import SandboxServer

CALLBACK = "http://localhost:8000/connect/callback"
WANTED = "activity:read,activity:read_all,activity:write"
INVALID_REFRESH = {
    "message": "Bad Request",
    "errors": [{"resource": "RefreshToken", "field": "refresh_token", "code": "invalid"}],
}


def authorize_url(sandbox: SandboxServer, **changed: str) -> str:
    asked = {
        "client_id": str(sandbox.strava.app.client_id),
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "approval_prompt": "force",
        "scope": WANTED,
        "state": "s-1",
    } | changed
    return requests.Request("GET", f"{sandbox.oauth_url}/authorize", params=asked).prepare().url or ""


def decide(sandbox: SandboxServer, decision: str = "authorize", *ticked: str, **changed: str) -> dict[str, str]:
    """Return what the callback gets after the consent form was sent."""
    ticks = list(ticked) if ticked else WANTED.split(",")
    form = {"decision": decision, "scope": ticks}
    answer = requests.post(authorize_url(sandbox, **changed), data=form, allow_redirects=False, timeout=60)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(CALLBACK)
    return {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def token(sandbox: SandboxServer, **form: str) -> requests.Response:
    app = sandbox.strava.app
    credentials = {"client_id": str(app.client_id), "client_secret": app.client_secret}
    return requests.post(f"{sandbox.oauth_url}/token", data=credentials | form, timeout=60)


def exchange(sandbox: SandboxServer, code: str) -> requests.Response:
    return token(sandbox, grant_type="authorization_code", code=code)


def refresh(sandbox: SandboxServer, refresh_token: str) -> requests.Response:
    return token(sandbox, grant_type="refresh_token", refresh_token=refresh_token)


def connected(sandbox: SandboxServer) -> dict[str, Any]:
    answer: dict[str, Any] = exchange(sandbox, decide(sandbox)["code"]).json()
    return answer


def who(sandbox: SandboxServer, access_token: str) -> int:
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{sandbox.api_url}/athlete", headers=headers, timeout=60).status_code


def test_the_consent_page_lists_each_scope_with_a_tick_and_says_that_it_is_no_strava(sandbox: SandboxServer) -> None:
    page = requests.get(authorize_url(sandbox), timeout=60).text

    assert "Sandbox, not Strava" in page
    for scope in ("read", *WANTED.split(",")):
        assert f'name="scope" value="{scope}" checked' in page


def test_the_callback_gets_state_code_and_the_scopes_that_stayed_ticked(sandbox: SandboxServer) -> None:
    back = decide(sandbox, "authorize", "activity:read", "activity:write")

    assert back["state"] == "s-1"
    assert back["scope"] == "read,activity:read,activity:write"
    assert back["code"]


def test_scopes_come_back_with_plain_commas_and_colons(sandbox: SandboxServer) -> None:
    answer = requests.post(authorize_url(sandbox), data={"decision": "authorize"}, allow_redirects=False, timeout=60)

    assert answer.headers["Location"].endswith("&scope=read")


def test_cancelling_comes_back_as_access_denied_without_a_code(sandbox: SandboxServer) -> None:
    assert decide(sandbox, "cancel") == {"state": "s-1", "error": "access_denied"}


def test_with_several_athletes_the_page_asks_who_one_is(sandbox: SandboxServer) -> None:
    second = sandbox.strava.add_athlete("Noor", "Second")
    form = {"decision": "authorize", "athlete": str(second), "scope": ["activity:read"]}
    answer = requests.post(authorize_url(sandbox), data=form, allow_redirects=False, timeout=60)
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    assert "Noor Second" in requests.get(authorize_url(sandbox), timeout=60).text
    assert exchange(sandbox, code).json()["athlete"]["id"] == second


@pytest.mark.parametrize(
    ("changed", "resource", "field"),
    [
        ({"client_id": "999"}, "Application", "client_id"),
        ({"client_id": ""}, "Application", "client_id"),
        ({"redirect_uri": "https://elsewhere.example/cb"}, "Application", "redirect_uri"),
        ({"redirect_uri": ""}, "Application", "redirect_uri"),
        ({"response_type": "token"}, "Authorize", "response_type"),
        ({"scope": "activity:everything"}, "Authorize", "scope"),
        ({"scope": ""}, "Authorize", "scope"),
    ],
)
def test_a_wrong_request_for_consent_is_answered_in_stravas_shape(
    sandbox: SandboxServer, changed: dict[str, str], resource: str, field: str
) -> None:
    answer = requests.get(authorize_url(sandbox, **changed), timeout=60)

    assert answer.status_code == 400
    assert answer.json() == {
        "message": "Bad Request",
        "errors": [{"resource": resource, "field": field, "code": "invalid"}],
    }


def test_a_callback_inside_the_apps_domain_is_allowed(sandbox: SandboxServer) -> None:
    sandbox.strava.app.callback_domains = ("runners.example",)

    inside = requests.get(authorize_url(sandbox, redirect_uri="https://my.runners.example/cb"), timeout=60)
    beside = requests.get(authorize_url(sandbox, redirect_uri="https://myrunners.example/cb"), timeout=60)

    assert (inside.status_code, beside.status_code) == (200, 400)


def test_an_athlete_who_allowed_it_before_is_asked_again_only_if_the_app_insists(sandbox: SandboxServer) -> None:
    connected(sandbox)
    auto = requests.get(authorize_url(sandbox, approval_prompt="auto"), allow_redirects=False, timeout=60)
    force = requests.get(authorize_url(sandbox, approval_prompt="force"), allow_redirects=False, timeout=60)

    assert (auto.status_code, force.status_code) == (302, 200)
    assert "code=" in auto.headers["Location"]


def test_a_code_gives_six_hours_of_access_once(sandbox: SandboxServer) -> None:
    code = decide(sandbox)["code"]
    first, second = exchange(sandbox, code), exchange(sandbox, code)

    assert first.json()["expires_in"] in range(21_500, 21_601)
    assert first.json()["athlete"]["id"] == 1001
    assert who(sandbox, first.json()["access_token"]) == 200
    assert second.status_code == 400
    assert second.json()["errors"] == [{"resource": "RequestToken", "field": "code", "code": "invalid"}]


def test_token_answers_carry_no_rate_limit_headers(sandbox: SandboxServer) -> None:
    answer = exchange(sandbox, decide(sandbox)["code"])

    assert not [name for name in answer.headers if "ratelimit" in name.lower()]


def test_a_wrong_secret_gets_no_token(sandbox: SandboxServer) -> None:
    answer = token(sandbox, client_secret="wrong", grant_type="authorization_code", code="x")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"resource": "Application", "field": "client_id", "code": "invalid"}]


def test_refreshing_with_more_than_an_hour_left_gives_the_same_tokens(sandbox: SandboxServer) -> None:
    before = connected(sandbox)
    sandbox.strava.advance(hours=4, minutes=58)
    after = refresh(sandbox, before["refresh_token"]).json()

    assert after["access_token"] == before["access_token"]
    assert after["refresh_token"] == before["refresh_token"]
    assert 3600 < after["expires_in"] < 3800


def test_refreshing_in_the_last_hour_rotates_and_the_old_refresh_token_is_dead_at_once(sandbox: SandboxServer) -> None:
    before = connected(sandbox)
    sandbox.strava.advance(hours=5, minutes=1)
    after = refresh(sandbox, before["refresh_token"]).json()
    again = refresh(sandbox, before["refresh_token"])

    assert after["refresh_token"] != before["refresh_token"]
    assert who(sandbox, after["access_token"]) == 200
    assert who(sandbox, before["access_token"]) == 200  # it runs out by itself, within the hour
    assert (again.status_code, again.json()) == (400, INVALID_REFRESH)


def test_of_many_refreshes_at_once_one_wins(sandbox: SandboxServer) -> None:
    before = connected(sandbox)
    sandbox.strava.expire_tokens()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refresh(sandbox, before["refresh_token"]), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 7]


def test_an_access_token_ends_after_six_hours(sandbox: SandboxServer) -> None:
    access = connected(sandbox)["access_token"]
    sandbox.strava.advance(hours=6, seconds=1)

    assert who(sandbox, access) == 401


def test_a_test_can_let_tokens_run_out(sandbox: SandboxServer) -> None:
    before = connected(sandbox)
    sandbox.strava.expire_tokens()

    assert who(sandbox, before["access_token"]) == 401
    assert who(sandbox, refresh(sandbox, before["refresh_token"]).json()["access_token"]) == 200


def test_connecting_again_replaces_the_former_tokens(sandbox: SandboxServer) -> None:
    first, second = connected(sandbox), connected(sandbox)

    assert refresh(sandbox, first["refresh_token"]).status_code == 400
    assert who(sandbox, first["access_token"]) == 401
    assert who(sandbox, second["access_token"]) == 200


def test_a_code_is_good_for_ten_minutes(sandbox: SandboxServer) -> None:
    code = decide(sandbox)["code"]
    sandbox.strava.advance(minutes=10.1)

    assert exchange(sandbox, code).status_code == 400


def test_a_further_athlete_than_there_are_seats_gets_a_403_for_the_code(sandbox: SandboxServer) -> None:
    sandbox.strava.app.seats = 1
    connected(sandbox)
    second = sandbox.strava.add_athlete("Noor", "Second")
    app, strava = sandbox.strava.app, sandbox.strava
    answer = exchange(sandbox, app.issue_code(second, {"read"}, strava.now()))

    assert answer.status_code == 403
    assert exchange(sandbox, app.issue_code(1001, {"read"}, strava.now())).status_code == 200


def test_the_seats_can_also_be_refused_on_the_consent_page(sandbox: SandboxServer) -> None:
    sandbox.strava.app.seats, sandbox.strava.options.refuse_at_consent = 0, True
    answer = requests.post(authorize_url(sandbox), data={"decision": "authorize"}, allow_redirects=False, timeout=60)

    assert answer.status_code == 403
    assert "limit of connected athletes exceeded" in answer.text


def revoke(sandbox: SandboxServer, given: str, secret: str | None = None) -> requests.Response:
    app = sandbox.strava.app
    login = (str(app.client_id), secret or app.client_secret)
    return requests.post(f"{sandbox.oauth_url}/revoke", auth=login, data={"token": given}, timeout=60)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_access(sandbox: SandboxServer, kind: str) -> None:
    tokens = connected(sandbox)
    answer = revoke(sandbox, tokens[kind])

    assert (answer.status_code, answer.content) == (200, b"")
    assert who(sandbox, tokens["access_token"]) == 401
    assert refresh(sandbox, tokens["refresh_token"]).json() == INVALID_REFRESH


def test_revoking_an_unknown_token_is_no_error_but_wrong_credentials_are(sandbox: SandboxServer) -> None:
    tokens = connected(sandbox)

    assert (revoke(sandbox, "never-heard-of").status_code, revoke(sandbox, "x").content) == (200, b"")
    assert revoke(sandbox, tokens["access_token"], "wrong").status_code == 400
    assert requests.post(f"{sandbox.oauth_url}/revoke", data={"token": "x"}, timeout=60).status_code == 401
    assert who(sandbox, tokens["access_token"]) == 200


def test_the_older_deauthorize_still_works(sandbox: SandboxServer) -> None:
    access = connected(sandbox)["access_token"]
    headers = {"Authorization": f"Bearer {access}"}
    first = requests.post(f"{sandbox.oauth_url}/deauthorize", headers=headers, timeout=60)
    second = requests.post(f"{sandbox.oauth_url}/deauthorize", headers=headers, timeout=60)

    assert first.json() == {"access_token": access}
    assert second.status_code == 401


def test_a_lost_refresh_answer_has_rotated_all_the_same(sandbox: SandboxServer) -> None:
    before = connected(sandbox)
    sandbox.strava.expire_tokens()
    sandbox.strava.faults.add("cut_after", on="POST /oauth/token")
    with pytest.raises(requests.ConnectionError):
        refresh(sandbox, before["refresh_token"])

    assert refresh(sandbox, before["refresh_token"]).json() == INVALID_REFRESH


def test_an_inactive_app_gets_no_tokens(sandbox: SandboxServer) -> None:
    tokens = connected(sandbox)
    sandbox.strava.app.inactive = True
    answer = refresh(sandbox, tokens["refresh_token"])

    assert answer.status_code == 403
    assert answer.json()["errors"] == [{"resource": "Application", "field": "Status", "code": "Inactive"}]


def test_an_open_sandbox_takes_any_app_and_holds_it_to_its_first_secret(sandbox: SandboxServer) -> None:
    sandbox.strava.applications.accepts_all = True
    code = decide(sandbox, client_id="777")["code"]
    form = {"client_id": "777", "grant_type": "authorization_code"}

    assert token(sandbox, **form, client_secret="first", code="wrong").json()["errors"][0]["field"] == "code"
    assert token(sandbox, **form, client_secret="second", code=code).json()["errors"][0]["field"] == "client_id"
    assert token(sandbox, **form, client_secret="first", code=code).status_code == 200


def test_time_moves_only_as_the_test_says(sandbox: SandboxServer) -> None:
    before = sandbox.strava.now()
    sandbox.strava.advance(days=2)

    assert timedelta(days=2) <= sandbox.strava.now() - before < timedelta(days=2, minutes=1)


def test_tokens_can_also_be_had_under_the_api(sandbox: SandboxServer) -> None:
    app = sandbox.strava.app
    form = {"client_id": str(app.client_id), "client_secret": app.client_secret, "grant_type": "authorization_code"}
    answer = requests.post(f"{sandbox.api_url}/oauth/token", data=form | {"code": decide(sandbox)["code"]}, timeout=60)

    assert who(sandbox, answer.json()["access_token"]) == 200
