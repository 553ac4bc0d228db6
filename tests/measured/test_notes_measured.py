"""Two thousand notes of made-up runners, measured: called moves stand in them, none are alike."""

import re
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from made_notes import LIBRARY, Written, notes_of, runner

from content.notes import block
from content.notes.compose import FORMS
from content.routines.plan import is_kept_free
from content.routines.routine import minutes
from content.runs import Run

FORM_OF = ("standard", "long", "short", "standard")
LEAST = 2_000
NAMES = {move.short: move.id for move in LIBRARY.moves.values()}
MOVE = re.compile("|".join(sorted(map(re.escape, NAMES), key=len, reverse=True)))


@pytest.fixture(scope="module")
def written() -> dict[int, list[Written]]:
    """The notes of each runner, in order."""
    notes: dict[int, list[Written]] = {}
    seed = 0
    while sum(map(len, notes.values())) < LEAST:
        notes[seed] = list(notes_of(runner(seed), form=FORM_OF[seed % len(FORM_OF)]))
        seed += 1
    return notes


def lines_of(note: Written, *starts: str) -> list[str]:
    return [line for line in note.text.split("\n") if line.startswith(starts)]


def first_moves(note: Written, *starts: str) -> set[str]:
    """The moves on a line, each by the words that begin its part."""
    found = set()
    for line in lines_of(note, *starts):
        for part in line.split(": ", 1)[-1].split(" · "):
            if match := MOVE.match(part):
                found.add(NAMES[match[0]])
    return found


def test_where_a_rule_calls_a_called_move_stands(written: dict[int, list[Written]]) -> None:
    missed = []
    for note in (note for notes in written.values() for note in notes):
        today, strength = first_moves(note, "Today", "Tonight"), first_moves(note, "Strength")
        called = [
            {item.move.id for item in items if item.called} for items in (note.routine.today, note.routine.strength)
        ]
        if note.form == "short":
            missed += [note.text] if any(called) and not (called[0] & today or called[1] & strength) else []
        else:
            missed += [note.text] if (called[0] and not called[0] & today) else []
            missed += [note.text] if (called[1] and not called[1] & strength) else []
    assert missed == []


def test_nearly_every_note_says_how_a_move_goes_in_each_line_of_moves(written: dict[int, list[Written]]) -> None:
    notes = [note for notes in written.values() for note in notes if note.form == "standard"]
    for starts in (("Today", "Tonight"), ("Strength",)):
        lines = [line for note in notes for line in lines_of(note, *starts)]
        hinted = [line for line in lines if any(f": {move.hint}, " in line for move in LIBRARY.moves.values())]
        assert len(hinted) >= 0.95 * len(lines) > 0, starts


def test_most_notes_say_how_a_move_goes_when_to_stop_and_a_tip_that_fits(written: dict[int, list[Written]]) -> None:
    notes = [note for notes in written.values() for note in notes if note.form == "standard"]
    hinted = [note for note in notes if any(f": {move.hint}, " in note.text for move in LIBRARY.moves.values())]
    stops = [note for note in notes if "stop with 2–3 good reps left" in note.text]
    own = [[chosen.tip.note for chosen in note.routine.tips if chosen.particular] for note in notes]

    assert len(hinted) >= 0.9 * len(notes)
    assert len(stops) >= 0.7 * len(notes)
    weekly = [note.text for note in notes if ", 2–3×/week" in note.text]
    assert [text for text in weekly if "2–3×/week if not sore" not in text] == []
    assert [note.text for note, tips in zip(notes, own, strict=True) if tips and tips[0] not in note.text] == []
    assert sum(any(tip.tip.note in note.text for tip in note.routine.tips) for note in notes) >= 0.75 * len(notes)


def test_every_note_names_the_length_of_the_next_run_where_it_is_known(written: dict[int, list[Written]]) -> None:
    notes = [note for notes in written.values() for note in notes]
    known = [note for note in notes if note.routine.next_run and note.routine.next_run.outlook.limit_dm]

    assert any(note.form == "short" for note in known)
    assert [note.text for note in known if ", up to " not in note.text] == []


