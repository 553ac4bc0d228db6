"""Counted nouns agree with their number."""

from content.counted import counted


def test_a_noun_is_singular_for_one_alone() -> None:
    assert [counted(number, "note") for number in (0, 1, 2, 1200)] == ["0 notes", "1 note", "2 notes", "1,200 notes"]
    assert [counted(number, "athlete is", "athletes are") for number in (1, 2)] == ["1 athlete is", "2 athletes are"]
