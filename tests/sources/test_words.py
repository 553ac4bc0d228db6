"""We speak in the words of a runner: in messages, notes, the library, the terminal and the README."""

import ast
import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from our_code import our_house
from places import ROOT
from plain_words import PRIVATE

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
MOST_WORDS = 15
PARTS = ("notes", "companion", "routines", "signals")  # of content
# Numbers of studies stand beside their source in one sentence; the rest is for operators and the log.
LONGER = {"content/signals/thresholds.py", "content/signals/rules.py", "content/routines/facts.py"}
# Texts that no runner reads: of the log, for operators, in Strava's own words, or of a page about the code.
NOT_OF_RUNNERS = re.compile(
    r"set aside (as|what)|cannot be set aside|will wake whoever|written by `python -m content.notes.examples"
)


def texts(path: Path) -> Iterator[str]:
    """Yield each text of a module that holds more than one word; docstrings are no texts. What is filled in is “…”."""
    tree = our_house().trees[path.relative_to(ROOT)]
    inside = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(map(id, node.values))
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def told(value: Any) -> Iterator[str]:
    """Yield every text in a table of the library."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        yield from chain.from_iterable(map(told, value.values() if isinstance(value, dict) else value))


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?:;])\s+", " ".join(text.split()))


def modules(*folders: str) -> list[Path]:
    paths = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders)
    return sorted(path for path in paths if not {"sandbox", "versions"} & set(path.parts))


def prose(markdown: str) -> Iterator[str]:
    """Yield the paragraphs and the entries of lists, without code, headings, tables and addresses."""
    for block in re.split(r"\n\s*\n|\n(?=- )", re.sub(r"```.*?```", "\n\n", markdown, flags=re.DOTALL)):
        if not block.lstrip().startswith(("#", "!", "|", "<")):
            yield re.sub(r"\]\([^)]*\)", "]", block)


@pytest.mark.parametrize("folder", ["content", "integration", "workers"])
def test_no_text_has_a_word_that_only_we_know(folder: str) -> None:
    said = [(path, text) for path in modules(folder) for text in texts(path) if " " in text]

    assert len(said) > 10
    assert [(path.name, text) for path, text in said if PRIVATE.search(text) and not NOT_OF_RUNNERS.search(text)] == []


def test_no_entry_of_the_library_has_a_word_that_only_we_know() -> None:
    entries = [
        (path.name, text)
        for path in sorted((ROOT / "content" / "moves" / "data").rglob("*.toml"))
        for text in told(tomllib.loads(path.read_text(encoding="utf-8")))
        if " " in text
    ]

    assert len(entries) > 500
    assert [entry for entry in entries if PRIVATE.search(entry[1])] == []


def test_what_pages_and_notes_say_beside_the_library_is_said_in_short_sentences() -> None:
    said = [
        (str(path.relative_to(ROOT)), sentence)
        for path in modules(*(f"content/{part}" for part in PARTS), "integration/web")
        for text in texts(path)
        for sentence in sentences(text)
    ]

    assert [each for each in said if len(each[1].split()) > MOST_WORDS and each[0] not in LONGER] == []


def test_the_readme_speaks_to_everybody_in_sentences_of_25_words_at_most() -> None:
    said = list(chain.from_iterable(map(sentences, prose((ROOT / "README.md").read_text(encoding="utf-8")))))

    assert len(said) > 50
    assert [sentence for sentence in said if PRIVATE.search(sentence)] == []
    assert [sentence for sentence in said if len(sentence.split()) > 25] == []
