"""Reads `poses/*.toml`: for each move its positions, the things around it and its arrows."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import cos, radians, sin
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tools.fields import ContentError, Fields
from tools.figures.figure import Arrow, Figure, Figures, Part, Prop
from tools.figures.skeleton import Joints, LimbPose, Pose, PoseError, joints
from tools.figures.vectors import Vector, add, subtract

DATA: Final = Path(__file__).with_name("poses")
PLACES: Final = ("start", "middle", "end")  # `middle` may be missing
LIMBS: Final = ("left_arm", "right_arm", "left_leg", "right_leg")
POSITIONS: Final = "0_positions.toml"  # poses to start from; no figures
PROPS: Final = ("box", "pad", "plate", "weight", "bar", "band", "spot")


@cache
def figures(folder: Path = DATA) -> Figures:
    """Return all figures by move id, read and posed once. ContentError names file, entry and field of what is wrong."""
    known = tomllib.loads((folder / POSITIONS).read_text(encoding="utf-8"))
    found: dict[str, Figure] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == POSITIONS:
            continue
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ContentError(path.name, name, "id", "stands there twice")
            found[name] = _figure(path.name, name, table, known)
    return MappingProxyType(found)


def _figure(file: str, name: str, table: Mapping[str, Any], known: Mapping[str, Any]) -> Figure:
    places = [place for place in PLACES if place in table or place != "middle"]
    known = {**known, **{f"{name}.{place}": table.get(place) for place in places}}
    fields = Fields(file, name, {**table, **{place: _full(table.get(place), known) for place in places}})
    poses = [fields.table(place) for place in places]
    says = tuple(pose.text("says", most=200) for pose in poses)
    contacts = tuple(pose.texts("touches") for pose in poses)
    figure = Figure(
        id=name,
        poses=tuple(_joints(pose) for pose in poses),
        says=says,
        yaw=fields.numbers("yaw", [1], default=[-20.0])[0],
        pitch=fields.numbers("pitch", [1], default=[9.0])[0],
        props=tuple(_prop(table) for table in fields.tables("props")),
        arrows=tuple(_arrow(table, places) for table in fields.tables("arrows")),
        contacts=contacts,
        parts=tuple(_part(table, places) for table in fields.tables("parts")),
        pace=fields.numbers("pace", [1])[0] if fields.has("pace") else None,
    )
    fields.close()
    return figure


def _part(fields: Fields, places: Sequence[str]) -> Part:
    found = tuple(places.index(place) for place in fields.choices("through", places, least=1))
    fields.close()
    return found


def _full(table: Any, known: Mapping[str, Any]) -> Any:
    """The pose with what it takes over from the one it is `like`: a position, or this figure's own start."""
    if not isinstance(table, dict) or table.get("like") not in known:
        return table
    base = _full(known[table["like"]], known)
    merged = {**base, **{field: value for field, value in table.items() if field != "like"}}
    for both in {f"{limb}s" for limb in ("arm", "leg")} & set(table):
        for side in ("left", "right"):
            if f"{side}_{both[:-1]}" not in table:
                merged.pop(f"{side}_{both[:-1]}", None)
    return merged


def _joints(fields: Fields) -> Joints:
    if fields.has("like"):
        raise fields.wrong("like", f"is no position of {POSITIONS}")
    anchor = fields.texts("anchor", most=1)
    at = fields.numbers("at", [2, 3]) if anchor else ()
    limbs = {name: _limb(fields.table(name)) for name in LIMBS if fields.has(name)}
    for both in ("arm", "leg"):
        if fields.has(f"{both}s"):
            limb = _limb(fields.table(f"{both}s"))
            limbs = {f"left_{both}": limb, f"right_{both}": limb} | limbs
    pose = Pose(
        hip=_point(fields.numbers("hip", [2, 3], default=[0.0, 90.0] if anchor else None)),
        spine=_pair(fields.numbers("spine", [1, 2])),
        head=0.0,
        heading=fields.numbers("heading", [1], default=[0.0])[0],
        roll=fields.numbers("roll", [1], default=[0.0])[0],
        twist=fields.numbers("twist", [1], default=[0.0])[0],
        side=fields.numbers("side", [1], default=[0.0])[0],
        limbs=limbs,
    )
    pose = replace(pose, head=fields.numbers("head", [1], default=[pose.spine[1]])[0])
    fields.close()
    try:
        return _anchored(pose, anchor[0], at) if anchor else joints(pose)
    except (PoseError, KeyError) as error:
        raise fields.wrong("pose", str(error)) from error


