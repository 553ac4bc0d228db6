"""The strength part of a routine as a watch counts it: steps of repetitions or seconds, the rests between, repeats.

Exercises go by FIT's own names if it has them; the notes of a step say how the move goes, and on which side.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from content.moves.dose import Beat
from content.routines.routine import CHANGE_S, Item

# A move -> FIT's category and the exercise in it. A near one has a note that says what is ours. FIT has nothing for
# straight-leg stretch, saw, push-up with leg lift, hip hinge and the warm-up's squeezes, holds and kicks.
EXERCISES: Final[Mapping[str, tuple[str, str]]] = {
    "plank": ("plank", "plank"),
    "side-plank": ("plank", "side_plank"),
    "reverse-plank": ("plank", "lying_reverse_plank"),
    "mountain-climbers": ("plank", "mountain_climber"),
    "bear": ("plank", "bear_crawl"),
    "dead-bug": ("hip_stability", "dead_bug"),
    "bird-dog": ("hip_stability", "quadruped_with_leg_lift"),
    "pelvic-tilts": ("core", "pelvic_clocks"),
    "roll-ups": ("core", "roll_up"),
    "glute-bridge": ("hip_raise", "hip_raise"),
    "hip-thrust": ("hip_raise", "barbell_hip_thrust_with_bench"),
    "clamshell": ("hip_raise", "clams"),
    "superman": ("hyperextension", "superman_from_floor"),
    "back-extension": ("hyperextension", "static_back_extension"),
    "good-morning": ("leg_curl", "good_morning"),
    "leg-curl": ("leg_curl", "sliding_leg_curl"),
    "squat": ("squat", "squat"),
    "step-up": ("squat", "step_up"),
    "leg-press": ("squat", "leg_press"),
    "lunge": ("lunge", "lunge"),
    "split-squat": ("lunge", "barbell_split_squat"),
    "deadlift": ("deadlift", "barbell_deadlift"),
    "romanian-deadlift": ("deadlift", "romanian_deadlift"),
}
COUNTED: Final = ("reps", "circles")  # by repetitions; anything else by its seconds
MOST_STEPS: Final = 50  # that a watch takes, by what its owners tell


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One set on one side: so many repetitions or seconds. `exercise`: as in EXERCISES, None if FIT has none."""

    name: str
    notes: str
    reps: int | None = None
    seconds: int | None = None
    exercise: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RestStep:
    """So many seconds of rest, or of getting into the next move."""

    seconds: int
    name: str = "Rest"


@dataclass(frozen=True, slots=True)
class RepeatStep:
    """All steps from `first` (counted from 0) up to here, `times` times in all."""

    first: int
    times: int


Step = WorkStep | RestStep | RepeatStep


def watch_steps(items: Iterable[Item]) -> tuple[Step, ...]:
    """Return the steps of these moves in their order: sets, sides and rests as the guided session counts them."""
    steps: list[Step] = []
    for item in items:
        if steps:
            steps.append(RestStep(CHANGE_S, f"Next: {item.move.name}"))
        steps += _of_move(item, len(steps))
    return tuple(steps)


def _of_move(item: Item, first: int) -> list[Step]:
    """Return the steps of one move. The rest stands between sets, so the last set is told by itself."""
    one_set: list[Step] = [_work(item, beat) for beat in item.dose.beats() if beat.set_number == 1]
    sets = item.dose.sets
    rest: list[Step] = [RestStep(item.rest_s)] if item.rest_s else []
    if sets == 1:
        return one_set
    if not rest:
        return [*one_set, RepeatStep(first, sets)]
    repeat: list[Step] = [RepeatStep(first, sets - 1)] if sets > 2 else []
    return [*one_set, *rest, *repeat, *one_set]


def _work(item: Item, beat: Beat) -> WorkStep:
    counted = beat.unit in COUNTED
    amount = "" if counted or beat.unit == "seconds" else f"{beat.count} {beat.unit}"
    notes = ". ".join(text[:1].upper() + text[1:] for text in (beat.part, amount, item.move.hint) if text)
    return WorkStep(
        name=f"{item.move.name}, {beat.part}" if beat.part else item.move.name,
        notes=f"{notes}.",
        reps=beat.count if counted else None,
        seconds=None if counted else beat.seconds,
        exercise=EXERCISES.get(item.move.id),
    )
