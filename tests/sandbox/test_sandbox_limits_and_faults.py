"""The stand-in's rate limits on clock windows, and the faults that a test can set."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer

START = datetime(2026, 11, 20, 10, 7, 30, tzinfo=UTC)
TOO_MANY = {"errors": "Rate Limit Exceeded", "status": 429, "message": "Too Many Requests"}


@pytest.fixture
def sandbox(sandbox: SandboxServer) -> SandboxServer:
    """The shared one at a time of day that stands still, so that no window ends in the middle of a test."""
    sandbox.strava.clock = lambda: START
    return sandbox


def call(sandbox: SandboxServer, method: str = "GET", path: str = "/athlete", **request: Any) -> requests.Response:
    grants = sandbox.strava.app.grants
    grant = grants[1001] if 1001 in grants else sandbox.strava.connect(1001)
    headers = {"Authorization": f"Bearer {grant.newest()[0]}"}
    return requests.request(
        method, f"{sandbox.api_url}{path}", headers=headers, timeout=request.pop("timeout", 60), **request
    )


def usage(answer: requests.Response) -> tuple[str, str]:
    return answer.headers["X-RateLimit-Usage"], answer.headers["X-ReadRateLimit-Usage"]


# -- limits -------------------------------------------------------------------------------------------------------


def test_answers_carry_limit_and_usage_of_both_classes(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity()
    first, second = call(sandbox), call(sandbox, "PUT", f"/activities/{run}", json={"description": "x"})

    assert (first.headers["X-RateLimit-Limit"], first.headers["X-ReadRateLimit-Limit"]) == ("200,2000", "100,1000")
    assert usage(first) == ("1,1", "1,1")
    assert usage(second) == ("2,2", "2,2")  # a PUT is no upload, so it counts in both


def test_a_call_too_many_is_refused_and_still_counts_to_the_day(sandbox: SandboxServer) -> None:
    sandbox.strava.app.limits = RateLimits((200, 2000), (2, 1000))
    answers = [call(sandbox) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[3].json() == TOO_MANY
    assert usage(answers[3]) == ("2,4", "2,4")
    assert "Retry-After" not in answers[3].headers


def test_calls_of_the_apps_other_processes_count_too(sandbox: SandboxServer) -> None:
    sandbox.strava.spend(150, reads=99)

    assert usage(call(sandbox)) == ("151,151", "100,100")
    assert call(sandbox).status_code == 429


def test_a_refused_token_counts_only_when_its_app_is_known(sandbox: SandboxServer) -> None:
    call(sandbox)
    sandbox.strava.expire_tokens()

    assert usage(call(sandbox)) == ("2,2", "2,2")
    unknown = requests.get(f"{sandbox.api_url}/athlete", headers={"Authorization": "Bearer x"}, timeout=60)
    assert "X-RateLimit-Usage" not in unknown.headers


def test_windows_end_at_the_quarter_hour_and_at_midnight_utc() -> None:
    limits = RateLimits((3, 5), (3, 5))
    for _ in range(3):
        assert limits.count(START)

    assert not limits.count(START.replace(minute=14, second=59))
    assert limits.count(START.replace(minute=15, second=0))  # the fifth of the day
    assert not limits.count(START.replace(minute=30))
    assert limits.count(START.replace(day=21, hour=0, minute=0, second=0))


@given(st.lists(st.integers(0, 1200), max_size=60))
def test_no_quarter_hour_ever_grants_more_than_its_limit(gaps: list[int]) -> None:
    limits, now, granted = RateLimits((4, 25), (4, 25)), START, dict[int, int]()
    for gap in gaps:
        now += timedelta(seconds=gap)
        if limits.count(now):
            window = int(now.timestamp()) // 900
            granted[window] = granted.get(window, 0) + 1

    assert max(granted.values(), default=0) <= 4


def test_a_clock_of_ones_own_moves_the_windows() -> None:
    clock = [START]
    app = Application(1, "secret", RateLimits((1, 10), (1, 10)))
    strava = Sandbox(clock=lambda: clock[0], applications=[app])
    strava.add_athlete(athlete_id=1001)
    with SandboxServer(strava) as server:
        statuses = [call(server).status_code, call(server).status_code]
        clock[0] += timedelta(minutes=8)
        statuses.append(call(server).status_code)

    assert statuses == [200, 429, 200]


# -- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "json"),
    [("rate_limited", 429, True), ("not_found", 404, True), ("unauthorized", 401, True), ("inactive", 403, True)],
)
def test_a_fault_answers_instead_and_then_all_is_well(
    sandbox: SandboxServer, kind: str, status: int, json: bool
) -> None:
    sandbox.strava.faults.add(kind)
    struck, after = call(sandbox), call(sandbox)

    assert (struck.status_code, after.status_code) == (status, 200)
    assert struck.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(("kind", "status"), [("error_page", 503), ("not_json", 200)])
def test_an_error_page_is_html_without_rate_limit_headers(sandbox: SandboxServer, kind: str, status: int) -> None:
    sandbox.strava.faults.add(kind)
    struck = call(sandbox)

    assert struck.status_code == status
    assert struck.headers["Content-Type"].startswith("text/html")
    assert "X-RateLimit-Usage" not in struck.headers


def test_a_fault_strikes_the_calls_it_is_set_on_as_often_as_said(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity()
    sandbox.strava.faults.add("error_page", on="PUT /activities/*", times=2, status=502)

    assert call(sandbox).status_code == 200
    assert [call(sandbox, "PUT", f"/activities/{run}", json={}).status_code for _ in range(3)] == [502, 502, 200]


def test_a_fault_can_stay_until_it_is_removed(sandbox: SandboxServer) -> None:
    fault = sandbox.strava.faults.add("not_found", times=None)
    struck = [call(sandbox).status_code for _ in range(3)]

    assert sandbox.strava.faults.remove(fault.id)
    assert [*struck, call(sandbox).status_code] == [404, 404, 404, 200]


def test_a_fault_can_strike_one_athlete_alone(sandbox: SandboxServer) -> None:
    sandbox.strava.faults.add("not_found", times=None, athlete=1002)

    assert call(sandbox).status_code == 200


def test_an_unknown_fault_is_refused_with_those_there_are(sandbox: SandboxServer) -> None:
    with pytest.raises(ValueError, match=r"earthquake.*there are rate_limited"):
        sandbox.strava.faults.add("earthquake")


@pytest.mark.parametrize(("kind", "applied"), [("cut", False), ("cut_after", True)])
def test_a_cut_connection_leaves_the_caller_without_knowing_whether_it_was_done(
    sandbox: SandboxServer, kind: str, applied: bool
) -> None:
    run = sandbox.strava.create_activity()
    sandbox.strava.faults.add(kind, on="PUT *")
    with pytest.raises(requests.ConnectionError):
        call(sandbox, "PUT", f"/activities/{run}", json={"description": "x"})

    assert (sandbox.strava.description(run) == "x") is applied
    assert [entry.status for entry in sandbox.strava.calls("PUT")] == [None]


def test_a_field_can_be_ignored_silently(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(private_note="mine", description="mine")
    sandbox.strava.faults.add("silently_ignored", on="PUT /activities/*", times=None)
    answer = call(sandbox, "PUT", f"/activities/{run}", json={"private_note": "new", "description": "new"}).json()

    assert (answer["private_note"], answer["description"]) == ("new", "new")
    assert (sandbox.strava.private_note(run), sandbox.strava.description(run)) == ("mine", "new")
    assert call(sandbox, path=f"/activities/{run}").json()["private_note"] == "mine"


def test_an_error_page_can_come_although_it_was_done(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity()
    sandbox.strava.faults.add("error_page_after")

    assert call(sandbox, "PUT", f"/activities/{run}", json={"description": "x"}).status_code == 503
    assert sandbox.strava.description(run) == "x"


@pytest.mark.parametrize("kind", ["slow", "slow_after", "hang"])
def test_an_answer_can_take_longer_than_the_caller_waits(sandbox: SandboxServer, kind: str) -> None:
    sandbox.strava.faults.add(kind, seconds=30)
    with pytest.raises(requests.Timeout):
        call(sandbox, timeout=0.2)

    assert call(sandbox).status_code == 200  # the others are served meanwhile


def test_a_slow_call_is_done_in_the_end(sandbox: SandboxServer) -> None:
    sandbox.strava.faults.add("slow", seconds=0.1)
    answer = call(sandbox)

    assert answer.status_code == 200
    assert answer.elapsed >= timedelta(seconds=0.1)


def test_strava_can_be_away_for_a_while(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(description="kept")
    sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        call(sandbox)
    sandbox.start()

    assert call(sandbox, path=f"/activities/{run}").json()["description"] == "kept"


def test_a_taken_port_is_an_os_error(sandbox: SandboxServer) -> None:
    with pytest.raises(OSError, match="in use"):
        SandboxServer(Sandbox(), sandbox.port).start()
