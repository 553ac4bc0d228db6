"""The limit: how far a run could go, now or on a later day, and the numbers shown beside that."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from made_runs import a_run
from running_log import MONDAY, activity, counted, on_days

from content.signals import Headroom, History, Thresholds, context, headroom, headroom_on, run_of

BASE = on_days(*range(0, 60, 2), km=10)  # the last on day 58; a best week of 40 km


def at(day: float) -> datetime:
    return MONDAY + timedelta(days=day)


def room(activities: list[dict[str, Any]], day: float, **changes: object) -> Headroom:
    values = {name.replace("__", "."): value for name, value in changes.items()}
    return headroom(History(counted(*activities)), Thresholds.from_mapping(values), at=at(day))


def test_there_is_none_before_the_first_run() -> None:
    assert room([], 0) == Headroom(None, learning=True)
    assert Headroom(None, learning=True).km is None


@pytest.mark.parametrize(("day", "learning"), [(29, True), (30, False)])
def test_an_athlete_learns_until_the_first_run_is_30_dates_old(day: int, learning: bool) -> None:
    assert room(on_days(0, 14, 28), day).learning is learning


def test_while_learning_only_a_long_effort_can_fire() -> None:
    learned = room(on_days(*range(8), km=8), 8)

    assert (learned.km, learned.learning) == (15.0, True)  # 90 minutes at 6 min/km; 1.5 × 8 km are less


def test_the_first_that_would_fire_decides_and_is_rounded_down() -> None:
    assert room(BASE, 60).km == 11.0  # the longest is 10 km: anything beyond 11.0 km
    assert room(BASE, 60, session_spike__over=0.15, session_spike__min_excess_km=1.5).km == 11.5
    assert room(BASE, 60, session_spike__on=False).km == 15.0
    assert room(BASE, 60, session_spike__on=False, long_effort__on=False).km == 22.0  # 30 km of 40 × 1.3 are run


def test_there_is_none_while_nothing_can_fire() -> None:
    assert room(BASE, 60, session_spike__on=False, long_effort__on=False, weekly_high__on=False).dm is None


def test_there_is_none_while_a_run_would_be_a_comeback() -> None:
    assert room(BASE, 58 + 21).dm is not None
    assert room(BASE, 58 + 22).dm is None


def test_it_is_0_where_any_further_run_makes_the_week_high() -> None:
    week = on_days(57, 58, 59, 59.5, km=25, first=100)

    assert room([*on_days(*range(0, 56, 7), km=10), *week], 60).km == 0
    assert room([*on_days(*range(0, 56, 7), km=10), *week], 60, weekly_high__on=False).km == 15.0


def test_it_is_0_where_only_runs_too_short_to_count_would_leave_the_week_as_usual() -> None:
    """At 5.81 m/s a run of two minutes has 697 m, and the week has 300 m to 650 m of room."""
    pace = 2 / 0.697  # minutes per km

    def after(km: float) -> float | None:
        runs = [activity(n, at(day), 10, minutes=10 * pace) for n, day in enumerate(range(0, 56, 7), 1)]
        return room([*runs, activity(99, at(59), km, minutes=km * pace)], 60, session_spike__on=False).km

    assert after(14.7) == 0
    assert after(14.2) == 0.8


def test_a_spike_of_the_last_30_days_is_no_licence_for_the_next() -> None:
    spike = activity(100, at(59), 20)

    assert room([*BASE, spike], 60, weekly_high__on=False).km == 11.0
    assert room([*BASE, spike], 60, weekly_high__on=False, session_spike__on=False).km == 15.0


def test_a_long_run_that_was_no_spike_raises_the_headroom() -> None:
    earlier = activity(99, at(1), 20)

    assert room([*BASE, earlier], 31, weekly_high__on=False, long_effort__on=False).km == 22.0
    assert room([*BASE, earlier], 32, weekly_high__on=False, long_effort__on=False).km == 11.0


def test_a_spike_is_no_licence_for_30_times_24_hours_whatever_the_clocks_do() -> None:
    """On Berlin's wall clock, which goes forward on 31 March, the 30 days would end an hour sooner."""
    spike_start = datetime(2024, 3, 20, 7, tzinfo=UTC)
    history = History(counted(*BASE, *on_days(*range(60, 108, 4), km=10, first=200), activity(100, spike_start, 20)))
    off = Thresholds(weekly_high_on=False, long_effort_on=False)

    def room_after(hours: float) -> float | None:
        now = (spike_start + timedelta(hours=hours)).astimezone(ZoneInfo("Europe/Berlin"))
        return headroom(history, off, at=now).km

    assert room_after(30 * 24 - 0.5) == room_after(30 * 24) == room_after(30 * 24 + 0.5) == 11.0


