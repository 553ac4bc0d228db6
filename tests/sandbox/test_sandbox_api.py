"""The stand-in's API: who may see and change which activity, listings page by page, answers in Strava's own shape."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
import requests
from places import SHARED

from integration.sandbox import SandboxServer
from integration.sandbox.applications import SCOPES

STRAVA = SHARED / "strava"
NO_TOKEN = {
    "message": "Authorization Error",
    "errors": [{"resource": "Athlete", "field": "access_token", "code": "invalid"}],
}
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def call(
    sandbox: SandboxServer, method: str, path: str, scopes: Iterable[str] = SCOPES, **request: Any
) -> requests.Response:
    """A call by athlete 1001's app, which was granted `scopes` just now."""
    token = sandbox.strava.connect(1001, scopes).newest()[0]
    headers = {"Authorization": f"Bearer {token}"}
    return requests.request(method, f"{sandbox.api_url}{path}", headers=headers, timeout=60, **request)


def get(sandbox: SandboxServer, path: str, scopes: Iterable[str] = SCOPES, **params: int) -> Any:
    return call(sandbox, "GET", path, scopes, params=params).json()


def put(sandbox: SandboxServer, activity: int, **fields: Any) -> requests.Response:
    return call(sandbox, "PUT", f"/activities/{activity}", json=fields)


def ids(found: list[dict[str, Any]]) -> list[int]:
    return [activity["id"] for activity in found]


def daily_runs(sandbox: SandboxServer, count: int) -> list[int]:
    """`count` runs, one a day, the oldest first."""
    return [sandbox.strava.create_activity(1001, km=5 + n, start=NOON + timedelta(days=n)) for n in range(count)]


# -- listing ------------------------------------------------------------------------------------------------------


def test_a_listing_goes_newest_first_and_with_after_oldest_first(sandbox: SandboxServer) -> None:
    runs = daily_runs(sandbox, 4)
    since = int((NOON + timedelta(days=1)).timestamp())

    assert ids(get(sandbox, "/athlete/activities")) == runs[::-1]
    assert ids(get(sandbox, "/athlete/activities", after=since)) == runs[2:]
    assert ids(get(sandbox, "/athlete/activities", before=since)) == runs[:1]
    assert ids(get(sandbox, "/athlete/activities", after=since, before=since + 90_000)) == runs[2:3]


def test_pages_follow_each_other_until_an_empty_one(sandbox: SandboxServer) -> None:
    runs = daily_runs(sandbox, 5)
    pages = [ids(get(sandbox, "/athlete/activities", page=page, per_page=2)) for page in (1, 2, 3, 4)]

    assert pages == [[runs[4], runs[3]], [runs[2], runs[1]], [runs[0]], []]


def test_a_page_holds_thirty_unless_asked_and_200_at_most(sandbox: SandboxServer) -> None:
    daily_runs(sandbox, 31)

    assert len(get(sandbox, "/athlete/activities")) == 30
    assert len(get(sandbox, "/athlete/activities", per_page=200)) == 31
    assert call(sandbox, "GET", "/athlete/activities", params={"per_page": 201}).status_code == 400
    assert call(sandbox, "GET", "/athlete/activities", params={"page": "x"}).status_code == 400


def test_a_short_page_need_not_be_the_last(sandbox: SandboxServer) -> None:
    daily_runs(sandbox, 4)
    sandbox.strava.options.short_pages = True

    assert [len(get(sandbox, "/athlete/activities", page=page, per_page=2)) for page in (1, 2, 3)] == [1, 1, 0]


