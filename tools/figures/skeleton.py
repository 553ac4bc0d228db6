"""A body with fixed limb lengths: from a pose's numbers to the place of every joint.

Lengths in centimetres, for an adult of about 1.72 m. A limb is posed by where its end is (the joint between is found,
so that both bones keep their length) or by the directions of its two bones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import cos, radians, sin, sqrt
from typing import Final

from tools.figures.vectors import UP, Vector, across, add, cross, length, scale, subtract, turn, unit

HIP_HALF, SHOULDER_HALF = 9.0, 16.5
LOWER_SPINE, UPPER_SPINE, NECK = 19.0, 31.0, 23.0
BONES: Final[Mapping[str, tuple[float, float]]] = {"arm": (28.0, 25.0), "leg": (43.0, 42.0)}
HAND, TOE, HEEL, SOLE = 8.0, 14.0, 5.0, 3.5
# How thick the body is around each joint.
RADII: Final[Mapping[str, float]] = {
    "hip": 9.5, "waist": 8.5, "chest": 8.0, "shoulder": 7.0, "head": 10.5, "face": 1.0, "elbow": 4.8, "wrist": 3.4,
    "hand": 2.8, "knee": 6.6, "ankle": 4.2, "heel": 3.5, "toe": 3.0,
}  # fmt: skip
SLACK = 3.0  # a limb that should reach so much too far is stretched out straight towards it
SIDES: Final = {"left": 1.0, "right": -1.0}


class PoseError(ValueError):
    """A pose asks for what a body cannot do: a hand or foot out of reach."""


@dataclass(frozen=True, slots=True)
class LimbPose:
    """Either `end` (where wrist or ankle is; a None keeps the side's own y) or `bones` (two directions).

    `toward` is where knee or elbow points, `tip` where toes or fingers point; None leaves it to the body.
    """

    end: tuple[float, float | None, float] | None = None
    bones: tuple[Vector, Vector] | None = None
    toward: Vector | None = None
    tip: Vector | None = None


@dataclass(frozen=True, slots=True)
class Pose:
    """A body's pose: the place of the hips and the directions of the trunk, in degrees: 90 up, 0 ahead, 180 back.

    `roll` turns the whole trunk about its long axis, `twist` only the chest; `side` bends the chest to the left.
    """

    hip: Vector
    spine: tuple[float, float]
    head: float
    heading: float = 0.0
    roll: float = 0.0
    twist: float = 0.0
    side: float = 0.0
    limbs: Mapping[str, LimbPose] = field(default_factory=dict)


Joints = Mapping[str, Vector]


def joints(pose: Pose) -> dict[str, Vector]:
    """Return every joint's place, by name: hip, waist, chest, head, face, and left_… and right_… of each limb."""
    pelvis = Frame.of(pose.spine[0], pose.heading, pose.roll)
    chest = Frame.of(pose.spine[1], pose.heading, pose.roll + pose.twist, pose.side)
    skull = Frame.of(pose.head, pose.heading, pose.roll + pose.twist, pose.side)
    found = {"hip": pose.hip, "waist": add(pose.hip, pelvis.along, LOWER_SPINE)}
    found["chest"] = add(found["waist"], chest.along, UPPER_SPINE)
    found["head"] = add(found["chest"], skull.along, NECK)
    found["face"] = add(found["head"], skull.front, 10.5)
    for side, sign in SIDES.items():
        found[f"{side}_hip"] = add(pose.hip, pelvis.left, sign * HIP_HALF)
        found[f"{side}_shoulder"] = add(found["chest"], chest.left, sign * SHOULDER_HALF)
        found |= _leg(side, pose, pelvis, found)
        found |= _arm(side, pose, chest, found)
    return found


@dataclass(frozen=True, slots=True)
class Frame:
    """The directions of a part of the trunk: along it towards the head, out of its front, and to its left."""

    along: Vector
    front: Vector
    left: Vector

    @staticmethod
    def of(angle: float, heading: float, roll: float, side: float = 0.0) -> "Frame":
        """At `angle` above the ground in the direction of `heading`, rolled about itself, then bent to the left."""
        ahead = (cos(radians(heading)), sin(radians(heading)), 0.0)
        along = add(scale(ahead, cos(radians(angle))), UP, sin(radians(angle)))
        front = add(scale(ahead, sin(radians(angle))), UP, -cos(radians(angle)))
        front = turn(front, along, roll)
        along = turn(along, front, -side)
        return Frame(along, front, cross(along, front))


def _leg(side: str, pose: Pose, pelvis: Frame, found: Joints) -> dict[str, Vector]:
    limb = pose.limbs.get(f"{side}_leg", LimbPose(bones=(scale(pelvis.along, -1), scale(pelvis.along, -1))))
    hip = found[f"{side}_hip"]
    knee, ankle = _bones(f"{side} leg", "leg", hip, limb, pelvis.front)
    shin = unit(subtract(ankle, knee))
    front = across(limb.toward or pelvis.front, shin)
    if length(front) < 0.1:
        front = across(pelvis.along, shin)
    tip = unit(limb.tip) if limb.tip else unit(front)
    sole = across(shin, tip)
    sole = unit(sole) if length(sole) > 0.2 else scale(unit(front), -1)
    ball = add(ankle, sole, SOLE)
    return {
        f"{side}_knee": knee,
        f"{side}_ankle": ankle,
        f"{side}_heel": add(ball, tip, -HEEL),
        f"{side}_toe": add(ball, tip, TOE),
    }


def _arm(side: str, pose: Pose, chest: Frame, found: Joints) -> dict[str, Vector]:
    limb = pose.limbs.get(f"{side}_arm", LimbPose(bones=(scale(chest.along, -1), scale(chest.along, -1))))
    elbow, wrist = _bones(f"{side} arm", "arm", found[f"{side}_shoulder"], limb, scale(chest.front, -1))
    tip = unit(limb.tip) if limb.tip else unit(subtract(wrist, elbow))
    return {f"{side}_elbow": elbow, f"{side}_wrist": wrist, f"{side}_hand": add(wrist, tip, HAND)}


def _bones(name: str, kind: str, root: Vector, limb: LimbPose, toward: Vector) -> tuple[Vector, Vector]:
    upper, lower = BONES[kind]
    if limb.bones is not None:
        middle = add(root, unit(limb.bones[0]), upper)
        return middle, add(middle, unit(limb.bones[1]), lower)
    if limb.end is None:
        raise PoseError(f"{name}: say where it ends or how its bones lie")
    end = (limb.end[0], root[1] if limb.end[1] is None else limb.end[1], limb.end[2])
    distance = length(subtract(end, root))
    if not abs(upper - lower) < distance <= upper + lower + SLACK:
        raise PoseError(f"{name}: its end is {distance:.1f} cm from its root, the bones allow {upper + lower:.0f}")
    if distance > upper + lower:
        end = add(root, subtract(end, root), (upper + lower) / distance)
    return middle_joint(root, end, upper, lower, limb.toward or toward), end


def middle_joint(root: Vector, end: Vector, upper: float, lower: float, toward: Vector) -> Vector:
    """Return the place of knee or elbow at which both bones keep their length."""
    reach = subtract(end, root)
    distance = length(reach)
    straight = scale(reach, 1 / distance)
    along = (upper**2 - lower**2 + distance**2) / (2 * distance)
    height = sqrt(max(0.0, upper**2 - along**2))
    aside = across(toward, straight)
    if length(aside) < 0.01:
        aside = across(UP, straight)
    return add(add(root, straight, along), unit(aside), height)
