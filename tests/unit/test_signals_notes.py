"""From a flag to a note: the pauses after a note, the notes that count, and an event that comes late."""

from datetime import date, timedelta
from typing import Any

import pytest
from running_log import MONDAY, activity, counted, on_days

from content.signals import (
    REASONS,
    Backtest,
    History,
    Mute,
    Review,
    Thresholds,
    backtest,
    mute_now,
    mutes_later_runs,
    review,
    why_no_note,
)

BASE = on_days(*range(0, 60, 2), km=10)
SPIKE = activity(100, MONDAY + timedelta(days=60), 12)  # small


def long_runs(*days: int) -> list[dict[str, Any]]:
    """Runs that are a long effort and nothing else."""
    return on_days(*days, km=15.5, first=100, moving_time=5400)


def judged(activities: list[dict[str, Any]], **changes: object) -> dict[int, str | None]:
    """Each flagged run's reason, None for a note."""
    return {found.run.id: found.reason for found in replay(activities, **changes).flagged}


def replay(activities: list[dict[str, Any]], **changes: object) -> Backtest:
    values = {name.replace("__", "."): value for name, value in changes.items()}
    return backtest(counted(*activities), Thresholds.from_mapping({"weekly_high.on": False, **values}))


def live(
    run: dict[str, Any],
    history: list[dict[str, Any]],
    noted: dict[int, int],
    *,
    hours_late: float | None = None,
    **changes: object,
) -> Review:
    values = {name.replace("__", "."): value for name, value in changes.items()}
    [this] = counted(run)
    received = None if hours_late is None else this.start + timedelta(hours=hours_late)
    wanted = Thresholds.from_mapping({"weekly_high.on": False, **values})
    return review(this, History(counted(*history)), noted, wanted, received=received)


@pytest.mark.parametrize(("day", "reason"), [(67, "muted"), (68, None)])
def test_a_note_mutes_the_runs_of_exactly_seven_dates(day: int, reason: str | None) -> None:
    second = activity(101, MONDAY + timedelta(days=day), 14)

    assert judged([*BASE, SPIKE, second]) == {100: None, 101: reason}


def test_the_days_of_mute_are_dates_and_not_hours() -> None:
    late = activity(100, MONDAY + timedelta(days=60, hours=14), 12)
    early = activity(101, MONDAY + timedelta(days=68, hours=-6), 14)

    assert judged([*BASE, late, early]) == {100: None, 101: None}


def test_a_bigger_spike_speaks_through_the_mute_and_an_equal_one_does_not() -> None:
    spikes = [SPIKE, *on_days(61, km=20, first=101), *on_days(62, km=30, first=102), *on_days(63, km=61, first=103)]

    assert judged([*BASE, *spikes], long_effort__on=False) == {100: None, 101: None, 102: "muted", 103: None}


@pytest.mark.parametrize(
    ("severity", "km", "reason"), [(1, 12, "muted"), (1, 14, None), (2, 14, "muted"), (2, 21, None)]
)
def test_within_the_mute_only_a_higher_severity_speaks(severity: int, km: float, reason: str | None) -> None:
    run = activity(100, MONDAY + timedelta(days=60), km)

    assert live(run, BASE, {BASE[-1]["id"]: severity}).reason == reason


def test_a_bigger_week_gets_a_note_after_a_small_spike_and_none_after_a_moderate_one() -> None:
    runs = [*BASE, *on_days(58.3, 59, 59.5, km=10.5, first=90)]
    week = activity(100, MONDAY + timedelta(days=60), 10.5)

    found = live(week, runs, {90: 1}, weekly_high__on=True, long_effort__on=False)
    assert [finding.signal for finding in found.findings] == ["weekly_high"]
    assert found.note
    assert live(week, runs, {90: 2}, weekly_high__on=True, long_effort__on=False).reason == "muted"


def test_severity_must_exceed_that_of_every_note_of_the_mute_and_not_only_the_last() -> None:
    history = [*BASE, *on_days(53, km=9, first=90), *on_days(59, km=9, first=91)]
    moderate = activity(100, MONDAY + timedelta(days=60), 14)

    assert live(moderate, history, {90: 2, 91: 1}).reason == "muted"
    assert live(moderate, history, {90: 2, 91: 1}, mute__days=6).note


@pytest.mark.parametrize(("noted", "reason"), [({91: 0}, None), ({90: 1, 91: 0}, "muted"), ({90: 0, 91: 1}, "muted")])
def test_a_note_that_was_asked_for_mutes_nothing(noted: dict[int, int], reason: str | None) -> None:
    history = [*BASE, *on_days(55, km=9, first=90), *on_days(59, km=9, first=91)]

    assert live(SPIKE, history, noted).reason == reason


def test_a_comebacks_note_mutes_nothing() -> None:
    """Six days after a comeback of 6 km a run of 13 km gets its note."""
    back = [activity(100, MONDAY + timedelta(days=88), 6), activity(101, MONDAY + timedelta(days=94), 13)]

    assert judged([*BASE, *back]) == {100: None, 101: None}


