"""A workout file for a watch, in the FIT format, by fit-tool. The profile's tables load when the first is asked for."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final

from content.companion.watch import RepeatStep, RestStep, Step, WorkStep

MIMETYPE: Final = "application/vnd.ant.fit"
NO_CATEGORY: Final = 65534  # FIT's "unknown": the name and the notes of the step say what it is


def fit_workout(name: str, steps: Sequence[Step], now: datetime) -> bytes:
    """Return the file for a strength workout of that name with these steps. `now` (aware) is when it is made."""
    from fit_tool.fit_file import FitFile  # large, and seldom asked for
    from fit_tool.fit_file_builder import FitFileBuilder, calc_records_size
    from fit_tool.fit_file_header import FitFileHeader

    builder = FitFileBuilder()
    for local_id, message in _messages(name, steps, now):
        message.local_id = local_id
        builder.add(message)
    header = FitFileHeader(records_size=calc_records_size(builder.records), gen_crc=True)  # the builder's has no sum
    return bytes(FitFile(header, builder.records).to_bytes())


def exercise_numbers(exercise: tuple[str, str]) -> tuple[int, int]:
    """Return FIT's numbers of a category and of the exercise in it. Raises KeyError for a name that FIT has not."""
    from fit_tool.profile import profile_type

    category, name = exercise
    names: type[Enum] = getattr(profile_type, f"{category.title().replace('_', '')}ExerciseName")
    return int(profile_type.ExerciseCategory[category.upper()].value), int(names[name.upper()].value)


def _messages(name: str, steps: Sequence[Step], now: datetime) -> Iterator[tuple[int, Any]]:
    """Yield FIT's messages in their order, each with the number of its kind in this file."""
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.messages.workout_message import WorkoutMessage
    from fit_tool.profile.profile_type import FileType, Manufacturer, Sport, SubSport

    file_id = FileIdMessage()
    file_id.type, file_id.manufacturer, file_id.product = FileType.WORKOUT, Manufacturer.DEVELOPMENT.value, 0
    file_id.time_created, file_id.serial_number = round(now.timestamp() * 1000), int(now.timestamp())
    yield 0, file_id
    workout = WorkoutMessage()
    workout.workout_name, workout.num_valid_steps = name, len(steps)
    workout.sport, workout.sub_sport = Sport.TRAINING, SubSport.STRENGTH_TRAINING
    yield 1, workout
    for number, step in enumerate(steps):
        yield 2, _step(number, step)
    for number, title in enumerate(_titles(steps)):
        title.message_index = number
        yield 3, title


def _step(number: int, step: Step) -> Any:
    from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage
    from fit_tool.profile.profile_type import Intensity, WorkoutStepDuration, WorkoutStepTarget

    message = WorkoutStepMessage()
    message.message_index, message.target_type = number, WorkoutStepTarget.OPEN
    if isinstance(step, RepeatStep):
        message.duration_type = WorkoutStepDuration.REPEAT_UNTIL_STEPS_CMPLT
        message.duration_step, message.target_repeat_steps = step.first, step.times
        return message
    message.workout_step_name, message.target_value = step.name, 0
    if isinstance(step, RestStep):
        message.intensity = Intensity.REST
    else:
        message.intensity, message.notes = Intensity.ACTIVE, step.notes
        message.exercise_category, message.exercise_name = _exercise(step)
    if isinstance(step, WorkStep) and step.reps is not None:
        message.duration_type, message.duration_reps = WorkoutStepDuration.REPS, step.reps
    else:
        message.duration_type, message.duration_time = WorkoutStepDuration.TIME, step.seconds
    return message


def _exercise(step: WorkStep) -> tuple[int, int | None]:
    return exercise_numbers(step.exercise) if step.exercise else (NO_CATEGORY, None)


def _titles(steps: Sequence[Step]) -> Iterator[Any]:
    """Yield our name of each exercise that FIT names, once: a watch may show it instead of its own."""
    from fit_tool.profile.messages.exercise_title_message import ExerciseTitleMessage

    names = {step.exercise: step.name.partition(",")[0] for step in steps if isinstance(step, WorkStep)}
    for exercise, name in names.items():
        if exercise is not None:
            title = ExerciseTitleMessage()
            title.exercise_category, title.exercise_name = exercise_numbers(exercise)
            title.workout_step_name = name
            yield title