@pytest.mark.parametrize(("metres", "km"), [(21_500.0, 0.5), (21_500.1, 0), (21_400.0, 0.6)])
def test_it_is_0_exactly_where_the_shortest_counted_run_makes_the_week_high(metres: float, km: float) -> None:
    runs = [*BASE, activity(100, at(59), 0, distance=metres, moving_time=9000)]  # 51.5 km of 52 are run

    assert room(runs, 60, session_spike__on=False, long_effort__on=False).km == km


@pytest.mark.parametrize(("metres", "km"), [(21_400.0, 0.6), (21_400.1, 0)])
def test_a_counted_run_takes_two_minutes(metres: float, km: float) -> None:
    """At 5 m/s that are 600 m."""
    runs = on_days(*range(0, 60, 2), km=10, moving_time=2000)

    full = activity(100, at(59), 0, distance=metres, moving_time=4300)

    assert room([*runs, full], 60, session_spike__on=False).km == km


def test_a_spike_that_has_left_the_30_days_counts_in_full_for_the_spikes_after_it() -> None:
    runs = [*BASE, *on_days(60, 62, 65, km=10, first=200), activity(99, at(35), 16), activity(100, at(64), 20)]

    assert room(runs, 66, weekly_high__on=False, long_effort__on=False).km == 17.6
    assert room(runs, 64.5, weekly_high__on=False, long_effort__on=False).km == 11.0


def test_a_spike_counts_at_its_full_length_for_the_week_and_the_long_effort() -> None:
    runs = [*BASE, *on_days(*range(60, 90, 2), km=10, first=200), activity(100, at(59), 30)]
    changes = {"session_spike__on": False, "weekly_high__over": 0.10, "long_effort__on": False}

    assert room(runs, 80, **changes).km == 37.0  # the best week had 70 km, and 40 km of 77 are run


def test_a_chain_of_spikes_counts_no_more_than_the_longest_run_before_it() -> None:
    chain = [activity(100, at(57), 14), activity(101, at(59), 20)]

    assert room([*BASE, *chain], 60, weekly_high__on=False, long_effort__on=False).km == 11.0


def test_a_spike_over_a_run_of_more_than_30_days_ago_counts_as_long_as_that_run() -> None:
    runs = [*BASE, activity(99, at(25), 16), activity(100, at(54), 20)]

    assert room(runs, 60, weekly_high__on=False, long_effort__on=False).km == 17.6


def test_after_a_comeback_only_the_runs_since_are_a_measure() -> None:
    back = on_days(100, 102, km=6, first=100)

    assert room([*BASE, *back], 103, long_effort__on=False).km == 7.0
    assert room([*BASE, *back[:1]], 101, long_effort__on=False).km == 7.0
    assert room([*BASE, *back[:1]], 101, long_effort__on=False, comeback__on=False).dm is None


def test_a_spike_after_a_comeback_is_no_licence_either() -> None:
    back = [activity(100, at(100), 6), activity(101, at(102), 10)]

    assert room([*BASE, *back], 103, long_effort__on=False).km == 7.0


def test_the_limit_of_a_later_day_is_that_with_no_run_until_then() -> None:
    runs = [*BASE, activity(100, at(52.5), 13), *on_days(59, km=12, first=101)]
    history, quiet = History(counted(*runs)), Thresholds(session_spike_on=False, long_effort_on=False)
    now = at(60)

    days = [headroom_on(history, quiet, (now + timedelta(days=n)).date(), now=now).km for n in (0, 1, 5, 6)]

    assert days == [
        headroom(history, quiet, at=at(60)).km,
        *(headroom(history, quiet, at=at(60 + n)).km for n in (1, 5, 6)),
    ]
    assert days == sorted(days, key=lambda km: km or 0)
    assert days[0] != days[3]


def test_the_limit_of_a_later_day_is_the_same_whatever_the_hour_and_never_more_than_within_that_day() -> None:
    runs = [*BASE, activity(100, at(32.3), 18), activity(99, at(5), 18)]
    history, day = History(counted(*runs)), at(62).date()
    thresholds = Thresholds(weekly_high_on=False, long_effort_on=False)

    named = {headroom_on(history, thresholds, day, now=at(60 + hour / 24)).km for hour in range(0, 40, 3)}

    within = {headroom(history, thresholds, at=at(62 + hour / 24)).km for hour in range(-7, 17)}
    assert len(within) == 2
    assert named == {min(km for km in within if km is not None)}


def test_the_limit_of_today_is_that_of_now() -> None:
    history = History(counted(*BASE, activity(100, at(32.3), 18), activity(99, at(5), 18)))
    thresholds = Thresholds(weekly_high_on=False, long_effort_on=False)

    today = [headroom_on(history, thresholds, at(62).date(), now=at(62 + hour / 24)).km for hour in (0, 12)]

    assert today == [19.8, 11.0]


