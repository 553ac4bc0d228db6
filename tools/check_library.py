"""Check every entry of the library: `python -m tools.check_library` prints what is wrong, or how much there is.

A wrong entry is a ContentError that names file, entry and field. The runtime's loader (content/moves/library.py) trusts
the files; a test says that both read the same.
"""

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from content.moves.library import DATA, FILES, Library
from content.moves.models import Move
from tools import readers
from tools.fields import ContentError, Fields

Reader = Callable[[str, Fields, readers.Known], Any]
READERS: Final[Mapping[str, Reader]] = {
    "sources": readers.source,
    "conditions": readers.condition,
    "care_advice": readers.care_advice,
    "warning_signs": readers.warning_sign,
    "notices": readers.notice,
    "moves": readers.move,
    "cues": readers.cue,
    "tips": readers.tip,
    "causes": readers.cause,
    "next_runs": readers.next_run,
    "rules": readers.rule,
    "slots": readers.slot,
}


def check(folder: Path = DATA) -> Library:
    """Return the library in `folder` after checking every field. Raise ContentError for the first one that is wrong."""
    known: dict[str, Mapping[str, Any]] = {}
    for section, pattern in FILES.items():
        known[section] = MappingProxyType(_section(folder, pattern, READERS[section], known))
    return Library(**known)


def _section(folder: Path, pattern: str, reader: Reader, known: readers.Known) -> dict[str, Any]:
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


def main() -> int:
    """Print one line: the counts, or the first wrong entry. Return the exit code."""
    try:
        library = check()
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    print(", ".join(f"{len(getattr(library, section))} {section.replace('_', ' ')}" for section in FILES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
