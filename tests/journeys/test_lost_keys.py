"""A lost TOKEN_KEYS is one clear page, one clear line of doctor and a quiet wait of the workers."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from instance import ANNA
from structlog.testing import capture_logs
from web_site import Site, Visitor

from integration.cli.doctor import examine
from integration.environment.secret_files import replace_secret
from integration.environment.setting_defaults import new_token_key
from integration.sandbox import SandboxServer
from integration.store import Vault
from integration.store.tables import Preferences

PAGES = ("/dashboard", "/notes", "/answers", "/routine/today", "/welcome", "/thresholds", "/moves")


@pytest.fixture
def told(site: Site) -> Visitor:
    """Anna has connected, her history is here, and she told something about her back."""
    visitor = site.connected(ANNA)
    visitor.post("/notes/switch", {"on": "true"}, of="/welcome")
    assert visitor.post("/answers", {"hurts": "true", "consent": "true"}, of="/answers").status_code == 303
    return visitor


def started_anew(told: Visitor, tmp_path: Path, runner: SandboxServer, redis_url: str) -> Visitor:
    """The same browser, after the processes were started again: nothing read earlier is known any more."""
    site = Site(tmp_path, runner, redis_url)
    visitor = site.visitor()
    cookie = told.client.get_cookie("backstride")
    assert cookie
    visitor.client.set_cookie("backstride", cookie.value)
    return visitor


def lose_the_key(told: Visitor) -> str:
    """Puts another key in the key's place and returns the old one."""
    file = told.site.settings.token_keys_file
    assert file
    lost = file.read_text().strip()
    replace_secret(file, new_token_key())
    return lost


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_the_data_is_locked_and_what_to_do(
    told: Visitor, tmp_path: Path, runner: SandboxServer, redis_url: str, path: str
) -> None:
    lose_the_key(told)
    page = started_anew(told, tmp_path, runner, redis_url).get(path)

    assert page.status_code == 503
    assert "Your data is locked" in page.text
    assert "put TOKEN_KEYS back" in page.text


def test_strangers_are_served_as_ever(told: Visitor, tmp_path: Path, runner: SandboxServer, redis_url: str) -> None:
    lose_the_key(told)
    site = started_anew(told, tmp_path, runner, redis_url).site

    assert [site.visitor().get(path).status_code for path in ("/", "/moves")] == [200, 200]


def test_json_gets_the_same_line(told: Visitor, tmp_path: Path, runner: SandboxServer, redis_url: str) -> None:
    lose_the_key(told)
    answer = started_anew(told, tmp_path, runner, redis_url).get("/export", Accept="application/json")

    assert answer.status_code == 503
    assert "TOKEN_KEYS" in answer.get_json()["error"]


def test_the_workers_wait_without_a_traceback_and_go_on_when_the_key_is_back(
    told: Visitor, tmp_path: Path, runner: SandboxServer, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    lost = lose_the_key(told)
    site = started_anew(told, tmp_path, runner, redis_url).site
    site.instance.ask(ANNA, reconcile_requested=True)
    with capture_logs() as lines, caplog.at_level(logging.ERROR):
        site.instance.work()

    assert [line for line in lines if line["log_level"] == "error"] == [
        {
            "event": "a setting has to be put right",
            "log_level": "error",
            "setting": "TOKEN_KEYS",
            "remedy": "no key opens what is stored: put the older keys back, behind the newest",
        }
    ]
    waiting = site.athlete()
    assert waiting
    assert waiting.request_due_at
    assert waiting.request_due_at - site.instance.now() > timedelta(minutes=4)

    file = site.settings.token_keys_file
    assert file
    replace_secret(file, f"{new_token_key()},{lost}")
    site.instance.later(minutes=6)
    rested = site.athlete()
    assert rested
    assert rested.request_due_at is None


def test_when_the_key_is_back_everything_is_as_it_was(
    told: Visitor, tmp_path: Path, runner: SandboxServer, redis_url: str
) -> None:
    lost = lose_the_key(told)
    after = started_anew(told, tmp_path, runner, redis_url)
    assert after.get("/answers").status_code == 503
    file = told.site.settings.token_keys_file
    assert file
    replace_secret(file, f"{new_token_key()},{lost}")

    assert 'value="true" checked' in after.get("/answers").text


@pytest.mark.parametrize("field", ["answers", "session_log", "diary", "tell_at"])
def test_doctor_names_the_keys_once_where_only_one_text_is_locked(told: Visitor, field: str) -> None:
    site = told.site
    with site.store.write() as session:
        setattr(session.get_one(Preferences, ANNA), field, Vault(lambda: [new_token_key()]).encrypt("{}"))
    [found] = [finding for finding in examine(site.settings) if finding.what == "TOKEN_KEYS"]

    assert found.remedy
    assert found.remedy.startswith("they do not open what is stored of 1 athlete: put the older keys back")


def test_an_athlete_can_leave_without_the_keys_and_is_told_what_is_theirs_to_do(
    told: Visitor, tmp_path: Path, runner: SandboxServer, redis_url: str
) -> None:
    run = told.site.strava.create_activity(ANNA, km=21)
    told.site.instance.reconcile_after(hours=7)
    lose_the_key(told)
    anna = started_anew(told, tmp_path, runner, redis_url)
    assert 'href="/leave"' in anna.get("/dashboard").text
    asked = anna.text("/leave")
    assert anna.post("/leave", {"remove_notes": "true"}, of="/leave").status_code == 303
    leaving = anna.get("/leave").text
    with capture_logs() as lines:
        anna.site.instance.work()
    gone = anna.get("/leave").text

    assert "Delete our notes by hand" in asked
    assert "your apps on Strava" in asked
    assert "Deleting your data" in leaving
    assert f"/activities/{run}" in leaving
    assert f"/activities/{run}" in gone
    assert "Nothing of yours is left here" in gone
    assert "https://www.strava.com/settings/apps" in gone
    assert anna.site.athlete() is None
    assert [line["why"] for line in lines if line["event"] == "gave up on a step of leaving"] == [
        "TOKEN_KEYS: no key opens what is stored: put the older keys back, behind the newest"
    ]
