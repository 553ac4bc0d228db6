"""The strength part as a workout file: decoded again, by hand and by fit-tool, its doses are ours."""

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.companion.watch import EXERCISES, MOST_STEPS, WorkStep, watch_steps
from content.moves.dose import Dose
from content.moves.library import load
from content.moves.models import Move
from content.routines.reason import Reason
from content.routines.routine import CHANGE_S, Item
from integration.fit_workout import NO_CATEGORY, exercise_numbers, fit_workout

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
# As FIT numbers its messages, fields and values.
FILE_ID, WORKOUT, STEP, TITLE = 0, 26, 27, 264
NAME, DURATION, VALUE, TIMES, INTENSITY, NOTES, CATEGORY, EXERCISE = 0, 1, 2, 4, 7, 8, 10, 11
TIME, REPEAT, REPS, REST = 0, 6, 29, 1
SHOWN = Reason("", "O", ())
STRENGTH = [move for move in load().moves.values() if not move.kind.gentle]
DOSES = st.builds(
    Dose,
    st.integers(1, 5),
    st.integers(1, 60),
    st.sampled_from(["reps", "seconds", "breaths", "circles"]),
    st.sampled_from(["once", "each side", "alternating", "three ways", "two parts"]),
)
ITEMS = st.lists(st.builds(Item, st.sampled_from(STRENGTH), DOSES, st.just(SHOWN)), min_size=1, max_size=4)


def file_of(*items: Item) -> bytes:
    return fit_workout("Strength 26 Nov", watch_steps(items), NOW)


def at_top(name: str) -> Item:
    move = load().moves[name]
    return Item(move, move.dose.ladder[-1], SHOWN)


def messages(file: bytes) -> Iterator[tuple[int, dict[int, Any]]]:
    """Yield the number of each message and its fields by their numbers, read from the bytes alone."""
    shapes: dict[int, tuple[int, list[tuple[int, int]]]] = {}
    place = file[0]
    while place < len(file) - 2:
        head, place = file[place], place + 1
        if head & 0x40:
            _, order, number, fields = struct.unpack_from("<BBHB", file, place)
            assert order == 0
            places = range(place + 5, place + 5 + 3 * fields, 3)
            shapes[head & 0x0F] = number, [(file[at], file[at + 1]) for at in places]
            place += 5 + 3 * fields
            continue
        number, shape = shapes[head & 0x0F]
        found: dict[int, Any] = {}
        for field, size in shape:
            raw, place = file[place : place + size], place + size
            is_text = (number, field) in {(STEP, NAME), (STEP, NOTES), (WORKOUT, 8), (TITLE, 2)}
            found[field] = raw.rstrip(b"\0").decode() if is_text else int.from_bytes(raw, "little")
        yield number, found
    assert place == len(file) - 2


def steps_in(file: bytes) -> list[dict[int, Any]]:
    return [fields for number, fields in messages(file) if number == STEP]


def done(steps: Sequence[dict[int, Any]]) -> Iterator[dict[int, Any]]:
    """Yield the steps one after the other, as a watch goes through them."""
    for place, step in enumerate(steps):
        if step[DURATION] == REPEAT:
            for _ in range(step[TIMES] - 1):
                yield from done(steps[step[VALUE] : place])
        else:
            yield step


