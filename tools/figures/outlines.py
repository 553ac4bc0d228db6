"""Outlines on paper as SVG path data: rounded limbs, hulls, curves and arrowheads. Knows numbers only."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import acos, atan2, cos, hypot, radians, sin

Flat = tuple[float, float]


def hull(circles: Sequence[tuple[Flat, float]]) -> str:
    """The outline around circles: exact around two, around more the hull of points on their rims."""
    if len(circles) == 2:
        return _capsule(*circles[0], *circles[1])
    points = [_rim(centre, radius, radians(turn)) for centre, radius in circles for turn in range(0, 360, 20)]
    return polygon(_convex(points))


def _capsule(a: Flat, ra: float, b: Flat, rb: float) -> str:
    """Two arcs and the tangents between them."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    distance = hypot(dx, dy)
    if distance <= abs(ra - rb) + 0.01:
        centre, radius = (a, ra) if ra > rb else (b, rb)
        x, y = centre[0] - radius, centre[1]
        return f"M{x:.1f} {y:.1f}a{radius:.1f} {radius:.1f} 0 1 1 0 .01z"
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


def _convex(points: Sequence[Flat]) -> list[Flat]:
    """Andrew's monotone chain."""
    ordered = sorted(set(points))
    chains: list[list[Flat]] = []
    for sequence in (ordered, ordered[::-1]):
        chain: list[Flat] = []
        for point in sequence:
            while len(chain) > 1 and _clockwise(chain[-2], chain[-1], point):
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return chains[0] + chains[1]


def _clockwise(a: Flat, b: Flat, c: Flat) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0


def polygon(points: Iterable[Flat]) -> str:
    """A closed line through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def smooth(points: Sequence[Flat]) -> str:
    """A curve through the middles of neighbouring points, from the first to the last."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for here, after in pairwise(points[1:]):
        last = after is points[-1]
        end = after if last else ((here[0] + after[0]) / 2, (here[1] + after[1]) / 2)
        path += f"Q{here[0]:.1f} {here[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return path


def arrowhead(before: Flat, end: Flat) -> str:
    """The two wings of an arrow that comes from `before` and ends at `end`."""
    angle = atan2(end[1] - before[1], end[0] - before[0])
    wings = [(end[0] - 9 * cos(angle + turn), end[1] - 9 * sin(angle + turn)) for turn in (0.55, -0.55)]
    return f"M{wings[0][0]:.1f} {wings[0][1]:.1f}L{end[0]:.1f} {end[1]:.1f}L{wings[1][0]:.1f} {wings[1][1]:.1f}"