def test_a_later_day_begins_and_ends_on_the_athletes_clock() -> None:
    """The 18 km leave the 30 days on 3 March, 11:00 UTC: in Kiritimati that is 4 March, one hour after midnight."""
    history = History(counted(*BASE, activity(100, at(32 + 4 / 24), 18), activity(99, at(5), 18)))
    thresholds = Thresholds(weekly_high_on=False, long_effort_on=False)
    now = at(60).astimezone(ZoneInfo("Pacific/Kiritimati"))

    limits = [headroom_on(history, thresholds, date(2024, 3, day), now=now).km for day in (3, 4, 5)]

    assert limits == [19.8, 11.0, 11.0]


def test_the_limit_of_a_day_on_which_a_comeback_begins_is_that_of_its_start() -> None:
    history = History(counted(*BASE))

    assert (
        headroom_on(history, Thresholds(), at(58 + 21).date(), now=at(60)).km
        == headroom(history, Thresholds(), at=at(79)).km
    )
    assert headroom_on(history, Thresholds(), at(58 + 22).date(), now=at(60)).dm is None


def test_the_pace_is_the_median_of_an_odd_number_of_runs_too() -> None:
    paces = [activity(day + 1, at(day), 8, minutes=8 * pace) for day, pace in enumerate((5, 5, 5, 5, 6, 9, 9, 9, 9))]

    assert room(paces, 9).km == 15.0  # 90 minutes at 6 min/km


def test_the_pace_is_the_median_of_90_days() -> None:
    slow = [activity(number, at(day), 8, minutes=80) for number, day in enumerate(range(8), 1)]

    assert room(slow, 8).km == 12.0  # 1.5 × 8 km at 10 min/km take two hours
    assert room(slow, 8, long_effort__minutes=150).km == 15.0


def test_later_runs_are_left_out_of_account() -> None:
    assert room([*BASE, activity(100, at(61), 30)], 60) == room(BASE, 60)


def test_the_day_is_that_of_the_athletes_zone() -> None:
    kiritimati = ZoneInfo("Pacific/Kiritimati")  # the 30th date begins at 10:00 UTC
    history = History(counted(*on_days(0, 14, 28)))
    now = datetime(2024, 1, 30, 12, tzinfo=UTC)

    assert headroom(history, Thresholds(), at=now).learning
    assert not headroom(history, Thresholds(), at=now.astimezone(kiritimati)).learning


def test_headroom_is_that_of_a_flat_run_where_climbs_count() -> None:
    hilly = on_days(*range(0, 60, 2), km=10, total_elevation_gain=200.0)

    assert room(hilly, 60).km == 11.0
    assert room(hilly, 60, effort_distance=True).km == 13.2


def test_the_pace_is_that_of_the_distance_without_climbs() -> None:
    hilly = on_days(*range(8), km=8, total_elevation_gain=100.0)

    assert room(hilly, 8, effort_distance=True).km == 15.0  # 90 minutes at 6 min/km


def test_the_context_is_the_week_the_best_week_and_the_longest_run() -> None:
    shown = context(History(counted(*BASE, activity(99, at(40.5), 13))), Thresholds(), now=at(60))

    assert (shown.week_dm, shown.best_week_dm, shown.longest_dm) == (300_000, 530_000, 130_000)
    assert shown.best_week_ends == at(46).date()
    assert shown.longest is not None
    assert shown.longest.id == 99


def test_the_context_of_an_empty_history_is_empty() -> None:
    shown = context(History(), Thresholds(), now=at(60))

    assert (shown.week_dm, shown.best_week_dm, shown.best_week_ends, shown.longest_dm) == (0, 0, None, 0)
    assert shown.longest is None


def test_the_run_that_a_limit_asks_about_is_flat_at_the_usual_pace_and_the_last_of_all() -> None:
    evening = datetime(2025, 6, 1, 1, 30, tzinfo=timezone(timedelta(hours=9)))  # 31 May in UTC
    runs = [a_run(10, minutes=50 + n, start=(evening - timedelta(days=n)).astimezone(UTC), id=n) for n in (1, 2, 3)]

    found = run_of(History(runs), Thresholds(), 120_000, at=evening)

    assert (found.id, found.sport, found.distance_dm, found.climb_dm) == (4, "Run", 120_000, 0)
    assert (found.moving_s, found.elapsed_s) == (12 * 52 * 6, 12 * 52 * 6)
    assert found.start == evening
    assert found.start.tzinfo is UTC
    assert found.day == date(2025, 6, 1)
    assert run_of(History(), Thresholds(), 120_000, at=evening).id == 1
