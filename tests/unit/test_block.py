"""The note lives beside the athlete's words and never changes them."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from content.notes.block import END, SEPARATOR, START, carries, find, fingerprint, overhead, put, strip, take_out
from content.notes.tags import tags_in

words = st.text(st.one_of(st.sampled_from("\n\r \t#—\x0b\x85\u2028a"), st.characters()), max_size=40)
marked = st.lists(st.sampled_from([START, END, "words", "\n", "\r\n", " ", f"{START}\nx\n{END}"])).map("".join)
notes = words.filter(lambda note: not carries(note))


@given(st.none() | words, notes)
@example(None, "note")
@example("", "note")
@example("ends with a line\n", "note")
@example("ends with a carriage return\r", "note")
@example("windows\r\n\r\n", "note")
@example("windows\r\n\r", "note")
@example(" \n \t\n", "note")
def test_stripping_gives_the_athletes_words_back_byte_for_byte(description: str | None, note: str) -> None:
    assume(not carries(description))

    assert strip(put(description, note)) == (description or "")


@given(st.none() | words | marked, notes)
@example(f"mine\n\n{START}\nhalf", "note")
@example(f"mine\n{END}", "note")
@example(f"{START}\na\n{END}\n\n{START}\nb\n{END}", "note")
def test_putting_a_note_twice_is_putting_it_once(description: str | None, note: str) -> None:
    once = put(description, note)

    assert put(once, note) == once


@given(st.none() | words, notes)
def test_what_was_put_is_found(description: str | None, note: str) -> None:
    assume(not carries(description))

    assert find(put(description, note)) == note.removesuffix("\r")


def test_the_block_stands_under_the_athletes_words_between_its_marks() -> None:
    expected = "Lovely morning.\n\n— Backstride recovery note —\nStretch.\n— Backstride —"

    assert put("Lovely morning.", "Stretch.") == expected


def test_an_edited_block_is_left_alone() -> None:
    edited = put("Mine.", "Stretch tonight.").replace("Stretch", "Nap")

    assert put(edited, "Stretch tonight.") == edited


@pytest.mark.parametrize("half", [f"Mine.\n\n{START}\nStretch.", f"Mine.\n\nStretch.\n{END}"])
def test_a_half_deleted_block_is_left_alone(half: str) -> None:
    assert put(half, "Stretch.") == half
    assert find(half) is None


def test_words_written_below_the_block_stay() -> None:
    description = put("Above.", "Stretch.") + "\nBelow."

    assert strip(description) == "Above.\nBelow."


def test_words_between_a_lost_mark_and_a_whole_block_stay() -> None:
    description = f"{START}\nkeep me\n\n{START}\nStretch.\n{END}"

    assert strip(description) == f"{START}\nkeep me"


@pytest.mark.parametrize("around", ["{ours}{theirs}", "mine{theirs}\n\n{ours}"])
def test_only_the_block_of_that_fingerprint_is_taken_out(around: str) -> None:
    theirs = f"\n\nof last year:\n{START}\nold words\n{END}\nbye"
    text = around.format(ours=put("", "of today"), theirs=theirs)

    assert take_out(text, fingerprint("of today")) == around.format(ours="", theirs=theirs).removesuffix("\n\n")
    assert take_out(text, fingerprint("another")) is None
    assert take_out(None, fingerprint("another")) is None


def test_line_endings_changed_on_the_way_do_no_harm() -> None:
    description = put("Mine.", "Stretch.\nRest.").replace("\n", "\r\n")

    assert strip(description) == "Mine."
    assert fingerprint(find(description) or "") == fingerprint("Stretch.\nRest.")


def test_marks_inside_a_sentence_are_no_marks() -> None:
    description = f"I like the line {START} and {END} too"

    assert strip(put(description, "Stretch.")) == description


def test_a_note_that_holds_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="our own mark"):
        put("Mine.", f"Stretch.\n{END}\nmore")


def test_overhead_counts_marks_line_breaks_and_separator() -> None:
    assert overhead() == len(SEPARATOR) + len(START) + 1 + 1 + len(END)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, set()),
        ("out and back", set()),
        ("Long run #back", {"#back"}),
        ("#NoNote, please", {"#nonote"}),
        ("(#backstride)", {"#backstride"}),
        ("#back #nonote.", {"#back", "#nonote"}),
        ("#backyard ultra, #backstrider, #back-to-back, x#back, https://example.org/#back", set()),
        ("#backé", set()),
    ],
)
def test_tags_are_whole_words(text: str | None, expected: set[str]) -> None:
    assert tags_in(text) == expected


def test_the_note_own_mention_of_a_tag_never_counts() -> None:
    description = put("A run. #back", "No more notes: #nonote in the title.")

    assert tags_in(description) == {"#back"}
    assert tags_in(description.removesuffix(END)) == {"#back"}


@given(notes)
def test_the_fingerprint_sees_an_edit_but_not_blanks_at_line_ends(note: str) -> None:
    assert fingerprint(note.replace("\n", " \r\n") + "\n") == fingerprint(note)
    assert fingerprint(note + "x") != fingerprint(note)
