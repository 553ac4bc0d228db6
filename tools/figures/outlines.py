"""Outlines on paper as SVG path data: rounded limbs, hulls, curves and arrowheads. Knows numbers only."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import acos, atan2, cos, hypot, radians, sin

Flat = tuple[float, float]


DIRECTIONS = [radians(turn) for turn in range(0, 360, 15)]


def hull(circles: Sequence[tuple[Flat, float]]) -> str:
    """Return the outline around circles, always with as many points: exact around two, a polygon around more."""
    if len(circles) == 2:
        return _capsule(*circles[0], *circles[1])
    return polygon(_farthest(circles, angle) for angle in DIRECTIONS)


def _farthest(circles: Sequence[tuple[Flat, float]], angle: float) -> Flat:
    """The point of the circles that lies farthest in a direction."""
    (x, y), radius = max(circles, key=lambda circle: circle[0][0] * cos(angle) + circle[0][1] * sin(angle) + circle[1])
    return x + radius * cos(angle), y + radius * sin(angle)


def _capsule(a: Flat, ra: float, b: Flat, rb: float) -> str:
    """Two arcs and the tangents between them. Where one circle lies in the other it is moved out until it shows."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    least = abs(ra - rb) + 0.15
    if (distance := hypot(dx, dy)) < least:
        dx, dy = (dx * least / distance, dy * least / distance) if distance > 0.01 else (least, 0.0)
        b, distance = (a[0] + dx, a[1] + dy), least
    way, half = atan2(dy, dx), acos((ra - rb) / distance)
    corners = [_rim(a, ra, way + half), _rim(a, ra, way - half), _rim(b, rb, way - half), _rim(b, rb, way + half)]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    behind, ahead = int(ra >= rb), int(rb > ra)
    return (
        f"M{x0:.1f} {y0:.1f}A{ra:.1f} {ra:.1f} 0 {behind} 1 {x1:.1f} {y1:.1f}"
        f"L{x2:.1f} {y2:.1f}A{rb:.1f} {rb:.1f} 0 {ahead} 1 {x3:.1f} {y3:.1f}Z"
    )


def _rim(centre: Flat, radius: float, angle: float) -> Flat:
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def disc(centre: Flat, radius: float) -> str:
    """Return a circle as a path of two arcs."""
    left, right, y = centre[0] - radius, centre[0] + radius, centre[1]
    arc = f"A{radius:.1f} {radius:.1f} 0 0 1"
    return f"M{left:.1f} {y:.1f}{arc} {right:.1f} {y:.1f}{arc} {left:.1f} {y:.1f}Z"


def polygon(points: Iterable[Flat]) -> str:
    """Return a closed line through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def smooth(points: Sequence[Flat]) -> str:
    """Return a curve through the middles of neighbouring points, from the first to the last."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for here, after in pairwise(points[1:]):
        last = after is points[-1]
        end = after if last else ((here[0] + after[0]) / 2, (here[1] + after[1]) / 2)
        path += f"Q{here[0]:.1f} {here[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return path


def arrowhead(before: Flat, end: Flat) -> str:
    """Return the two wings of an arrow that comes from `before` and ends at `end`."""
    angle = atan2(end[1] - before[1], end[0] - before[0])
    wings = [(end[0] - 9 * cos(angle + turn), end[1] - 9 * sin(angle + turn)) for turn in (0.55, -0.55)]
    return f"M{wings[0][0]:.1f} {wings[0][1]:.1f}L{end[0]:.1f} {end[1]:.1f}L{wings[1][0]:.1f} {wings[1][1]:.1f}"
