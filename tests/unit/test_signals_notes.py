"""From flag to note: who is muted, what counts as the last note, and what a late bell changes."""

from datetime import timedelta
from typing import Any

import pytest
from running_log import MONDAY, activity, counted, on_days

from content.signals import REASONS, Backtest, History, Review, Thresholds, backtest, review, why_no_note

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
    noted: dict[int, str | None],
    *,
    hours_late: float | None = None,
    **changes: object,
) -> Review:
    values = {name.replace("__", "."): value for name, value in changes.items()}
    [this] = counted(run)
    rung = None if hours_late is None else this.start + timedelta(hours=hours_late)
    return review(this, History(counted(*history)), noted, Thresholds.from_mapping(values), received=rung)


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


def test_after_a_note_for_something_else_a_small_spike_is_muted_and_a_moderate_one_is_not() -> None:
    noted: dict[int, str | None] = {BASE[-1]["id"]: None}
    moderate = activity(100, MONDAY + timedelta(days=60), 14)

    assert live(SPIKE, BASE, noted).reason == "muted"
    assert live(moderate, BASE, noted).note


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
def test_a_bell_three_times_24_hours_after_the_start_is_too_late_for_a_note(hours: float, reason: str | None) -> None:
    judged = live(SPIKE, BASE, {}, hours_late=hours)

    assert (judged.run.id, judged.reason, judged.note, judged.severity) == (100, reason, reason is None, 1)


def test_what_is_known_later_plays_no_part_in_judging_a_run() -> None:
    later = on_days(61, 62, km=40, first=500)

    assert live(SPIKE, [*BASE, SPIKE, *later], {500: "large"}) == live(SPIKE, BASE, {})


def test_a_note_whose_run_was_deleted_mutes_no_longer() -> None:
    earlier = activity(99, MONDAY + timedelta(days=58, hours=5), 11)

    assert live(SPIKE, [*BASE, earlier], {99: "small"}, session_spike__over=0.05).reason == "muted"
    assert live(SPIKE, BASE, {99: "small"}).note


def test_a_note_on_a_recording_that_gave_way_mutes_as_that_of_the_outing() -> None:
    phone = activity(98, MONDAY + timedelta(days=58, hours=5), 10.8)
    watch = activity(99, MONDAY + timedelta(days=58, hours=5, seconds=2), 11)

    assert live(SPIKE, [*BASE, phone, watch], {98: "small"}, session_spike__over=0.05).reason == "muted"


def test_of_two_notes_on_one_outing_that_for_the_higher_band_counts() -> None:
    phone = activity(98, MONDAY + timedelta(days=58, hours=5), 10.8)
    watch = activity(99, MONDAY + timedelta(days=58, hours=5, seconds=2), 11)
    moderate = activity(100, MONDAY + timedelta(days=60), 15)

    def reason(on_phone: str | None, on_watch: str | None) -> str | None:
        return live(moderate, [*BASE, phone, watch], {98: on_phone, 99: on_watch}).reason

    assert reason("moderate", None) == reason(None, "moderate") == reason("moderate", "moderate") == "muted"
    assert reason("small", "small") is reason(None, None) is None


def test_one_outing_gets_one_note_although_the_farther_recording_came_later() -> None:
    phone = activity(98, MONDAY + timedelta(days=60, seconds=1), 11.9)

    found = live(SPIKE, [*BASE, phone], {98: "small"})

    assert (found.run.id, found.reason, found.spike_band) == (100, "other_recording", "small")


def test_a_run_judged_again_is_not_muted_by_its_own_note() -> None:
    assert live(SPIKE, [*BASE, SPIKE], {100: "small"}).note


def test_the_last_note_is_that_of_the_latest_run_and_not_of_the_latest_writing() -> None:
    history = [*BASE, *on_days(53, km=11, first=90), *on_days(59, km=11, first=91)]
    moderate = activity(100, MONDAY + timedelta(days=60), 15)

    assert live(moderate, history, {91: None, 90: "large"}).note
    assert live(moderate, history, {91: "moderate", 90: None}).reason == "muted"


def test_a_run_with_nothing_to_say_has_no_severity_no_note_and_no_reason() -> None:
    quiet = live(activity(100, MONDAY + timedelta(days=60), 9), BASE, {58: "small"}, hours_late=100)

    assert quiet.run.id == 100
    assert (quiet.findings, quiet.severity, quiet.note, quiet.reason, quiet.spike_band) == ((), 0, False, None, None)


def test_the_severity_of_a_run_is_the_highest_of_its_findings() -> None:
    several = live(activity(100, MONDAY + timedelta(days=60), 31), BASE, {})

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
