"""A figure: one body in two or three positions, the things around it, and arrows for the way."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.figures.skeleton import Joints
from tools.figures.vectors import Vector

Part = tuple[int, ...]  # the positions that one part of a dose goes through; a single one is held


@dataclass(frozen=True, slots=True)
class Prop:
    """Something beside the body. A box or a slanted pad spans `low` to `high`; others hang on joints by name.

    A spot marks where a move works: a ball of `radius` at `low` from the middle of its joints.
    """

    kind: str
    low: Vector
    high: Vector
    joints: tuple[str, ...]
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Arrow:
    """The way of a joint from the first position to the last, or along `path` (points x, y, z).

    `bow` bends it to its left (a share of its length), `off` shifts it on the drawing (right, up).
    """

    joint: str
    path: tuple[Vector, ...]
    bow: float
    off: tuple[float, float]
    panel: int  # the position that it is drawn in


@dataclass(frozen=True, slots=True)
class Figure:
    """A move in its positions. `says` is the text alternative of each; `yaw` and `pitch` turn the view, in degrees."""

    id: str
    poses: tuple[Joints, ...]
    says: tuple[str, ...]
    yaw: float
    pitch: float
    props: tuple[Prop, ...]
    arrows: tuple[Arrow, ...]
    contacts: tuple[tuple[str, ...], ...]  # the joints that touch the floor in each position
    parts: tuple[Part, ...]  # one for each part of the dose; empty: there and back, or held if the move is a hold
    pace: float | None  # seconds there and back; None: as the dose counts

    @property
    def start(self) -> Joints:
        """The first position."""
        return self.poses[0]

    @property
    def end(self) -> Joints:
        """The last position."""
        return self.poses[-1]

    def way(self, arrow: Arrow) -> tuple[Vector, ...]:
        """Return the points that an arrow goes through."""
        return arrow.path or (self.start[arrow.joint], self.end[arrow.joint])


Figures = Mapping[str, Figure]
