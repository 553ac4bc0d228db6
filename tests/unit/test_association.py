"""The back and the load: counts, and when they may be called a difference."""

from fractions import Fraction
from random import Random

import pytest

from content.companion.association import LEAST_RUNS, Counts, ScoredRun, counts, fisher

KINDS = ("long", "far", "hilly", "shoe")


def scored(kind: str, *scores: int) -> list[ScoredRun]:
    return [ScoredRun(score, frozenset({kind} if kind else ())) for score in scores]


def test_fishers_tea_has_the_chance_that_he_gave() -> None:
    """Fisher 1935: of eight cups four with milk first; all four told rightly happens once in 70, three or more 17."""
    assert fisher(4, 4, 0, 4) == Fraction(1, 70)
    assert fisher(3, 4, 1, 4) == Fraction(17, 70)
    assert fisher(0, 4, 4, 4) == 1


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


def test_of_1000_runners_without_any_link_at_most_one_in_twenty_is_told_of_one() -> None:
    random = Random(16)
    told = 0
    for _ in range(1000):
        sore, runs = random.uniform(0.05, 0.6), random.randrange(12, 120)
        often = {kind: random.uniform(0.1, 0.6) for kind in KINDS}
        log = [
            ScoredRun(
                5 if random.random() < sore else 1, frozenset(kind for kind in KINDS if random.random() < often[kind])
            )
            for _ in range(runs)
        ]
        told += any(found.differs for found in counts(log, KINDS))

    assert told <= 50


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