def test_a_private_note_is_empty_text_in_the_detailed_form_alone(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity()

    assert get(sandbox, f"/activities/{run}")["private_note"] == ""
    assert "private_note" not in get(sandbox, "/athlete/activities")[0]


def test_a_put_replaces_a_private_note_alone(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(description="mine", private_note="mine alone")
    before = sandbox.strava.activity(run)
    put(sandbox, run, private_note="new\r\n")

    assert sandbox.strava.activity(run) == before | {"private_note": "new\r\n"}


def test_a_summary_has_no_description(sandbox: SandboxServer) -> None:
    sandbox.strava.create_activity(description="mine alone")
    (summary,) = get(sandbox, "/athlete/activities")

    assert "description" not in summary
    assert summary["resource_state"] == 2


# -- one activity -------------------------------------------------------------------------------------------------


def test_an_activity_ends_now_unless_told_when_it_began(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(km=10, minutes=50)
    held = get(sandbox, f"/activities/{run}")
    began = datetime.fromisoformat(held["start_date"])

    assert abs(sandbox.strava.now() - began - timedelta(minutes=50)) < timedelta(minutes=1)
    assert (held["distance"], held["moving_time"], held["sport_type"]) == (10_000.0, 3000, "Run")


@pytest.mark.parametrize(("month", "hours"), [(1, 1), (7, 2)])
def test_local_time_follows_daylight_saving_though_the_timezone_text_does_not(
    sandbox: SandboxServer, month: int, hours: int
) -> None:
    run = sandbox.strava.create_activity(start=datetime(2026, month, 5, 6, 30, tzinfo=UTC))
    held = get(sandbox, f"/activities/{run}")

    assert held["start_date"] == f"2026-0{month}-05T06:30:00Z"
    assert held["start_date_local"] == f"2026-0{month}-05T0{6 + hours}:30:00Z"
    assert held["utc_offset"] == hours * 3600
    assert held["timezone"] == "(GMT+01:00) Europe/Vienna"


@pytest.mark.parametrize("description", [None, "", "two\nlines, and 🏃 – “quotes”", "blanks at the end  \r\n"])
def test_a_description_is_given_back_as_it_is_stored(sandbox: SandboxServer, description: str | None) -> None:
    run = sandbox.strava.create_activity(description=description)

    assert get(sandbox, f"/activities/{run}")["description"] == description


def test_gear_comes_with_the_metres_covered_with_it(runner: SandboxServer) -> None:
    run = runner.strava.create_activity(km=10, gear_id="g11000003")
    others = [activity for activity in runner.strava.activities.values() if activity["gear_id"] == "g11000003"]
    gear = get(runner, f"/activities/{run}")["gear"]

    assert gear["name"] == "Road shoes 3"
    assert gear["distance"] == round(sum(activity["distance"] for activity in others))


def test_splits_add_up_to_the_run(sandbox: SandboxServer) -> None:
    run = get(sandbox, f"/activities/{sandbox.strava.create_activity(km=10.4, minutes=55)}")

    assert len(run["splits_metric"]) == 11
    assert sum(split["moving_time"] for split in run["splits_metric"]) == run["moving_time"]
    assert sum(split["distance"] for split in run["splits_standard"]) == pytest.approx(run["distance"], abs=1)


def test_what_is_not_there_or_not_ones_own_is_404(sandbox: SandboxServer) -> None:
    foreign = sandbox.strava.create_activity(sandbox.strava.add_athlete("Noor", "Second"))

    for path in ("/activities/1", f"/activities/{foreign}"):
        answer = call(sandbox, "GET", path)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["resource"] == "Activity"
    assert put(sandbox, foreign, description="x").status_code == 404
    assert sandbox.strava.description(foreign) is None


@pytest.mark.parametrize("path", ["/nothing", "/activities/x"])
def test_a_path_that_the_api_does_not_have_is_404_too(sandbox: SandboxServer, path: str) -> None:
    assert call(sandbox, "GET", path).json()["message"] == "Record Not Found"


def test_a_new_activity_can_be_absent_for_some_calls(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(absent_calls=2)

    assert [call(sandbox, "GET", f"/activities/{run}").status_code for _ in range(3)] == [404, 404, 200]


def test_a_new_activity_can_be_absent_for_some_time(sandbox: SandboxServer) -> None:
    sandbox.strava.options.absent_seconds = 60
    run = sandbox.strava.create_activity()
    before = call(sandbox, "GET", f"/activities/{run}").status_code
    sandbox.strava.advance(seconds=61)

    assert (before, call(sandbox, "GET", f"/activities/{run}").status_code) == (404, 200)


# -- changing one -------------------------------------------------------------------------------------------------


def test_a_put_replaces_the_whole_description_and_nothing_else(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(title="Mine", description="old words")
    before = sandbox.strava.activity(run)
    answer = put(sandbox, run, description="new words\n", colour="red", distance=1)

    assert answer.status_code == 200
    assert answer.json()["description"] == "new words\n"
    assert sandbox.strava.activity(run) == before | {"description": "new words\n"}


def test_a_put_can_be_a_form_as_well(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity()
    call(sandbox, "PUT", f"/activities/{run}", data={"description": "by form", "trainer": "true"})

    assert sandbox.strava.activity(run)["description"] == "by form"
    assert sandbox.strava.activity(run)["trainer"] is True


def test_type_follows_sport_type(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity()
    by_sport = put(sandbox, run, sport_type="TrailRun", type="Swim").json()
    by_type = put(sandbox, run, type="Hike").json()

    assert (by_sport["sport_type"], by_sport["type"]) == ("TrailRun", "Run")
    assert (by_type["sport_type"], by_type["type"]) == ("Hike", "Hike")


@pytest.mark.parametrize(
    "fields",
    [{"description": 7}, {"name": None}, {"sport_type": "Crawling"}, {"commute": "perhaps"}, {"type": "TrailRun"}],
)
def test_a_put_that_makes_no_sense_changes_nothing(sandbox: SandboxServer, fields: dict[str, Any]) -> None:
    run = sandbox.strava.create_activity(description="kept")
    before = sandbox.strava.activity(run)

    assert put(sandbox, run, **fields).status_code == 400
    assert sandbox.strava.activity(run) == before


def test_a_description_may_be_tidied_or_too_long(sandbox: SandboxServer) -> None:
    sandbox.strava.options.tidy_descriptions, sandbox.strava.options.description_limit = True, 20
    run = sandbox.strava.create_activity()

    assert put(sandbox, run, description="  a\r\nb \n").json()["description"] == "a\nb"
    assert put(sandbox, run, description="x" * 21).status_code == 400


# -- scopes and tokens --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "scopes", "field"),
    [
        ("GET", {"read"}, "activity:read_permission"),
        ("PUT", {"activity:read", "activity:read_all"}, "activity:write_permission"),
    ],
)
def test_a_missing_scope_is_named(sandbox: SandboxServer, method: str, scopes: set[str], field: str) -> None:
    run = sandbox.strava.create_activity()
    answer = call(sandbox, method, f"/activities/{run}", scopes, **({"json": {}} if method == "PUT" else {}))

    assert answer.status_code == 401
    assert answer.json()["errors"] == [{"resource": "AccessToken", "field": field, "code": "missing"}]


def test_only_you_is_seen_and_changed_only_with_read_all(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity(private=True)
    without, every = {"activity:read", "activity:write"}, {"activity:read_all", "activity:write"}
    path = f"/activities/{run}"

    assert get(sandbox, "/athlete/activities", without) == []
    assert ids(get(sandbox, "/athlete/activities", every)) == [run]
    assert call(sandbox, "GET", path, without).status_code == 404
    assert call(sandbox, "PUT", path, without, json={"description": "x"}).status_code == 401
    assert call(sandbox, "PUT", path, every, json={"description": "x"}).status_code == 200


def test_units_are_told_only_with_the_whole_profile(sandbox: SandboxServer) -> None:
    assert "measurement_preference" not in get(sandbox, "/athlete", {"read"})
    assert get(sandbox, "/athlete", {"profile:read_all"})["measurement_preference"] == "meters"


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic {token}", "{token}"])
def test_a_token_counts_only_as_bearer_in_the_header(sandbox: SandboxServer, header: str) -> None:
    token = sandbox.strava.connect().newest()[0]
    headers = {"Authorization": header.format(token=token)}
    answer = requests.get(f"{sandbox.api_url}/athlete", headers=headers, params={"access_token": token}, timeout=60)

    assert (answer.status_code, answer.json()) == (401, NO_TOKEN)


def test_withdrawn_access_is_refused_at_once(sandbox: SandboxServer) -> None:
    headers = {"Authorization": f"Bearer {sandbox.strava.connect().newest()[0]}"}
    sandbox.strava.deauthorize()

    assert requests.get(f"{sandbox.api_url}/athlete", headers=headers, timeout=60).json() == NO_TOKEN


def test_an_inactive_app_is_told_so_on_every_call(sandbox: SandboxServer) -> None:
    sandbox.strava.app.inactive = True
    answer = call(sandbox, "GET", "/athlete")

    assert answer.status_code == 403
    assert answer.json() == {
        "message": "Forbidden",
        "errors": [{"resource": "Application", "field": "Status", "code": "Inactive"}],
    }


def test_the_log_of_calls_tells_method_path_status_and_athlete(sandbox: SandboxServer) -> None:
    run = sandbox.strava.create_activity()
    get(sandbox, f"/activities/{run}")
    put(sandbox, run, description="x")
    told = [(entry.method, entry.path, entry.status, entry.athlete) for entry in sandbox.strava.calls()]

    assert told == [("GET", f"/activities/{run}", 200, 1001), ("PUT", f"/activities/{run}", 200, 1001)]
    assert len(sandbox.strava.calls("PUT", "/activities/*")) == 1


# -- Strava's own description and recordings -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def swagger() -> dict[str, Any]:
    if not (STRAVA / "swagger.json").is_file():
        pytest.skip("Strava's API description is not beside this checkout")
    described: dict[str, Any] = json.loads((STRAVA / "swagger.json").read_text(encoding="utf-8"))
    return described


def without_nulls(value: Any) -> Any:
    """Swagger 2 knows no null, and asks two numbers of a place: Strava answers null, and [] for no place."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None and not _nowhere(key, item)}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def _nowhere(key: str, item: Any) -> bool:
    return key in {"start_latlng", "end_latlng"} and item == []


def conforms(swagger: dict[str, Any], value: Any, definition: str) -> None:
    schema = {"$ref": f"#/definitions/{definition}", "definitions": swagger["definitions"]}
    jsonschema.Draft4Validator(schema).validate(without_nulls(value))


def test_answers_conform_to_stravas_api_description(runner: SandboxServer, swagger: dict[str, Any]) -> None:
    runner.strava.create_activity(sport="TrailRun", description="words")
    listing = get(runner, "/athlete/activities", per_page=200)
    for summary in listing:
        conforms(swagger, summary, "summaryActivity")
    for sport in ("Run", "TrailRun", "Swim", "Ride", "WeightTraining"):
        one = next(activity for activity in listing if activity["sport_type"] == sport)
        conforms(swagger, get(runner, f"/activities/{one['id']}"), "detailedActivity")
    conforms(swagger, put(runner, listing[0]["id"], description="x").json(), "detailedActivity")
    conforms(swagger, get(runner, "/athlete", {"read"}), "summaryAthlete")
    conforms(swagger, get(runner, "/athlete", {"profile:read_all"}), "detailedAthlete")


def test_refusals_conform_to_stravas_api_description(sandbox: SandboxServer, swagger: dict[str, Any]) -> None:
    run = sandbox.strava.create_activity()

    conforms(swagger, get(sandbox, "/activities/1"), "fault")
    conforms(swagger, get(sandbox, f"/activities/{run}", {"read"}), "fault")
    conforms(swagger, requests.get(f"{sandbox.api_url}/athlete", timeout=60).json(), "fault")


def test_the_check_against_the_description_can_fail(swagger: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        conforms(swagger, {"id": 1, "distance": "far"}, "summaryActivity")


def recorded(name: str) -> Any:
    path = STRAVA / "recorded" / name
    if not path.is_file():
        pytest.skip("the recorded answers are not beside this checkout")
    found = json.loads(path.read_text(encoding="utf-8"))
    return found.get("body", found) if "recorded_at" in found else found


# What a recorded answer of that day has and ours has not, or the other way round, and why.
ONLY_RECORDED = {
    "activity-detailed-run.json": {"elev_high", "elev_low"},  # of a watch with an altimeter
    "activity-put.json": {"start_latitude", "start_longitude", "similar_activities"},  # gone since 2018; of segments
}


@pytest.mark.parametrize("name", ["activity-detailed-run.json", "activity-put.json"])
def test_a_detailed_activity_has_the_fields_of_a_recorded_one(runner: SandboxServer, name: str) -> None:
    run = runner.strava.create_activity(gear_id="g11000001")
    answer = put(runner, run, description="x").json() if "put" in name else get(runner, f"/activities/{run}")

    assert recorded(name).keys() - answer.keys() == ONLY_RECORDED[name]


def test_split_fields_are_those_recorded(sandbox: SandboxServer) -> None:
    run = get(sandbox, f"/activities/{sandbox.strava.create_activity()}")

    assert run["splits_metric"][0].keys() == recorded("activity-detailed-run.json")["splits_metric"][0].keys()


def test_a_token_answer_has_the_fields_of_a_recorded_one(sandbox: SandboxServer) -> None:
    app, strava = sandbox.strava.app, sandbox.strava
    form = {
        "client_id": str(app.client_id),
        "client_secret": app.client_secret,
        "grant_type": "authorization_code",
        "code": app.issue_code(1001, SCOPES, strava.now()),
    }
    by_code = requests.post(f"{sandbox.oauth_url}/token", data=form, timeout=60).json()
    form |= {"grant_type": "refresh_token", "refresh_token": by_code["refresh_token"]}
    refreshed = requests.post(f"{sandbox.oauth_url}/token", data=form, timeout=60).json()

    assert recorded("token-code.json").keys() == by_code.keys()
    assert recorded("token-code.json")["athlete"].keys() <= by_code["athlete"].keys()
    assert recorded("token-refresh.json").keys() == refreshed.keys()
