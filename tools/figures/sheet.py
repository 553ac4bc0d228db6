"""All figures on one HTML page, to look at."""

from collections.abc import Mapping
from html import escape

from content.moves.drawings import style
from content.moves.library import load

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The moves of Backstride</title><style>
:root{{color-scheme:light dark}}
body{{font:15px/1.3 system-ui,sans-serif;margin:24px;background:Canvas;color:CanvasText}}
main{{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:14px}}
figure{{margin:0;border:1px solid color-mix(in srgb,CanvasText 18%,Canvas);border-radius:10px;padding:8px 10px}}
figcaption{{display:flex;justify-content:space-between;gap:8px}}small{{opacity:.65}}svg{{width:100%;height:auto}}{style}
</style><h1>The moves of Backstride</h1><main>{cells}</main></html>
"""


def sheet(drawings: Mapping[str, str]) -> str:
    """Return an HTML page with every figure, its name and its kind, in the order of the library."""
    cells = [
        f"<figure>{drawings[f'{move.id}.svg']}<figcaption><b>{escape(move.name)}</b>"
        f"<small>{escape(move.kind)}</small></figcaption></figure>"
        for move in load().moves.values()
    ]
    return PAGE.format(cells="".join(cells), style=style())
