"""Draws a figure as SVG: a panel for each position, seen from the figure's right and a little from above.

The last panel knows all bodies on the way (`data-frames`), so a page can move it (static/training/moving_figure.js).
Colours are classes: content/moves/figures/figures.css has the one palette, light and dark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians, sin
from typing import Final

from tools.figures.figure import Arrow, Figure, Prop
from tools.figures.motion import frames
from tools.figures.outlines import Flat, arrowhead, disc, hull, polygon, smooth
from tools.figures.skeleton import RADII, SIDES, Joints
from tools.figures.vectors import Vector, add, middle, scale, subtract

PANEL, GAP, HEIGHT = 250.0, 20.0, 206.0
FLOOR, EDGE = 22.0, 12.0  # at least so far from the lower edge to the middle of the ground; free space at the others
DEPTH = 40.0  # half of the ground's depth
LARGEST = 1.75  # a figure fills its panel, but a small one is enlarged no more than so
IN_FRONT = -1000.0
# The bones of each side, from joint to joint.
LIMBS: Final = (
    ("hip", "knee"),
    ("knee", "ankle"),
    ("heel", "toe"),
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("wrist", "hand"),
)


@dataclass(frozen=True, slots=True)
class View:
    """A view of space on paper: turned by yaw, tilted by pitch, enlarged, and moved into its panel."""

    yaw: float
    pitch: float
    right: float = 0.0
    zoom: float = 1.0
    floor: float = FLOOR

    def flat(self, point: Vector) -> Flat:
        """Return a point's place on the paper; y grows downwards."""
        x, y = self._turned(point)
        up = point[2] * cos(radians(self.pitch)) + y * sin(radians(self.pitch))
        return self.right + x * self.zoom, HEIGHT - self.floor - up * self.zoom

    def circle(self, point: Vector, radius: float) -> tuple[Flat, float]:
        """Return a ball around a point as a circle on the paper."""
        return self.flat(point), radius * self.zoom

    def depth(self, point: Vector) -> float:
        """Return the distance of a point behind the paper."""
        return self._turned(point)[1] * cos(radians(self.pitch)) - point[2] * sin(radians(self.pitch))

    def _turned(self, point: Vector) -> Flat:
        c, s = cos(radians(self.yaw)), sin(radians(self.yaw))
        return point[0] * c - point[1] * s, point[0] * s + point[1] * c


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline with its depth: the deeper one is drawn first."""

    depth: float
    css: str
    path: str


def svg(figure: Figure, name: str, motion: str) -> str:
    """Return the figure as an SVG element.

    `name` titles it; the words of its positions are its description. `motion` is more attributes for the element.
    """
    width = len(figure.poses) * (PANEL + GAP) - GAP
    panels = "".join(_panel(figure, place) for place in range(len(figure.poses) - 1)) + _moving_panel(figure)
    then = "".join(_then((PANEL + GAP) * place - GAP / 2) for place in range(1, len(figure.poses)))
    says = " Then: ".join(figure.says)
    label = f"figure-{figure.id}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure" viewBox="0 0 {width:g} {HEIGHT:g}" role="img" '
        f'aria-labelledby="{label}-title {label}-desc"{motion}><title id="{label}-title">{escape(name)}</title>'
        f'<desc id="{label}-desc">First: {escape(says)}</desc>{panels}{then}</svg>'
    )


def _panel(figure: Figure, place: int) -> str:
    left = place * (PANEL + GAP)
    view = _view(figure, left + PANEL / 2)
    shapes = sorted(_shapes(figure, figure.poses[place], view, spots=False), key=lambda shape: -shape.depth)
    drawn = "".join(f'<path class="{shape.css}" d="{shape.path}"/>' for shape in shapes)
    return f'<g class="f-still">{_ground(view, left)}{drawn}{_arrows(figure, place, view)}</g>'


def _moving_panel(figure: Figure) -> str:
    place = len(figure.poses) - 1
    left = place * (PANEL + GAP)
    view = _view(figure, left + PANEL / 2)
    bodies, stops = frames(figure.poses)
    drawn = [list(_shapes(figure, body, view, spots=True)) for body in bodies]
    orders = [_back_to_front(shapes) for shapes in drawn]
    paths = "".join(_moving(drawn, shape) for shape in orders[-1])
    places = {shape: number for number, shape in enumerate(orders[-1])}
    turns = [" ".join(str(places[shape]) for shape in order) for order in orders]
    order = f' data-order="{"|".join(turns)}"' if len(set(turns)) > 1 else ""
    moving = f'<g class="f-moving" data-stops="{" ".join(map(str, stops))}"{order}>{paths}</g>'
    return f"<g>{_ground(view, left)}{moving}{_arrows(figure, place, view)}</g>"


def _back_to_front(shapes: Sequence[Shape]) -> list[int]:
    return sorted(range(len(shapes)), key=lambda number: -shapes[number].depth)


def _moving(drawn: Sequence[Sequence[Shape]], number: int) -> str:
    last = drawn[-1][number]
    paths = [shapes[number].path for shapes in drawn]
    way = f' data-frames="{"|".join(paths)}"' if len(set(paths)) > 1 else ""
    return f'<path class="{last.css}" d="{last.path}"{way}/>'


def _view(figure: Figure, centre: float) -> View:
    """The same view for all bodies, so that what stays in its place stays on the paper; as large as fits."""
    bare = View(figure.yaw, figure.pitch)
    points = [point for body in frames(figure.poses)[0] for point in body.values()]
    points += [point for arrow in figure.arrows for point in figure.way(arrow)]
    points += [corner for prop in figure.props if prop.kind in ("box", "pad") for corner in (prop.low, prop.high)]
    flat = [bare.flat(point) for point in points]
    left, right = min(x for x, _ in flat) - EDGE, max(x for x, _ in flat) + EDGE
    top, bottom = min(y for _, y in flat) - EDGE, max(y for _, y in flat)
    zoom = min(LARGEST, PANEL / (right - left), (HEIGHT - FLOOR) / (HEIGHT - FLOOR - top))
    floor = max(FLOOR, zoom * (bottom - HEIGHT + FLOOR + 6.0))
    zoom = min(zoom, (HEIGHT - floor) / (HEIGHT - FLOOR - top))
    return View(figure.yaw, figure.pitch, centre - zoom * (left + right) / 2, zoom, floor)


def _ground(view: View, left: float) -> str:
    rise, y = min(view.floor, DEPTH * view.zoom * sin(radians(view.pitch))), HEIGHT - view.floor
    size = f'width="{PANEL:g}" height="{2 * rise:.1f}"'
    return f'<rect class="f-ground" x="{left:g}" y="{y - rise:.1f}" {size} rx="4"/>'


def _shapes(figure: Figure, body: Joints, view: View, *, spots: bool) -> Iterator[Shape]:
    """All outlines of a body and what is around it; the same ones in the same order for every body of a figure."""
    yield from _limbs(body, view, _near_side(figure, view))
    yield from _trunk(body, view)
    for prop in figure.props:
        if prop.kind != "spot" or spots:
            yield from _prop(prop, body, view)


def _near_side(figure: Figure, view: View) -> str:
    """The side that is nearer to the reader over all positions."""

    def depth(side: str) -> float:
        return sum(view.depth(middle(body[f"{side}_hip"], body[f"{side}_shoulder"])) for body in figure.poses)

    return min(("left", "right"), key=depth)


def _limbs(body: Joints, view: View, near: str) -> Iterator[Shape]:
    for side in SIDES:
        for start, end in LIMBS:
            a, b = body[f"{side}_{start}"], body[f"{side}_{end}"]
            shape = hull([view.circle(a, RADII[start]), view.circle(b, RADII[end])])
            yield Shape(view.depth(middle(a, b)), "f-near" if side == near else "f-far", shape)


def _trunk(body: Joints, view: View) -> Iterator[Shape]:
    hips = [(body["left_hip"], 9.5), (body["right_hip"], 9.5)]
    aside = scale(subtract(body["left_hip"], body["right_hip"]), 0.28)
    waist = [(add(body["waist"], aside), 8.5), (add(body["waist"], aside, -1), 8.5)]
    top = middle(body["chest"], body["waist"], 0.12)
    out = scale(subtract(body["left_shoulder"], body["right_shoulder"]), 0.34)
    shoulders = [(add(top, out), 8.0), (add(top, out, -1), 8.0)]
    halves = [[view.circle(*ball) for ball in (*ends, *waist)] for ends in (hips, shoulders)]
    yield Shape(view.depth(body["waist"]), "f-trunk", "".join(hull(half) for half in halves))
    neck = hull([view.circle(body["chest"], 5.4), view.circle(body["head"], 5.0)])
    yield Shape(view.depth(middle(body["chest"], body["head"])) + 0.5, "f-near", neck)
    head = hull([view.circle(body["head"], RADII["head"]), view.circle(body["face"], 2.6)])
    yield Shape(view.depth(body["head"]), "f-near", head)


def _prop(prop: Prop, body: Joints, view: View) -> Iterator[Shape]:
    places = [body[name] for name in prop.joints]
    if prop.kind == "box":
        yield from _box(prop.low, prop.high, view)
    elif prop.kind == "pad":
        yield _slab([prop.low, prop.high], abs(prop.low[1]), view)
    elif prop.kind == "plate":
        yield _slab([add(places[0], subtract(places[1], places[0]), share) for share in (-0.9, 1.9)], 24, view)
    elif prop.kind == "spot":
        centre = add(scale(add(places[0], places[-1]), 0.5), prop.low)
        yield Shape(IN_FRONT, "f-spot", disc(*view.circle(centre, prop.radius)))
    else:
        yield from _held(prop.kind, middle(places[0], places[1]), places, view)


def _held(kind: str, centre: Vector, places: Sequence[Vector], view: View) -> Iterator[Shape]:
    """The shapes of a load in the hands or a band around the knees: a weight, a bar with its plates, a band."""
    depth = min(view.depth(place) for place in places) - 6
    if kind == "weight":
        yield Shape(depth, "f-weight", disc(*view.circle(centre, 10)))
    elif kind == "bar":
        ends = [(centre[0], centre[1] + aside, centre[2]) for aside in (44, -44)]
        bar = hull([view.circle(end, 1.8) for end in ends])
        plates = [disc(*view.circle(end, 10)) for end in ends]
        yield Shape(depth, "f-weight", plates[0] + bar + plates[1])
    else:
        a, b = (view.flat(place) for place in places[:2])
        yield Shape(depth, "f-band", f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}")


def _slab(ends: Sequence[Vector], half: float, view: View) -> Shape:
    """A padded board between two ends, `half` as wide to either side."""
    rims = [view.circle((end[0], side, end[2]), 3.5) for end in ends for side in (-half, half)]
    return Shape(view.depth(middle(ends[0], ends[1])) + half, "f-prop", hull(rims))


def _box(low: Vector, high: Vector, view: View) -> Iterator[Shape]:
    x0, y0, z0 = low
    x1, y1, z1 = high
    end_x = x1 if view.yaw < 0 else x0
    faces = (
        ("f-prop", ((x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1))),
        ("f-prop f-prop-side", ((end_x, y0, z0), (end_x, y1, z0), (end_x, y1, z1), (end_x, y0, z1))),
        ("f-prop", ((x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1))),
    )
    depth = view.depth(((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2))
    for css, corners in faces:
        yield Shape(depth, css, polygon(view.flat(corner) for corner in corners))


def _arrows(figure: Figure, place: int, view: View) -> str:
    return "".join(_arrow(arrow, figure, view) for arrow in figure.arrows if arrow.panel == place)


def _arrow(arrow: Arrow, figure: Figure, view: View) -> str:
    flat = [(x + arrow.off[0], y - arrow.off[1]) for x, y in (view.flat(point) for point in figure.way(arrow))]
    if len(flat) == 2:
        (x0, y0), (x1, y1) = flat
        bend = ((x0 + x1) / 2 + (y1 - y0) * arrow.bow, (y0 + y1) / 2 - (x1 - x0) * arrow.bow)
        flat = [flat[0], bend, flat[1]]
        body = f"M{x0:.1f} {y0:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {x1:.1f} {y1:.1f}"
    else:
        body = smooth(flat)
    return f'<path class="f-arrow" d="{body}{arrowhead(flat[-2], flat[-1])}"/>'


def _then(x: float) -> str:
    return f'<path class="f-then" d="M{x - 4:g} {HEIGHT / 2 - 8:g}l8 8l-8 8"/>'