def _anchored(pose: Pose, joint: str, at: tuple[float, ...]) -> Joints:
    """The joints with `joint` at its place: the hips are moved until it is there."""
    for _ in range(20):
        found = joints(pose)
        place = found[joint]
        goal = (at[0], place[1], at[1]) if len(at) == 2 else (at[0], at[1], at[2])
        pose = replace(pose, hip=add(pose.hip, subtract(goal, place)))
    return joints(pose)


def _limb(fields: Fields) -> LimbPose:
    toward = fields.numbers("toward", [3], default=[]) if fields.has("toward") else ()
    tip = fields.numbers("tip", [3]) if fields.has("tip") else ()
    bones: tuple[Vector, Vector] | None = None
    end: tuple[float, float | None, float] | None = None
    if fields.has("to"):
        place = fields.numbers("to", [2, 3])
        end = (place[0], place[1] if len(place) == 3 else None, place[-1])
    elif fields.has("angle"):
        first, second = _pair(fields.numbers("angle", [1, 2]))
        out = _pair(fields.numbers("out", [1, 2], default=[0.0]))
        bones = _direction(first, out[0]), _direction(second, out[1])
    else:
        first_bone = fields.numbers("upper", [3])
        bones = _vector(first_bone), _vector(fields.numbers("lower", [3], default=list(first_bone)))
    fields.close()
    return LimbPose(end, bones, _vector(toward) if toward else None, _vector(tip) if tip else None)


def _direction(angle: float, out: float) -> Vector:
    """A direction by its angle above the ground ahead (0 ahead, 90 up, -90 down) and how far it leans to the left."""
    flat = cos(radians(out))
    return cos(radians(angle)) * flat, sin(radians(out)), sin(radians(angle)) * flat


def _prop(fields: Fields) -> Prop:
    kind = fields.choice("kind", PROPS)
    low = _vector(fields.numbers("low", [3], default=[0.0, 0.0, 0.0]))
    high = _vector(fields.numbers("high", [3], default=[0.0, 0.0, 0.0]))
    radius = fields.numbers("radius", [1], default=[0.0])[0]
    found = Prop(kind, low, high, fields.texts("joints"), radius)
    fields.close()
    return found


def _arrow(fields: Fields, places: Sequence[str]) -> Arrow:
    flat = fields.numbers("path", range(6, 31, 3)) if fields.has("path") else ()
    found = Arrow(
        joint=fields.text("joint", default=""),
        path=tuple((flat[n], flat[n + 1], flat[n + 2]) for n in range(0, len(flat), 3)),
        bow=fields.numbers("bow", [1], default=[0.2])[0],
        off=_pair(fields.numbers("off", [2], default=[0.0, 0.0])),
        panel=places.index(fields.choice("panel", places, default="end")),
    )
    fields.close()
    return found


def _point(numbers: tuple[float, ...]) -> Vector:
    return (numbers[0], 0.0, numbers[1]) if len(numbers) == 2 else _vector(numbers)


def _vector(numbers: tuple[float, ...]) -> Vector:
    return numbers[0], numbers[1], numbers[2]


def _pair(numbers: tuple[float, ...]) -> tuple[float, float]:
    return numbers[0], numbers[-1]
