"""The library: everything that the product knows about runners' backs, loaded from `data/`.

The files are package data. `python -m tools.check_library` and the tests check every field, so loading does not.
"""

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from content.moves.dose import DoseRange
from content.moves.models import (
    CareAdvice,
    Cause,
    Condition,
    Cue,
    Evidence,
    Kind,
    Move,
    NextRunWords,
    Rule,
    Slot,
    Source,
    Tip,
    Variant,
    WarningSign,
)
from content.moves.vocabulary import POSITIONS

DATA: Final = Path(__file__).with_name("data")
# Every section of the library and its files, in the order of their references: what others refer to comes first.
FILES: Final[Mapping[str, str]] = {
    "sources": "sources.toml",
    "conditions": "conditions.toml",
    "care_advice": "care_advice.toml",
    "warning_signs": "warning_signs.toml",
    "notices": "notices.toml",
    "moves": "moves/*.toml",
    "cues": "cues.toml",
    "tips": "tips/*.toml",
    "causes": "causes.toml",
    "next_runs": "next_runs.toml",
    "rules": "rules.toml",
    "slots": "slots.toml",
}


@dataclass(frozen=True, slots=True)
class Library:
    """All entries by id, in the order of the files. Nothing in it can change."""

    sources: Mapping[str, Source]
    conditions: Mapping[str, Condition]
    care_advice: Mapping[str, CareAdvice]
    warning_signs: Mapping[str, WarningSign]
    notices: Mapping[str, str]  # lines that stand in many places: the warning-sign line, the disclaimer
    moves: Mapping[str, Move]
    cues: Mapping[str, Cue]
    tips: Mapping[str, Tip]
    causes: Mapping[str, Cause]
    next_runs: Mapping[str, NextRunWords]
    rules: Mapping[str, Rule]
    slots: Mapping[str, Slot]

    def select(
        self, *, kind: str | None = None, part: str | None = None, equipment: Collection[str] | None = None
    ) -> list[Move]:
        """Return the moves of a kind, for a body part, that need no more than this equipment; None does not filter."""
        return [
            move
            for move in self.moves.values()
            if (kind is None or move.kind == kind)
            and (part is None or part in move.parts)
            and (equipment is None or set(move.equipment) <= set(equipment))
        ]

    def topic(self, topic: str) -> list[Tip]:
        """Return the tips of one topic (`vocabulary.TOPICS`), in order."""
        return [tip for tip in self.tips.values() if tip.topic == topic]

    def cues_for(self, when: str) -> list[Cue]:
        """Return the cues for one time (`vocabulary.CUE_TIMES`); those for mid-run in the order to go through them."""
        return sorted((cue for cue in self.cues.values() if cue.when == when), key=lambda cue: cue.order)

    def causes_answered_by(self, move: str) -> list[Cause]:
        """Return the causes that this move answers."""
        return [cause for cause in self.causes.values() if move in cause.moves]

    def names(self, sources: Collection[str]) -> list[str]:
        """Return the short names of these sources, to print beside a statement."""
        return [self.sources[source].name for source in sources]

    def cite(self, sources: Collection[str]) -> str:
        """Return these sources by weight: "reported by an article: Hinge Health; shown by a trial: Cai & Kong 2017"."""
        known = [self.sources[source] for source in sources]
        named = {kind: " · ".join(source.name for source in known if source.evidence is kind) for kind in Evidence}
        return "; ".join(f"{kind.verb}: {names}" for kind, names in named.items() if names)


@cache
def load() -> Library:
    """Return the library of this product, read once per process."""
    return Library(**{section: MappingProxyType(_entries(section, pattern)) for section, pattern in FILES.items()})


def _entries(section: str, pattern: str) -> dict[str, Any]:
    build = _BUILD[section]
    return {
        name: build(name, table)
        for path in sorted(DATA.glob(pattern))
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def _entry(model: Callable[..., Any], name: str, table: Mapping[str, Any]) -> Any:
    values = {field: tuple(value) if isinstance(value, list) else value for field, value in table.items()}
    return model(id=name, **values)


def _source(name: str, table: Mapping[str, Any]) -> Any:
    return _entry(Source, name, {**table, "evidence": Evidence(table["evidence"])})


def _notice(name: str, table: Mapping[str, Any]) -> str:
    del name
    return str(table["text"])


def _move(name: str, table: Mapping[str, Any]) -> Any:
    parsed = {
        "kind": Kind(table["kind"]),
        "dose": _dose(table["dose"]),
        "easier": Variant(**table["easier"]),
        "harder": Variant(**table["harder"]),
        "floor": POSITIONS[table["position"]],
    }
    return _entry(Move, name, {**table, **parsed})


def _dose(table: Mapping[str, Any]) -> DoseRange:
    given_by, basis = tuple(table.get("given_by", ())), tuple(table.get("basis", ()))
    sides = table.get("sides", "once")
    span = _span(table["sets"]), _span(table["amount"])
    return DoseRange(*span, table["unit"], sides, given_by, basis, table.get("pace"))


def _span(value: Any) -> tuple[int, int]:
    low, high = value if isinstance(value, list) else (value, value)
    return low, high


_BUILD: Final[Mapping[str, Callable[[str, Mapping[str, Any]], Any]]] = {
    "sources": _source,
    "conditions": partial(_entry, Condition),
    "care_advice": partial(_entry, CareAdvice),
    "warning_signs": partial(_entry, WarningSign),
    "notices": _notice,
    "moves": _move,
    "cues": partial(_entry, Cue),
    "tips": partial(_entry, Tip),
    "causes": partial(_entry, Cause),
    "next_runs": partial(_entry, NextRunWords),
    "rules": partial(_entry, Rule),
    "slots": partial(_entry, Slot),
}
