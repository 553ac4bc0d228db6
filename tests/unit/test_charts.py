"""The geometry of the charts: calendar weeks whose bars are made of runs, under three round lines."""

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from made_runs import a_run

from content.signals import Thresholds
from integration.web.run_views.charts import grid, weeks_chart, year_chart

KM, MILE = 10_000.0, 16_093.44
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
MONDAY, SUNDAY = 0, 6


@given(st.floats(0, 10**8), st.sampled_from([KM, MILE]))
def test_three_evenly_spaced_lines_hold_the_tallest_and_waste_less_than_two_thirds(tallest: float, unit: float) -> None:
    lines = grid(tallest, unit).lines

    assert [height for height, _ in lines] == [100 - 100 * line / 3 for line in (1, 2, 3)]
    assert lines[2][1] >= tallest * 0.999_999
    assert abs(lines[1][1] - 2 * lines[0][1]) < 1
    assert tallest < unit or lines[2][1] <= 3 * tallest


def test_a_week_begins_on_the_runners_own_first_day_and_is_made_of_its_runs() -> None:
    ago = {3: 10, 1: 8, 0: 5}
    runs = [a_run(km, start=WEDNESDAY - timedelta(days=days), id=days) for days, km in ago.items()]
    today = WEDNESDAY.date()

    european = weeks_chart(runs, Thresholds(), {0: True}, today, first=MONDAY, unit_dm=KM)
    american = weeks_chart(runs, Thresholds(), {}, today, first=SUNDAY, unit_dm=KM)

    assert [(week.begins.day, week.dm, week.runs, week.noted) for week in european.weeks[-2:]] == [
        (16, 100_000, 1, 0), (23, 130_000, 2, 1),
    ]  # fmt: skip
    assert [(week.begins.day, week.dm, week.runs) for week in american.weeks[-1:]] == [(22, 230_000, 3)]
    assert (european.quiet.count("z"), european.noted.count("z")) == (1, 2)  # a segment for each run, coloured by week
    assert (american.quiet.count("z"), american.noted) == (3, "")


def test_a_year_has_a_stick_for_each_run_of_its_365_days_and_of_no_day_more() -> None:
    ago = {365: 10, 364: 15, 10: 30, 0: 10, -1: 10}
    runs = [a_run(km, start=WEDNESDAY - timedelta(days=days), id=days) for days, km in ago.items()]

    chart = year_chart(runs, flagged={10, 0}, noted={10}, today=WEDNESDAY.date(), unit_dm=KM)

    assert (chart.first, chart.grid.top_dm) == (date(2025, 11, 26), 30 * KM)
    assert (chart.quiet, chart.flagged, chart.noted) == ("M0.5 100V50.0", "M364.5 100V66.7", "M354.5 100V0.0")
    assert json.loads(chart.points) == [[0, 15.0, 0], [354, 30.0, 2], [364, 10.0, 1]]


def test_each_month_of_a_year_begins_at_its_first_day() -> None:
    for back in range(3 * 366):  # 29 February 2024 is among them
        today = WEDNESDAY.date() - timedelta(days=back)
        chart = year_chart([], (), (), today, KM)

        days = [chart.first + timedelta(days=number) for number in range(365)]
        assert days[-1] == today
        assert chart.months == tuple((number, day) for number, day in enumerate(days) if day.day == 1)
