"""The choice of moves for one part of a routine.

First the physio's moves, then what the run called for, then the places of `slots.toml` in their order. Whatever the
last routine had comes last, so that no two in a row are alike.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from content.moves.library import Library
from content.moves.models import Move, Rule, Slot
from content.routines.back import Back
from content.routines.dose_ladder import OPEN_AT_ONCE, dose_of, opens_at
from content.routines.past import Past
from content.routines.questionnaire import Answers, Pin
from content.routines.reason import Reason
from content.routines.routine import Item

PINNED: Final = Reason("Your physio gave you this.", "O", ())
NEVER: Final = 10**6
FEW: Final = 2  # moves for a part while the back is irritable


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses moves and their doses. The same input always gives the same moves."""

    library: Library
    answers: Answers
    past: Past  # before the routine, oldest first
    level: int = 0
    back: Back = Back.QUIET
    easy: bool = False
    rules: Sequence[Rule] = ()

    def items(self, part: str) -> list[Item]:
        """Return the moves for `part` ("today" or "strength")."""
        if part == "strength" and self.back is Back.SORE:
            return []
        pinned = list(self.pinned(part))
        taken = {item.move.id for item in pinned}
        if self.back is Back.SORE:
            return pinned + list(self._comforting(taken))
        if self.back is Back.IRRITABLE:
            return pinned + list(self._from_base(part, taken))
        slots = self._slots(part)
        return pinned + list(self._full(part, slots, taken))

    def pinned(self, part: str) -> Iterator[Item]:
        """Yield the physio's moves for `part`."""
        for pin in self.answers.pins:
            move = self.library.moves[pin.move]
            if move.kind.gentle == (part == "today"):
                yield self.item(move, PINNED, pin)

    def item(self, move: Move, reason: Reason, pin: Pin | None = None, *, called: bool = False) -> Item:
        """Return the move with its dose: the physio's, or ours at the athlete's level."""
        if pin is not None and pin.dose is not None:
            return Item(move, pin.dose, reason, pinned=True)
        back_off = self.back is Back.IRRITABLE
        level = self.level + back_off  # the level is one below what was reached already; each move goes back a step
        dose, at_top = dose_of(
            move, self._foundation(), level=level, sessions=len(self.past.sessions), easy=self.easy, back_off=back_off
        )
        return Item(move, dose, reason, pinned=pin is not None, called=called, at_top=at_top)

    def fits(self, move: Move) -> bool:
        """Return True if answers, the state of the back and progress allow the move."""
        return self.answers.allow(move) and self.back.allows(move) and move.from_level <= self.level

    def _full(self, part: str, slots: Sequence[Slot], taken: Collection[str]) -> Iterator[Item]:
        """Yield as many moves as there are slots: one for each rule that calls, the rest slot by slot.

        A move that stands already, and that another rule calls for too, does for both.
        """
        chosen, left = set(taken), list(slots)
        for rule in self.rules:
            calls = _calls_for(rule, part)
            move = None if chosen.intersection(calls) else self._best(calls, chosen)
            if move is not None and len(chosen) < len(slots):
                chosen.add(move.id)
                place = next((slot for slot in left if move.id in slot.moves), None)
                left = [slot for slot in left if slot is not place]
                yield self.item(move, Reason.of(rule), called=True)
        rounds, spared = left + list(slots), self._given_often() | self._given_last()
        for slot, leave in [(slot, spared) for slot in rounds] + [(slot, set()) for slot in rounds]:
            move = self._best(self._in_play(slot), chosen | leave) if len(chosen) < len(slots) else None
            if move is not None:
                chosen.add(move.id)
                yield self.item(move, Reason.of(slot))

    def _from_base(self, part: str, taken: Collection[str]) -> Iterator[Item]:
        """Yield two moves of the part's base slot."""
        chosen = set(taken)
        for slot in [slot for slot in self._slots(part) if slot.base] * FEW:
            move = self._best(self._in_play(slot), chosen) if len(chosen) < FEW else None
            if move is not None:
                chosen.add(move.id)
                yield self.item(move, Reason.of(slot))

    def _comforting(self, taken: Collection[str]) -> Iterator[Item]:
        """Yield the first three moves of the rule for a sore back that answers allow."""
        rule = next(rule for rule in self.library.rules.values() if "sore" in rule.when)
        fit = [move for move in self._moves(rule.today) if self.fits(move) and move.id not in taken]
        for move in fit[: max(0, len(self._slots("today")) - len(taken))]:
            yield self.item(move, Reason.of(rule), called=True)

    def _slots(self, part: str) -> list[Slot]:
        slots = self.library.slots.values()
        return [slot for slot in slots if slot.part == part and slot.from_level <= self.level]

    def _foundation(self) -> Slot:
        return next(slot for slot in self.library.slots.values() if slot.base and slot.part == "strength")

    def _in_play(self, slot: Slot) -> Iterable[str]:
        """Return the slot's moves by id: of the foundation the three that the level has come to, or its stand-ins."""
        fit = [move.id for move in self._moves(slot.moves) if self.fits(move)]
        if not fit:
            return slot.instead
        if not slot.base:
            return fit
        if slot.part == "today":
            return fit if len(fit) >= OPEN_AT_ONCE else [*fit, *slot.instead]
        opened = [name for name in fit if opens_at(slot, self.library.moves[name]) <= self.level]
        return opened[-OPEN_AT_ONCE:] or fit

    def _best(self, names: Iterable[str], chosen: Collection[str]) -> Move | None:
        """Return the move that was given longest ago; of equals the first named. None if answers leave none.

        One of the last routine, or that would stand in more than half of all, is taken only for want of another.
        """
        ago, often = self._given_ago(), self._given_often()
        fit = [move for move in self._moves(names) if move.id not in chosen and self.fits(move)]
        return max(fit, key=lambda move: _freshness(move.id, ago, often), default=None)

    def _given_ago(self) -> Mapping[str, int]:
        """Return how many routines ago each move was last given."""
        ago: dict[str, int] = {}
        for number, routine in enumerate(reversed(self.past.given)):
            for name in routine.move_ids:
                ago.setdefault(name, number)
        return ago

    def _given_last(self) -> set[str]:
        return set(self.past.given[-1].move_ids) if self.past.given else set()

    def _given_often(self) -> set[str]:
        """Return the moves that one more routine would bring to more than half of all."""
        given = self.past.given
        count = Counter(name for routine in given for name in set(routine.move_ids))
        return {name for name, times in count.items() if len(given) > 1 and 2 * (times + 1) > len(given) + 1}

    def _moves(self, names: Iterable[str]) -> Iterator[Move]:
        return (self.library.moves[name] for name in names)


def _freshness(move: str, ago: Mapping[str, int], often: Collection[str]) -> tuple[bool, bool, int]:
    routines = ago.get(move, NEVER)
    return routines > 0, move not in often, routines


def _calls_for(rule: Rule, part: str) -> tuple[str, ...]:
    return rule.today if part == "today" else rule.strength
