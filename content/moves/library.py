"""Loads and checks the library: everything that the product knows about runners' backs, from `data/`.

Reads no other file than its own. A wrong entry is a ContentError that names file, entry and field.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from content.moves import parse
from content.moves.fields import ContentError, Fields
from content.moves.models import (
    CareAdvice,
    Cause,
    Condition,
    Cue,
    Move,
    NextRun,
    RedFlag,
    Rule,
    Slot,
    Source,
    Tip,
)

DATA: Final = Path(__file__).with_name("data")

# What is read, from which files, by which reader: what others refer to comes first.
_PLAN: Final[tuple[tuple[str, str, Callable[[str, Fields, parse.Known], Any]], ...]] = (
    ("sources", "sources.toml", parse.source),
    ("conditions", "conditions.toml", parse.condition),
    ("care_advice", "care_advice.toml", parse.care_advice),
    ("red_flags", "red_flags.toml", parse.red_flag),
    ("notices", "notices.toml", parse.notice),
    ("moves", "moves/*.toml", parse.move),
    ("cues", "cues.toml", parse.cue),
    ("tips", "tips/*.toml", parse.tip),
    ("causes", "causes.toml", parse.cause),
    ("next_runs", "next_runs.toml", parse.next_run),
    ("rules", "rules.toml", parse.rule),
    ("slots", "slots.toml", parse.slot),
)


@dataclass(frozen=True, slots=True)
class Library:
    """All entries by id, in the order of the files. Nothing in it can change."""

    sources: Mapping[str, Source]
    conditions: Mapping[str, Condition]
    care_advice: Mapping[str, CareAdvice]
    red_flags: Mapping[str, RedFlag]
    notices: Mapping[str, str]  # lines that stand in many places: the red-flag line, the disclaimer
    moves: Mapping[str, Move]
    cues: Mapping[str, Cue]
    tips: Mapping[str, Tip]
    causes: Mapping[str, Cause]
    next_runs: Mapping[str, NextRun]
    rules: Mapping[str, Rule]
    slots: Mapping[str, Slot]

    def select(
        self, *, kind: str | None = None, part: str | None = None, equipment: Collection[str] | None = None
    ) -> list[Move]:
        """Moves of a kind, for a body part, that need no more than this equipment; None does not filter."""
        return [
            move
            for move in self.moves.values()
            if (kind is None or move.kind == kind)
            and (part is None or part in move.parts)
            and (equipment is None or set(move.equipment) <= set(equipment))
        ]

    def topic(self, topic: str) -> list[Tip]:
        """The tips of one topic (`parse.TOPICS`), in order."""
        return [tip for tip in self.tips.values() if tip.topic == topic]

    def cues_for(self, when: str) -> list[Cue]:
        """The cues for one time (`parse.CUE_TIMES`); those for mid-run in the order to go through them."""
        return sorted((cue for cue in self.cues.values() if cue.when == when), key=lambda cue: cue.order)

    def causes_answered_by(self, move: str) -> list[Cause]:
        """The causes that this move answers."""
        return [cause for cause in self.causes.values() if move in cause.moves]

    def names(self, sources: Collection[str]) -> list[str]:
        """How to name these sources beside a statement."""
        return [self.sources[source].name for source in sources]


@cache
def load() -> Library:
    """The library of this product, read and checked once per process."""
    return read(DATA)


def read(folder: Path) -> Library:
    """The library in `folder`. ContentError names file, entry and field of whatever is wrong."""
    known: dict[str, Mapping[str, Any]] = {}
    for name, pattern, reader in _PLAN:
        known[name] = MappingProxyType(_section(folder, pattern, reader, known))
    return Library(**known)


def _section(
    folder: Path, pattern: str, reader: Callable[[str, Fields, parse.Known], Any], known: parse.Known
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    variants: list[tuple[Fields, Move]] = []
    for name, fields in _tables(folder, pattern):
        if name in found:
            raise fields.wrong("id", "stands there twice")
        found[name] = entry = reader(name, fields, known)
        fields.close()
        if isinstance(entry, Move):
            variants.append((fields, entry))
    for fields, move in variants:
        _check_variants(fields, move, found)
    return found


def _tables(folder: Path, pattern: str) -> Iterator[tuple[str, Fields]]:
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise ContentError(pattern, "-", "-", "there is no such file")
    for path in paths:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ContentError(path.name, "-", "-", str(error)) from error
        for name, table in document.items():
            if not isinstance(table, dict):
                raise ContentError(path.name, name, "-", "write every entry as a table")
            yield name, Fields(path.name, name, table)


def _check_variants(fields: Fields, move: Move, moves: Mapping[str, Move]) -> None:
    for field, variant in (("easier", move.easier), ("harder", move.harder)):
        if variant.move is not None and (variant.move not in moves or variant.move == move.id):
            raise fields.wrong(field, f"{variant.move!r} is no other move of the library")
