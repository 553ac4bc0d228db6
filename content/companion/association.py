"""The back and the load: of the runner's own runs, how often the back was told as sore after some, and after the rest.

Counts only. Fisher's exact test (one-sided: more often after those runs) decides whether they may be called a
difference, and several questions share one chance of being wrong (Holm 1979). Never a cause, never a risk.

The page is looked at week after week, and who tests whenever they look finds chance in the end. So the test is made at
set numbers of answered runs alone (LOOKS), on the runs until then, and each of these looks has an equal share of the
chance of being wrong. However often the page is opened, and whenever, the shares add up to no more than 1 in 20
(Bonferroni over looks; the numbers of runs do not depend on what was told of them).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb
from typing import Final

SORE_RUN_FROM: Final = 4  # of 0–10: "4 or more", of which runs are counted; a sore back begins higher
LEAST_RUNS: Final = 6  # of either kind: below it nothing is said
LEAST_AT_A_LOOK: Final = 3  # of either kind: with fewer no test is worth its share
WRONG_AT_MOST: Final = Fraction(1, 20)  # the share of runners without any link that are ever told of one
LOOKS: Final = (20, 35, 60, 105, 180)  # answered runs, each three quarters more; few answer for more in a year


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run with the highest score (0–10) told for it, by tap or session, and the kinds that it belongs to."""

    score: int
    kinds: frozenset[str] = frozenset()

    @property
    def sore(self) -> bool:
        """True if the score counts."""
        return self.score >= SORE_RUN_FROM


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
    """Return the counts of each kind, in order, with what may be said of them. `scored` are in order of time."""
    known = list(scored)
    look = bisect_right(LOOKS, len(known))
    differing = _differing(_counted(known[: LOOKS[look - 1]], kinds)) if look else {}
    return tuple(
        replace(found, differs=differing.get(found.kind, False)) if found.enough else found
        for found in _counted(known, kinds)
    )


def fisher(sore: int, runs: int, other_sore: int, other_runs: int) -> Fraction:
    """Return the chance that `sore` or more of `runs` are sore, of all sore ones, if kinds are dealt out at random.

    The upper tail of the hypergeometric distribution (Fisher 1935), exact.
    """
    all_runs, all_sore = runs + other_runs, sore + other_sore
    first = max(sore, all_sore - other_runs)
    ways = each = comb(runs, first) * comb(other_runs, all_sore - first)
    for some in range(first, min(runs, all_sore)):  # each from the one before: binomials are slow
        each = each * (runs - some) * (all_sore - some) // ((some + 1) * (other_runs - all_sore + some + 1))
        ways += each
    return Fraction(ways, comb(all_runs, all_sore))


def _counted(scored: Sequence[ScoredRun], kinds: Sequence[str]) -> list[Counts]:
    """Return the bare counts of each kind."""
    runs, sore, all_sore = Counter[str](), Counter[str](), 0
    for run in scored:
        is_sore = run.sore
        all_sore += is_sore
        for kind in run.kinds:
            runs[kind] += 1
            sore[kind] += is_sore
    return [Counts(kind, sore[kind], runs[kind], all_sore - sore[kind], len(scored) - runs[kind]) for kind in kinds]


def _differing(counted: Sequence[Counts]) -> Mapping[str, bool]:
    """Return for each kind whether it differs at one look: the smallest chance first, each against what is left."""
    found = sorted((one.chance, one.kind) for one in counted if min(one.runs, one.other_runs) >= LEAST_AT_A_LOOK)
    differs, still = {}, True
    for place, (chance, kind) in enumerate(found):
        still = still and chance <= WRONG_AT_MOST / len(LOOKS) / (len(found) - place)
        differs[kind] = still
    return differs
