"""Answers of an athlete are checked field by field, and a warning sign ends all exercise advice."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import LIBRARY, answers

from content.moves.dose import Dose
from content.routines.questionnaire import Answers, AnswersError, Pin, care_advice, has_safety_hold
from content.routines.questionnaire_fields import change_answers, read_answers, stored_answers


@settings(deadline=None)
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


def test_a_warning_sign_holds_until_it_is_cleared() -> None:
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


def test_without_a_warning_sign_there_is_nowhere_to_turn() -> None:
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


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "squat", "fine", "night", "reps"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["move", "sets", "unit"]), inner),
    max_leaves=6,
)


@settings(deadline=None)
@given(answers)
def test_what_was_stored_is_read_as_it_was_told(told: Answers) -> None:
    assert stored_answers(told.as_mapping(), LIBRARY) == told


@settings(deadline=None)
@given(ANY_JSON | st.dictionaries(st.sampled_from(sorted(Answers.__slots__)), ANY_JSON))
def test_whatever_was_stored_can_be_read_and_shown(stored: Any) -> None:
    found = stored_answers(stored, LIBRARY)

    assert all(isinstance(found.allow(move), bool) for move in LIBRARY.moves.values())
    assert stored_answers(found.as_mapping(), LIBRARY) == found


def test_what_a_later_library_dropped_is_left_aside_and_the_rest_stays() -> None:
    stored = {
        "hurts": True,
        "left_out": ["burpee", "squat"],
        "equipment": ["trampoline", "band"],
        "pins": [{"move": "burpee"}, {"move": "plank", "sets": 2, "amount": 900, "unit": "seconds"}],
        "shoe_size": 43,
    }

    assert stored_answers(stored, LIBRARY) == Answers(
        hurts=True, left_out=frozenset({"squat"}), equipment=frozenset({"band"}), pins=(Pin("plank"),)
    )


@pytest.mark.parametrize("stored", [["a sign of before"], "a sign of before", {"night": True}, [7], True])
def test_a_stored_warning_sign_holds_whether_or_not_it_is_known(stored: object) -> None:
    assert has_safety_hold(stored_answers({"red_flags": stored}, LIBRARY))


def test_a_stored_condition_that_nobody_knows_any_more_still_asks_first() -> None:
    assert stored_answers({"conditions": ["a condition of before"]}, LIBRARY).ask_first


def test_a_change_leaves_what_was_not_sent_and_an_unknown_sign_goes_on_holding() -> None:
    before = stored_answers({"hurts": True, "floor": False, "red_flags": ["a sign of before"]}, LIBRARY)

    after = change_answers(before, {"hurts": False, "red_flags": ["night"]}, LIBRARY)

    assert after == Answers(hurts=False, floor=False, red_flags=frozenset({"a sign of before", "night"}))
    assert change_answers(after, {"red_flags": []}, LIBRARY).red_flags == frozenset()


def test_a_change_that_contradicts_an_earlier_answer_is_refused() -> None:
    with pytest.raises(AnswersError, match="pins: Squat is also among the moves to leave out"):
        change_answers(Answers(left_out=frozenset({"squat"})), {"pins": [{"move": "squat"}]}, LIBRARY)
