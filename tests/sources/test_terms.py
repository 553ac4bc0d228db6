"""docs/terms.md keeps its word: each test that it names is there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TERMS = TESTS.parent / "docs" / "terms.md"
LEARNS = "openai|anthropic|google-gen|mistral|cohere|langchain|llama|torch|tensorflow|keras|transformers|scikit"
TRACKS = "sentry|posthog|segment|mixpanel"
NAMED = re.compile(r"`([a-z]+/test_\w+\.py)::(test_\w+)`")


def test_every_test_that_the_terms_name_is_there() -> None:
    named = NAMED.findall(TERMS.read_text("utf-8"))
    missing = [f"{file}::{test}" for file, test in named if f"def {test}(" not in (TESTS / file).read_text("utf-8")]

    assert len(named) > 15
    assert missing == []


def test_every_clause_has_a_test_or_says_that_it_is_open() -> None:
    rows = [line for line in TERMS.read_text("utf-8").splitlines() if line.startswith("| ")]
    clauses = [row for row in rows if not row.startswith(("| clause ", "| asks "))]

    assert len(clauses) > 20
    assert [row for row in clauses if not NAMED.search(row) and "open: " not in row and "| – |" not in row] == []


def test_nothing_that_learns_or_tracks_is_installed() -> None:
    names = set(
        re.findall(r"^([a-z0-9-]+)==", (TERMS.parents[1] / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    )

    assert {"flask", "stravalib"} <= names
    assert [name for name in names if re.match(f"{LEARNS}|{TRACKS}", name)] == []
