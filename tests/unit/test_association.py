"""The back and the load: counts, and when they may be called a difference."""

from fractions import Fraction
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.companion.association import (
    LEAST_RUNS,
    LOOKS,
    WRONG_AT_MOST,
    Counts,
    ScoredRun,
    _counted,
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


def a_year_of(random: Random) -> list[ScoredRun]:
    """A year of answered runs of a runner whose back has nothing to do with what they run."""
    sore, runs = random.uniform(0.05, 0.6), random.randrange(12, 200)
    often = {kind: random.uniform(0.1, 0.6) for kind in KINDS}
    kinds = [frozenset(kind for kind in KINDS if random.random() < often[kind]) for _ in range(runs)]
    return [ScoredRun(5 if random.random() < sore else 1, each) for each in kinds]


def test_of_1000_runners_without_any_link_at_most_one_in_twenty_is_told_of_one_in_a_year_of_weekly_looks() -> None:
    """Between two looks nothing changes (see below), so a week in which a look falls stands for those after it."""
    random, told = Random(16), 0
    for log in (a_year_of(random) for _ in range(1000)):
        looks = [look for look in LOOKS if look <= len(log)]
        told += any(found.differs for look in looks for found in counts(log[:look], KINDS))

    assert told <= 50


def test_looking_whenever_one_likes_without_such_looks_would_tell_too_many() -> None:
    """The reason for all this: Fisher's test at 1 in 20 every week, for two kinds alone."""
    random, told = Random(18), 0
    for log in (a_year_of(random) for _ in range(200)):
        weeks = (_counted(log[: len(log) * week // 52], KINDS[:2]) for week in range(4, 53, 2))
        told += any(found.enough and found.chance <= WRONG_AT_MOST for week in weeks for found in week)

    assert told > 20


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


def test_a_strong_link_is_found_in_most_runners_who_have_one() -> None:
    random = Random(17)
    found = 0
    for _ in range(200):
        log = []
        for _ in range(60):
            long = random.random() < 0.25
            sore = random.random() < (0.6 if long else 0.1)
            log.append(ScoredRun(5 if sore else 0, frozenset({"long"} if long else ())))
        found += bool(counts(log, KINDS)[0].differs)

    assert found > 150
