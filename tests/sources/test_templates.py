"""The templates as text: short lines, and one place for the words of the safety hold."""

import re
from pathlib import Path

import pytest
from plain_words import PRIVATE

from content.outcomes import NoteState, Outcome
from content.routines.back import Back
from integration.store.athlete_states import AthleteState, DeletionReason
from integration.web.runs.dashboard import Day, Standing

TEMPLATES = Path(__file__).parents[2] / "integration" / "web" / "templates"
LONGEST_LINE = 160
WRITTEN = sorted(TEMPLATES.rglob("*.html"))
SANDBOX = sorted((TEMPLATES.parents[1] / "sandbox").rglob("*.html"))
MODULES = sorted(TEMPLATES.parent.rglob("*.py"))
HOLD_WORDS = TEMPLATES.parent / "hold_words.py"


@pytest.mark.parametrize("path", [*WRITTEN, *SANDBOX], ids=lambda path: "/".join(path.parts[-2:]))
def test_no_line_of_a_template_is_longer_than_a_reader_can_see(path: Path) -> None:
    too_long = [number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > LONGEST_LINE]

    assert too_long == []


def test_what_a_reported_warning_sign_does_is_said_in_one_file() -> None:
    about = re.compile(r"clinician ha[sd] cleared you|You (had )?reported a warning sign|keep their exercises")

    assert [path for path in [*MODULES, *WRITTEN] if about.search(path.read_text())] == [HOLD_WORDS]


def test_templates_stand_in_the_rooms_of_the_pages_that_they_draw() -> None:
    rooms = {path.relative_to(TEMPLATES).parts[0] for path in WRITTEN if path.parent != TEMPLATES}

    assert rooms == {"account", "companion", "operator", "runs", "settings", "training"}
    assert {path.name for path in WRITTEN if path.parent == TEMPLATES} == {"base.html", "error.html", "macros.html"}
    assert all((TEMPLATES.parent / room / "__init__.py").is_file() for room in rooms)


STATES = (NoteState, Outcome, Back, AthleteState, DeletionReason, Day, Standing)
SHOWN = {"pages"}  # a target of notes, too: the value of a form's field


def test_no_template_knows_a_state_by_its_text_but_asks_the_state_itself() -> None:
    words = "|".join(sorted({state.value for states in STATES for state in states} - SHOWN, key=len, reverse=True))
    compared = re.compile(rf"""(?:[!=]=|\bin) ?\(?["'](?:{words})["']""")

    assert [path.name for path in WRITTEN if compared.search(path.read_text())] == []


def test_every_state_that_a_template_names_is_one() -> None:
    named = {found for path in WRITTEN for found in re.findall(r"\b(Day|Standing)\.(\w+)", path.read_text())}

    assert len(named) > 5
    assert {name for of, name in named if name not in {"Day": Day, "Standing": Standing}[of].__members__} == set()


MOST_WORDS = 15


def sentences(template: str) -> list[str]:
    """Return what a template says, a sentence each; what it fills in counts as one word."""
    text = re.sub(r"{#.*?#}|<(svg|style).*?</\1>", "\n", template, flags=re.DOTALL)
    text = re.sub(r'{{[^{]*?"\."\) }}', " ….\n", text)  # a day, with the full stop after it
    text = re.sub(r"{{[^{]*?}}", " … ", text)
    text = re.sub(r"{%-? el.*?%}", "\n\n", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}", " ", text, flags=re.DOTALL)
    text = re.sub(r"</?(a|strong|em|span|code|b|i)\b[^>]*>", " ", text)
    blocks = re.sub(r"<[^>]*>", "\n\n", text).split("\n\n")
    return [said for block in blocks for said in re.split(r"(?<=[.!?:;])\s+", " ".join(block.split())) if said]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_page_speaks_in_short_sentences_without_words_of_its_own(path: Path) -> None:
    said = sentences(path.read_text())

    assert [words for words in said if len(words.split()) > MOST_WORDS] == []
    assert [words for words in said if PRIVATE.search(words)] == []
