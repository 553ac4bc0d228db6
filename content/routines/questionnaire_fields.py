"""Answers read from a form, strictly, and from what was stored, tolerantly.

A form names each field that is wrong, and nothing of it is kept. What an older version stored is used as far as this
library knows it, and never raises; an unknown warning sign still holds, and an unknown condition still asks first.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from content.moves.dose import SIDES, UNITS, Dose
from content.moves.library import Library
from content.moves.vocabulary import EQUIPMENT
from content.routines.questionnaire import WORSE, Answers, AnswersError, Pin
from content.told_times import told_time

MOST_PINS: Final = 8
TIMES: Final = {"hurts_at", "tagged_at", "reported", "reported_at"}  # of answers; no form has them
UNREADABLE_SIGN: Final = "unknown"  # a warning sign of which only that it was reported can be read


def read_answers(mapping: Mapping[str, Any], library: Library) -> Answers:
    """Return the answers in `mapping`. Raises AnswersError, which names every field that is wrong."""
    return _Reader(mapping, library).answers()


def change_answers(before: Answers, sent: Mapping[str, Any], library: Library) -> Answers:
    """Return `before` with the fields in `sent` put in place of the old ones. Raises AnswersError.

    Warning signs add up: another one does not end those before, which end together when an empty list is sent.
    """
    read = read_answers(sent, library)
    changed = replace(before, **{name: getattr(read, name) for name in sent})
    if read.red_flags:
        changed = replace(changed, red_flags=before.red_flags | read.red_flags)
    _require_no_clash(changed, library)
    return changed


def _require_no_clash(answers: Answers, library: Library) -> None:
    for move in {pin.move for pin in answers.pins} & answers.left_out:
        raise AnswersError({"pins": f"{library.moves[move].name} is also among the moves to leave out: choose one"})


def stored_answers(stored: object, library: Library) -> Answers:
    """Return the answers in what was stored, as far as it can be read. Never raises."""
    found = stored if isinstance(stored, Mapping) else {}
    left_out = _known(found.get("left_out"), library.moves)
    return Answers(
        hurts=_if_bool(found.get("hurts")),
        hurts_at=told_time(found.get("hurts_at")),
        tagged_at=told_time(found.get("tagged_at")),
        arching=_if_among(found.get("arching"), WORSE),
        bending=_if_among(found.get("bending"), WORSE),
        floor=_if_bool(found.get("floor")),
        equipment=_known(found["equipment"], EQUIPMENT) if isinstance(found.get("equipment"), list) else None,
        left_out=left_out,
        conditions=frozenset(_texts(found.get("conditions"))),
        cleared=found.get("cleared") is True,
        red_flags=_signs(found.get("red_flags")),
        reported=frozenset(_texts(found.get("reported"))),
        reported_at=told_time(found.get("reported_at")),
        pins=tuple(_stored_pins(found.get("pins"), library, left_out))[:MOST_PINS],
    )


def _signs(stored: object) -> frozenset[str]:
    """Return every sign that was reported: it holds, even if it cannot be read."""
    return frozenset(_texts(stored)) or (frozenset({UNREADABLE_SIGN}) if stored else frozenset())


def _stored_pins(stored: object, library: Library, left_out: Collection[str]) -> Iterable[Pin]:
    """Yield each pinned move once. One without a readable dose takes ours."""
    seen = set(left_out)
    for value in stored if isinstance(stored, list) else ():
        move = value.get("move") if isinstance(value, Mapping) else None
        if isinstance(move, str) and move in library.moves and move not in seen:
            seen.add(move)
            yield Pin(move, _dose(value))


def _dose(value: Mapping[str, Any]) -> Dose | None:
    """Return the dose of a pin, None if a part of it is missing or beyond its limits."""
    sets, amount = value.get("sets", 1), value.get("amount", 0)
    unit, sides = value.get("unit", ""), value.get("sides", "once")
    words = isinstance(unit, str) and isinstance(sides, str)
    if not _whole(sets, 10) or not _whole(amount, 300) or not words or unit not in UNITS or sides not in SIDES:
        return None
    return Dose(sets, amount, unit, sides)


def _texts(stored: object) -> list[str]:
    values = stored if isinstance(stored, list) else [stored]
    return [value for value in values if isinstance(value, str) and value]


def _known(stored: object, names: Collection[str]) -> frozenset[str]:
    return frozenset(_texts(stored)) & frozenset(names)


def _if_bool(stored: object) -> bool | None:
    return stored if isinstance(stored, bool) else None


def _if_among(stored: object, words: Collection[str]) -> str | None:
    return stored if isinstance(stored, str) and stored in words else None


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
            red_flags=self._words("red_flags", library.warning_signs),
            pins=self._pins(),
        )
        for field in set(self._mapping) - ({*Answers.__slots__} - TIMES):
            self._errors[field] = "is no question of ours"
        if self._errors:
            raise AnswersError(self._errors)
        _require_no_clash(answers, library)
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
        dose = _dose(value)
        if dose is None:
            self._errors["pins"] = (
                f"{move}: give sets (1–10), amount (1–300), unit ({', '.join(UNITS)}) and sides ({', '.join(SIDES)})"
            )
        return Pin(move, dose)


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
