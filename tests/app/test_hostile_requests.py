"""Requests by strangers: nothing that they send is answered 500, and no made-up source is believed."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asgi_client import AsWsgi
from in_turn import in_turn
from web_site import Site
from werkzeug.test import Client, TestResponse

from integration.cli.doctor import examine
from integration.sandbox import SandboxServer
from integration.web.rate_limits import who_counts

ANNA = 1001
LOOPBACK, PUBLIC = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "8.8.8.8"}


def ask(site: Site, path: str, environ: dict[str, str] | None = None, **headers: str) -> TestResponse:
    """A GET through the application that the web server serves."""
    return Client(AsWsgi(site.front())).get(path, headers=headers, environ_overrides=environ or LOOPBACK)


@in_turn(
    "host",
    [
        "a" * 64,
        "a..b",
        ".",
        "a" * 300,
        "x_y.example",
        "[::1",
        "[]",
        "a b",
        "a:b",
        "a:99999999",
        "ü",
        "@",
        "a/b",
        "\x7f",
    ],
)
def test_a_host_that_is_none_is_no_fault_of_ours(site: Site, host: str) -> None:
    assert ask(site, "/", Host=host.encode().decode("latin-1")).status_code in {200, 400}


@in_turn("host", ["runs.example.org", "localhost:8000", "[::1]:8000", "10.0.0.1", "xn--lufe-koa.example."])
def test_a_host_with_a_name_is_served(site: Site, host: str) -> None:
    assert ask(site, "/", Host=host).status_code == 200


def test_a_host_that_a_proxy_forwards_is_looked_at_too(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> None:
    site = Site(tmp_path, sandbox, redis_url, TRUSTED_PROXIES="1")

    assert ask(site, "/", LOOPBACK, **{"X-Forwarded-Host": "a..b"}).status_code == 400
    assert ask(site, "/", LOOPBACK, **{"X-Forwarded-Host": "runs.example.org"}).status_code == 200


@pytest.mark.parametrize("name", ["Referer", "Origin"])
@in_turn("address", ["http://[", "http://a:port/", "http://[::1]x/", "//[", "null", "\x7f", "http://ü/"])
def test_a_referer_or_origin_that_is_no_address_is_no_fault_of_ours(site: Site, name: str, address: str) -> None:
    visitor = site.connected()
    header = {name: address.encode().decode("latin-1")}

    assert visitor.get("/dashboard", **header).status_code == 200
    assert visitor.client.post("/thresholds", data={"preset": "more"}, headers=header).status_code == 400
    assert visitor.post("/sign-out", None, of=None, **header).status_code < 500


@in_turn(
    "path", ["/%00", "/r/%00", "/moves/%00", "/?next=%00", "/connect?invite=%00", "/r/%ff%fe", "/routine?moves=%00"]
)
def test_nul_and_broken_text_in_an_address_are_no_fault_of_ours(site: Site, path: str) -> None:
    assert ask(site, path).status_code < 500


def test_when_the_error_page_fails_too_a_constant_page_answers(site: Site) -> None:
    """A template that cannot be rendered stands for whatever may fail on the way to an error page."""
    site.app.jinja_env.globals.clear()
    page = Client(AsWsgi(site.front())).get("/nowhere")

    assert page.status_code == 500
    assert "Our mistake" in page.text
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "Traceback" not in page.text


def test_the_numbers_are_for_this_machine_alone(site: Site) -> None:
    assert ask(site, "/metrics", LOOPBACK).status_code == 200
    assert ask(site, "/metrics", {"REMOTE_ADDR": "::1"}).status_code == 200
    assert ask(site, "/metrics", PUBLIC).status_code == 403
    assert ask(site, "/metrics", {"REMOTE_ADDR": "10.0.0.7"}).status_code == 403


def test_through_a_proxy_on_this_machine_the_numbers_stay_closed(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str
) -> None:
    untold = Site(tmp_path / "untold", sandbox, redis_url)
    told = Site(tmp_path / "told", sandbox, redis_url, TRUSTED_PROXIES="1")

    for site in (untold, told):
        for name in ("X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "Via", "X-Forwarded-Host"):
            assert ask(site, "/metrics", LOOPBACK, **{name: "8.8.8.8"}).status_code == 403, name


def test_a_page_of_another_site_cannot_have_a_name_lead_to_the_numbers(site: Site) -> None:
    assert ask(site, "/metrics", LOOPBACK, Host="evil.example.org").status_code == 403
    assert ask(site, "/metrics", LOOPBACK, Host="127.0.0.1:8000").status_code == 200
    assert ask(site, "/metrics", LOOPBACK, Host="[::1]:8000").status_code == 200


def test_a_cookie_that_is_no_text_is_no_fault_of_ours(site: Site) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for cookie in ("session=\xff", "\xff=1", "backstride=\xff"):
        answer = Client(AsWsgi(site.front())).post("/sign-out", data=b"a=1", headers={**form, "Cookie": cookie})
        assert answer.status_code == 400


def test_with_a_token_the_numbers_are_for_whoever_sends_it(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str
) -> None:
    site = Site(tmp_path, sandbox, redis_url, METRICS_TOKEN="only-monitoring-knows")

    assert ask(site, "/metrics", PUBLIC, Authorization="Bearer only-monitoring-knows").status_code == 200
    for wrong in ("Bearer other", "only-monitoring-knows", "Bearer ", "Bearer ü".encode().decode("latin-1")):
        assert ask(site, "/metrics", LOOPBACK, Authorization=wrong).status_code == 403
    assert ask(site, "/metrics", LOOPBACK).status_code == 403


def test_forms_without_a_token_count_towards_the_limit(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> None:
    client = Site(tmp_path, sandbox, redis_url).app.test_client()

    statuses = [client.post("/leave", environ_overrides=PUBLIC).status_code for _ in range(241)]

    assert set(statuses[:240]) == {400}
    assert statuses[240] == 429


@pytest.mark.parametrize(
    ("one", "another", "same"),
    [
        ("2a01:4f8:1:2::1", "2a01:4f8:1:2:ffff::9", True),
        ("2a01:4f8:1:2::1", "2a01:4f8:1:3::1", False),
        ("8.8.8.8", "::ffff:8.8.8.8", True),
        ("8.8.8.8", "8.8.8.9", False),
        ("", "", True),
    ],
)
def test_one_network_of_ipv6_counts_as_one_address(one: str, another: str, same: bool) -> None:
    assert (who_counts(one) == who_counts(another)) is same


def test_a_proxy_that_nobody_told_of_is_named_by_the_doctor(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str
) -> None:
    before, site = datetime.now(UTC), Site(tmp_path, sandbox, redis_url)
    forwarded = {"X-Forwarded-For": "8.8.8.8"}

    ask(site, "/", PUBLIC, **forwarded)  # a stranger who made the header up
    assert not complaints(site)
    ask(site, "/", LOOPBACK, **forwarded)

    [complaint] = complaints(site)
    assert complaint
    days = {before.date(), datetime.now(UTC).date()}
    assert any(complaint.startswith(f"a proxy in front was seen on {day}: ") for day in days)


def complaints(site: Site) -> list[str | None]:
    return [finding.remedy for finding in examine(site.settings) if finding.what == "TRUSTED_PROXIES"]


def test_what_a_stranger_sends_is_logged_on_one_line_and_steers_no_terminal() -> None:
    script = (
        "import structlog\nfrom integration.logs import configure_logs\n"
        "configure_logs()\nlog = structlog.get_logger()\n"
        "log.warning('a\\nb', told='c\\x1b[2Jd\\r\\u2028e')\n"
        "try:\n    raise ValueError('first\\n2026-01-01 [info] forged')\n"
        "except ValueError:\n    log.exception('failed')\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    lines = said.rstrip("\n").split("\n")
    assert r"a\nb" in lines[0]
    assert r"c\x1b[2Jd\r\u2028e" in lines[0]
    assert sum(line.startswith("2026") or line[:4].isdigit() for line in lines) == 2
    assert any("forged" in line and line.startswith("    ") for line in lines)
