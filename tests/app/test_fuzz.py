"""No page, and no callback, answers 500 to anything that is asked, by a stranger or with a session.

A hundred cases each in `make test`; `make fuzz` asks twenty thousand.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
import redis
from asgi_client import Answer, AsgiClient, Headers
from databases import new_postgresql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instance import ANNA, CLIENT_ID, CLIENT_SECRET
from web_site import COOKIE, Site

from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer
from integration.sandbox.activities.runner import make_runner
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete

METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"]
ENDS_THE_SESSION = {"/sign-out", "/sign-out-everywhere"}
HEADERS = [
    "host", "referer", "origin", "accept", "accept-language", "accept-encoding", "cookie", "content-type", "user-agent",
    "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "forwarded", "authorization",
    "range", "if-none-match", "if-modified-since", "hx-request", "hx-current-url", "sec-fetch-site", "sec-fetch-mode",
    "x-strava-signature", "content-encoding", "transfer-encoding", "te", "expect", "connection", "x_forwarded_for",
]  # fmt: skip
ODD = [
    "", "true", "false", "0", "-1", "1e400", "nan", "9" * 400, "²", "1,5", "\0", "%00", "%", "%ff", "../..",
    "//evil.example", "/\\evil.example", "http://[", "javascript:alert(1)", "{{7*7}}", "' OR 1=1 --", "\u202e",
    "💥" * 99, "a" * 5000, "\r\nX: y", "2026-11-25", "0001-01-01", "99999-99-99", "plank", "de", "km", "[1]", '{"a":',
    "1" * 19, str(2**63),
]  # fmt: skip

Draw = Callable[..., Any]

words = st.sampled_from(ODD) | st.text(max_size=20) | st.integers().map(str) | st.dates().map(str)
raw = words.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=20)
header_values = raw.map(
    lambda value: re.sub(rb"[\x00-\x08\x0a-\x1f\x7f]", b"", value)[:2000]
)  # what granian lets through
headers = st.lists(st.tuples(st.sampled_from(HEADERS).map(str.encode), header_values), max_size=4)


class Fuzzed:
    """A whole instance, Anna's session in it, and every route and field that its pages have."""

    def __init__(self, site: Site) -> None:
        self.site = site
        anna = site.visitor()
        anna.connect(ANNA)
        site.instance.work()
        self.client = AsgiClient(site.front())
        self.token = anna.token("/leave")
        self.cookie = f"{COOKIE}={anna.cookie()}".encode()
        rules = list(site.app.url_map.iter_rules())
        self.routes = sorted({(method, str(rule)) for rule in rules for method in rule.methods or ()})
        plain = [
            rule for rule in sorted({str(rule) for rule in rules}) if "<" not in rule and rule not in ENDS_THE_SESSION
        ]
        pages = [answer.text for path in plain if (answer := anna.get(path)).mimetype == "text/html"]
        self.fields = sorted({name for page in pages for name in re.findall(r'name="([^"]+)"', page)} - {"csrf_token"})
        self.activities = [str(each["id"]).encode() for each in site.strava.of(ANNA)[:5]]
        assert len(self.routes) > 30
        assert len(self.fields) > 20

    def ask(self, method: str, path: bytes, query: bytes, sent: Headers, body: bytes) -> Answer:
        """Ask, then undo what would keep Anna from all pages."""
        answer = self.client.ask(method, path, query, sent, body)
        if method == "POST" and path == b"/leave":
            with self.site.store.write() as session:
                anna = session.get_one(Athlete, ANNA)
                anna.state, anna.leaving_since = AthleteState.CONNECTED, None
        return answer


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def fuzzed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, redis_server: redis.Redis
) -> Iterator[Fuzzed]:
    """One instance for all cases, on each kind of database."""
    directory = tmp_path_factory.mktemp("fuzz")
    redis_server.flushall()
    environ = {"OWNER_ATHLETE": str(ANNA)}
    if request.param == "postgresql":
        environ["DATABASE_URL"] = new_postgresql(request.getfixturevalue("postgres"), migrated=True)
    strava = Sandbox(applications=[Application(CLIENT_ID, CLIENT_SECRET, RateLimits((10**6, 10**7), (10**6, 10**7)))])
    strava.add_athlete(athlete_id=ANNA, **make_runner(1, datetime.now(UTC)).fields())
    with SandboxServer(strava) as sandbox:
        site = Site(directory, sandbox, f"unix://{redis_server.get_connection_kwargs()['path']}", **environ)
        yield Fuzzed(site)
        site.store.dispose()


