"""Draw the figures of all moves into content/moves/figures: `python -m tools.draw_figures`.

With `--sheet` print one HTML page of all of them instead, to look at. docs/moves.png is that page in a browser 1480
pixels wide: `python -m tools.draw_figures --sheet > moves.html`, then
`chromium --headless --hide-scrollbars --screenshot=docs/moves.png --window-size=1480,1560 moves.html`.
"""

import sys
from collections.abc import Mapping

from content.moves.dose import UNITS
from content.moves.drawings import FOLDER
from content.moves.library import load
from content.moves.models import Kind, Move
from tools.figures.drawing import svg
from tools.figures.figure import Figure
from tools.figures.poses import figures
from tools.figures.sheet import sheet


def drawings() -> Mapping[str, str]:
    """Return what belongs into the folder: the text of each SVG file by its name."""
    moves = load().moves
    return {
        f"{name}.svg": f"{svg(figure, moves[name].name, motion(figure, moves[name]))}\n"
        for name, figure in figures().items()
    }


def motion(figure: Figure, move: Move) -> str:
    """Return the attributes that pace a figure: `data-parts` (the positions of each part of its dose) and `data-pace`.

    A stretch or a trunk hold stays in its last position; everything else goes there and back in `data-pace` seconds.
    """
    last = len(figure.poses) - 1
    held = move.kind in (Kind.STATIC, Kind.TRUNK_HOLD)
    parts = figure.parts or ((last,) if held else tuple(range(last + 1)),)
    pace = figure.pace or move.dose.pace or UNITS["reps" if move.dose.unit == "seconds" else move.dose.unit]
    words = "|".join(" ".join(str(place) for place in part) for part in parts)
    return f' data-parts="{words}" data-pace="{pace:g}"'


def main(arguments: list[str]) -> int:
    """Write the drawings, or print the sheet. Return the exit code."""
    if arguments == ["--sheet"]:
        sys.stdout.write(sheet(drawings()))
        return 0
    if arguments:
        sys.stderr.write("usage: python -m tools.draw_figures [--sheet]\n")
        return 2
    drawn = drawings()
    for path in FOLDER.glob("*.svg"):
        if path.name not in drawn:
            path.unlink()
    for name, text in drawn.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
