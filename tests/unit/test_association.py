"""The back and the load: counts, and when they may be called a difference."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.companion.association import (
    LEAST_RUNS,
    LOOKS,
    WRONG_AT_MOST,
    Counts,
    ScoredRun,
    counts,
    fisher,
)

KINDS = ("long", "far", "week", "days", "hilly", "shoe")


def scored(kind: str, *scores: int) -> list[ScoredRun]:
    return [ScoredRun(score, frozenset({kind} if kind else ())) for score in scores]


def test_fishers_tea_has_the_chance_that_he_gave() -> None:
    """Fisher 1935: of eight cups four with milk first; all four told rightly happens once in 70, three or more 17."""
    assert fisher(4, 4, 0, 4) == Fraction(1, 70)
    assert fisher(3, 4, 1, 4) == Fraction(17, 70)
    assert fisher(0, 4, 4, 4) == 1


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_the_chance_is_the_upper_tail_of_the_hypergeometric_distribution(
    sore: int, well: int, other_sore: int, other_well: int
) -> None:
    runs, others, all_sore = sore + well, other_sore + other_well, sore + other_sore
    ways = sum(comb(runs, some) * comb(others, all_sore - some) for some in range(sore, min(runs, all_sore) + 1))

    assert fisher(sore, runs, other_sore, others) == Fraction(ways, comb(runs + others, all_sore))


def test_five_of_seven_against_one_of_thirty_is_called_a_difference() -> None:
    [found] = counts(scored("long", 5, 4, 6, 4, 8, 0, 3) + scored("", 4, *[0] * 29), ["long"])

    assert found == Counts("long", 5, 7, 1, 30, differs=True)


def test_two_of_seven_against_one_of_ten_cannot_be_told_yet() -> None:
    [found] = counts(scored("long", 5, 4, 0, 0, 0, 0, 3) + scored("", 4, *[0] * 9), ["long"])

    assert found.enough
    assert found.differs is False


@pytest.mark.parametrize(("runs", "others"), [(LEAST_RUNS - 1, 30), (30, LEAST_RUNS - 1), (0, 0)])
def test_below_six_runs_of_either_kind_nothing_is_said(runs: int, others: int) -> None:
    [found] = counts(scored("long", *[9] * runs) + scored("", *[0] * others), ["long"])

    assert not found.enough
    assert found.differs is None


def test_fewer_sore_runs_of_a_kind_are_no_difference_to_tell() -> None:
    """The reader is told of what goes with a sore back; that hills did not is no reason for more of them."""
    [found] = counts(scored("hilly", *[0] * 20) + scored("", *[6] * 20), ["hilly"])

    assert found.differs is False


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=20, max_size=60), st.data())
def test_between_two_looks_a_week_changes_the_counts_and_not_the_verdict(
    told: list[tuple[int, bool]], data: st.DataObject
) -> None:
    log = [ScoredRun(score, frozenset({"long"} if long else ())) for score, long in told]
    look = max(look for look in LOOKS if look <= len(log))
    week = data.draw(st.integers(look, len(log)))
    [at_look], [in_week] = counts(log[:look], ["long"]), counts(log[:week], ["long"])

    assert bool(at_look.differs) == bool(in_week.differs)
    assert in_week.runs + in_week.other_runs == week


def test_the_looks_together_have_no_more_than_one_chance_in_twenty() -> None:
    assert len(LOOKS) * (WRONG_AT_MOST / len(LOOKS)) == Fraction(1, 20)
    assert list(LOOKS) == sorted(set(LOOKS))


def test_before_the_first_look_nothing_is_called_a_difference() -> None:
    [found] = counts(scored("long", *[9] * 9) + scored("", *[0] * 9), ["long"])

    assert found.enough
    assert found.differs is False
