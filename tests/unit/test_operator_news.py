"""An operator is told of troubles: each trouble at most once a day, and its end."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from content.operator_news import Told, news

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FULL = {"disk": "The disk is nearly full."}


def test_a_trouble_is_told_once_and_again_a_day_later() -> None:
    first = news(FULL, {}, NOW)
    assert first.lines == ("The disk is nearly full.",)
    assert news(FULL, first.told, NOW + HOUR).lines == ()
    assert news(FULL, first.told, NOW + 24 * HOUR).lines == first.lines


def test_its_end_is_told_once() -> None:
    told = news(FULL, {}, NOW).told
    over = news({}, told, NOW + HOUR)
    assert over.lines == ("Well again: disk.",)
    assert news({}, over.told, NOW + 2 * HOUR).lines == ()


def test_a_trouble_that_comes_and_goes_is_told_once_a_day() -> None:
    told, lines = news(FULL, {}, NOW).told, list[str]()
    for hour in range(1, 23):
        turned = news({} if hour % 2 else FULL, told, NOW + hour * HOUR)
        told, lines = turned.told, [*lines, *turned.lines]
    assert lines == ["Well again: disk."]


def test_what_was_told_by_a_clock_that_was_ahead_keeps_nothing_silent() -> None:
    assert news(FULL, {"disk": Told(NOW + 1000 * HOUR)}, NOW).lines == ("The disk is nearly full.",)


def test_what_is_over_for_a_day_is_forgotten() -> None:
    assert news({}, {"disk": Told(NOW - 25 * HOUR, open=False)}, NOW).told == {}


@given(st.lists(st.tuples(st.integers(1, 20), st.sets(st.sampled_from(["disk", "worker", "Strava"])))))
def test_no_trouble_is_told_twice_in_a_day_and_no_end_without_a_beginning(steps: list[tuple[int, set[str]]]) -> None:
    now, told = NOW, dict[str, Told]()
    begun: dict[str, list[datetime]] = {"disk": [], "worker": [], "Strava": []}
    ended: dict[str, int] = dict.fromkeys(begun, 0)
    for hours, there in steps:
        now += hours * HOUR
        turned = news({name: name for name in there}, told, now)
        told = turned.told
        for line in turned.lines:
            if line in begun:
                begun[line].append(now)
            else:
                ended[line.removeprefix("Well again: ").removesuffix(".")] += 1
    for name, times in begun.items():
        assert all(later - earlier >= 24 * HOUR for earlier, later in pairwise(times))
        assert ended[name] <= len(times)
