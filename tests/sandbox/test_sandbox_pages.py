"""The stand-in in a browser and through its own JSON interface, as people and tests of real processes use it."""

import re
from datetime import datetime, timedelta
from typing import Any

import html5lib
import pytest
import requests

from integration.sandbox import SandboxServer

PAGES = ("/", "/sandbox/feed/1001", "/sandbox/feed/1001?page=2", "/sandbox/feed/1001/log", "/sandbox/state")


def page(sandbox: SandboxServer, path: str) -> str:
    answer = requests.get(f"{sandbox.url}{path}", timeout=60)
    assert answer.status_code == 200
    return answer.text


def send(sandbox: SandboxServer, path: str, **form: str) -> requests.Response:
    return requests.post(f"{sandbox.url}{path}", data=form, timeout=60)


def api(sandbox: SandboxServer, method: str, path: str, **body: Any) -> requests.Response:
    return requests.request(method, f"{sandbox.url}/sandbox/api{path}", json=body or None, timeout=60)


# -- pages ----------------------------------------------------------------------------------------------------------


def test_every_page_is_valid_html_dressed_and_says_that_it_is_no_strava(runner: SandboxServer) -> None:
    run = runner.strava.create_activity(title="<b>bold</b>", description="</div> & “more”")
    runner.strava.faults.add("slow")
    for path in (*PAGES, f"/sandbox/activities/{run}/edit"):
        text = page(runner, path)
        html5lib.HTMLParser(strict=True).parse(text)
        assert "Sandbox, not Strava" in text
        files = re.findall(r'(?:rel="stylesheet" href|<script [^>]*src)="([^"]+)"', text)
        assert [file for file in files if not requests.get(f"{runner.url}{file}", timeout=60).ok] == []
        assert files


def test_the_feed_shows_a_description_exactly_as_it_is_stored(sandbox: SandboxServer) -> None:
    sandbox.strava.create_activity(description="one\n\n  two <three>")

    assert '<div class="words">one\n\n  two &lt;three&gt;</div>' in page(sandbox, "/")


def test_the_feed_shows_race_privacy_and_figures(sandbox: SandboxServer) -> None:
    sandbox.strava.create_activity(km=21.1, minutes=100, climb_m=120, workout_type=1, private=True, title="City half")
    text = page(sandbox, "/")

    for shown in ("City half", "21.10 km", "1:40:00", "4:44 /km", "120 m", "Race", "Only you"):
        assert shown in text


@pytest.mark.parametrize("kind", ["long", "easy"])
def test_one_button_logs_a_run_that_fits_the_last_thirty_days(runner: SandboxServer, kind: str) -> None:
    recent = [one["distance"] for one in runner.strava.of(1001)[:16] if one["sport_type"] in {"Run", "TrailRun"}]
    answer = send(runner, "/sandbox/feed/1001/log", kind=kind)
    logged = runner.strava.of(1001)[0]

    assert answer.url.endswith("/sandbox/feed/1001")
    assert (logged["distance"] > max(recent) * 1.3) is (kind == "long")
    assert (logged["distance"] < max(recent)) is (kind == "easy")


def test_runs_logged_one_after_the_other_do_not_overlap_so_that_none_is_a_recording_of_another(
    runner: SandboxServer,
) -> None:
    for _ in range(3):
        send(runner, "/sandbox/feed/1001/log", kind="long")
    latest, before, first = runner.strava.of(1001)[:3]

    for later, earlier in ((latest, before), (before, first)):
        start, begun = (datetime.fromisoformat(str(run["start_date"])) for run in (later, earlier))
        assert start >= begun + timedelta(seconds=int(earlier["elapsed_time"]))


def test_a_first_run_can_be_logged_without_any_history(sandbox: SandboxServer) -> None:
    send(sandbox, "/sandbox/feed/1001/log", kind="long")

    assert sandbox.strava.of(1001)[0]["distance"] == 11_000.0


def test_the_form_logs_any_run_with_title_and_description(sandbox: SandboxServer) -> None:
    form = {"km": "12,5", "minutes": "70", "sport": "TrailRun", "title": "Up and down", "description": "a\r\nb"}
    send(sandbox, "/sandbox/feed/1001/log", **form)
    logged = sandbox.strava.of(1001)[0]

    assert (logged["distance"], logged["moving_time"], logged["sport_type"]) == (12_500.0, 4200, "TrailRun")
    assert (logged["name"], logged["description"]) == ("Up and down", "a\nb")