def quoted(value: bytes) -> bytes:
    return quote_from_bytes(value, safe="").encode()


def filled(route: str, value: bytes) -> bytes:
    """A route with a value in the place of what it varies by."""
    return re.sub(rb"<[^>]+>", lambda _: quoted(value), route.encode())


def pairs(draw: Draw, names: list[str]) -> bytes:
    """A query or form: known and unknown names, with values of any kind."""
    chosen = draw(st.lists(st.tuples(st.sampled_from(names).map(str.encode) | raw, raw), max_size=5))
    return b"&".join(quoted(name) + b"=" + quoted(value) for name, value in chosen)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_request_for_a_page_is_answered_500_or_leads_elsewhere(data: st.DataObject, fuzzed: Fuzzed) -> None:
    draw = data.draw
    method, route = draw(st.sampled_from(fuzzed.routes))
    value = draw(st.sampled_from(fuzzed.activities) | raw)
    path = filled(route, value) if draw(st.integers(0, 9)) else b"/" + quoted(value)
    method = method if draw(st.integers(0, 9)) else draw(st.sampled_from(METHODS))
    sent = list(draw(headers))
    body = b""
    if method in {"POST", "PUT", "PATCH"}:
        body = pairs(draw, fuzzed.fields) if draw(st.integers(0, 5)) else draw(st.binary(max_size=200))
        if draw(st.integers(0, 3)):
            body += b"&csrf_token=" + fuzzed.token.encode()
            sent.append((b"content-type", b"application/x-www-form-urlencoded"))
    if draw(st.integers(0, 3)) and route not in ENDS_THE_SESSION:
        sent.append((b"cookie", fuzzed.cookie))

    answer = fuzzed.ask(method, path, pairs(draw, fuzzed.fields), sent, body)

    assert answer.status < 500 or (answer.status == 503 and path == b"/readyz")  # it misses the workers
    assert b"Traceback" not in answer.body
    for name, value in answer.headers:
        assert b"\n" not in value
        assert b"\r" not in value
        if name == b"location":
            assert urlsplit(value.decode()).netloc in {"", urlsplit(fuzzed.site.settings.strava_oauth_url).netloc}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
event_fields = {
    "object_type": st.sampled_from(["activity", "athlete", "route"]) | json_values,
    "aspect_type": st.sampled_from(["create", "update", "delete", "merge"]) | json_values,
    "object_id": st.integers(1, 2**63) | st.just(ANNA) | json_values,
    "owner_id": st.just(ANNA) | st.integers(1, 9) | json_values,
    "subscription_id": st.none() | st.integers(0, 99) | json_values,
    "event_time": st.integers(0, 2**40) | st.floats(0, 2e9) | json_values,
    "updates": st.dictionaries(
        st.sampled_from(["title", "type", "private", "authorized"]) | words, json_values, max_size=3
    )
    | json_values,
}
pushes = st.fixed_dictionaries({}, optional=event_fields) | st.fixed_dictionaries(event_fields) | json_values


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_push_is_answered_with_anything_but_the_contracts_answers(data: st.DataObject, fuzzed: Fuzzed) -> None:
    draw, ours = data.draw, urlsplit(fuzzed.site.settings.callback_url).path.encode()
    path = ours if draw(st.integers(0, 9)) else b"/webhook/" + quoted(draw(raw))
    pushed, method = draw(pushes), draw(st.sampled_from(["POST"] * 5 + METHODS))
    sent = json.dumps(pushed).encode()
    body = sent if draw(st.integers(0, 9)) else draw(st.binary(max_size=300))

    answer = fuzzed.ask(method, path, draw(raw), draw(headers), body)

    assert answer.status in {200, 400, 403, 404, 405}
    if (method, path, body) == ("POST", ours, sent):
        assert answer.status == (200 if names_all(pushed) else 400)


def names_all(pushed: object) -> bool:
    """True if a push names an object, an owner and a kind: then nothing else may have it refused."""
    if not isinstance(pushed, dict):
        return False
    kinds = [pushed.get("object_type"), pushed.get("aspect_type")]
    ids = [pushed.get("object_id"), pushed.get("owner_id")]
    return all(isinstance(kind, str) and kind for kind in kinds) and all(type(i) is int and 0 < i < 2**63 for i in ids)
