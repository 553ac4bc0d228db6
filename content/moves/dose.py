"""The dose of a move: a range in the library, and one amount in a routine.

Pure numbers and the words for them; `content.routines.progression` decides which level an athlete is at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# unit -> seconds that one of them takes, done slowly
UNITS: Final = {"reps": 4, "seconds": 1, "breaths": 6, "circles": 6}
# how a set is laid out -> the parts it is done in, one after the other
SIDES: Final = {
    "once": ("",),
    "each side": ("left", "right"),
    "alternating": ("left and right in turn",),
    "three ways": ("centre", "left", "right"),
    "two parts": ("hold", "then move"),
}
_A_SIDE = {"once": "", "each side": " a side", "alternating": " a side", "three ways": " each way", "two parts": ""}


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing to do in a guided session. `count` of `unit` in about `seconds`; `part` names side or direction."""

    part: str
    unit: str
    count: int
    seconds: int
    set_number: int


@dataclass(frozen=True, slots=True)
class Dose:
    """The dose for today: `sets` times `amount` of `unit`, on the sides that `sides` names (a key of SIDES)."""

    sets: int
    amount: int
    unit: str
    sides: str = "once"
    pace: int | None = None  # seconds that one unit takes if that is not as in UNITS

    @property
    def text(self) -> str:
        """Return the dose in short, for a note: "2×10 a side", "30 s ×2 a side", "5 breaths each way"."""
        if self.sides == "two parts":
            rounds = f" ×{self.sets}" if self.sets > 1 else ""
            return f"{self._amount} hold + {self._amount} moving{rounds}"
        if self.sets == 1:
            return self._amount + _A_SIDE[self.sides]
        amount = str(self.amount) if self.unit == "reps" else self._amount
        return f"{self.sets}×{amount}{_A_SIDE[self.sides]}"

    @property
    def _amount(self) -> str:
        unit = "s" if self.unit == "seconds" else self.unit if self.amount > 1 else self.unit.removesuffix("s")
        return f"{self.amount} {unit}"

    @property
    def words(self) -> str:
        """Return the dose in full, for a page: "2 sets of 10 reps on each side"."""
        amount = f"{self.amount} {self.unit if self.amount > 1 else self.unit.removesuffix('s')}"
        start = f"{self.sets} sets of {amount}" if self.sets > 1 else amount
        if self.sides == "two parts":
            start = f"{self.sets} rounds: {amount}" if self.sets > 1 else amount
        return (
            start
            + {
                "once": "",
                "each side": " on each side",
                "alternating": " to each side, in turn",
                "three ways": " in the centre, to the left and to the right",
                "two parts": f" holding, then {amount} moving",
            }[self.sides]
        )

    def beats(self) -> Iterator[Beat]:
        """Yield the dose as a session counts it, set after set and side after side, without the rests."""
        for number in range(1, self.sets + 1):
            for part in SIDES[self.sides]:
                count = 2 * self.amount if self.sides == "alternating" else self.amount
                yield Beat(part, self.unit, count, count * (self.pace or UNITS[self.unit]), number)

    def seconds(self, rest_s: int) -> int:
        """Return how many seconds it takes with `rest_s` of them between sets."""
        return sum(beat.seconds for beat in self.beats()) + rest_s * (self.sets - 1)


@dataclass(frozen=True, slots=True)
class DoseRange:
    """The library's dose: from – to for sets and amount, with its sources."""

    sets: tuple[int, int]
    amount: tuple[int, int]
    unit: str
    sides: str
    given_by: tuple[str, ...]  # ids of the sources that give it; empty: it is ours
    basis: tuple[str, ...]  # ids of what ours stands on
    pace: int | None = None  # as in Dose

    @property
    def ours(self) -> bool:
        """True when none of the articles gives a dose and we chose it."""
        return not self.given_by

    @property
    def text(self) -> str:
        """Return the whole range in words: "1–3 sets of 10–15 reps"."""
        low = Dose(self.sets[0], self.amount[0], self.unit, self.sides, self.pace)
        words = low.words
        if self.amount[1] > self.amount[0]:
            words = words.replace(f"{low.amount} {self.unit}", f"{_span(self.amount)} {self.unit}")
        if self.sets[1] == self.sets[0]:
            return words
        words = words.removeprefix(f"{low.sets} sets of ").removeprefix(f"{low.sets} rounds: ")
        return f"{_span(self.sets)} sets of {words}"

    @property
    def ladder(self) -> tuple[Dose, ...]:
        """The doses from the start to the top: first more of it, then one set more, and never less in all."""
        low, high = self.amount
        amounts = sorted({low, (low + high + 1) // 2, high})
        steps: list[Dose] = []
        for sets in range(self.sets[0], self.sets[1] + 1):
            for amount in amounts:
                if not steps or sets * amount > steps[-1].sets * steps[-1].amount:
                    steps.append(Dose(sets, amount, self.unit, self.sides, self.pace))
        return tuple(steps)


def _span(pair: tuple[int, int]) -> str:
    return f"{pair[0]}–{pair[1]}"
