"""The drawings of the moves, made ahead of time by `python -m tools.draw_figures` and shipped as SVG."""

from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("figures")


def drawing(move: str) -> str | None:
    """Return the SVG element of a move's figure, or None for a move without one."""
    return _read(move) if move in _drawn() else None  # no name of a stranger's gets as far as the disk, or is kept


@cache
def _drawn() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.svg"))


@cache
def _read(move: str) -> str:
    return (FOLDER / f"{move}.svg").read_text(encoding="utf-8").rstrip()


@cache
def style() -> str:
    """Return the style sheet of all figures: their palette, light and dark, and what moves."""
    return (FOLDER / "figures.css").read_text(encoding="utf-8")
