"""The client: it asks Strava for one athlete, and turns the answers into values."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import (
    AccessExpired,
    AppInactive,
    BackstrideError,
    BudgetSpent,
    Gone,
    LeaseLost,
    ScopeMissing,
    Unreachable,
)
from integration.sandbox import SandboxServer
from integration.strava.client import Strava
from integration.strava.http import DEADLINE_S, StravaHttp
from integration.strava.rate_limit import Budget

pytestmark = pytest.mark.usefixtures("within_a_window")

RIDE = {"id": 1, "sport_type": "Ride", "start_date": "2026-11-21T09:00:00Z"}


@pytest.fixture
def budget(redis_url: str) -> Budget:
    return Budget(redis_url, "12345", timeout_s=60)


@pytest.fixture
def session(sandbox: SandboxServer) -> Iterator[StravaHttp]:
    with StravaHttp(sandbox.oauth_url, sandbox.api_url) as session:
        yield session


@pytest.fixture
def strava(sandbox: SandboxServer, session: StravaHttp, budget: Budget) -> Strava:
    return Strava(session, sandbox.strava.connect(1001).newest()[0], budget)


def calls(sandbox: SandboxServer) -> list[str]:
    return [f"{call.method} {call.path}" for call in sandbox.strava.calls()]


def test_an_activity_comes_with_its_description(sandbox: SandboxServer, strava: Strava) -> None:
    run = sandbox.strava.create_activity(km=14.2, description="Wind from the west.\r\nTired.")
    activity = strava.activity(run)

    assert activity["id"] == run
    assert activity["description"] == "Wind from the west.\r\nTired."
    assert calls(sandbox) == [f"GET /activities/{run}"]


def test_the_profile_is_the_athletes(strava: Strava) -> None:
    assert strava.athlete()["id"] == 1001


def test_a_listing_reads_on_until_a_page_is_empty(sandbox: SandboxServer, strava: Strava) -> None:
    now = datetime.now(UTC)
    runs = [sandbox.strava.create_activity(start=now - timedelta(days=day), push=False) for day in range(1, 206)]
    sizes: list[int] = []
    listed = strava.activities(on_page=lambda page: sizes.append(len(page)))

    assert [row["id"] for row in listed] == runs
    assert sizes == [200, 5]
    assert len(calls(sandbox)) == 3


def test_a_short_page_is_not_the_end(sandbox: SandboxServer, strava: Strava) -> None:
    sandbox.strava.options.short_pages = True
    for day in range(1, 206):
        sandbox.strava.create_activity(start=datetime.now(UTC) - timedelta(days=day), push=False)
    sizes: list[int] = []
    strava.activities(on_page=lambda page: sizes.append(len(page)))

    assert sizes == [199, 4]


def test_a_listing_keeps_to_its_bounds_oldest_first(sandbox: SandboxServer, strava: Strava) -> None:
    now = datetime.now(UTC)
    runs = [sandbox.strava.create_activity(start=now - timedelta(days=day), push=False) for day in range(1, 10)]
    listed = strava.activities(after=now - timedelta(days=6.5), before=now - timedelta(days=2.5))

    assert [row["id"] for row in listed] == [runs[5], runs[4], runs[3], runs[2]]


def test_a_listing_may_stop_at_a_page(sandbox: SandboxServer, strava: Strava) -> None:
    sandbox.strava.create_activity(push=False)

    assert len(strava.activities(max_pages=1)) == 1
    assert len(calls(sandbox)) == 1


WORDS = '“Läuft” 🏃🏽‍♀️ — \u2028 \\n " \x7f {braces} %s\r\n\t\n'


@pytest.mark.parametrize("words", ["", "Easy.", WORDS, "x" * 5000])
def test_a_description_arrives_as_it_was_meant(sandbox: SandboxServer, strava: Strava, words: str) -> None:
    run = sandbox.strava.create_activity(description="before", push=False)
    before = sandbox.strava.activity(run)
    answer = strava.replace_words(run, "description", words)

    assert sandbox.strava.description(run) == words
    assert answer["description"] == words
    assert sandbox.strava.activity(run) == before | {"description": words}


def test_a_private_note_arrives_alone_so_that_a_description_edited_meanwhile_stays(
    sandbox: SandboxServer, strava: Strava
) -> None:
    run = sandbox.strava.create_activity(description="before", private_note="before", push=False)
    strava.activity(run)
    sandbox.strava.edit_activity(run, description="edited meanwhile")
    strava.replace_words(run, "private_note", WORDS)

    assert (sandbox.strava.description(run), sandbox.strava.private_note(run)) == ("edited meanwhile", WORDS)


@examples(8)
@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_any_words_arrive_as_they_were_meant(sandbox: SandboxServer, strava: Strava, words: str) -> None:
    run = sandbox.strava.create_activity(push=False)
    strava.replace_words(run, "description", words)

    assert sandbox.strava.description(run) == words


def test_a_read_and_a_write_both_count_in_all_windows_as_strava_counts_them(
    sandbox: SandboxServer, strava: Strava, budget: Budget
) -> None:
    run = sandbox.strava.create_activity(push=False)
    strava.activity(run)
    strava.replace_words(run, "description", "words")

    assert budget.usage()["read"] == {"15min": [2, 100], "day": [2, 1000]}
    assert budget.usage() == sandbox.strava.app.limits.usage(datetime.now(UTC))


def test_limits_and_usage_are_learned_from_the_answers(sandbox: SandboxServer, strava: Strava, budget: Budget) -> None:
    sandbox.strava.app.limits.read.limit = (200, 2000)
    sandbox.strava.spend(40)
    strava.athlete()

    assert budget.usage()["read"] == {"15min": [41, 200], "day": [41, 2000]}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("unauthorized", AccessExpired),
        ("inactive", AppInactive),
        ("rate_limited", BudgetSpent),
        ("not_found", Gone),
        ("error_page", Unreachable),
        ("error_page_after", Unreachable),
        ("not_json", Unreachable),
        ("cut", Unreachable),
        ("cut_after", Unreachable),
        ("hang", Unreachable),
    ],
)
def test_trouble_says_what_to_do_next_and_quotes_nothing(
    sandbox: SandboxServer, budget: Budget, caplog: pytest.LogCaptureFixture, kind: str, expected: type[BackstrideError]
) -> None:
    caplog.set_level(logging.DEBUG)
    token = sandbox.strava.connect(1001).newest()[0]
    run = sandbox.strava.create_activity(description="an athlete's words", push=False)
    sandbox.strava.faults.add(kind)
    within = 0.2 if kind == "hang" else DEADLINE_S
    with (
        StravaHttp(sandbox.oauth_url, sandbox.api_url, deadline_s=within) as session,
        pytest.raises(expected) as caught,
    ):
        (strava := Strava(session, token, budget)).activity(run)

    assert caught.value.__cause__ is caught.value.__context__ is None
    for private in (token, "an athlete's words", str(run)):
        assert private not in f"{caught.value!r}{caught.value}{caplog.text}{strava!r}"


def test_a_call_that_works_logs_neither_token_nor_activity(
    sandbox: SandboxServer, strava: Strava, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    run = sandbox.strava.create_activity(description="an athlete's words", push=False)
    strava.replace_words(run, "description", strava.activity(run)["description"] + "!")

    for private in (sandbox.strava.app.grants[1001].newest()[0], "an athlete's words", str(run)):
        assert private not in caplog.text


def test_a_missing_scope_is_told_from_an_expired_token(
    sandbox: SandboxServer, session: StravaHttp, budget: Budget
) -> None:
    run = sandbox.strava.create_activity(push=False)
    grant = sandbox.strava.connect(1001, scopes=["read", "activity:read"])
    reading = Strava(session, grant.newest()[0], budget)
    with pytest.raises(ScopeMissing) as caught:
        reading.replace_words(run, "description", "words")

    assert caught.value.scope == "activity:write"
    sandbox.strava.expire_tokens()
    with pytest.raises(AccessExpired):
        reading.activity(run)


def test_an_activity_of_somebody_else_is_gone(sandbox: SandboxServer, strava: Strava) -> None:
    sandbox.strava.add_athlete(athlete_id=1002)
    theirs = sandbox.strava.create_activity(1002, push=False)

    with pytest.raises(Gone):
        strava.activity(theirs)


def test_after_a_refusal_nobody_asks_again_in_this_window(
    sandbox: SandboxServer, strava: Strava, session: StravaHttp, budget: Budget
) -> None:
    sandbox.strava.spend(100)
    another = Strava(session, sandbox.strava.app.grants[1001].newest()[0], budget, priority="background")
    for asking in (strava, another, strava):
        with pytest.raises(BudgetSpent) as caught:
            asking.athlete()

    assert len(calls(sandbox)) == 1
    assert timedelta() < caught.value.retry_at - datetime.now(UTC) <= timedelta(minutes=15, seconds=2)


def test_four_workers_at_once_are_refused_at_most_once_while_something_else_spends_the_same_budget(
    sandbox: SandboxServer, redis_url: str
) -> None:
    token = sandbox.strava.connect(1001).newest()[0]

    def work() -> None:
        budget = Budget(redis_url, "12345")
        with StravaHttp(sandbox.oauth_url, sandbox.api_url) as own:
            asking = Strava(own, token, budget, before_call=lambda: sandbox.strava.spend(1))
            while True:
                try:
                    asking.athlete()
                except BudgetSpent as error:
                    if error.retry_at > datetime.now(UTC) + timedelta(seconds=4):
                        return

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    statuses = [call.status for call in sandbox.strava.calls(path="/athlete")]
    assert statuses.count(200) > 10
    assert statuses.count(429) <= 1


def test_of_an_inactive_app_one_call_is_made(sandbox: SandboxServer, strava: Strava, budget: Budget) -> None:
    sandbox.strava.app.inactive = True
    for _ in range(3):
        with pytest.raises(AppInactive):
            strava.athlete()

    assert len(calls(sandbox)) == 1
    assert budget.app_status() == "inactive"


def test_the_lease_is_renewed_before_each_call_and_losing_it_makes_none(
    sandbox: SandboxServer, session: StravaHttp, budget: Budget
) -> None:
    renewed: list[int] = []

    def renew() -> None:
        renewed.append(len(calls(sandbox)))
        if len(renewed) > 2:
            raise LeaseLost("taken")

    leased = Strava(session, sandbox.strava.connect(1001).newest()[0], budget, before_call=renew)
    leased.activities()
    leased.athlete()
    with pytest.raises(LeaseLost):
        leased.athlete()

    assert renewed == [0, 1, 2]
    assert len(calls(sandbox)) == 2
    assert budget.usage()["read"]["15min"] == [2, 100]


def test_a_background_call_leaves_the_reserve_alone(
    sandbox: SandboxServer, session: StravaHttp, strava: Strava, budget: Budget
) -> None:
    sandbox.strava.spend(75)
    strava.athlete()
    background = Strava(session, sandbox.strava.app.grants[1001].newest()[0], budget, priority="background")

    with pytest.raises(BudgetSpent):
        background.athlete()
    assert strava.athlete()["id"] == 1001


class Handler(BaseHTTPRequestHandler):
    """Answers whatever the test laid out, for what a faithful Strava never says."""

    answer = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def odd_strava(answer: object, budget: Budget) -> Iterator[Strava]:
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Odd", (Handler,), {"answer": raw})) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        with StravaHttp(base, base) as session:
            yield Strava(session, "token", budget)
        server.shutdown()


@pytest.mark.parametrize(
    "answer", [[], None, 7, b"", b"\xff", b"[" * 100_000, b"{}{}", {"message": "odd", "errors": []}]
)
def test_an_answer_of_another_shape_is_unreachable(answer: object, budget: Budget) -> None:
    for strava in odd_strava(answer, budget):
        with pytest.raises(Unreachable):
            strava.activity(1)


def test_a_listing_that_is_none_is_unreachable(budget: Budget) -> None:
    for strava in odd_strava({"id": 7}, budget):
        with pytest.raises(Unreachable):
            strava.activities()
    assert budget.app_status() == "unreachable"


def test_while_strava_is_down_the_status_says_so(budget: Budget) -> None:
    nobody = "http://127.0.0.1:1"
    with StravaHttp(nobody, nobody) as session, pytest.raises(Unreachable):
        Strava(session, "token", budget).activity(1)
    assert budget.app_status() == "unreachable"


def test_a_server_that_repeats_its_page_does_not_use_up_the_budget(budget: Budget) -> None:
    rides = [RIDE | {"id": 1}, RIDE | {"id": 2}]
    for strava in odd_strava([*rides, "odd", RIDE | {"id": None}, {"id": 3}], budget):
        assert [row["id"] for row in strava.activities()] == [1, 2]

    assert budget.usage()["read"]["15min"] == [2, 100]


def test_values_that_stravalibs_models_refuse_lose_no_run(budget: Budget) -> None:
    odd = RIDE | {"suffer_score": 7.5, "max_heartrate": 170.5, "sport_type": "Plogging", "moving_time": 60.5}
    for strava in odd_strava(odd, budget):
        answer = strava.activity(1)
        assert odd.items() - {("start_date", odd["start_date"])} <= answer.items()


@pytest.mark.parametrize("answer", [RIDE | {"id": 2}, [RIDE], {}, {"id": 1}, "Not Found"])
def test_an_answer_that_is_not_the_activity_asked_for_is_no_answer(answer: object, budget: Budget) -> None:
    for strava in odd_strava(answer, budget):
        with pytest.raises(Unreachable):
            strava.activity(1)
