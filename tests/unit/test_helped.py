"""Helpful things: moves left out after twice worse, directions answered by what is steady, cues in their order."""

from datetime import UTC, datetime, timedelta

import pytest

from content.companion.helped import Effect, Felt, arches, bends, helpful_first, with_effects, worse_twice
from content.moves.library import load
from content.routines.questionnaire import Answers

MOVES = load().moves
ARCHES = next(name for name, move in MOVES.items() if arches(move))
BENDS = next(name for name, move in MOVES.items() if bends(move))


def effects(move: str, *felt: str) -> list[Effect]:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    return [Effect(began + timedelta(days=n), move, Felt(one)) for n, one in enumerate(felt)]


@pytest.mark.parametrize(
    ("felt", "left_out"),
    [
        (["worse"], False),
        (["worse", "worse"], True),
        (["worse", "same", "worse"], True),
        (["worse", "better", "worse"], False),
        (["worse", "worse", "better"], False),
        (["same", "same", "same"], False),
    ],
)
def test_twice_worse_leaves_a_move_out_unless_it_was_better_since(felt: list[str], left_out: bool) -> None:
    assert (worse_twice(effects("plank", *felt)) == {"plank"}) is left_out


def test_order_is_by_time_not_by_place() -> None:
    assert worse_twice(reversed(effects("plank", "worse", "worse", "better"))) == frozenset()


def test_a_steady_direction_answers_the_question() -> None:
    better = with_effects(Answers(), effects(ARCHES, "better", "better", "better"), MOVES)
    worse = with_effects(Answers(), effects(BENDS, "worse", "worse", "worse"), MOVES)

    assert (better.arching, better.bending) == ("fine", None)
    assert (worse.arching, worse.bending) == (None, "worse")


def test_fewer_than_three_or_mixed_answers_answer_nothing() -> None:
    for felt in (["better", "better"], ["better", "worse", "better", "better", "better"], ["same"] * 3):
        assert with_effects(Answers(), effects(ARCHES, *felt), MOVES).arching is None


def test_a_given_answer_stays_but_against_three_times_worse() -> None:
    assert with_effects(Answers(arching="worse"), effects(ARCHES, *["better"] * 3), MOVES).arching == "worse"
    assert with_effects(Answers(arching="fine"), effects(ARCHES, *["worse"] * 3), MOVES).arching == "worse"


def test_a_move_that_the_library_dropped_says_nothing_of_directions() -> None:
    assert with_effects(Answers(), effects("gone", *["worse"] * 3), MOVES) == Answers(left_out=frozenset({"gone"}))


def test_cues_that_helped_come_first_the_others_in_their_order() -> None:
    assert helpful_first(["a", "b", "c", "d"], ["c", "d", "d"]) == ["d", "c", "a", "b"]
