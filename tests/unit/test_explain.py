"""The reasons for a limit, in sentences that a reader can check."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from running_log import MONDAY, activity, counted, on_days

from content.signals import History, Thresholds, explain, headroom

BASE = on_days(*range(0, 60, 2), km=10)  # the last on day 58; a best week of 40 km, at 6 min/km
OFF = {"session_spike.on": False, "weekly_high.on": False, "long_effort.on": False}
SPIKES = {**OFF, "session_spike.on": True}
WEEKS = {**OFF, "weekly_high.on": True}
LONG = {**OFF, "long_effort.on": True}
MOST_WORDS = 15


class Kilometres:
    """Numbers as one reader writes them."""

    def distance(self, dm: float) -> str:
        return f"{dm / 10_000:.1f} km"

    def exact(self, dm: float) -> str:
        return f"{dm / 10_000:.2f}".rstrip("0").ljust(4, "0") + " km"

    def share(self, fraction: float) -> str:
        return f"{100 * fraction:g} %"

    def number(self, value: float, digits: int = 0) -> str:
        return f"{value:.{digits}f}"


def said(activities: list[dict[str, Any]], changes: Mapping[str, object], day: float = 60) -> list[str]:
    thresholds = Thresholds.from_mapping(changes)
    limit = headroom(History(counted(*activities)), thresholds, at=MONDAY + timedelta(days=day))
    return explain(limit, thresholds, Kilometres())


LONGEST = "Your longest run of the last 30 days was 10.0 km."
TWICE_THE_USUAL = "We call a run long from 90 minutes and twice your usual 10.0 km."
WEEK = "You have run 30.0 km in 7 days; your best week was 40.0 km."


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (SPIKES, [LONGEST, "A long run goes 1.0 km beyond it."]),
        ({**SPIKES, "session_spike.over": 0.15}, [LONGEST, "A long run goes more than 15 % beyond it."]),
        ({**SPIKES, "session_spike.min_km": 12}, [LONGEST, "A long run has 12.0 km or more."]),
        ({**SPIKES, "session_spike.min_km": 11}, [LONGEST, "A long run goes 1.0 km beyond it."]),
        (WEEKS, [WEEK, "A bigger week goes more than 30 % beyond it."]),
        ({**WEEKS, "weekly_high.min_excess_km": 12}, [WEEK, "A bigger week goes 12.0 km beyond it."]),
        (
            LONG,
            [
                "We call a run long from 90 minutes and 1.5 times your usual 10.0 km.",
                "At your usual pace 90 minutes take you 15.0 km.",
            ],
        ),
        ({**LONG, "long_effort.times_median": 2.0}, [TWICE_THE_USUAL]),
        ({**LONG, "long_effort.times_median": 3.0}, [TWICE_THE_USUAL.replace("twice", "3 times")]),
        (OFF, []),
    ],
)
def test_a_limit_is_explained_with_its_numbers(changes: Mapping[str, object], sentences: list[str]) -> None:
    assert said(BASE, changes) == sentences


def test_the_greater_of_share_and_excess_decides_to_the_tenth_of_a_kilometre() -> None:
    longer = {**SPIKES, "session_spike.min_excess_km": 2}
    assert said(on_days(*range(0, 60, 2), km=20), longer)[1] == "A long run goes 2.0 km beyond it."
    assert said(on_days(*range(0, 60, 2), km=20.1), longer)[1] == "A long run goes more than 10 % beyond it."
    bigger = [activity(99, MONDAY + timedelta(days=40.5), 0.6), *BASE]
    assert said(bigger, {**WEEKS, "weekly_high.min_excess_km": 12})[1] == "A bigger week goes more than 30 % beyond it."


def test_a_spike_that_counts_less_than_it_was_is_explained() -> None:
    spiked = [*BASE, activity(100, MONDAY + timedelta(days=59), 20)]

    assert said(spiked, SPIKES) == [
        "Your last very long run does not raise the bar yet.",
        "We count 10.0 km as your longest run.",
        "A long run goes 1.0 km beyond it.",
    ]


def test_after_a_break_the_longest_run_since_is_named() -> None:
    back = on_days(90, 92, km=6, first=100)

    assert said([*BASE, *back], SPIKES, day=93)[0] == "Your longest run since your break was 6.0 km."
    without = said([*BASE, *back], {**SPIKES, "comeback.on": False}, day=93)
    assert without[0] == "Your longest run of the last 30 days was 6.0 km."


def test_a_week_that_is_full_is_said_first() -> None:
    full = on_days(57, 58, 59, 59.5, km=25, first=100)

    assert said([*BASE, *full], WEEKS)[:2] == [
        "This week is already more than you are used to.",
        "You have run 120.0 km in 7 days; your best week was 40.0 km.",
    ]


def test_a_reader_who_counts_climbs_is_told_that_the_limit_is_for_a_flat_run() -> None:
    assert said(BASE, {"effort_distance": True})[-1].endswith("The limit is for a flat run.")
    assert said(BASE, {**OFF, "effort_distance": True}) == []


@pytest.mark.parametrize("changes", [SPIKES, WEEKS, LONG, {**SPIKES, "effort_distance": True}])
def test_no_sentence_has_more_than_15_words(changes: Mapping[str, object]) -> None:
    for sentence in re.split(r"(?<=[.;]) ", " ".join(said(BASE, changes))):
        assert len(sentence.split()) <= MOST_WORDS, sentence
