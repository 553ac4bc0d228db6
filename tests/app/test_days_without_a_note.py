"""The pages have an offer if no signal fired, too: after any run, on a rest day, days of running, old routines."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from made_runs import LIBRARY, NOON, a_run, spike

from content.moves.dose import Dose, DoseRange
from content.routines.daily import after_run, for_today, recall, rest_day
from content.routines.past import LoggedSession, Past
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers, Pin
from content.routines.routine import Routine, minutes
from content.runs import Run

DAY = timedelta(days=1)
IN_THREE_WAYS = "5 breaths in the centre, to the left and to the right"
TWO_ROUNDS = "2 rounds: 30 seconds holding, then 30 seconds moving"
ON_HOLD = Answers(red_flags=frozenset({"night"}))


def today(recent: Sequence[Run], answers: Answers | None = None, **given_too: object) -> Routine:
    return for_today(library=LIBRARY, recent=recent, answers=answers or Answers(), now=NOON, **given_too)  # type: ignore[arg-type]  # keyword arguments of different types


def test_a_rest_day_brings_the_eight_moves_in_their_order_where_arching_is_fine() -> None:
    routine = rest_day(library=LIBRARY, answers=Answers(arching="fine"), now=NOON)

    assert routine.move_ids == (
        "childs-pose", "trunk-rotation", "sphinx", "downward-dog", "superman", "bear", "hip-hinge", "split-squat",
    )  # fmt: skip


def test_who_was_not_asked_about_arching_gets_neutral_substitutes() -> None:
    routine = rest_day(library=LIBRARY, answers=Answers(), now=NOON)

    assert len(routine.move_ids) == 8
    assert {"bird-dog", "thoracic-rotations"} < set(routine.move_ids)
    assert not any(LIBRARY.moves[move].extension for move in routine.move_ids)


def test_on_the_day_of_a_run_there_is_the_static_set_and_no_strength() -> None:
    routine = today([a_run(start=NOON - timedelta(hours=4))])

    assert {item.move.kind for item in routine.today} == {"static stretch"}
    assert routine.strength == ()


def test_strength_waits_a_day_after_a_run_and_as_long_as_a_note_said() -> None:
    yesterday = [a_run(start=NOON - timedelta(hours=20), minutes=60)]
    two_days_ago = [a_run(start=NOON - timedelta(hours=40), minutes=60)]

    assert today(yesterday).strength == ()
    assert len(today(two_days_ago).strength) == 4
    assert today(two_days_ago, strength_from=NOON + DAY).strength == ()


def test_after_three_days_of_running_there_is_rest_swimming_or_cycling() -> None:
    runs = [a_run(start=NOON - n * DAY, id=n) for n in (1, 2, 3)]

    assert [tip.tip.id for tip in today(runs).tips] == ["rest-day", "swimming", "cycling"]
    assert today(runs[:2]).tips == ()
    assert today([a_run(start=NOON - (5 + n) * DAY, id=n) for n in (1, 2, 3)]).tips == ()


def test_without_any_run_today_is_a_rest_day() -> None:
    assert today([]) == rest_day(library=LIBRARY, answers=Answers(), now=NOON)


def test_on_hold_no_page_shows_an_exercise() -> None:
    shown = [
        today([], ON_HOLD),
        today([a_run(start=NOON - timedelta(hours=4))], ON_HOLD),
        after_run(library=LIBRARY, answers=ON_HOLD, now=NOON),
        rest_day(library=LIBRARY, answers=ON_HOLD, now=NOON),
        recall(["squat"], library=LIBRARY, answers=ON_HOLD, given_at=NOON),
    ]

    assert all(routine.hold is not None and routine.move_ids == () for routine in shown)


def test_a_routine_is_shown_again_with_the_doses_of_its_note() -> None:
    past = Past(sessions=tuple(LoggedSession(NOON - n * 10 * DAY, strength=True) for n in (1, 2)))
    given_then = prescribe(a_run(), [spike()], library=LIBRARY, past=past, answers=Answers(), now=NOON)

    shown = recall(given_then.move_ids, library=LIBRARY, answers=Answers(), given_at=NOON, past=past)

    doses = [item.dose for item in (*given_then.today, *given_then.strength)]
    assert [item.dose for item in (*shown.today, *shown.strength)] == doses
    assert shown.move_ids == given_then.move_ids


def test_moves_that_are_unknown_or_named_twice_are_left_away() -> None:
    routine = recall(["plank", "burpee", "plank"], library=LIBRARY, answers=Answers(), given_at=NOON)

    assert routine.move_ids == ("plank",)


def test_what_answers_exclude_by_now_is_no_longer_shown_but_for_a_stranger_everything_is() -> None:
    moves = ("sphinx", "deadlift", "plank")

    assert recall(moves, library=LIBRARY, answers=Answers(arching="worse"), given_at=NOON).move_ids == moves[1:]
    assert recall(moves, library=LIBRARY, answers=Answers(), given_at=NOON).move_ids == moves


def test_on_a_day_without_a_note_the_physios_moves_come_first_too() -> None:
    told = Answers(pins=(Pin("toe-touch", Dose(3, 20, "seconds")), Pin("squat", Dose(3, 5, "reps"))))

    rest = rest_day(library=LIBRARY, answers=told, now=NOON)
    after = after_run(library=LIBRARY, answers=told, now=NOON)

    assert (rest.today[0].dose.text, rest.strength[0].dose.text) == ("3×20 s", "3×5")
    assert [item.move.id for item in after.today].count("toe-touch") == 1
    assert after.today[0].pinned


def test_the_physios_dose_is_shown_again_too() -> None:
    pin = Pin("plank", Dose(2, 45, "seconds"))

    (item,) = recall(["plank"], library=LIBRARY, answers=Answers(pins=(pin,)), given_at=NOON).strength

    assert (item.dose, item.pinned) == (pin.dose, True)


@pytest.mark.parametrize(
    ("dose", "text", "words", "seconds"),
    [
        (Dose(2, 10, "reps"), "2×10", "2 sets of 10 reps", 80 + 45),
        (Dose(1, 10, "reps"), "10 reps", "10 reps", 40),
        (Dose(2, 8, "reps", "each side"), "2×8 a side", "2 sets of 8 reps on each side", 128 + 45),
        (Dose(1, 5, "reps", "alternating"), "5 reps a side", "5 reps to each side, in turn", 40),
        (Dose(4, 10, "seconds"), "4×10 s", "4 sets of 10 seconds", 40 + 135),
        (Dose(1, 30, "seconds", "each side"), "30 s a side", "30 seconds on each side", 60),
        (Dose(1, 5, "breaths", "three ways"), "5 breaths each way", IN_THREE_WAYS, 90),
        (Dose(1, 1, "breaths"), "1 breath", "1 breath", 6),
        (Dose(2, 30, "seconds", "two parts"), "30 s hold + 30 s moving ×2", TWO_ROUNDS, 120 + 45),
        (Dose(1, 3, "circles", "each side"), "3 circles a side", "3 circles on each side", 36),
    ],
)  # fmt: skip
def test_a_dose_is_said_short_and_in_full_and_takes_its_time(dose: Dose, text: str, words: str, seconds: int) -> None:
    assert (dose.text, dose.words, dose.seconds(rest_s=45)) == (text, words, seconds)


def test_a_session_counts_set_after_set_and_side_after_side() -> None:
    beats = [(beat.set_number, beat.part, beat.count) for beat in Dose(2, 20, "seconds", "each side").beats()]

    assert beats == [(1, "left", 20), (1, "right", 20), (2, "left", 20), (2, "right", 20)]


def test_a_ladder_raises_the_amount_before_the_sets() -> None:
    ladder = DoseRange((1, 2), (8, 12), "reps", "once", ("S0",), ())

    assert [dose.text for dose in ladder.ladder] == ["8 reps", "10 reps", "12 reps", "2×8", "2×10", "2×12"]  # fmt: skip


def test_minutes_are_rounded_up() -> None:
    routine = rest_day(library=LIBRARY, answers=Answers(), now=NOON)

    assert minutes(()) == 0
    assert minutes(routine.today) * 60 >= sum(item.seconds for item in routine.today)