@pytest.mark.parametrize(
    ("field", "value", "word"), [("km", "far", "Kilometres"), ("km", "0", "Kilometres"), ("minutes", "nan", "Minutes")]
)
def test_a_form_that_makes_no_sense_comes_back_with_what_was_typed(
    sandbox: SandboxServer, field: str, value: str, word: str
) -> None:
    answer = send(
        sandbox, "/sandbox/feed/1001/log", **({"km": "10", "minutes": "60", "title": "kept"} | {field: value})
    )

    assert answer.status_code == 400
    assert f"{word}: give a number" in answer.text
    assert 'value="kept"' in answer.text
    assert sandbox.strava.of(1001) == []


def test_an_activity_is_edited_hidden_and_deleted_in_the_feed(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(title="before")
    send(sandbox, f"/sandbox/activities/{run}/edit", name="after", description="x\r\ny", sport_type="Hike")
    edited = sandbox.strava.activity(run)
    send(sandbox, f"/sandbox/activities/{run}/privacy", private="true")
    hidden = sandbox.strava.activity(run)
    send(sandbox, f"/sandbox/activities/{run}/delete")

    assert (edited["name"], edited["description"], edited["sport_type"]) == ("after", "x\ny", "Hike")
    assert (hidden["private"], hidden["visibility"]) == (True, "only_me")
    assert sandbox.strava.of(1001) == []


def test_where_strava_has_an_activitys_page_the_feed_shows_it(runner: SandboxServer) -> None:
    old = runner.strava.of(1001)[15]["id"]

    answer = requests.get(f"{runner.url}/activities/{old}", timeout=60)

    assert f'id="a{old}"' in answer.text
    assert 'http-equiv="refresh"' not in answer.text
    assert answer.history[0].headers["Location"].endswith(f"#a{old}")
    assert requests.get(f"{runner.url}/activities/1", timeout=60).status_code == 404


def test_the_feed_looks_for_news_by_itself_unless_kept_still(sandbox: SandboxServer) -> None:
    assert 'http-equiv="refresh"' in page(sandbox, "/")
    assert 'http-equiv="refresh"' not in page(sandbox, "/?still=1")


def test_faults_habits_and_the_app_are_switched_behind_the_scenes(sandbox: SandboxServer) -> None:
    sandbox.strava.connect()
    send(sandbox, "/sandbox/state/faults", kind="error_page", on="PUT *", times="")
    send(sandbox, "/sandbox/state/options", short_pages="on")
    send(sandbox, f"/sandbox/state/applications/{sandbox.strava.app.client_id}", inactive="true")
    text = page(sandbox, "/sandbox/state")
    (fault,) = sandbox.strava.faults.active
    send(sandbox, f"/sandbox/state/faults/{fault.id}/remove")
    send(sandbox, f"/sandbox/state/applications/{sandbox.strava.app.client_id}", deauthorize="1001")

    assert (fault.kind, fault.on, fault.times) == ("error_page", "PUT *", None)
    assert "until removed" in text
    assert sandbox.strava.options.short_pages
    assert sandbox.strava.app.inactive
    assert sandbox.strava.faults.active == []
    assert sandbox.strava.app.grants == {}


def test_a_fault_that_makes_no_sense_is_refused_on_the_page(sandbox: SandboxServer) -> None:
    assert send(sandbox, "/sandbox/state/faults", kind="slow", times="often").status_code == 400
    assert sandbox.strava.faults.active == []


@pytest.mark.parametrize("path", ["/sandbox/feed/5", "/sandbox/feed/5/log", "/sandbox/activities/5/edit", "/nothing"])
def test_what_is_not_there_is_404(sandbox: SandboxServer, path: str) -> None:
    assert requests.get(f"{sandbox.url}{path}", timeout=60).status_code == 404


# -- the JSON interface -----------------------------------------------------------------------------------------------


def test_a_script_can_log_read_edit_and_delete_a_run(sandbox: SandboxServer) -> None:
    told = {"km": 18.5, "minutes": 101, "title": "By script", "description": "d", "start": "2026-11-01T08:00:00+01:00"}
    run = api(sandbox, "POST", "/athletes/1001/activities", **told).json()["id"]
    api(sandbox, "PATCH", f"/activities/{run}", description="edited", private=True)
    held = api(sandbox, "GET", f"/activities/{run}").json()
    listed = api(sandbox, "GET", "/athletes/1001/activities?limit=1").json()

    assert (held["distance"], held["start_date"]) == (18_500.0, "2026-11-01T07:00:00Z")
    assert (held["description"], held["visibility"]) == ("edited", "only_me")
    assert listed == [held]
    assert api(sandbox, "DELETE", f"/activities/{run}").status_code == 204
    assert api(sandbox, "GET", f"/activities/{run}").status_code == 404


def test_a_script_can_set_faults_and_habits_spend_calls_and_move_time(sandbox: SandboxServer) -> None:
    fault = api(sandbox, "POST", "/faults", kind="slow", on="GET *", times=None, seconds=9).json()
    api(sandbox, "PATCH", "/options", absent_calls=2)
    api(sandbox, "POST", "/spend", calls=10, reads=4)
    api(sandbox, "POST", "/application", seats=3, inactive=True, read=[5, 50])
    spent = sandbox.strava.app.limits.overall.used[1]
    before = sandbox.strava.now()
    api(sandbox, "POST", "/clock", hours=1)
    state = api(sandbox, "GET", "/state").json()

    assert state["faults"] == [fault]
    assert state["options"]["absent_calls"] == 2
    assert state["applications"][0]["seats"] == 3
    assert sandbox.strava.app.limits.read.limit == (5, 50)
    assert state["applications"][0]["inactive"] is True
    assert (sandbox.strava.now() - before).total_seconds() >= 3600
    assert spent == 10
    assert api(sandbox, "DELETE", f"/faults/{fault['id']}").status_code == 204
    assert api(sandbox, "GET", "/faults").json() == []


def test_a_script_sees_calls_and_pushes(sandbox: SandboxServer) -> None:
    requests.get(f"{sandbox.api_url}/athlete", timeout=60)

    assert [call["status"] for call in api(sandbox, "GET", "/calls?path=/athlete").json()] == [401]
    assert api(sandbox, "DELETE", "/calls").status_code == 204
    assert api(sandbox, "GET", "/calls").json() == []
    assert api(sandbox, "GET", "/pushes").json() == []


def test_a_script_can_end_tokens_and_access(sandbox: SandboxServer) -> None:
    grant = sandbox.strava.connect()
    api(sandbox, "POST", "/athletes/1001/expire-tokens")
    expired = grant.newest()[1]
    api(sandbox, "POST", "/athletes/1001/deauthorize")

    assert expired <= sandbox.strava.now()
    assert sandbox.strava.app.grants == {}


def test_a_script_can_bring_in_a_further_athlete(sandbox: SandboxServer) -> None:
    number = api(sandbox, "POST", "/athletes", firstname="Noor", lastname="Second", timezone="Asia/Tokyo").json()["id"]

    assert sandbox.strava.athlete(number).name == "Noor Second"
    assert sandbox.strava.athlete(number).zone.key == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "names"),
    [
        ("POST", "/faults", {"kind": "earthquake"}, 400, "earthquake"),
        ("POST", "/faults", {"kind": "slow", "tims": 2}, 400, "tims"),
        ("POST", "/athletes/1001/activities", {"km": 5, "colour": "red"}, 400, "colour"),
        ("POST", "/athletes/1001/activities", {"description": 5}, 400, "description"),
        ("PATCH", "/options", {"short_pages": 1}, 400, "short_pages"),
        ("POST", "/athletes/1001/activities", {"start": "2026-11-01T08:00:00"}, 400, "start"),
        ("POST", "/athletes/1001/activities", {"sport": "Crawling"}, 400, "sport"),
        ("POST", "/athletes/9/activities", {"km": 5}, 404, "9"),
        ("PATCH", "/activities/9", {"name": "x"}, 404, "Not Found"),
        ("PATCH", "/options", {"loud": True}, 400, "loud"),
        ("POST", "/clock", {"fortnights": 1}, 400, "fortnights"),
        ("DELETE", "/faults/9", {}, 404, "9"),
    ],
)
def test_a_command_that_makes_no_sense_is_told_why(
    sandbox: SandboxServer, method: str, path: str, body: dict[str, Any], status: int, names: str
) -> None:
    answer = api(sandbox, method, path, **body)

    assert answer.status_code == status
    assert names in answer.json()["error"]
