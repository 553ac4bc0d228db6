"""The words that entries of the library may use for groups, body parts, positions, equipment and topics."""

from typing import Final

GROUPS: Final = ("after a run or on a rest day", "before a run", "core", "strength")
PARTS: Final = (
    "lower back", "upper back", "abdomen", "sides", "hips", "hip flexors", "glutes", "hamstrings", "thighs", "calves",
    "ankles", "shoulders",
)  # fmt: skip
# position -> whether one must get down to the floor
POSITIONS: Final = {
    "standing": False,
    "sitting on a chair": False,
    "in a machine": False,
    "half-kneeling": True,
    "kneeling": True,
    "on all fours": True,
    "on hands and feet": True,
    "sitting on the floor": True,
    "lying on the back": True,
    "lying face down": True,
    "lying on the side": True,
}
EQUIPMENT: Final = {
    "mat": "exercise mat",
    "wall": "wall or something steady to hold",
    "chair": "sturdy chair or bench",
    "step": "stair or low step",
    "towel": "small towel on a smooth floor",
    "band": "resistance band",
    "weight": "dumbbell, kettlebell or barbell",
    "machine": "gym machine",
}
SPINE: Final = ("bends", "arches", "turns")
CUE_TIMES: Final = ("any run", "mid-run", "breathing", "drill", "check")
TOPICS: Final = ("cross-training", "self-care", "shoes and ground", "timing", "numbers", "differences", "run")
