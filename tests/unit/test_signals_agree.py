"""The signals, compared run by run with a plain second implementation, on random logs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import plain_signals
from hypothesis import given, settings
from hypothesis import strategies as st
from running_log import counted, replayed, without_start

from content.runs import Run
from content.signals import KNOBS, PRESETS, History, Thresholds, backtest, headroom, mutes_later_runs, review
from content.signals.days import Days

ZONES = (UTC, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago"))

# Hours between starts and metres run: on the edges of windows and thresholds, and on either side of them.
GAPS = [0, 1, 12, *[24] * 8, *[48] * 8, *[72] * 6, 96, 96, 7 * 24, 14 * 24, 21 * 24, 30 * 24, 35 * 24]
METRES = [499.9, 500.0, 4999.9, 5000.0, 5500.0, 5500.1, 6000.0, 6500.0, 6500.1, 8000.0, 10000.0, 11000.0, 11000.1]
METRES += [13000.0, 13000.1, 15000.0, 20000.0, 20000.1, 30000.0, 42195.0]
PACES = [154, 155, 270, 300, 330, 360, 540]


@st.composite
def logs(draw: st.DrawFn, most: int = 45) -> list[dict[str, Any]]:
    """A log in which nearly anything that Strava can hold happens, in any order."""
    start = datetime(2024, 1, 20, 23, 30, tzinfo=UTC)
    activities: list[dict[str, Any]] = []
    few = draw(st.sampled_from([0, 0, 20, 25]))
    steps = st.tuples(st.sampled_from(GAPS), st.integers(-1, 1), st.sampled_from(METRES), st.sampled_from(PACES))
    for number, (hours, seconds, metres, pace) in enumerate(draw(st.lists(steps, min_size=few, max_size=most)), 1):
        start += timedelta(hours=hours, seconds=seconds)
        oddity = draw(st.integers(0, 60))
        local = start.astimezone(ZONES[oddity % 4])
        if oddity in (1, 2):
            local = local.replace(hour=0, minute=0, second=1)
        activities.append(
            {
                "id": number if oddity % 3 else 1000 - number,
                "sport_type": {3: "Ride", 4: "TrailRun", 5: "VirtualRun"}.get(oddity, "Run"),
                "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}",
                "start_date_local": f"{local:%Y-%m-%dT%H:%M:%SZ}",
                "distance": None if oddity == 6 else metres,
                "moving_time": None if oddity == 7 else max(119, round(metres / 1000 * pace)),
                "total_elevation_gain": None if oddity == 8 else oddity * 7.3,
                "flagged": oddity == 9,
            }
        )
    return activities[::-1] if draw(st.booleans()) else activities  # the API lists the newest first


@st.composite
def thresholds(draw: st.DrawFn) -> dict[str, Any]:
    """The defaults, a preset, or some thresholds moved to anywhere on their steps."""
    values: dict[str, Any] = draw(st.sampled_from(list(PRESETS.values()))).as_mapping()
    for knob in draw(st.lists(st.sampled_from(KNOBS), max_size=5, unique_by=lambda knob: knob.name)):
        if knob.unit == "switch":
            values[knob.name] = draw(st.booleans())
        else:
            steps = draw(st.integers(0, round((knob.high - knob.low) / knob.step)))
            values[knob.name] = round(knob.low + steps * knob.step, 2)
    return values


@settings(deadline=None)
@given(logs(), thresholds())
def test_a_backtest_flags_the_same_runs_for_the_same_reasons_as_the_plain_implementation(
    activities: list[dict[str, Any]], values: dict[str, Any]
) -> None:
    expected = plain_signals.backtest(activities, values)

    assert replayed(activities, values) == expected


@settings(deadline=None)
@given(logs(), thresholds())
def test_reviewing_each_run_as_it_comes_says_what_the_backtest_says(
    activities: list[dict[str, Any]], values: dict[str, Any]
) -> None:
    wanted = Thresholds.from_mapping(values)
    runs = counted(*activities)
    expected = backtest(runs, wanted).flagged
    whole = History(runs)
    noted: dict[int, int] = {}

    live = []
    for run in whole.canonical:
        reviewed = review(run, whole, noted, wanted, received=run.start + timedelta(hours=1))
        if reviewed.note:
            noted[run.id] = reviewed.severity if mutes_later_runs(reviewed.findings) else 0
        if reviewed.findings:
            live.append(reviewed)

    assert tuple(live) == expected


@settings(deadline=None)
@given(logs(), thresholds(), st.data())
def test_a_run_is_reviewed_as_by_the_plain_implementation_whatever_notes_stand(
    activities: list[dict[str, Any]], values: dict[str, Any], data: st.DataObject
) -> None:
    runs = counted(*activities)
    if not runs:
        return
    ids = st.sampled_from([run.id for run in runs])
    ledger = [
        {"id": number, "severity": data.draw(st.integers(1, 3)), "counts": data.draw(st.booleans())}
        for number in data.draw(st.sets(ids, max_size=8))
    ]
    noted = {note["id"]: note["severity"] if note["counts"] else 0 for note in ledger}
    run = data.draw(st.sampled_from(runs))
    [activity] = [each for each in activities if each["id"] == run.id]

    found = review(run, History(runs), noted, Thresholds.from_mapping(values))

    expected = plain_signals.live(activities, activity, ledger, values)
    assert (without_start(found) if found.findings else None) == expected


@settings(deadline=None)
@given(logs(30), thresholds(), st.sampled_from([1, 24, 7 * 24, 21 * 24 + 1]), st.sampled_from(ZONES))
def test_headroom_is_the_smallest_distance_that_would_be_flagged(
    activities: list[dict[str, Any]], values: dict[str, Any], hours: int, zone: Any
) -> None:
    runs = counted(*activities)
    last = max((run.start for run in runs), default=datetime(2024, 1, 1, tzinfo=UTC))
    now = (last + timedelta(hours=hours)).astimezone(zone)
    expected = plain_signals.headroom(activities, values, now)

    dm = headroom(History(runs), Thresholds.from_mapping(values), at=now).dm

    assert (None if dm is None else dm // 1000) == expected


def within_reach(runs: Sequence[Run], moment: datetime, day: date, older: int) -> list[Run]:
    """The runs of the last 100 days, and further back until one is `older` days older."""
    before = [run for run in runs if run.start < moment]
    old_enough = [run.start for run in before if run.day <= day - timedelta(days=older)]
    since = min([moment - timedelta(days=100), *old_enough[-1:]])
    return [run for run in before if run.start >= since]


@settings(deadline=None)
@given(logs(), thresholds(), st.data())
def test_live_a_hundred_days_and_a_run_35_days_older_are_enough_to_review_a_run(
    activities: list[dict[str, Any]], values: dict[str, Any], data: st.DataObject
) -> None:
    runs, wanted = History(counted(*activities)).canonical, Thresholds.from_mapping(values)
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))

    short = review(run, History(within_reach(runs, run.start, run.day, 35)), {}, wanted)

    assert short == review(run, History(runs), {}, wanted)


@settings(deadline=None)
@given(logs(), thresholds(), st.integers(1, 40 * 24))
def test_live_a_hundred_days_and_a_run_65_days_older_are_enough_for_the_limit(
    activities: list[dict[str, Any]], values: dict[str, Any], hours: int
) -> None:
    runs, wanted = History(counted(*activities)).canonical, Thresholds.from_mapping(values)
    now = max((run.start for run in runs), default=datetime(2024, 1, 1, tzinfo=UTC)) + timedelta(hours=hours)

    short = headroom(History(within_reach(runs, now, now.date(), 65)), wanted, at=now)

    assert short == headroom(History(runs), wanted, at=now)


@settings(deadline=None)
@given(logs(), thresholds(), st.integers(0, 40 * 24))
def test_for_the_findings_of_a_month_the_95_days_before_it_and_one_run_more_are_enough(
    activities: list[dict[str, Any]], values: dict[str, Any], hours: int
) -> None:
    runs, wanted = History(counted(*activities)).canonical, Thresholds.from_mapping(values)
    now = max((run.start for run in runs), default=datetime(2024, 1, 1, tzinfo=UTC)) + timedelta(hours=hours)
    month = now.date() - timedelta(days=30)
    older = [run for run in runs if run.start < now - timedelta(days=125)]
    late = runs[max(0, len(older) - 1) :]

    def found(log: Sequence[Run]) -> list[tuple[Run, Any]]:
        return [(each.run, each.findings) for each in backtest(log, wanted).flagged if each.run.day > month]

    assert found(late) == found(runs)


@settings(deadline=None)
@given(logs(30), st.data())
def test_a_history_grown_and_shrunk_run_by_run_is_the_history_built_at_once(
    activities: list[dict[str, Any]], data: st.DataObject
) -> None:
    runs = counted(*activities)
    gone = data.draw(st.sets(st.sampled_from([run.id for run in runs]))) if runs else set()
    grown = History()
    for run in data.draw(st.permutations(runs)):
        grown.add(run)
    for number in gone:
        grown.remove(number)
    built = History(run for run in runs if run.id not in gone)

    assert list(grown) == list(built)
    assert grown.canonical == built.canonical
    assert [grown.canonical_for(run.id) for run in runs] == [built.canonical_for(run.id) for run in runs]


ADDED = st.lists(st.tuples(st.integers(-60, 60), st.integers(1, 300_000)), max_size=12)


@settings(deadline=None)
@given(ADDED, st.lists(st.tuples(st.booleans(), st.integers(-120, 120)), min_size=1, max_size=6))
def test_weeks_are_sums_of_days_in_whatever_order_days_are_added_and_asked_for(
    added: list[tuple[int, int]], asked: list[tuple[bool, int]]
) -> None:
    days, epoch = Days(), 738_000

    def total(last: int) -> int:
        return sum(distance for day, distance in added if last - 6 <= day <= last)

    for day, distance in added:
        days.add(epoch + day, distance)
    for best, day in asked:
        if best:
            weeks = [(total(last), epoch + last) for last in range(day - 34, day - 6)]
            assert days.best_week(epoch + day) == max(weeks)
        else:
            assert days.week(epoch + day) == total(day)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "search", "ask"]), st.integers(0, 60), st.integers(1, 300_000))))
def test_the_best_week_is_at_least_what_is_known_without_a_search_for_it(steps: list[tuple[str, int, int]]) -> None:
    days, epoch = Days(), 738_000

    for what, day, distance in steps:
        if what == "add":
            days.add(epoch + day, distance)
        elif what == "search":
            days.best_week(epoch + day)
        else:
            known = days.best_at_least(epoch + day)
            assert known <= days.best_week(epoch + day)[0]


def test_a_best_week_is_known_without_a_search_until_it_is_older_than_five_weeks() -> None:
    days = Days()
    days.add(738_000, 50)
    days.best_week(738_020)

    assert [days.best_at_least(day) for day in (738_012, 738_013, 738_020, 738_040, 738_041)] == [0, 50, 50, 50, 0]