def test_a_comeback_within_the_mute_stays_without_a_note() -> None:
    back = activity(101, MONDAY + timedelta(days=60 + 22), 6)

    assert judged([*BASE, SPIKE, back], mute__days=28) == {100: None, 101: "muted"}
    assert judged([*BASE, SPIKE, back]) == {100: None, 101: None}


@pytest.mark.parametrize(("km", "asked", "expected"), [(12, False, True), (12, True, False), (9, True, False)])
def test_a_note_mutes_later_runs_unless_it_was_asked_for(km: float, asked: bool, expected: bool) -> None:
    found = live(activity(100, MONDAY + timedelta(days=60), km), BASE, {}).findings

    assert mutes_later_runs(found, asked=asked) is expected


def test_a_comebacks_note_does_not_count() -> None:
    found = live(activity(100, MONDAY + timedelta(days=88), 6), BASE, {}).findings

    assert [finding.signal for finding in found] == ["comeback"]
    assert not mutes_later_runs(found)


@pytest.mark.parametrize(
    ("severity", "days", "reason", "absolute"),
    [
        (1, 0, "muted", False),
        (2, 7, "muted", False),
        (3, 7, "muted", True),
        (3, 8, "long_effort_muted", False),
        (1, 14, "long_effort_muted", False),
        (1, 15, None, False),
    ],
)
def test_a_pause_lasts_its_dates(severity: int, days: int, reason: str | None, absolute: bool) -> None:
    [run] = counted(SPIKE)

    mute = mute_now(History([run]), {run.id: severity}, Thresholds(), now=run.start + timedelta(days=days))

    assert (mute and mute.reason, mute is not None and mute.absolute) == (reason, absolute)
    assert mute is None or mute.until == run.day + timedelta(days=7 if reason == "muted" else 14)


def test_the_pause_now_is_that_after_the_last_note_that_mutes() -> None:
    history = History(counted(*BASE, SPIKE, activity(101, MONDAY + timedelta(days=62), 9)))

    def now(days: float, noted: dict[int, int]) -> Mute | None:
        return mute_now(history, noted, Thresholds(), now=MONDAY + timedelta(days=days))

    paused = now(63, {100: 3, 101: 0})
    assert paused is not None
    assert (paused.reason, paused.last.day, paused.severity, paused.absolute) == ("muted", date(2024, 3, 1), 3, True)
    assert paused.until == date(2024, 3, 8)
    later = now(70, {100: 3, 101: 0})
    assert later is not None
    assert (later.reason, later.absolute, later.until) == ("long_effort_muted", False, date(2024, 3, 15))
    assert now(75, {100: 3, 101: 0}) is now(63, {101: 0}) is now(59, {100: 3}) is None


def test_a_mute_of_zero_days_never_mutes() -> None:
    second = activity(101, MONDAY + timedelta(days=60, hours=8), 14)

    assert judged([*BASE, SPIKE, second], mute__days=0) == {100: None, 101: None}


@pytest.mark.parametrize(
    ("days", "reason"), [(7, "muted"), (8, "long_effort_muted"), (14, "long_effort_muted"), (15, None)]
)
def test_a_long_effort_alone_is_muted_for_fourteen_dates(days: int, reason: str | None) -> None:
    runs = [*BASE, *long_runs(60, 60 + days)]

    assert judged(runs, session_spike__on=False) == {100: None, 101: reason}


def test_a_long_effort_is_noted_every_time_once_both_mutes_are_zero() -> None:
    runs = [*BASE, *long_runs(60, 61, 62)]

    assert set(judged(runs, session_spike__on=False, mute__days=0, long_effort__mute_days=0).values()) == {None}


def test_a_long_effort_that_is_also_a_spike_is_not_muted_for_fourteen_dates() -> None:
    second = activity(101, MONDAY + timedelta(days=70), 20)

    assert judged([*BASE, SPIKE, second]) == {100: None, 101: None}


def test_a_muted_run_mutes_nothing_itself() -> None:
    runs = [*BASE, *long_runs(60, 70, 80)]

    assert judged(runs, session_spike__on=False) == {100: None, 101: "long_effort_muted", 102: None}


@pytest.mark.parametrize(("hours", "reason"), [(71.99, None), (72, "too_old")])
def test_an_event_three_times_24_hours_after_the_start_is_too_late_for_a_note(hours: float, reason: str | None) -> None:
    judged = live(SPIKE, BASE, {}, hours_late=hours)

    assert (judged.run.id, judged.reason, judged.note, judged.severity) == (100, reason, reason is None, 1)


def test_what_is_known_later_plays_no_part_in_judging_a_run() -> None:
    later = on_days(61, 62, km=40, first=500)

    assert live(SPIKE, [*BASE, SPIKE, *later], {500: 3}) == live(SPIKE, BASE, {})


