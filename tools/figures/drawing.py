"""Draws a figure as SVG: two panels, start and end, seen from the figure's right and a little from above.

Colours are classes: content/moves/figures/figures.css has the one palette, light and dark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians, sin
from typing import Final

from tools.figures.outlines import Flat, arrowhead, hull, polygon, smooth
from tools.figures.poses import Arrow, Figure, Prop
from tools.figures.skeleton import RADII, SIDES, Joints
from tools.figures.vectors import Vector, add, middle, scale, subtract

PANEL, GAP, HEIGHT = 250.0, 20.0, 206.0
FLOOR, EDGE = 22.0, 12.0  # at least so far from the lower edge to the middle of the ground; free space at the others
DEPTH = 40.0  # half of the ground's depth
LARGEST = 1.75  # a figure fills its panel, but a small one is enlarged no more than so
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
    """How space becomes paper: turned by yaw, tilted by pitch, enlarged, and moved into its panel."""

    yaw: float
    pitch: float
    right: float = 0.0
    zoom: float = 1.0
    floor: float = FLOOR

    def flat(self, point: Vector) -> Flat:
        """Where a point lies on the paper; y grows downwards."""
        x, y = self._turned(point)
        up = point[2] * cos(radians(self.pitch)) + y * sin(radians(self.pitch))
        return self.right + x * self.zoom, HEIGHT - self.floor - up * self.zoom

    def circle(self, point: Vector, radius: float) -> tuple[Flat, float]:
        """A ball around a point on the paper."""
        return self.flat(point), radius * self.zoom

    def depth(self, point: Vector) -> float:
        """How far behind the paper a point lies."""
        return self._turned(point)[1] * cos(radians(self.pitch)) - point[2] * sin(radians(self.pitch))

    def _turned(self, point: Vector) -> Flat:
        c, s = cos(radians(self.yaw)), sin(radians(self.yaw))
        return point[0] * c - point[1] * s, point[0] * s + point[1] * c


@dataclass(frozen=True, slots=True)
class Part:
    """A shape with its depth: what lies deeper is drawn first."""

    depth: float
    svg: str


def svg(figure: Figure, name: str) -> str:
    """Return the figure as an SVG element. `name` titles it; the words of its two positions are its description."""
    panels = _panel(figure, "start", 0.0) + _panel(figure, "end", PANEL + GAP)
    says = f"First: {figure.says[0]} Then: {figure.says[1]}"
    label = f"figure-{figure.id}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure" viewBox="0 0 {2 * PANEL + GAP:g} {HEIGHT:g}" '
        f'role="img" aria-labelledby="{label}-title {label}-desc"><title id="{label}-title">{escape(name)}</title>'
        f'<desc id="{label}-desc">{escape(says)}</desc>{panels}{_then()}</svg>'
    )


def _panel(figure: Figure, place: str, left: float) -> str:
    joints = figure.start if place == "start" else figure.end
    view = _view(figure, left + PANEL / 2)
    parts = [*_body(joints, view), *(part for prop in figure.props for part in _prop(prop, joints, view))]
    shapes = "".join(part.svg for part in sorted(parts, key=lambda part: -part.depth))
    arrows = "".join(_arrow(arrow, figure, view) for arrow in figure.arrows if arrow.panel == place)
    return f"<g>{_ground(view, left)}{shapes}{arrows}</g>"


def _view(figure: Figure, centre: float) -> View:
    """The same view for both positions, so that what stays in its place stays on the paper; as large as fits."""
    bare = View(figure.yaw, figure.pitch)
    points = [*figure.start.values(), *figure.end.values()]
    points += [point for arrow in figure.arrows for point in _way(arrow, figure)]
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


def _body(joints: Joints, view: View) -> Iterator[Part]:
    near = min(
        ("left", "right"), key=lambda side: view.depth(middle(joints[f"{side}_hip"], joints[f"{side}_shoulder"]))
    )
    for side in SIDES:
        for start, end in LIMBS:
            a, b = joints[f"{side}_{start}"], joints[f"{side}_{end}"]
            shape = hull([view.circle(a, RADII[start]), view.circle(b, RADII[end])])
            css = "f-near" if side == near else "f-far"
            yield Part(view.depth(middle(a, b)), f'<path class="{css}" d="{shape}"/>')
    yield from _trunk(joints, view)


def _trunk(joints: Joints, view: View) -> Iterator[Part]:
    hips = [(joints["left_hip"], 9.5), (joints["right_hip"], 9.5)]
    aside = scale(subtract(joints["left_hip"], joints["right_hip"]), 0.28)
    waist = [(add(joints["waist"], aside), 8.5), (add(joints["waist"], aside, -1), 8.5)]
    top = middle(joints["chest"], joints["waist"], 0.12)
    out = scale(subtract(joints["left_shoulder"], joints["right_shoulder"]), 0.34)
    shoulders = [(add(top, out), 8.0), (add(top, out, -1), 8.0)]
    lower = hull([view.circle(point, radius) for point, radius in (*hips, *waist)])
    upper = hull([view.circle(point, radius) for point, radius in (*waist, *shoulders)])
    depth = view.depth(middle(joints["hip"], joints["chest"]))
    shapes = "".join(f'<path class="{css}" d="{d}"/>' for css in ("f-trunk", "f-trunk2") for d in (lower, upper))
    yield Part(depth, shapes)
    neck = hull([view.circle(joints["chest"], 5.4), view.circle(joints["head"], 5.0)])
    yield Part(view.depth(middle(joints["chest"], joints["head"])) + 0.5, f'<path class="f-near" d="{neck}"/>')
    head = hull([view.circle(joints["head"], RADII["head"]), view.circle(joints["face"], 2.6)])
    yield Part(view.depth(joints["head"]), f'<path class="f-near" d="{head}"/>')


def _prop(prop: Prop, joints: Joints, view: View) -> Iterator[Part]:
    if prop.kind == "box":
        yield from _box(prop.low, prop.high, view)
        return
    if prop.kind == "pad":
        yield _slab([prop.low, prop.high], abs(prop.low[1]), view)
        return
    places = [joints[name] for name in prop.joints]
    if prop.kind == "plate":
        yield _slab([add(places[0], subtract(places[1], places[0]), share) for share in (-0.9, 1.9)], 24, view)
        return
    centre = middle(places[0], places[1])
    shape = _held(prop.kind, centre, places, view)
    yield Part(min(view.depth(place) for place in places) - 6, shape)


def _held(kind: str, centre: Vector, places: Sequence[Vector], view: View) -> str:
    """What hands or knees carry: a weight, a bar with its plates, a band."""
    if kind == "weight":
        return _disc(view.flat(centre), 10 * view.zoom)
    if kind == "bar":
        ends = [view.flat((centre[0], centre[1] + aside, centre[2])) for aside in (44, -44)]
        bar = hull([(end, 1.8 * view.zoom) for end in ends])
        return f'{_disc(ends[0], 13 * view.zoom)}<path class="f-weight" d="{bar}"/>{_disc(ends[1], 13 * view.zoom)}'
    a, b = (view.flat(place) for place in places[:2])
    return f'<path class="f-band" d="M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}"/>'


def _slab(ends: Sequence[Vector], half: float, view: View) -> Part:
    """A padded board between two ends, `half` as wide to either side."""
    rims = [view.circle((end[0], side, end[2]), 3.5) for end in ends for side in (-half, half)]
    return Part(view.depth(middle(ends[0], ends[1])) + half, f'<path class="f-prop" d="{hull(rims)}"/>')


def _disc(centre: Flat, radius: float) -> str:
    return f'<circle class="f-weight" cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="{radius:.1f}"/>'


def _box(low: Vector, high: Vector, view: View) -> Iterator[Part]:
    x0, y0, z0 = low
    x1, y1, z1 = high
    end_x = x1 if view.yaw < 0 else x0
    faces = (
        ("f-prop", ((x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1))),
        ("f-prop f-prop-side", ((end_x, y0, z0), (end_x, y1, z0), (end_x, y1, z1), (end_x, y0, z1))),
        ("f-prop", ((x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1))),
    )
    shape = "".join(
        f'<path class="{css}" d="{polygon([view.flat(corner) for corner in corners])}"/>' for css, corners in faces
    )
    yield Part(view.depth(((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)), shape)


def _arrow(arrow: Arrow, figure: Figure, view: View) -> str:
    flat = [(x + arrow.off[0], y - arrow.off[1]) for x, y in (view.flat(point) for point in _way(arrow, figure))]
    if len(flat) == 2:
        (x0, y0), (x1, y1) = flat
        bend = ((x0 + x1) / 2 + (y1 - y0) * arrow.bow, (y0 + y1) / 2 - (x1 - x0) * arrow.bow)
        flat = [flat[0], bend, flat[1]]
        body = f"M{x0:.1f} {y0:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {x1:.1f} {y1:.1f}"
    else:
        body = smooth(flat)
    return f'<path class="f-arrow" d="{body}{arrowhead(flat[-2], flat[-1])}"/>'


def _way(arrow: Arrow, figure: Figure) -> tuple[Vector, ...]:
    return arrow.path or (figure.start[arrow.joint], figure.end[arrow.joint])


def _then() -> str:
    x, y = PANEL + GAP / 2, HEIGHT / 2
    return f'<path class="f-then" d="M{x - 4:g} {y - 8:g}l8 8l-8 8"/>'
