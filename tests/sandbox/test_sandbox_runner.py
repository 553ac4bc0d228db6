"""The made-up runner of the stand-in, and real histories that are moved in time."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from places import SHARED

from integration.sandbox import Sandbox
from integration.sandbox.activities.history import HistoryError, load_history
from integration.sandbox.activities.outings import RUNS
from integration.sandbox.activities.runner import make_runner

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
REAL = SHARED / "data" / "runner-a.json"
moments = st.integers(1_577_836_800, 2_051_222_400).map(lambda epoch: datetime.fromtimestamp(epoch, UTC))  # to 2035


def at(activity: dict[str, Any], field: str = "start_date") -> datetime:
    return datetime.fromisoformat(activity[field])


def runs_of(activities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [activity for activity in activities if activity["sport_type"] in RUNS]


# -- the made-up runner ---------------------------------------------------------------------------------------------


def test_the_same_seed_and_end_tell_the_same_story_and_another_seed_another() -> None:
    assert make_runner(7, NOW) == make_runner(7, NOW)
    assert make_runner(7, NOW).activities != make_runner(8, NOW).activities


@examples(15)
@given(st.integers(0, 10_000), moments)
def test_every_runner_has_two_years_behind_them_and_ran_days_ago(seed: int, now: datetime) -> None:
    activities = make_runner(seed, now).activities
    runs = runs_of(activities)

    assert at(runs[0]) < now - timedelta(days=2 * 365)
    assert timedelta(days=1) <= now - at(runs[-1]) <= timedelta(days=7)
    assert all(one["id"] < two["id"] and at(one) <= at(two) for one, two in pairwise(activities))
    assert all(120 < run["distance"] / (run["moving_time"] / 60) < 300 for run in runs)  # 3:20 to 8:20 per km


def test_the_log_holds_what_a_runners_year_holds() -> None:
    activities = make_runner(1, NOW).activities
    runs = runs_of(activities)
    sports = Counter(activity["sport_type"] for activity in activities)

    assert {"Run", "TrailRun", "Swim", "Ride", "WeightTraining"} <= sports.keys()
    assert 3 <= len(runs) / 130 <= 4.2  # a week
    assert sum(run["workout_type"] == 1 for run in runs) == 5
    assert any(run["trainer"] for run in runs)
    assert any(run["private"] for run in runs)
    assert len({run["gear_id"] for run in runs}) == 4
    assert 20 < sum(bool(run["description"]) for run in runs) < 130
    for sometimes in ("average_cadence", "average_temp", "average_heartrate"):
        assert 0.5 < sum(sometimes in run for run in runs) / len(runs) < 1
    assert max(run["total_elevation_gain"] / run["distance"] for run in runs) > 0.025  # hills


def test_there_is_a_lay_off_of_some_weeks_and_no_other() -> None:
    runs = runs_of(make_runner(1, NOW).activities)
    gaps = sorted((at(after) - at(before)).days for before, after in pairwise(runs))

    assert 35 <= gaps[-1] <= 50
    assert gaps[-2] <= 14


def test_the_longest_run_of_most_weeks_is_on_sunday() -> None:
    longest: dict[tuple[int, int], dict[str, Any]] = {}
    for run in runs_of(make_runner(1, NOW).activities):
        year, week, _ = at(run, "start_date_local").isocalendar()
        longest[year, week] = max(longest.get((year, week), run), run, key=lambda one: one["distance"])
    sundays = sum(at(run, "start_date_local").isoweekday() == 7 for run in longest.values())

    assert sundays / len(longest) > 0.75


def test_wall_time_stays_while_daylight_saving_comes_and_goes() -> None:
    activities = make_runner(1, NOW).activities
    zone = ZoneInfo("Europe/Vienna")

    assert {activity["utc_offset"] for activity in activities} == {3600.0, 7200.0}
    for activity in activities:
        assert at(activity).astimezone(zone).replace(tzinfo=UTC) == at(activity, "start_date_local")


# -- a history from a file --------------------------------------------------------------------------------------------


def an_activity(start: datetime, number: int = 1, sport: str = "Run") -> dict[str, Any]:
    return {
        "id": number,
        "sport_type": sport,
        "distance": 10_000.0,
        "start_date": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "start_date_local": (start - timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def written(path: Path, content: Any) -> Path:
    text = json.dumps(content)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@examples(60)
@given(moments, moments)
def test_the_last_run_moves_by_whole_weeks_to_1_to_7_days_ago(
    tmp_path_factory: pytest.TempPathFactory, start: datetime, now: datetime
) -> None:
    path = tmp_path_factory.getbasetemp() / "history.json"
    (moved,) = load_history(written(path, [an_activity(start)]), now)

    assert (at(moved) - start) % timedelta(weeks=1) == timedelta()
    assert 1 <= (now - at(moved)).days <= 7
    assert at(moved) - at(moved, "start_date_local") == timedelta(hours=4)


@pytest.mark.parametrize("name", ["history.json", "history.json.gz"])
def test_everything_else_stays_as_it_is(tmp_path: Path, name: str) -> None:
    before = [an_activity(NOW - timedelta(days=400 + n), n) for n in range(3)]
    after = load_history(written(tmp_path / name, before), NOW)
    gaps = [at(activity) - at(after[0]) for activity in after]

    assert gaps == [at(activity) - at(before[0]) for activity in before]
    assert [activity | {"start_date": 0, "start_date_local": 0} for activity in after] == [
        activity | {"start_date": 0, "start_date_local": 0} for activity in before
    ]


def test_what_would_lie_in_the_future_is_left_out(tmp_path: Path) -> None:
    run, swim = an_activity(NOW - timedelta(days=90), 1), an_activity(NOW - timedelta(days=30), 2, "Swim")

    assert [activity["id"] for activity in load_history(written(tmp_path / "h.json", [run, swim]), NOW)] == [1]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"activities": []}, "holds no list of activities"),
        ([], "holds no list of activities"),
        (["run"], "entry 1 is no activity: not a JSON object"),
        ([an_activity(NOW), {"id": 2}], "entry 2 is no activity: it has no sport_type"),
        ([an_activity(NOW) | {"id": "x"}], "its id is no whole number"),
        ([an_activity(NOW) | {"start_date": "yesterday"}], "its start_date is no time"),
        ([an_activity(NOW) | {"start_date_local": None}], "its start_date_local is no time"),
    ],
)
def test_a_file_that_is_no_list_of_activities_is_refused_in_one_line(tmp_path: Path, content: Any, why: str) -> None:
    path = written(tmp_path / "wrong.json", content)
    with pytest.raises(HistoryError) as refusal:
        load_history(path, NOW)

    assert str(refusal.value).startswith(f"{path}: ")
    assert why in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("raw", [b"", b"id,name\n1,Run", b"\x1f\x8b broken", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_json_is_refused_in_one_line(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "wrong.json"
    path.write_bytes(raw)
    with pytest.raises(HistoryError, match=r"wrong\.json: "):
        load_history(path, NOW)


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"nowhere\.json: No such file"):
        load_history(tmp_path / "nowhere.json", NOW)


@pytest.mark.skipif(not REAL.is_file(), reason="the real runner's history is not beside this checkout")
def test_eight_years_of_a_real_runner_move_to_last_week() -> None:
    activities = load_history(REAL, NOW)
    last = at(runs_of(activities)[-1])
    strava = Sandbox()
    athlete = strava.add_athlete(activities=activities)

    assert len(activities) == 1132
    assert last.weekday() == 6
    assert 1 <= (NOW - last).days <= 7
    assert strava.athlete(athlete).zone.key == "America/New_York"
    assert {activity["athlete"]["id"] for activity in strava.activities.values()} == {athlete}


def test_the_same_history_can_be_two_athletes() -> None:
    strava, story = Sandbox(), make_runner(1, NOW).activities
    first, second = strava.add_athlete(activities=story), strava.add_athlete(activities=story)

    assert len(strava.of(first)) == len(strava.of(second)) == len(story)
