"""A note's link to pictures is short, names moves only, and stands where others can open it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_runs import LIBRARY, moves

from content.notes.links import MOVES, SIGNS, code_of, link_to, moves_of, taps_link


def test_every_move_has_a_sign_of_its_own_and_keeps_it() -> None:
    assert set(MOVES) >= set(LIBRARY.moves)
    assert len(set(MOVES)) == len(MOVES) <= len(SIGNS) == len(set(SIGNS))
    assert moves_of("acvGR") == ("childs-pose", "figure-4", "bird-dog", "glute-bridge", "split-squat")  # of old notes


@given(st.lists(moves, max_size=8).map(tuple))
def test_a_code_leads_back_to_its_moves(chosen: tuple[str, ...]) -> None:
    assert moves_of(code_of(chosen)) == chosen


@pytest.mark.parametrize("code", ["0", "a/b", "ä", "a0"])
def test_a_code_that_is_none_of_ours_has_no_moves(code: str) -> None:
    assert moves_of(code) == ()


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("https://runs.example.org", "https://runs.example.org/r/ac"),
        ("https://runs.example.org/backstride/", "https://runs.example.org/backstride/r/ac"),
        ("http://runs.example.org", None),
        ("https://localhost:8000", None),
        ("https://127.0.0.1", None),
        ("http://localhost:8000", None),
    ],
)
def test_a_link_is_given_only_where_others_can_open_it(base: str, link: str | None) -> None:
    assert link_to(base, ["childs-pose", "figure-4"]) == link
    assert link_to(base, []) is None
    assert (taps_link(base, 15_000_000_001) is None) is (link is None)


def test_the_way_to_the_taps_of_a_run_names_its_number_alone() -> None:
    assert taps_link("https://runs.example.org/", 15_000_000_001) == "https://runs.example.org/back/15000000001"
