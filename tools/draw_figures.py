"""Draw the figures of all moves into content/moves/figures: `python -m tools.draw_figures`.

With `--sheet` print one HTML page of all of them instead, to look at. docs/moves.png is that page in a browser 1480
pixels wide: `python -m tools.draw_figures --sheet > moves.html`, then
`chromium --headless --hide-scrollbars --screenshot=docs/moves.png --window-size=1480,1560 moves.html`.
"""

import sys
from collections.abc import Mapping

from content.moves.drawings import FOLDER
from content.moves.library import load
from tools.figures.drawing import svg
from tools.figures.poses import figures
from tools.figures.sheet import sheet


def drawings() -> Mapping[str, str]:
    """Return what belongs into the folder: the text of each SVG file by its name."""
    moves = load().moves
    return {f"{name}.svg": f"{svg(figure, moves[name].name)}\n" for name, figure in figures().items()}


def main(arguments: list[str]) -> int:
    """Write the drawings, or print the sheet. Return the exit code."""
    if arguments == ["--sheet"]:
        sys.stdout.write(sheet())
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
