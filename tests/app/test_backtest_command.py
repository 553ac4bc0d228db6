"""`backstride backtest`: what it prints for people and machines, and how it refuses."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from places import SHARED
from running_log import MONDAY, activity, on_days

from integration.cli import main

REAL_LOG = SHARED / "data" / "runner-a.json"
HEADER = "Activity ID,Activity Date,Activity Type,Elapsed Time,Moving Time,Distance (km)\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """30 runs of 10 km, a spike to 14 km on 1 March 2024, a muted long run the day after, and what is no run."""
    spike = activity(100, MONDAY + timedelta(days=60), 14, workout_type=1)
    muted = activity(101, MONDAY + timedelta(days=61), 15.3, minutes=95)
    others = [{"id": 5, "sport_type": "Ride", "start_date": "2024-01-01T07:00:00Z"}, activity(102, MONDAY, 0.4)]
    path = tmp_path / "log.json"
    path.write_text(json.dumps([*on_days(*range(0, 60, 2), km=10), spike, muted, *others, {"sport_type": "Run"}]))
    return path


def ask(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `backstride backtest …`."""
    code = main(["backtest", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    code, out, err = ask(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_json_holds_what_was_counted_what_was_found_and_what_was_unreadable(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asked(capsys, log, "--set", "long_effort.on=false", "--set", "weekly_high.on=false")

    assert answer == {
        "activities": 34,
        "counted": 32,
        "unreadable": [{"line": 35, "why": "no id"}],
        "notes": 1,
        "notes_per_month": 1 / 3,
        "findings": [
            {
                "id": 100,
                "start": "2024-03-01T07:00:00Z",
                "severity": 2,
                "note": True,
                "reason": None,
                "signals": [
                    {"signal": "session_spike", "band": "moderate", "km": 14.0, "reference_km": 10.0, "ratio": 1.4}
                ],
            }
        ],
    }


def test_a_real_log_gives_the_numbers_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    if not REAL_LOG.exists():
        pytest.skip("no real log beside the checkout")

    answer = asked(capsys, REAL_LOG)

    assert {name: answer[name] for name in ("activities", "counted", "unreadable", "notes", "notes_per_month")} == {
        "activities": 1132,
        "counted": 906,
        "unreadable": [],
        "notes": 100,
        "notes_per_month": 1.0309278350515463,
    }
    assert answer["findings"][0] == {
        "id": 9000000814,
        "start": "2017-12-10T15:40:28Z",
        "severity": 2,
        "note": True,
        "reason": None,
        "signals": [
            {
                "signal": "session_spike",
                "band": "moderate",
                "km": 21.7515,
                "reference_km": 16.1004,
                "ratio": 1.3509912797197585,
            },
            {"signal": "weekly_high", "km": 57.5964, "reference_km": 39.8899, "ratio": 1.443884291512388},
            {"signal": "long_effort", "km": 21.7515, "reference_km": 12.76815, "ratio": 1.7035749110090341},
        ],
    }


def test_people_read_each_flagged_run_what_it_was_measured_against_and_why_it_got_no_note(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ask(capsys, log)

    assert code == 0
    assert "log.json: 34 activities, 32 counted runs from 1 Jan 2024 to 2 Mar 2024." in out
    assert "2024-03-01   14.0 km  NOTE  race" in out
    assert "long run, moderate: 40 % beyond 10.0 km, the longest of 30 days, on 31 Jan 2024" not in out
    assert "long run, moderate: 40 % beyond 10.0 km, the longest of 30 days, on 28 Feb 2024" in out
    assert "2024-03-02   15.3 km  no note: paused" in out
    assert "long in minutes: 1 h 35 min, 1.53 × the median of 10.0 km in 90 days" in out
    assert "\nPaused: you had a note in the 7 days before." in out
    assert out.count("\n2024-0") == 5  # two runs, three months
    assert "2024-02  0\n2024-03  █ 1\n" in out
    assert "2 runs beyond the usual (6 % of the counted runs), 1 note, 0.33 a month." in out
    assert "1 could not be read:\n  place 35: no id\n" in out


def test_miles_are_shown_where_they_are_wanted(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ask(capsys, log, "--units", "mi")

    assert "40 % beyond 6.2 mi" in out
    assert " km" not in out
    assert asked(capsys, log, "--units", "mi") == asked(capsys, log)


def test_a_preset_comes_first_and_a_set_threshold_after_it(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ask(capsys, log, "--set", "session_spike.over=0.35", "--preset", "fewer")

    assert "Thresholds other than the standard: session_spike.over 0.35, weekly_high.on false" in out
    assert len(asked(capsys, log, "--preset", "fewer", "--set", "session_spike.over=0.35")["findings"]) == 1


def test_a_comeback_and_a_weekly_high_are_told_in_their_own_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.json"
    path.write_text(json.dumps(on_days(0, 7, 30, 37, 44, 46, 47, km=10)))

    _, out, _ = ask(capsys, path)

    assert "comeback: the first run after 23 days" in out
    assert "bigger week: 30.0 km in 7 days, 50 % beyond 20.0 km in the 7 days to 13 Feb 2024" not in out
    assert "% beyond 10.0 km in the 7 days to" in out


def test_an_export_says_that_it_knows_no_local_time_and_takes_the_date_in_the_zone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(HEADER + '1,"Mar 31, 2024, 11:30:00 PM",Run,3600,3600,10.0\n2,,Run,,,\n')

    _, out, _ = ask(capsys, path, "--timezone", "Asia/Tokyo")

    assert "the day of a run is its date in Asia/Tokyo" in out
    assert "from 1 Apr 2024 to 1 Apr 2024" in out
    assert "  line 3: no date\n" in out


def test_what_the_file_does_not_tell_is_said_and_stays_out_of_the_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(HEADER + '1.00E+10,"Mar 31, 2024, 11:30:00 PM",Run,3600,3600,10.0\n')
    said = "1 activity id can't be read; the line number stands in.\n"

    code, out, _ = ask(capsys, path)
    assert (code, said in out) == (0, True)
    code, out, err = ask(capsys, path, "--json")
    assert (code, json.loads(out)["counted"]) == (0, 1)
    assert said in err


def test_of_very_many_unreadable_rows_people_see_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(HEADER + '1,"Mar 31, 2024, 11:30:00 PM",Run,3600,3600,10.0\n' + "2,,Run,,,\n" * 30)

    _, out, _ = ask(capsys, path)

    assert "30 could not be read:" in out
    assert "  and 10 more; --json lists all" in out
    assert len(asked(capsys, path)["unreadable"]) == 30


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "mute.days=29"], "--set mute.days: must be a number from 0 to 28 in steps of 1"),
        (["--set", "mute=3"], "--set mute: is no threshold; there are session_spike.on, "),
        (["--set", "mute.days"], "--set mute.days: must be NAME=VALUE, for example session_spike.over=0.20"),
        (["--set", "comeback.on=yes"], "--set comeback.on: must be true or false"),
        (["--preset", "some"], "'some' is not one of"),
        (["--units", "furlongs"], "'furlongs' is not one of"),
        (["--timezone", "Mars/Olympus"], "--timezone Mars/Olympus: no such time zone; for example Europe/Berlin"),
        (["--timezone", "../etc/passwd"], "no such time zone"),
        (["--timezone", ""], "no such time zone"),
        (["--timezone", "Europe"], "no such time zone"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_one_line(
    log: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, out, err = ask(capsys, log, *arguments)

    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_log_without_a_run_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log.json"
    path.write_text("[]")

    assert ask(capsys, path) == (2, "", f"{path}: no run that can be read (activities in it: 0)\n")
