"""What an athlete tells is checked field by field, and a red flag ends all exercise advice."""

from typing import Any

import pytest
from hypothesis import given, settings
from made_runs import LIBRARY, answers

from content.moves.dose import Dose
from content.routines.questionnaire import Answers, AnswersError, Pin, care_advice, has_safety_hold
from content.routines.questionnaire_fields import read_answers


@settings(max_examples=50, deadline=None)
@given(answers)
def test_answers_come_back_as_they_were_kept(told: Answers) -> None:
    assert read_answers(told.as_mapping(), LIBRARY) == told


def test_what_was_not_answered_is_left_away() -> None:
    assert Answers().as_mapping() == {}
    assert Answers(hurts=False, floor=True).as_mapping() == {"hurts": False, "floor": True}


@pytest.mark.parametrize(
    ("given_too", "field", "said"),
    [
        ({"hurts": "yes"}, "hurts", "answer true or false"),
        ({"arching": "bad"}, "arching", "answer with one of: fine, worse"),
        ({"equipment": "band"}, "equipment", "give a list"),
        ({"equipment": ["band", "trampoline"]}, "equipment", "trampoline: not known here"),
        ({"left_out": ["burpee"]}, "left_out", "burpee: not known here"),
        ({"conditions": ["gout"]}, "conditions", "gout: not known here"),
        ({"red_flags": ["cough"]}, "red_flags", "cough: not known here"),
        ({"pins": "squat"}, "pins", "give a list of moves with their doses"),
        ({"pins": [{"move": "burpee"}]}, "pins", "burpee: no move of the library"),
        ({"pins": [{"move": "squat", "sets": 2, "amount": 0, "unit": "reps"}]}, "pins", "squat: give sets"),
        ({"pins": [{"move": "squat", "sets": 2, "amount": 8, "unit": "miles"}]}, "pins", "squat: give sets"),
        ({"pins": [{"move": "squat"}, {"move": "squat"}]}, "pins", "names a move twice"),
        ({"pins": [{"move": "squat"}], "left_out": ["squat"]}, "pins", "Squat is also among the moves to leave out"),
        ({"pins": [{"move": move} for move in list(LIBRARY.moves)[:9]]}, "pins", "holds 9 moves, at most 8 fit"),
        ({"shoe_size": 43}, "shoe_size", "is no question of ours"),
    ],
)
def test_a_wrong_answer_is_named_by_its_field(given_too: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(AnswersError) as refused:
        read_answers(given_too, LIBRARY)

    assert refused.value.errors[field].startswith(said)
    assert f"{field}: " in str(refused.value)


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(AnswersError) as refused:
        read_answers({"hurts": 3, "arching": "bad"}, LIBRARY)

    assert set(refused.value.errors) == {"hurts", "arching"}


def test_a_pin_may_bring_its_own_dose_or_take_ours() -> None:
    pins = [{"move": "squat", "sets": 3, "amount": 5, "unit": "reps"}, {"move": "plank"}]

    told = read_answers({"pins": pins}, LIBRARY)

    assert told.pins == (Pin("squat", Dose(3, 5, "reps")), Pin("plank"))


def test_a_red_flag_holds_until_it_is_taken_back() -> None:
    assert has_safety_hold(Answers(red_flags=frozenset({"night"})))
    assert not has_safety_hold(Answers())


@pytest.mark.parametrize(
    ("flags", "place"),
    [
        ({"night"}, "before-running"),
        ({"night", "numb-tingling"}, "at-once"),
        ({"night", "numb-tingling", "bladder-bowel"}, "emergency"),
        ({"a sign that a later library renamed"}, "at-once"),
    ],
)
def test_where_to_turn_follows_the_most_urgent_sign(flags: set[str], place: str) -> None:
    to = care_advice(Answers(red_flags=frozenset(flags)), LIBRARY)

    assert to is not None
    assert to.id == place


def test_without_a_red_flag_there_is_nowhere_to_turn() -> None:
    assert care_advice(Answers(), LIBRARY) is None


@pytest.mark.parametrize(
    ("told", "move", "allowed"),
    [
        (Answers(), "step-up", True),
        (Answers(equipment=frozenset()), "step-up", False),
        (Answers(), "deadlift", False),
        (Answers(equipment=frozenset({"weight"})), "deadlift", True),
        (Answers(equipment=frozenset()), "ankle-drills", True),  # a wall is always there
        (Answers(), "sphinx", False),
        (Answers(arching="fine"), "sphinx", True),
        (Answers(), "cat-cow", True),
        (Answers(arching="worse"), "cat-cow", False),
        (Answers(bending="worse"), "toe-touch", False),
        (Answers(floor=False), "plank", False),
        (Answers(left_out=frozenset({"squat"})), "squat", False),
        (Answers(conditions=frozenset({"pregnancy"})), "squat", False),
        (Answers(conditions=frozenset({"pregnancy"}), cleared=True), "squat", True),
        (Answers(conditions=frozenset({"pregnancy"}), cleared=True), "superman", False),
        (Answers(red_flags=frozenset({"night"})), "squat", False),
    ],
)
def test_a_move_is_allowed_unless_an_answer_speaks_against_it(told: Answers, move: str, allowed: bool) -> None:
    assert told.allow(LIBRARY.moves[move]) == allowed
