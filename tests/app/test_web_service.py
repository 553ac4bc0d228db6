"""The pages as a service: behind proxies and under a prefix, its headers, its probes, and the owner's view of it."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest
from asgi_client import AsWsgi
from instance import ANNA
from web_site import Site, Visitor
from werkzeug.test import Client

from integration import ports
from integration.sandbox import SandboxServer
from integration.store import heartbeats, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.tables import PendingActivity

BERTA = 1002


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(ANNA))


def test_every_answer_carries_a_policy_that_lets_only_our_own_scripts_run(site: Site) -> None:
    for path in ("/", "/nowhere", "/readyz", "/moves"):
        answer = site.visitor().get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_page_has_scripts_or_styles_in_its_text(site: Site) -> None:
    visitor = site.connected()
    for path in ("/", "/dashboard", "/thresholds", "/notes", "/answers", "/routine?moves=plank"):
        page = visitor.get(path).text
        assert not re.search(r"\son\w+=|style=|<style|<script(?![^>]* src=)", page), path
        nonces = set(re.findall(r'nonce="([^"]+)"', page))
        assert len(nonces) <= 1, path


def test_every_script_is_a_module_and_what_it_imports_comes_in_the_same_version(site: Site) -> None:
    visitor = site.connected()
    scripts: set[str] = set()
    for path in ("/dashboard", "/thresholds", "/welcome", "/routine/today", "/routine?moves=plank"):
        tags = re.findall(r"<script[^>]*>", visitor.get(path).text)
        assert tags
        assert all('type="module"' in tag for tag in tags), path
        scripts.update(re.findall(r'src="([^"]+)"', "".join(tags)))
    seen: dict[str, str] = {}
    while scripts - seen.keys():
        script = (scripts - seen.keys()).pop()
        answer = visitor.get(script)
        assert answer.status_code == 200, script
        assert "immutable" in answer.headers["Cache-Control"], script
        seen[script] = answer.text
        scripts.update(
            urljoin(script, name) for name in re.findall(r'^import .* from "([^"]+)"', answer.text, re.MULTILINE)
        )

    assert {script.split("/")[2] for script in scripts} == {next(iter(scripts)).split("/")[2]}
    assert any(script.endswith("/dom.js") for script in seen)


def test_a_file_under_the_version_of_an_older_page_is_served_but_not_kept(site: Site) -> None:
    answer = site.visitor().get("/static/0123456789ab/training/routine.js")

    assert answer.status_code == 200
    assert "max-age" not in answer.headers["Cache-Control"]
    assert site.visitor().get("/static/0123456789ab/../assets.py").status_code == 404


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://runs.example.org", True), ("http://localhost:8000", False)]
)
def test_the_cookie_is_for_us_alone_and_secure_behind_https(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str, public_url: str, secure: bool
) -> None:
    site = Site(tmp_path, sandbox, redis_url, PUBLIC_URL=public_url)

    cookie = site.visitor().get("/connect").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure
    assert ("Strict-Transport-Security" in site.visitor().get("/").headers) is secure


@pytest.mark.parametrize("reaches_us_as", ["/runs/moves", "/moves"])
def test_a_path_prefix_works_whether_or_not_the_proxy_takes_it_off(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str, reaches_us_as: str
) -> None:
    site = Site(tmp_path, sandbox, redis_url, PUBLIC_URL="https://example.org/runs", TRUSTED_PROXIES="1")

    page = site.visitor().get(reaches_us_as, **{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org"})

    assert page.status_code == 200
    assert 'href="/runs/safety"' in page.text
    assert 'src="/runs/static/' in page.text
    assert 'href="/safety"' not in page.text


def test_connecting_works_under_a_path_prefix(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> None:
    site = Site(tmp_path, sandbox, redis_url, PUBLIC_URL="http://localhost:8000/runs")
    visitor = site.visitor()

    answer = visitor.get(visitor.consent(visitor.to_strava("/runs/connect?next=/notes")))

    assert answer.headers["Location"] == "/runs/notes"
    assert "Path=/runs" in answer.headers["Set-Cookie"]
    waiting = visitor.get("/runs/notes")
    assert waiting.status_code == 200
    assert 'hx-get="/runs/notes"' in waiting.text


def test_healthz_and_readyz_answer(site: Site) -> None:
    alive = Client(AsWsgi(site.front())).get("/healthz")
    assert alive.json == {"status": "ok"}
    assert alive.headers[ports.INSTANCE] == ports.instance_mark(site.settings.secret_key.get_secret_value())
    ready = site.visitor().get("/readyz")
    assert (ready.status_code, ready.json) == (
        200,
        dict.fromkeys(("database", "disk", "worker", "beat", "redis"), "ok"),
    )


def test_readyz_names_the_part_that_gave_no_sign_of_life_for_half_a_minute(site: Site) -> None:
    site.instance.wait(seconds=20)
    for part in heartbeats.PARTS:
        site.instance.heartbeat(part)
    site.instance.wait(seconds=20)
    site.instance.heartbeat(heartbeats.BEAT)
    assert site.visitor().get("/readyz").status_code == 200

    site.instance.wait(seconds=10)

    ready = site.visitor().get("/readyz")
    assert ready.status_code == 503
    assert ready.json is not None
    assert ready.json["worker"].startswith("silent since ")
    assert ready.json["beat"] == "ok"

    site.instance.heartbeat(heartbeats.WORKER)
    assert site.visitor().get("/readyz").status_code == 200


def test_a_sign_of_life_by_a_clock_that_was_put_right_counts_for_nothing(site: Site) -> None:
    site.instance.wait(days=365)
    for part in heartbeats.PARTS:
        site.instance.heartbeat(part)
    site.instance.wait(days=-364)

    assert site.visitor().get("/readyz").status_code == 503


def test_readyz_does_not_wait_for_somebody_who_writes(site: Site) -> None:
    with closing(sqlite3.connect(str(site.settings.sqlite_file), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert site.visitor().get("/readyz").status_code == 200


def test_pages_go_on_without_redis(tmp_path: Path, sandbox: SandboxServer) -> None:
    site = Site(tmp_path, sandbox, "redis://127.0.0.1:1/0")
    visitor = site.visitor()

    ready = visitor.get("/readyz")

    assert ready.status_code == 200  # the worker falls silent only half a minute later
    assert ready.json is not None
    assert ready.json["redis"] == "away"
    assert visitor.connect(ANNA).status_code == 303
    assert visitor.get("/dashboard").status_code == 200
    assert visitor.post("/notes/pause", {"days": "7"}, of="/leave").status_code == 303
    assert 'backstride_strava{status="unreachable"} 1.0' in visitor.get("/metrics").text


def test_without_its_database_the_service_says_so_and_shows_no_traceback(site: Site, tmp_path: Path) -> None:
    visitor = site.connected()
    database = site.settings.sqlite_file
    assert database is not None
    site.store.dispose()
    for kept in tmp_path.glob("**/*.sqlite3*"):
        kept.unlink()
    database.mkdir()

    page, ready = visitor.get("/dashboard"), visitor.get("/readyz")

    assert page.status_code == ready.status_code == 503
    assert page.headers["Retry-After"]
    assert "Back in a moment" in page.text
    assert "Traceback" not in page.text


def test_a_page_that_does_not_exist_has_a_way_on_and_json_for_scripts(site: Site) -> None:
    page = site.visitor().get("/nowhere")
    script = site.visitor().get("/nowhere", Accept="application/json")

    assert page.status_code == script.status_code == 404
    assert 'href="/"' in page.text
    assert script.json is not None
    assert "error" in script.json


def test_a_form_of_megabytes_is_refused(site: Site) -> None:
    answer = site.connected().client.post("/answers", data={"hurts": "x" * 1_000_000})

    assert answer.status_code == 413


def test_numbers_for_monitoring_name_nobody(site: Site) -> None:
    visitor = site.visitor()
    visitor.connect(ANNA)

    numbers = visitor.get("/metrics").text

    assert 'backstride_athletes{state="connected"} 1.0' in numbers
    assert 'backstride_requests_total{status="303",view="connect.callback"} 1.0' in numbers
    assert not re.search(rf"(?<![\d.]){ANNA}(?!\d)", numbers)  # a time may hold these digits, too


def set_aside(site: Site, athlete: int, activity: int) -> None:
    """A activity that could not be answered for a week."""
    now = site.instance.resources.now()
    with site.store.write() as session:
        pending_activities.record_event(
            session, ActivityEvent(athlete, activity, "create", now, "push"), now=now, due_at=now
        )
        session.flush()
        session.get_one(PendingActivity, (athlete, activity)).failed_at = now - timedelta(days=1)


def test_the_owner_sees_how_the_instance_does_and_nobody_else(site: Site) -> None:
    site.strava.add_athlete(athlete_id=BERTA, firstname="Berta")
    owner, guest = site.connected(ANNA), site.connected(BERTA)

    page = owner.get("/admin")

    assert page.status_code == 200
    assert str(BERTA) in page.text
    assert "Berta" not in page.text
    assert guest.get("/admin").status_code == 404
    assert guest.post("/admin/invite", of="/leave").status_code == 404
    assert site.visitor().get("/admin").status_code == 303


def test_the_owner_alone_finds_the_admin_page_in_the_head_of_every_page(site: Site) -> None:
    owner, other = site.connected(), site.visitor()
    site.strava.add_athlete(athlete_id=BERTA)
    other.connect(BERTA)

    assert ('href="/admin"' in owner.get("/notes").text, 'href="/admin"' in other.get("/notes").text) == (True, False)


def test_the_owner_retries_what_was_set_aside(site: Site) -> None:
    owner = site.connected(ANNA)
    set_aside(site, ANNA, 77)
    assert "Try all of them again" in owner.get("/admin").text

    owner.post("/admin/retry", of="/admin")

    with site.store.read() as session:
        assert session.get_one(PendingActivity, (ANNA, 77)).failed_at is None


def test_the_owner_invites_by_a_link_that_is_shown_once(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> None:
    sandbox.strava.add_athlete(athlete_id=BERTA)
    site = Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(ANNA), ALLOWED_ATHLETES="")
    owner = site.connected(ANNA)

    owner.post("/admin/invite", of="/admin")
    shown = owner.get("/admin").text
    link = re.search(r"<code id=\"invitation-link\">([^<]+)</code>", shown)

    assert link
    assert re.search(r'id="copy" hidden>.*id="friend-steps"', shown, re.DOTALL)
    assert "1 runner is connected" in shown
    assert "10 seats take a click" in shown
    assert "invitation-link" not in owner.get("/admin").text
    path = link[1].removeprefix(site.settings.public_url)
    assert site.visitor().connect(BERTA, path=path).status_code == 303


def test_too_many_attempts_to_connect_from_one_public_address_are_slowed_down(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str
) -> None:
    site = Site(tmp_path, sandbox, redis_url, TRUSTED_PROXIES="1")
    visitor = site.visitor()

    answers = [visitor.get("/connect", **{"X-Forwarded-For": "8.8.8.8"}).status_code for _ in range(61)]
    elsewhere = visitor.get("/connect", **{"X-Forwarded-For": "9.9.9.9"}).status_code

    assert answers == [302] * 60 + [429]
    assert elsewhere == 302


@pytest.mark.parametrize(
    "told", [{"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "same-origin"}]
)
def test_what_a_script_reads_in_the_background_leaves_the_sessions_cookie_alone(
    anna: Visitor, told: dict[str, str]
) -> None:
    assert "Set-Cookie" not in anna.get("/thresholds/preview", **told).headers


def test_a_visit_to_a_page_lets_the_session_last_longer(anna: Visitor) -> None:
    assert "Expires=" in anna.get("/thresholds", **{"Sec-Fetch-Mode": "navigate"}).headers["Set-Cookie"]


def test_the_page_that_waits_for_leaving_may_change_the_session(anna: Visitor) -> None:
    anna.post("/leave", {"remove_notes": "true"})

    assert "Set-Cookie" in anna.get("/leave", **{"HX-Request": "true"}).headers
