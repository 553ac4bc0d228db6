"""The links of a note: a short one to pictures of its moves, without athlete data, and one to the run's questions."""

from collections.abc import Iterable, Mapping
from typing import Final

LOCAL: Final = ("localhost", "127.", "[::1]")
SIGNS: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# Notes on Strava keep their links for years: add moves at the end, and never take one out.
MOVES: Final = (
    "childs-pose", "knees-to-chest", "figure-4", "hip-flexor-stretch", "toe-touch", "downward-dog", "sphinx",
    "trunk-rotation", "cat-cow", "hip-cars", "hip-circles", "thoracic-rotations", "spinal-twists", "leg-swings",
    "butt-kicks", "ankle-drills", "glute-squeezes", "core-holds", "dead-bug", "bird-dog", "plank", "side-plank",
    "reverse-plank", "pelvic-tilts", "straight-leg-stretch", "roll-ups", "saw", "mountain-climbers", "bear",
    "push-up-leg-lift", "glute-bridge", "hip-thrust", "clamshell", "superman", "back-extension", "hip-hinge",
    "good-morning", "squat", "lunge", "split-squat", "step-up", "deadlift", "romanian-deadlift", "leg-curl",
    "leg-press",
)  # fmt: skip
_SIGN_OF: Final[Mapping[str, str]] = dict(zip(MOVES, SIGNS, strict=False))
_MOVE_OF: Final[Mapping[str, str]] = {sign: move for move, sign in _SIGN_OF.items()}


def code_of(move_ids: Iterable[str]) -> str:
    """Return the code of these moves; one without a sign is left away."""
    return "".join(_SIGN_OF.get(move, "") for move in move_ids)


def moves_of(code: str) -> tuple[str, ...]:
    """Return the moves of a code, () if a sign in it is none of ours."""
    moves = [_MOVE_OF.get(sign) for sign in code]
    return tuple(move for move in moves if move is not None) if None not in moves else ()


def link_to(base: str, move_ids: Iterable[str]) -> str | None:
    """Return the link for a note: {base}/r/{code}. None if others cannot open it, as on http or this machine only."""
    code = code_of(move_ids)
    return f"{base.rstrip('/')}/r/{code}" if code and _opens_elsewhere(base) else None


def taps_link(base: str, activity: int) -> str | None:
    """Return the link to the questions about a run: {base}/back/{its number}; None as for `link_to`.

    It tells nothing that the activity's own address does not, and shows something only to its athlete, signed in.
    """
    return f"{base.rstrip('/')}/back/{activity}" if _opens_elsewhere(base) else None


def _opens_elsewhere(base: str) -> bool:
    return base.startswith("https://") and not base.removeprefix("https://").startswith(LOCAL)
