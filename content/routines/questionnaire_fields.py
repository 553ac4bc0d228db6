"""Reads answers from a form or from what was stored, and says for each field what is wrong with it."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from content.moves.dose import SIDES, UNITS, Dose
from content.moves.library import Library
from content.moves.vocabulary import EQUIPMENT
from content.routines.questionnaire import WORSE, Answers, AnswersError, Pin

MOST_PINS: Final = 8


def read_answers(mapping: Mapping[str, Any], library: Library) -> Answers:
    """The answers in `mapping`; AnswersError names every field that is wrong."""
    return _Reader(mapping, library).answers()


class _Reader:
    """Reads answers field by field and keeps what is wrong, so that a form can show all of it at once."""

    def __init__(self, mapping: Mapping[str, Any], library: Library) -> None:
        self._mapping = mapping
        self._library = library
        self._errors: dict[str, str] = {}

    def answers(self) -> Answers:
        library = self._library
        answers = Answers(
            hurts=self._flag("hurts"),
            arching=self._word("arching", WORSE),
            bending=self._word("bending", WORSE),
            floor=self._flag("floor"),
            equipment=self._words("equipment", EQUIPMENT) if self._mapping.get("equipment") is not None else None,
            left_out=self._words("left_out", library.moves),
            conditions=self._words("conditions", library.conditions),
            cleared=self._flag("cleared") is True,
            red_flags=self._words("red_flags", library.red_flags),
            pins=self._pins(),
        )
        for move in {pin.move for pin in answers.pins} & answers.left_out:
            self._errors["pins"] = f"{library.moves[move].name} is also among the moves to leave out: choose one"
        for field in set(self._mapping) - {*Answers.__slots__}:
            self._errors[field] = "is no question of ours"
        if self._errors:
            raise AnswersError(self._errors)
        return answers

    def _flag(self, field: str) -> bool | None:
        value = self._mapping.get(field)
        if value is None or isinstance(value, bool):
            return value
        self._errors[field] = "answer true or false"
        return None

    def _word(self, field: str, allowed: Collection[str]) -> str | None:
        value = self._mapping.get(field)
        if value is None or value in allowed:
            return value
        self._errors[field] = f"answer with one of: {', '.join(allowed)}"
        return None

    def _words(self, field: str, allowed: Collection[str]) -> frozenset[str]:
        values = self._mapping.get(field) or ()
        if isinstance(values, str) or not isinstance(values, Collection):
            self._errors[field] = "give a list"
            return frozenset()
        unknown = [str(value) for value in values if value not in allowed]
        if unknown:
            self._errors[field] = f"{', '.join(unknown)}: not known here"
        return frozenset(value for value in values if value in allowed)

    def _pins(self) -> tuple[Pin, ...]:
        values = self._mapping.get("pins") or ()
        if not isinstance(values, list | tuple) or not all(isinstance(value, Mapping) for value in values):
            self._errors["pins"] = "give a list of moves with their doses"
            return ()
        pins = [self._pin(value) for value in values]
        if len({pin.move for pin in pins}) < len(pins):
            self._errors["pins"] = "names a move twice"
        if len(pins) > MOST_PINS:
            self._errors["pins"] = f"holds {len(pins)} moves, at most {MOST_PINS} fit"
        return tuple(pins)

    def _pin(self, value: Mapping[str, Any]) -> Pin:
        move = str(value.get("move"))
        if move not in self._library.moves:
            self._errors["pins"] = f"{move}: no move of the library"
        if set(value) <= {"move"}:
            return Pin(move)
        sets, amount = value.get("sets", 1), value.get("amount", 0)
        unit, sides = value.get("unit", ""), value.get("sides", "once")
        if not _whole(sets, 10) or not _whole(amount, 300) or unit not in UNITS or sides not in SIDES:
            self._errors["pins"] = (
                f"{move}: give sets (1–10), amount (1–300), unit ({', '.join(UNITS)}) and sides ({', '.join(SIDES)})"
            )
            return Pin(move)
        return Pin(move, Dose(sets, amount, unit, sides))


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
