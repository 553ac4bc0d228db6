"""Points and directions in space: x ahead, y to the figure's left, z up, in centimetres."""

from math import cos, radians, sin, sqrt

Vector = tuple[float, float, float]
UP: Vector = (0.0, 0.0, 1.0)


def add(a: Vector, b: Vector, times: float = 1.0) -> Vector:
    """Return a + times · b."""
    return a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2]


def subtract(a: Vector, b: Vector) -> Vector:
    """Return a − b."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def scale(a: Vector, times: float) -> Vector:
    """Return times · a."""
    return a[0] * times, a[1] * times, a[2] * times


def dot(a: Vector, b: Vector) -> float:
    """Return the scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Return the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def length(a: Vector) -> float:
    """Return the length of a."""
    return sqrt(dot(a, a))


def unit(a: Vector) -> Vector:
    """Return the direction of a; a must not be zero."""
    return scale(a, 1 / length(a))


def across(a: Vector, direction: Vector) -> Vector:
    """Return the part of a that is perpendicular to a unit direction."""
    return add(a, direction, -dot(a, direction))


def turn(a: Vector, axis: Vector, degrees: float) -> Vector:
    """Return a turned around a unit axis (Rodrigues)."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    turned = add(scale(a, c), cross(axis, a), s)
    return add(turned, axis, dot(axis, a) * (1 - c))


def middle(a: Vector, b: Vector, share: float = 0.5) -> Vector:
    """Return the point at `share` of the way from a to b."""
    return add(a, subtract(b, a), share)
