"""The back and the load: of the runner's own runs, how often the back was told as sore after some, and after the rest.

Counts only. Fisher's exact test (one-sided: more often after those runs) decides whether they may be called a
difference, and several questions share one chance of being wrong (Holm 1979). Never a cause, never a risk.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Final

SORE_FROM: Final = 4  # of 0–10: "4 or more"
LEAST_RUNS: Final = 6  # of either kind: below it nothing is said
WRONG_AT_MOST: Final = Fraction(1, 20)  # the share of runners without any link that are told of one


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run with the highest score (0–10) told for it, by tap or session, and the kinds that it belongs to."""

    score: int
    kinds: frozenset[str] = frozenset()

    @property
    def sore(self) -> bool:
        """True if the score counts."""
        return self.score >= SORE_FROM


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of sore runs among those of a kind, and after all others that a score is known of.

    `differs`: True if Fisher's test calls it a difference; None while there are too few runs to say anything.
    """

    kind: str
    sore: int
    runs: int
    other_sore: int
    other_runs: int
    differs: bool | None = None

    @property
    def enough(self) -> bool:
        """True if there are enough runs of either kind to name the counts at all."""
        return min(self.runs, self.other_runs) >= LEAST_RUNS

    @property
    def chance(self) -> Fraction:
        """The chance of so many sore runs of this kind, or more, if the kind made no difference."""
        return fisher(self.sore, self.runs, self.other_sore, self.other_runs)


def counts(scored: Iterable[ScoredRun], kinds: Sequence[str]) -> tuple[Counts, ...]:
    """Return the counts of each kind, in order, with what may be said of them."""
    known = list(scored)
    raw = [_count(kind, known) for kind in kinds]
    differing = _differing([found for found in raw if found.enough])
    return tuple(
        Counts(
            found.kind,
            found.sore,
            found.runs,
            found.other_sore,
            found.other_runs,
            differing[found.kind] if found.enough else None,
        )
        for found in raw
    )


def fisher(sore: int, runs: int, other_sore: int, other_runs: int) -> Fraction:
    """Return the chance that `sore` or more of `runs` are sore, of all sore ones, if kinds are dealt out at random.

    The upper tail of the hypergeometric distribution (Fisher 1935), exact.
    """
    all_runs, all_sore = runs + other_runs, sore + other_sore
    ways = sum(comb(runs, some) * comb(other_runs, all_sore - some) for some in range(sore, min(runs, all_sore) + 1))
    return Fraction(ways, comb(all_runs, all_sore))


def _count(kind: str, scored: Sequence[ScoredRun]) -> Counts:
    of_kind = [run.sore for run in scored if kind in run.kinds]
    others = [run.sore for run in scored if kind not in run.kinds]
    return Counts(kind, sum(of_kind), len(of_kind), sum(others), len(others))


def _differing(found: Sequence[Counts]) -> Mapping[str, bool]:
    """Return for each kind whether it differs: the smallest chance first, each against what is left of 1 in 20."""
    differs, still = {}, True
    for place, one in enumerate(sorted(found, key=lambda counted: counted.chance)):
        still = still and one.chance <= WRONG_AT_MOST / (len(found) - place)
        differs[one.kind] = still
    return differs
