"""The drawings of the moves, made ahead of time by `python -m tools.draw_figures` and shipped as SVG."""

from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("figures")


@cache
def drawing(move: str) -> str | None:
    """Return the SVG element of a move's figure, or None for a move without one."""
    path = FOLDER / f"{move}.svg"
    return path.read_text(encoding="utf-8").rstrip() if path.parent == FOLDER and path.is_file() else None


@cache
def style() -> str:
    """Return the style sheet of all figures: their palette, light and dark, and what moves."""
    return (FOLDER / "figures.css").read_text(encoding="utf-8")
