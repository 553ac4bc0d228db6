"""The way from one position to the next: bodies in between, with bones of constant length and feet that do not slide.

What stays in its place at both ends stays there; everything else turns about the joint that it hangs on.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import acos, ceil, degrees
from typing import Final

from tools.figures.skeleton import BONES, HEEL, RADII, SIDES, SOLE, TOE, Joints, middle_joint
from tools.figures.vectors import (
    UP,
    Vector,
    across,
    add,
    cross,
    dot,
    length,
    middle,
    scale,
    subtract,
    turn,
    unit,
)  # fmt: skip

STEP: Final = 28.0  # degrees that a bone turns at most between two drawn frames
SINKS: Final = 2.5  # cm that soft parts may sink in
LIFT: Final = 12.0  # cm that a foot is off the floor in the middle of a step
STAYS: Final = 6.0  # cm: hands and feet that move less are taken to stay
# A joint and the one that it hangs on, from the hips outwards; limbs follow by themselves.
TRUNK: Final = (("waist", "hip"), ("chest", "waist"), ("head", "chest"), ("face", "head"))
ACROSS: Final = (("hip", "hip"), ("shoulder", "chest"))
LIMBS: Final = (("arm", "shoulder", "elbow", "wrist", ("hand",)), ("leg", "hip", "knee", "ankle", ("heel", "toe")))


def frames(poses: Sequence[Joints]) -> tuple[list[Joints], list[int]]:
    """Return all bodies from the first pose to the last, and the places of the poses among them."""
    found, stops = [poses[0]], [0]
    for before, after in pairwise(poses):
        steps = max(2, ceil(_widest_turn(before, after) / STEP))
        found += [between(before, after, step / steps) for step in range(1, steps)]
        found.append(after)
        stops.append(len(found) - 1)
    return found, stops


def between(a: Joints, b: Joints, share: float) -> Joints:
    """Return the body at `share` of the way from `a` to `b`."""
    found = {"hip": middle(a["hip"], b["hip"], share)}
    for joint, root in TRUNK:
        found[joint] = add(found[root], _turned(_bone(a, root, joint), _bone(b, root, joint), share))
    for pair, root in ACROSS:
        for side in SIDES:
            joint = f"{side}_{pair}"
            found[joint] = add(found[root], _turned(_bone(a, root, joint), _bone(b, root, joint), share))
    for side in SIDES:
        for limb, *chain, tips in LIMBS:
            found |= _limb(
                a, b, share, found, limb, [f"{side}_{name}" for name in chain], [f"{side}_{t}" for t in tips]
            )
    return found


def _limb(
    a: Joints, b: Joints, share: float, found: Joints, limb: str, chain: Sequence[str], tips: Sequence[str]
) -> dict[str, Vector]:
    root, bend, end = chain
    upper, lower = BONES[limb]
    ends = _foot(a, b, share, end, *tips) if limb == "leg" else _hand(a, b, share, end, *tips)
    if length(subtract(b[end], a[end])) < STAYS:
        place = middle(a[end], b[end], share)
    elif length(subtract(b[tips[-1]], a[tips[-1]])) < STAYS:  # a foot that rolls over its toes
        place = subtract(middle(a[tips[-1]], b[tips[-1]], share), ends[tips[-1]])
    else:
        place = add(found[root], _turned(_bone(a, root, end), _bone(b, root, end), share))
        place = add(place, UP, _step(a, b, share, tips))
    place = _above_floor(place, {end: (0.0, 0.0, 0.0), **ends})
    reach = subtract(place, found[root])
    if (far := length(reach)) > upper + lower - 0.01:
        place = add(found[root], reach, (upper + lower - 0.01) / far)
    toward = _turned(_pole(a, root, bend, end, b), _pole(b, root, bend, end, a), share)
    middle_place = middle_joint(found[root], place, upper, lower, toward)
    return {end: place, bend: middle_place, **{tip: add(place, bone) for tip, bone in ends.items()}}


def _step(a: Joints, b: Joints, share: float, tips: Sequence[str]) -> float:
    """Return how high a foot is lifted that goes from one place on the floor to another; 0 for all others."""
    flat = all(body[tip][2] - RADII[tip.split("_")[-1]] < SINKS for body in (a, b) for tip in tips)
    return 4 * LIFT * share * (1 - share) if flat and len(tips) > 1 else 0.0


def _hand(a: Joints, b: Joints, share: float, wrist: str, hand: str) -> dict[str, Vector]:
    return {hand: _turned(_bone(a, wrist, hand), _bone(b, wrist, hand), share)}


def _foot(a: Joints, b: Joints, share: float, ankle: str, heel: str, toe: str) -> dict[str, Vector]:
    """Heel and toe from the ankle: the foot turns as one piece."""
    along = unit(_turned(_bone(a, heel, toe), _bone(b, heel, toe), share))
    down = unit(across(_turned(_sole(a, ankle, heel, toe), _sole(b, ankle, heel, toe), share), along))
    return {heel: add(scale(down, SOLE), along, -HEEL), toe: add(scale(down, SOLE), along, TOE)}


def _sole(body: Joints, ankle: str, heel: str, toe: str) -> Vector:
    return across(_bone(body, ankle, heel), unit(_bone(body, heel, toe)))


def _above_floor(place: Vector, ends: Mapping[str, Vector]) -> Vector:
    """Return the place of a wrist or ankle, raised until neither it nor what hangs on it (`ends`) sinks in."""
    lowest = min(place[2] + bone[2] - RADII[joint.split("_")[-1]] for joint, bone in ends.items())
    return add(place, UP, max(0.0, -lowest - SINKS))


def _pole(body: Joints, root: str, bend: str, end: str, other: Joints) -> Vector:
    """The direction in which elbow or knee sticks out; that of the other pose for a straight limb."""
    for pose in (body, other):
        out = across(_bone(pose, root, bend), unit(_bone(pose, root, end)))
        if length(out) > 0.8:
            return unit(out)
    return unit(across((0.0, 0.3, 1.0), unit(_bone(body, root, end))))


def _turned(a: Vector, b: Vector, share: float) -> Vector:
    """A vector between two: turned from the one towards the other, as long as lies between."""
    size = length(a) + share * (length(b) - length(a))
    start, goal = unit(a), unit(b)
    angle = _angle(start, goal)
    axis = cross(start, goal)
    if angle < 0.5 or length(axis) < 1e-6:
        axis = (0.0, 1.0, 0.0)
    return scale(turn(start, unit(axis), share * angle), size)


def _angle(a: Vector, b: Vector) -> float:
    return degrees(acos(max(-1.0, min(1.0, dot(a, b)))))


def _bone(body: Joints, root: str, joint: str) -> Vector:
    return subtract(body[joint], body[root])


def _widest_turn(a: Joints, b: Joints) -> float:
    return max(_angle(unit(_bone(a, *bone)), unit(_bone(b, *bone))) for bone in _bones())


def _bones() -> Iterator[tuple[str, str]]:
    yield from ((root, joint) for joint, root in TRUNK)
    for side in SIDES:
        for _, root, bend, end, tips in LIMBS:
            yield f"{side}_{root}", f"{side}_{bend}"
            yield f"{side}_{bend}", f"{side}_{end}"
            yield from ((f"{side}_{end}", f"{side}_{tip}") for tip in tips)