HILLS = {"split-squat", "step-up", "hip-thrust"}
TRAIL = {"side-plank", "clamshell", "glute-bridge"}  # a move for hills is none of these


def test_hills_and_trails_get_what_they_call_for(written: dict[int, list[Written]]) -> None:
    notes = [note for notes in written.values() for note in notes if note.form != "short"]

    assert [note.text for note in notes if is_hilly(note.run) and not HILLS & first_moves(note, "Strength")] == []
    trails = [note for note in notes if note.run.sport == "TrailRun"]
    assert any(is_hilly(note.run) for note in trails)
    missed = [note for note in trails if not TRAIL & first_moves(note, "Strength")]
    assert [note.text for note in missed if not is_hilly(note.run)] == []
    assert len(missed) <= 0.05 * len(trails)  # hilly comebacks, whose own moves and hills leave no room


def is_hilly(run: Run) -> bool:
    return run.climb_dm * 1000 >= 15 * run.distance_dm


def test_no_two_notes_in_a_row_are_alike(written: dict[int, list[Written]]) -> None:
    alike = [
        (earlier.text, later.text)
        for notes in written.values()
        for earlier, later in pairwise(notes)
        if earlier.text == later.text
        or first_moves(earlier, "Today", "Tonight", "Strength") == first_moves(later, "Today", "Tonight", "Strength")
    ]
    assert alike == []


def test_no_move_stands_in_more_than_half_of_a_runners_notes(written: dict[int, list[Written]]) -> None:
    often: dict[int, dict[str, int]] = defaultdict(dict)
    for seed, notes in written.items():
        if len(notes) >= 12:
            count = Counter(move for note in notes for move in first_moves(note, "Today", "Tonight", "Strength"))
            often[seed] = {move: number for move, number in count.items() if 2 * number > len(notes)}
    assert {seed: moves for seed, moves in often.items() if moves} == {}


def test_every_note_keeps_within_its_length_and_its_minutes_are_true(written: dict[int, list[Written]]) -> None:
    for note in (note for notes in written.values() for note in notes):
        assert len(block.put("Mine.", note.text)) - len("Mine.") <= FORMS[note.form]
        for items, starts in ((note.routine.today, ("Today", "Tonight")), (note.routine.strength, ("Strength",))):
            for line in lines_of(note, *starts):
                shown = first_moves(note, *starts)
                if match := re.search(r"\((\d+) min\)", line):
                    assert int(match[1]) == minutes(item for item in items if item.move.id in shown)


def test_weekdays_are_right_and_strength_keeps_off_the_long_run_and_its_eve(written: dict[int, list[Written]]) -> None:
    for note in (note for notes in written.values() for note in notes):
        day, routine = note.routine.strength_from, note.routine
        if day is None:
            continue
        named = re.search(r"^Strength.* from (\w{3})\w*", note.text, re.MULTILINE)
        assert named
        assert named[1] in (f"{day:%a}", "tod", "thi", "mid")
        assert not is_kept_free(day, routine.long_run_day)


@pytest.mark.parametrize(("form", "share"), [("standard", 0.9), ("long", 1.0)])
def test_where_links_are_on_the_way_to_the_two_taps_stands_and_a_called_move_too(form: str, share: float) -> None:
    base = "https://runs.example.org"
    notes = [note for seed in range(8) for note in notes_of(runner(seed), form=form, base=base)]
    called = [any(item.called for item in (*note.routine.today, *note.routine.strength)) for note in notes]
    said = [
        any(item.called and item.move.short in note.text for item in (*note.routine.today, *note.routine.strength))
        for note in notes
    ]

    assert sum(f"How is your back? {base}/back/" in note.text for note in notes) >= share * len(notes) > 0
    assert said == called
    assert all(len(block.put("Mine.", note.text)) - len("Mine.") <= FORMS[form] for note in notes)
