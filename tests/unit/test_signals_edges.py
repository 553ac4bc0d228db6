"""The signals at the very edges of their definitions, one edge at a time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from running_log import MONDAY, activity, counted, on_days

from content.signals import Finding, History, Review, Thresholds, backtest, review

EVERY_OTHER_DAY = range(0, 60, 2)
SECOND = timedelta(seconds=1)


def at(day: float) -> datetime:
    return MONDAY + timedelta(days=day)


def judge(run: dict[str, Any], before: list[dict[str, Any]], **changes: object) -> Review:
    """Return what is said of the run after these, with some thresholds changed by their outside names (dots as __)."""
    values = {name.replace("__", "."): value for name, value in changes.items()}
    [judged] = counted(run)
    return review(judged, History(counted(*before)), {}, Thresholds.from_mapping(values))


def signals(run: dict[str, Any], before: list[dict[str, Any]], **changes: object) -> list[str]:
    return [finding.signal for finding in judge(run, before, **changes).findings]


def only(run: dict[str, Any], before: list[dict[str, Any]], **changes: object) -> Finding:
    [finding] = judge(run, before, **changes).findings
    return finding


# --- nothing to compare with


def test_no_runs_at_all_give_an_empty_backtest() -> None:
    replayed = backtest([], Thresholds())

    assert (replayed.counted, replayed.months, replayed.notes, replayed.notes_per_month) == (0, 0, 0, 0.0)


def test_the_first_run_ever_is_never_flagged() -> None:
    assert signals(activity(1, MONDAY, 42.2), []) == []


def test_a_learning_athlete_can_only_have_a_long_effort() -> None:
    before = on_days(*range(0, 28, 2), km=8)

    assert signals(activity(99, at(28), 20), before) == ["long_effort"]


# --- session_spike


@pytest.mark.parametrize(("first_day", "expected"), [(30, []), (29, ["session_spike"])])
def test_a_session_spike_needs_a_first_run_30_dates_before(first_day: int, expected: list[str]) -> None:
    before = on_days(first_day, 40, 50)

    assert signals(activity(99, at(59), 12), before, weekly_high__on=False) == expected


@pytest.mark.parametrize(("moment", "expected"), [(at(30), 20.0), (at(30) + SECOND, 10.0)])
def test_the_longest_run_counts_until_exactly_30_times_24_hours_later(moment: datetime, expected: float) -> None:
    before = [*on_days(-10, 10, 20, km=10, first=2), activity(1, MONDAY, 20)]

    assert only(activity(99, moment, 40), before, weekly_high__on=False, long_effort__on=False).reference_km == expected


@pytest.mark.parametrize(
    ("km", "band"), [(13.0, "small"), (13.0001, "moderate"), (20.0, "moderate"), (20.0001, "large")]
)
def test_a_band_ends_exactly_at_its_ratio(km: float, band: str) -> None:
    before = on_days(*EVERY_OTHER_DAY, km=10)
    run = activity(99, at(60), km, distance=km * 1000)

    assert judge(run, before).spike_band == band


@pytest.mark.parametrize(("km", "expected"), [(11.0, []), (11.0001, ["session_spike"])])
def test_a_session_spike_begins_just_beyond_its_share(km: float, expected: list[str]) -> None:
    before = on_days(*EVERY_OTHER_DAY, km=10)

    assert signals(activity(99, at(60), km, distance=km * 1000), before) == expected


@pytest.mark.parametrize(("km", "expected"), [(6.9999, []), (7.0, ["session_spike"])])
def test_a_session_spike_exceeds_the_longest_by_its_kilometres_at_least(km: float, expected: list[str]) -> None:
    before = on_days(*EVERY_OTHER_DAY, km=6)

    assert signals(activity(99, at(60), km, distance=km * 1000), before) == expected


@pytest.mark.parametrize(("km", "expected"), [(4.9999, []), (5.0, ["session_spike"])])
def test_a_session_spike_is_5_km_at_least(km: float, expected: list[str]) -> None:
    before = on_days(*EVERY_OTHER_DAY, km=3)

    assert signals(activity(99, at(60), km, distance=km * 1000), before) == expected


@pytest.mark.parametrize(("days", "expected"), [((0, 50), []), ((0, 40, 50), ["session_spike"])])
def test_a_session_spike_needs_two_runs_in_30_days(days: tuple[int, ...], expected: list[str]) -> None:
    before = on_days(*days)

    assert signals(activity(99, at(59), 12), before, weekly_high__on=False, comeback__on=False) == expected


# --- session_spike after a comeback


BACK = [*on_days(*EVERY_OTHER_DAY, km=20), activity(90, at(100), 6)]  # 20 km until day 58, 6 km on day 100


def test_after_a_comeback_a_run_is_measured_by_the_runs_since() -> None:
    spike = only(activity(99, at(101), 13), BACK)

    assert (spike.signal, spike.band, spike.reference_id, spike.reference_km) == ("session_spike", "large", 90, 6.0)


def test_a_run_before_a_short_lay_off_is_no_measure_although_it_lies_within_30_days() -> None:
    before = [*on_days(*EVERY_OTHER_DAY, km=20), activity(90, at(73), 6)]

    assert only(activity(99, at(74), 13), before, comeback__days=14).reference_km == 6.0
    assert signals(activity(99, at(74), 13), before) == []


def test_the_first_runs_of_a_new_runner_are_a_measure_after_a_comeback() -> None:
    before = [activity(1, at(0), 10), activity(2, at(22), 6)]

    assert signals(activity(3, at(24), 8), before) == ["session_spike"]
    assert signals(activity(3, at(24), 8), before, comeback__on=False) == []


@pytest.mark.parametrize(("day", "expected"), [(128, ["session_spike"]), (129, [])])
def test_one_run_is_enough_until_28_dates_after_the_comeback(day: int, expected: list[str]) -> None:
    before = [*BACK, activity(91, at(108), 6)]  # no second lay-off of 21 days

    found = signals(activity(99, at(day), 8), before, session_spike__min_runs=3, weekly_high__on=False)

    assert found == expected


def test_of_two_comebacks_the_later_counts() -> None:
    before = [*BACK, activity(91, at(121.5), 9)]

    assert only(activity(99, at(122), 12), before).reference_km == 9.0


def test_a_comeback_that_would_be_a_spike_of_the_runs_before_it_is_a_comeback_alone() -> None:
    assert signals(activity(99, at(58 + 22), 40), on_days(*EVERY_OTHER_DAY)) == ["comeback"]


def test_nothing_fires_where_a_change_of_time_zone_leaves_no_run_since_the_comeback_within_30_days() -> None:
    """28 dates and more than 30 × 24 hours: the comeback on a far eastern clock, the run on a far western one."""
    back = activity(90, at(120), 6, local=at(120) + timedelta(hours=34))
    run = activity(99, at(150) + SECOND, 30, local=at(150) - timedelta(hours=24))

    found = signals(run, [*on_days(*EVERY_OTHER_DAY), back], comeback__days=60)

    assert found == []


def test_a_session_spike_names_the_latest_of_equally_long_runs() -> None:
    before = on_days(0, 40, 50, km=10)

    spike = only(activity(99, at(59), 15), before, weekly_high__on=False)

    assert (spike.reference_id, spike.when) == (3, at(50).date())


# --- weekly_high


@pytest.mark.parametrize(("first_day", "expected"), [(0, ["weekly_high"]), (1, [])])
def test_a_weekly_high_needs_a_first_run_35_dates_before(first_day: int, expected: list[str]) -> None:
    before = on_days(first_day, 10, 10.5, 20, 30, 32, 33, 34, km=10)

    assert signals(activity(99, at(35), 10), before) == expected


@pytest.mark.parametrize(("last_km", "expected"), [(6.0, []), (6.0001, ["weekly_high"])])
def test_a_weekly_high_begins_just_beyond_its_share(last_km: float, expected: list[str]) -> None:
    before = on_days(0, 14, 16, 37, 38, km=10)  # the best week: 20 km; 26 km are 1.3 times it

    assert signals(activity(99, at(40), last_km, distance=last_km * 1000), before) == expected


@pytest.mark.parametrize(("last_km", "expected"), [(4.9999, []), (5.0, ["weekly_high"])])
def test_a_weekly_high_exceeds_the_best_week_by_its_kilometres_at_least(last_km: float, expected: list[str]) -> None:
    before = on_days(0, 14, 37, km=12)

    assert signals(activity(99, at(40), last_km, distance=last_km * 1000), before) == expected


@pytest.mark.parametrize(("base_km", "expected"), [(9.9999, []), (10.0, ["weekly_high"])])
def test_a_weekly_high_needs_a_best_week_of_10_km(base_km: float, expected: list[str]) -> None:
    before = [
        *on_days(0, 33, 34, 35, km=9),
        activity(50, at(14), base_km, distance=base_km * 1000),
    ]

    assert signals(activity(99, at(40), 9), before, session_spike__on=False) == expected


@pytest.mark.parametrize(("back", "base_km"), [(41, 20.0), (40, 30.0), (7, 30.0), (6, 20.0)])
def test_the_best_week_lies_7_to_40_dates_before_the_run(back: int, base_km: float) -> None:
    before = [*on_days(0, 75, 80, km=10), *on_days(97, 98, 99, km=20, first=50), activity(60, at(100 - back), 30)]

    finding = only(activity(99, at(100), 20), before, session_spike__on=False, long_effort__on=False)

    assert (finding.signal, finding.reference_km) == ("weekly_high", base_km)


def test_the_week_is_the_run_and_the_six_dates_before_it() -> None:
    before = [*on_days(0, 75, km=10), *on_days(93, 94, km=10, first=50)]  # 93 is a date too early, and in the base

    finding = only(activity(99, at(100), 15), before, session_spike__on=False)

    assert (finding.km, finding.reference_km, finding.when) == (25.0, 10.0, at(93).date())


def test_a_run_late_in_the_evening_belongs_to_the_date_where_the_athlete_is() -> None:
    kiritimati = ZoneInfo("Pacific/Kiritimati")  # 14 hours ahead: the morning of the next date
    evening = datetime(2024, 4, 9, 20, tzinfo=UTC)
    before = [*on_days(0, 75, km=10), activity(50, at(93.2), 12)]  # 2 and 3 April

    def base_km(run: dict[str, Any]) -> float | None:
        return only(run, before, session_spike__on=False, weekly_high__min_excess_km=2).reference_km

    assert base_km(activity(99, evening, 30)) == 10.0
    assert base_km(activity(99, evening, 30, local=evening.astimezone(kiritimati))) == 12.0


# --- long_effort


@pytest.mark.parametrize(("runs", "expected"), [(7, []), (8, ["long_effort"])])
def test_a_long_effort_needs_eight_runs_in_90_days(runs: int, expected: list[str]) -> None:
    assert signals(activity(99, at(20), 20), on_days(*range(runs))) == expected


@pytest.mark.parametrize(("moment", "expected"), [(at(90), ["long_effort"]), (at(90) + SECOND, [])])
def test_runs_count_for_the_median_until_exactly_90_times_24_hours_later(moment: datetime, expected: list[str]) -> None:
    before = on_days(0, *range(70, 77))

    assert signals(activity(99, moment, 20), before, session_spike__on=False, weekly_high__on=False) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(5399, []), (5400, ["long_effort"])])
def test_a_long_effort_takes_90_minutes_of_moving_at_least(seconds: int, expected: list[str]) -> None:
    assert signals(activity(99, at(20), 15, moving_time=seconds), on_days(*range(10))) == expected


@pytest.mark.parametrize(("metres", "expected"), [(13499.9, []), (13500.0, ["long_effort"])])
def test_a_long_effort_reaches_its_times_the_mean_of_the_middle_two(metres: float, expected: list[str]) -> None:
    before = [*on_days(0, 1, 2, 3, km=8), *on_days(4, 5, 6, 7, km=10, first=50)]

    assert signals(activity(99, at(20), 13.5, minutes=95, distance=metres), before) == expected


def test_of_an_odd_number_of_runs_the_median_is_the_middle_one() -> None:
    before = [*on_days(0, 1, 2, 3, km=6), *on_days(4, km=8, first=50), *on_days(5, 6, 7, 8, km=10, first=60)]

    assert only(activity(99, at(20), 20), before).reference_km == 8.0


def test_half_a_tenth_of_a_metre_in_the_median_is_not_lost() -> None:
    before = [*on_days(0, 1, 2, 3, km=8), *on_days(4, 5, 6, 7, km=8, first=50, distance=8000.1)]

    assert only(activity(99, at(20), 20), before).reference_km == 8.00005


# --- comeback


@pytest.mark.parametrize(("moment", "expected"), [(at(21), []), (at(21) + SECOND, ["comeback"])])
def test_a_comeback_comes_after_more_than_21_times_24_hours(moment: datetime, expected: list[str]) -> None:
    assert signals(activity(99, moment, 5), on_days(0)) == expected


def test_a_comeback_is_the_only_finding_and_compares_nothing() -> None:
    before = on_days(*EVERY_OTHER_DAY)

    finding = only(activity(99, at(58 + 35), 42.2), before)

    assert finding.as_json() == {"signal": "comeback", "km": 42.2}
    assert (finding.when, finding.reference_id) == (at(58).date(), 30)


def test_with_comeback_off_a_run_after_a_break_is_measured_like_any_other() -> None:
    before = on_days(*EVERY_OTHER_DAY)

    assert signals(activity(99, at(58 + 25), 12), before, comeback__on=False, session_spike__min_runs=2) == [
        "session_spike"
    ]


# --- which runs count


@pytest.mark.parametrize("sport", ["Run", "TrailRun", "VirtualRun"])
def test_a_log_of_one_kind_of_run_alone_is_judged(sport: str) -> None:
    before = on_days(*EVERY_OTHER_DAY, km=10, sport_type=sport, trainer=True)

    assert signals(activity(99, at(60), 12, sport_type=sport, trainer=True), before) == ["session_spike"]


def test_a_race_is_flagged_like_any_other_run() -> None:
    judged = judge(activity(99, at(60), 12, workout_type=1), on_days(*EVERY_OTHER_DAY, km=10))

    assert judged.run.race
    assert judged.spike_band == "small"


def test_climbs_count_once_the_athlete_wants_effort_distance() -> None:
    before = on_days(*EVERY_OTHER_DAY, km=10)
    hilly = activity(99, at(60), 10, total_elevation_gain=300.1)

    assert signals(hilly, before) == []
    assert only(hilly, before, effort_distance=True).km == 13.001


def test_runs_on_flat_kilometres_too_few_are_no_runs_however_much_they_climb() -> None:
    assert counted(activity(1, MONDAY, 0.4, minutes=10, total_elevation_gain=400.0)) == []


def test_a_run_that_comes_again_takes_the_place_of_itself() -> None:
    first, again = counted(activity(1, MONDAY, 10), activity(1, MONDAY + SECOND, 12))
    history = History([first])
    history.add(again)

    assert list(history) == list(history.canonical) == [again]
    assert len(history) == 1


# --- one outing, recorded twice


def test_of_two_recordings_the_farther_is_kept_and_the_other_is_never_flagged() -> None:
    before = on_days(*EVERY_OTHER_DAY, km=10)
    watch, phone = activity(99, at(60), 12.1), activity(98, at(60) + SECOND, 12)

    assert signals(watch, [*before, phone]) == ["session_spike"]
    assert signals(phone, [*before, watch]) == []
    assert [flagged.run.id for flagged in backtest(counted(*before, watch, phone), Thresholds()).flagged] == [99]


def test_of_two_equal_recordings_in_one_second_the_lower_number_is_kept() -> None:
    one, other = counted(activity(7, MONDAY, 10), activity(6, MONDAY, 10))

    assert [run.id for run in History([one, other]).canonical] == [6]


@pytest.mark.parametrize(("seconds", "kept"), [(3599, [1]), (3600, [1, 2])])
def test_a_run_is_the_same_outing_until_the_other_one_has_stopped_moving(seconds: int, kept: list[int]) -> None:
    runs = counted(activity(1, MONDAY, 10, minutes=60), activity(2, MONDAY + seconds * SECOND, 8))

    assert [run.id for run in History(runs).canonical] == kept


def test_a_chain_of_recordings_is_compared_with_the_one_that_was_kept() -> None:
    """The third starts after the first has stopped, but before the second has, to which both give way."""
    runs = counted(
        activity(1, MONDAY, 5, minutes=30),
        activity(2, MONDAY + timedelta(minutes=20), 10, minutes=60),
        activity(3, MONDAY + timedelta(minutes=70), 6, minutes=30),
        activity(4, MONDAY + timedelta(minutes=90), 6, minutes=30),
    )
    history = History(runs)

    assert [run.id for run in history.canonical] == [2, 4]
    assert history.canonical_for(1) == history.canonical_for(3) == history.get(2)


def test_runs_with_a_hidden_start_are_never_taken_for_one_outing() -> None:
    hidden = datetime(2024, 1, 1, 0, 0, 1, tzinfo=UTC)
    runs = counted(activity(1, hidden, 10), activity(2, hidden, 8), activity(3, hidden + timedelta(minutes=5), 6))

    assert [run.id for run in History(runs).canonical] == [1, 2, 3]


def test_two_kept_runs_in_one_second_are_judged_in_the_order_of_their_numbers() -> None:
    before = on_days(*EVERY_OTHER_DAY, km=10)
    hidden = datetime(2024, 3, 1, 0, 0, 1, tzinfo=UTC)
    one, two = activity(200, hidden, 12), activity(201, hidden, 12)

    replayed = backtest(counted(*before, two, one), Thresholds(weekly_high_on=False))

    assert [flagged.run.id for flagged in replayed.flagged] == [200]


# --- time


def test_a_day_of_23_hours_is_a_day_all_the_same() -> None:
    """Clocks go forward on 31 March: seven dates back are 167 hours, and the run of 10:30 is on the eighth."""
    berlin = ZoneInfo("Europe/Berlin")

    def on(day: int, month: int, hour: int, km: float, number: int) -> dict[str, Any]:
        local = datetime(2024, month, day, hour, 30, tzinfo=berlin)
        return activity(number, local, km, local=local)

    before = [on(1, 2, 10, 10, 1), on(10, 3, 10, 10, 2), on(28, 3, 10, 11, 3), on(29, 3, 7, 11, 4)]

    finding = only(on(4, 4, 10, 12, 99), before, session_spike__on=False, weekly_high__min_excess_km=2)

    assert (finding.km, finding.reference_km, finding.when) == (23.0, 11.0, datetime(2024, 3, 28, tzinfo=UTC).date())


def test_flying_west_puts_two_dates_of_one_night_in_the_order_in_which_they_were_run() -> None:
    auckland, honolulu = ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Honolulu")
    first = datetime(2024, 6, 2, 7, tzinfo=auckland)
    second = first + timedelta(hours=20)
    runs = counted(activity(1, first, 10, local=first), activity(2, second, 10, local=second.astimezone(honolulu)))

    assert [run.day.day for run in History(runs).canonical] == [2, 2]
    assert [run.id for run in History(runs).canonical] == [1, 2]