def test_a_note_whose_run_was_deleted_mutes_no_longer() -> None:
    earlier = activity(99, MONDAY + timedelta(days=58, hours=5), 11)

    assert live(SPIKE, [*BASE, earlier], {99: 1}, session_spike__over=0.05).reason == "muted"
    assert live(SPIKE, BASE, {99: 1}).note


def test_a_note_on_a_recording_that_gave_way_mutes_as_that_of_the_outing() -> None:
    phone = activity(98, MONDAY + timedelta(days=58, hours=5), 10.8)
    watch = activity(99, MONDAY + timedelta(days=58, hours=5, seconds=2), 11)

    assert live(SPIKE, [*BASE, phone, watch], {98: 1}, session_spike__over=0.05).reason == "muted"


def test_of_two_notes_on_one_outing_the_more_severe_counts() -> None:
    phone = activity(98, MONDAY + timedelta(days=58, hours=5), 10.8)
    watch = activity(99, MONDAY + timedelta(days=58, hours=5, seconds=2), 11)
    moderate = activity(100, MONDAY + timedelta(days=60), 15)

    def reason(on_phone: int, on_watch: int) -> str | None:
        return live(moderate, [*BASE, phone, watch], {98: on_phone, 99: on_watch}).reason

    assert reason(2, 1) == reason(1, 2) == reason(0, 2) == reason(2, 2) == "muted"
    assert reason(1, 1) is reason(0, 0) is None


def test_one_outing_gets_one_note_although_the_farther_recording_came_later() -> None:
    phone = activity(98, MONDAY + timedelta(days=60, seconds=1), 11.9)

    found = live(SPIKE, [*BASE, phone], {98: 1})

    assert (found.run.id, found.reason, found.spike_band) == (100, "other_recording", "small")


def test_a_run_judged_again_is_not_muted_by_its_own_note() -> None:
    assert live(SPIKE, [*BASE, SPIKE], {100: 1}).note


def test_the_last_note_is_that_of_the_latest_run_and_not_of_the_latest_writing() -> None:
    history = [*BASE, *on_days(53, km=11, first=90), *on_days(59, km=11, first=91)]
    moderate = activity(100, MONDAY + timedelta(days=60), 15)

    assert live(moderate, history, {90: 3, 91: 1}, mute__days=5).note
    assert live(moderate, history, {91: 2, 90: 1}, mute__days=5).reason == "muted"


def test_a_run_with_nothing_to_say_has_no_severity_no_note_and_no_reason() -> None:
    quiet = live(activity(100, MONDAY + timedelta(days=60), 9), BASE, {58: 1}, hours_late=100)

    assert quiet.run.id == 100
    assert (quiet.findings, quiet.severity, quiet.note, quiet.reason, quiet.spike_band) == ((), 0, False, None, None)


def test_the_severity_of_a_run_is_the_highest_of_its_findings() -> None:
    several = live(activity(100, MONDAY + timedelta(days=60), 31), BASE, {}, weekly_high__on=True)

    assert {finding.signal: finding.severity for finding in several.findings} == {
        "session_spike": 3,
        "weekly_high": 2,
        "long_effort": 1,
    }
    assert several.severity == 3


def test_a_backtest_as_json_holds_what_the_archive_says_of_the_file() -> None:
    unreadable = [{"line": 12, "why": "no distance"}]

    answer = replay([*BASE, SPIKE]).as_json(40, unreadable)

    assert answer == {
        "activities": 40,
        "counted": 31,
        "unreadable": unreadable,
        "notes": 1,
        "notes_per_month": 1 / 3,
        "findings": [replay([*BASE, SPIKE]).flagged[0].as_json()],
    }


def test_a_recording_that_gave_way_is_told_from_the_run_it_gave_way_to() -> None:
    phone = activity(98, MONDAY + timedelta(days=60, seconds=1), 11.9)

    assert live(phone, [*BASE, SPIKE], {}).run.id == 98
    assert live(phone, [*BASE, SPIKE], {}).findings == ()


def test_months_without_a_run_count_for_the_notes_per_month() -> None:
    replayed = replay(on_days(0, 95))  # 1 January and a comeback on 5 April

    assert (replayed.notes, replayed.months, replayed.notes_per_month) == (1, 4, 0.25)


def test_every_reason_has_a_sentence_with_the_athletes_own_days_in_it() -> None:
    thresholds = Thresholds.from_mapping({"mute.days": 5, "long_effort.mute_days": 21, "note.max_age_days": 2})

    sentences = {reason: why_no_note(reason, thresholds) for reason in REASONS}

    assert "5 days" in sentences["muted"]
    assert "21 days" in sentences["long_effort_muted"]
    assert "2 days" in sentences["too_old"]
    assert not any("{" in sentence for sentence in sentences.values())
    assert "1 day " in why_no_note("muted", Thresholds(mute_days=1))