def amount(step: dict[int, Any]) -> tuple[str, int]:
    """Return what is to be done in a step, and how much: repetitions, or seconds from milliseconds."""
    if step[INTENSITY] == REST:
        assert step[DURATION] == TIME
        return "rest", step[VALUE] // 1000
    assert step[DURATION] in (TIME, REPS)
    return ("reps", step[VALUE]) if step[DURATION] == REPS else ("seconds", step[VALUE] // 1000)


def ours(item: Item) -> list[tuple[str, int]]:
    """Return what the guided session counts of a move: each beat, and the rests between sets."""
    sets = [list(beats) for _, beats in groupby(item.dose.beats(), key=lambda beat: beat.set_number)]
    rest = [("rest", item.rest_s)] if item.rest_s else []
    counted = [
        [("reps", b.count) if b.unit in ("reps", "circles") else ("seconds", b.seconds) for b in beats]
        for beats in sets
    ]
    return list(chain(*(one if n == len(counted) - 1 else [*one, *rest] for n, one in enumerate(counted))))


def crc(content: bytes) -> int:
    """Return FIT's sum of the bytes: CRC-16 with the polynomial 0xA001, bit by bit."""
    total = 0
    for byte in content:
        total ^= byte
        for _ in range(8):
            total = (total >> 1) ^ (0xA001 if total & 1 else 0)
    return total


@given(ITEMS)
def test_the_steps_are_the_sets_sides_and_rests_of_the_session(items: list[Item]) -> None:
    steps = steps_in(file_of(*items))
    expected = ours(items[0])
    for item in items[1:]:
        expected += [("rest", CHANGE_S), *ours(item)]

    assert [amount(step) for step in done(steps)] == expected


def test_header_and_sums_are_right_by_the_bytes_alone() -> None:
    file = file_of(*map(at_top, ("side-plank", "bear", "saw")))
    size, _, _, length, magic, header_sum = struct.unpack("<BBHI4sH", file[:14])

    assert (size, magic) == (14, b".FIT")
    assert len(file) == size + length + 2
    assert header_sum == crc(file[:12])
    assert struct.unpack("<H", file[-2:])[0] == crc(file[:-2])


def test_the_file_says_what_it_is() -> None:
    file = file_of(at_top("side-plank"), at_top("saw"))
    found = {number: fields for number, fields in messages(file) if number in (FILE_ID, WORKOUT)}

    assert (found[FILE_ID][0], found[FILE_ID][1]) == (5, 255)  # a workout, of no maker
    assert found[FILE_ID][4] == NOW.timestamp() - 631_065_600  # FIT counts from the end of 1989
    assert (found[WORKOUT][4], found[WORKOUT][11]) == (10, 20)  # training: strength
    assert found[WORKOUT][8] == "Strength 26 Nov"
    assert found[WORKOUT][6] == len(steps_in(file))


def test_fit_tool_reads_the_same() -> None:
    from fit_tool.fit_file import FitFile

    file = file_of(*map(at_top, ("side-plank", "bear", "saw", "squat")))
    read = [record.message for record in FitFile.from_bytes(file).records if not record.is_definition]
    steps = [message for message in read if message.name == "workout_step"]

    assert [(each.workout_step_name, each.notes, each.exercise_category, each.exercise_name) for each in steps] == [
        tuple(fields.get(field) for field in (NAME, NOTES, CATEGORY, EXERCISE)) for fields in steps_in(file)
    ]
    assert [each.duration_reps for each in steps if each.duration_type == REPS] == [24, 24, 12, 12]
    assert {each.duration_time for each in steps if each.duration_type == TIME} == {10.0, 15.0, 30.0, 45.0}


@pytest.mark.parametrize("move", STRENGTH, ids=lambda move: move.id)
def test_each_dose_of_a_move_is_told_with_its_exercise_or_with_notes_alone(move: Move) -> None:
    number = exercise_numbers(EXERCISES[move.id]) if move.id in EXERCISES else (NO_CATEGORY, None)
    for item in (Item(move, dose, SHOWN) for dose in {move.dose.ladder[0], move.dose.ladder[-1]}):
        steps = list(done(steps_in(file_of(item))))
        work = [step for step in steps if step[INTENSITY] != REST]

        assert [amount(step) for step in steps] == ours(item)
        assert {(step[CATEGORY], step.get(EXERCISE)) for step in work} == {number}
        assert all(move.hint[1:] in step[NOTES] and step[NAME].startswith(move.name) for step in work)


def test_every_named_exercise_is_one_of_fits_for_a_move_of_ours() -> None:
    assert set(EXERCISES) <= set(load().moves)
    assert exercise_numbers(EXERCISES["plank"]) == (19, 43)
    assert exercise_numbers(EXERCISES["side-plank"]) == (19, 66)
    assert exercise_numbers(EXERCISES["dead-bug"]) == (11, 1)
    assert len({exercise_numbers(exercise) for exercise in EXERCISES.values()}) == len(EXERCISES)


def test_a_side_stands_in_the_name_and_in_the_notes_of_its_step() -> None:
    [left, right] = [step for step in watch_steps([at_top("side-plank")]) if isinstance(step, WorkStep)][:2]

    assert (left.name, right.name) == ("Side plank, left", "Side plank, right")
    assert left.notes.startswith("Left. ")


def test_our_name_goes_along_with_each_of_fits_once() -> None:
    titles = [fields for number, fields in messages(file_of(at_top("side-plank"), at_top("saw"))) if number == TITLE]

    assert [(title[0], title[1], title[2]) for title in titles] == [(19, 66, "Side plank")]


def test_the_longest_strength_day_fits_on_a_watch() -> None:
    places = [slot for slot in load().slots.values() if slot.part == "strength"]
    longest = [max(map(at_top, slot.moves), key=lambda item: len(watch_steps([item]))) for slot in places]

    assert len(watch_steps([*longest, at_top("dead-bug")])) <= MOST_STEPS
