"""A download that a person reads, and the way back for what is one's own."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from instance import ANNA
from web_site import Site, Visitor
from werkzeug.test import TestResponse

from integration.own_data.own_import import LARGEST
from integration.own_data.readable_export import table
from integration.sandbox import SandboxServer
from integration.store.tables import Preferences


@pytest.fixture
def site(tmp_path: Path, runner: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, runner, redis_url)


@pytest.fixture
def anna(site: Site) -> Visitor:
    """Somebody with settings, thresholds, answers and a session of her own."""
    anna = site.connected()
    anna.post("/preferences", {"units": "mi", "form": "long"}, of="/preferences")
    anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")
    anna.post("/answers", {"hurts": "false", "left_out": "squat", "consent": "true"}, of="/answers")
    anna.post("/routine/today", {"done": "true", "back": "2", "moves": "cat-cow"}, of="/routine/today")
    return anna


def told(visitor: Visitor) -> dict[str, Any]:
    exported = visitor.get("/export").json
    assert exported is not None
    preferences: dict[str, Any] = exported["preferences"]
    return preferences


def bring(visitor: Visitor, content: bytes, **fields: str) -> TestResponse:
    token = visitor.token("/bring-back")
    data = {"csrf_token": token, "file": (io.BytesIO(content), "backstride.zip"), **fields}
    return visitor.client.post(
        "/bring-back", data=data, content_type="multipart/form-data", headers={"Accept": "text/html"}
    )


def test_the_download_is_a_zip_that_a_person_reads(anna: Visitor) -> None:
    answer = anna.get("/export.zip")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="backstride.zip"'
    files = zipfile.ZipFile(io.BytesIO(answer.data))
    assert files.namelist() == ["README.txt", "backstride.json", "notes.csv", "sessions.csv"]
    guide = files.read("README.txt").decode()
    assert [name for name in ("tenths of a metre", "tell_at", "shoe", "recorded") if name not in guide] == []
    assert json.loads(files.read("backstride.json"))["preferences"]["units"] == "mi"
    [session] = csv.DictReader(io.StringIO(files.read("sessions.csv").decode()))
    assert (session["back"], session["activity"]) == ("2", "")
    assert b"token" not in files.read("backstride.json")


def test_cells_join_lists_and_never_begin_like_a_formula() -> None:
    rows: list[dict[str, Any]] = [{"moves": ["plank", "squat"], "at": "=1+1"}, {"moves": [], "at": None}]

    assert table(("at", "moves"), rows) == "at,moves\r\n'=1+1,plank; squat\r\n,\r\n"


def test_what_was_downloaded_comes_back_whole(site: Site, anna: Visitor) -> None:
    before, zipped = told(anna), anna.get("/export.zip").data
    anna.post("/preferences", {"units": "km", "form": "short"}, of="/preferences")
    anna.post("/thresholds", {"mute.days": "5"}, of="/thresholds")
    anna.post("/answers", {"forget": "true"}, of="/answers")
    assert told(anna)["session_log"] is None
    answer = bring(anna, zipped, consent="true")

    assert answer.status_code == 303
    page = anna.get("/preferences").text
    assert "Brought back: settings, thresholds, answers, 1 session" in page
    after = told(anna)
    for name in ("units", "form", "thresholds", "answers", "session_log"):
        assert after[name] == before[name], name
    assert "Nothing new was in it" not in page


def test_the_same_download_twice_logs_no_session_twice(anna: Visitor) -> None:
    zipped = anna.get("/export.zip").data
    bring(anna, zipped)
    bring(anna, zipped)

    assert len(told(anna)["session_log"]) == 1


def test_times_at_the_ends_of_time_are_left_aside_and_every_page_answers(anna: Visitor) -> None:
    content = json.loads(anna.get("/export").data)
    at = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T00:00:00+00:00")
    content["preferences"] |= {
        "session_log": [{"at": end, "activity": 5, "moves": ["plank"], "strength": True, "back": 2} for end in at],
        "diary": {"plan_since": "9999-12-31", "usual_min": 40, "tried": [{"at": end, "pain": 1} for end in at]},
        "answers": {"hurts": True, "hurts_at": at[1], "reported_at": at[1]},
    }
    assert bring(anna, json.dumps(content).encode(), consent="true").status_code == 303

    assert len(told(anna)["session_log"]) == 1
    assert told(anna)["diary"] == {"usual_min": 40}
    pages = ("/dashboard", "/plan", "/routine/today", "/sheet", "/back-to-running", "/safety", "/answers")
    assert {path: anna.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)


def test_what_was_logged_in_the_first_shape_comes_back_too(site: Site, anna: Visitor) -> None:
    content = json.loads(anna.get("/export").data)
    content["preferences"]["session_log"] = [{"at": "1970-01-01T00:00:00+00:00", "activity": 5, "moves": [], "back": 2}]
    bring(anna, json.dumps(content).encode(), consent="true")

    assert [entry["activity"] for entry in told(anna)["session_log"]] == [5, None]


def test_the_json_alone_comes_back_too_and_neither_switches_notes_on_nor_moves_them(site: Site, anna: Visitor) -> None:
    content = json.loads(anna.get("/export").data)
    content["preferences"] |= {"notes_on": True, "target": "pages", "units": "furlongs", "delay": True, "form": "short"}
    bring(anna, json.dumps(content).encode())

    with site.store.read() as session:
        row = session.get_one(Preferences, ANNA)
        assert (row.notes_on, row.target, row.units, row.delay, row.form) == (False, "description", "mi", 0, "short")


def test_health_data_comes_back_with_consent_only(anna: Visitor) -> None:
    zipped = anna.get("/export.zip").data
    anna.post("/answers", {"forget": "true"}, of="/answers")
    answer = bring(anna, zipped)

    assert answer.status_code == 400
    assert "consent: tick it" in answer.text
    assert told(anna)["answers"] is None


def test_a_reported_warning_sign_stays_whatever_comes_back(anna: Visitor) -> None:
    zipped = anna.get("/export.zip").data
    anna.post("/answers", {"red_flags": "night"}, of="/safety")
    bring(anna, zipped)

    assert told(anna)["answers"]["red_flags"] == ["night"]


def packed(content: bytes, name: str = "backstride.json") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG", b"[]", b"{}", b'{"preferences": 1, "connection": {}}', b"PK\x03\x04 and no more", b"[" * 100_000,
        packed(b"{}", "other.json"), pytest.param(packed(b" " * (LARGEST + 2)), id="a bomb"), packed(b"\xff\xfe"),
    ],
)  # fmt: skip
def test_what_is_no_download_is_named_and_changes_nothing(anna: Visitor, content: bytes) -> None:
    before = told(anna)
    answer = bring(anna, content)

    assert answer.status_code == 400
    assert "file: is no download of Backstride: choose the zip or backstride.json" in answer.text
    assert told(anna) == before


def test_without_a_file_the_form_asks_for_one(anna: Visitor) -> None:
    answer = anna.post("/bring-back", {}, of="/bring-back")

    assert answer.status_code == 400
    assert "file: choose the zip" in answer.text
