"""The pages for newcomers name files that are there: the walk, the glossary, and the decisions. The version is one."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from places import ROOT

PAGES = [ROOT / "docs" / "walk.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
PACKAGES = ("content", "integration", "workers", "tests", "tools", "docs")
OURS = re.compile(rf"`((?:{'|'.join(PACKAGES)})/[\w./-]+)`")


def is_there(named: str) -> bool:
    """A file, a folder, or a module without its ending."""
    return any((ROOT / f"{named}{ending}").exists() for ending in ("", ".py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    assert [named for named in OURS.findall(page.read_text()) if not is_there(named)] == []


def test_the_glossary_leads_to_modules_that_are_there() -> None:
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    named = [place for row in rows for place in re.findall(r"`([a-z_/]+)`", row)]
    places = [
        [ROOT / within / f"{place}{ending}" for within in ("", "integration") for ending in ("", ".py")]
        for place in named
    ]

    assert len(named) > 30
    assert [
        place for place, may_be in zip(named, places, strict=True) if not any(path.exists() for path in may_be)
    ] == []


# What the answer must hold, by the question as the walk words it: a name of a file that misleads is found out.
ANSWERS = {
    "the rule of a long run": r"session_spike_over",
    "why a webhook answers 503": r"\b503\b",
    "the content security policy": r"Content-Security-Policy",
    "what a 403 of Strava means": r"\b403\b",
    "how long strength waits after a run": r"hours=(24|48|72)|timedelta\(days=7\)",
    "the token refresh": r"def _?refresh",
    "why notes start where they do": r"def explain",
    "how a session is logged": r"def keep",
    "the delay before a note": r"DELAYS: Final = \(0, 5, 15, 60\)",
    "back-off after a 5xx": r"Unreachable: RetryRule\(Action\.RETRY",
    "why a run has no note": r"def decide",
    "where the hold is enforced": r"policy\.on_hold",
}


@pytest.mark.parametrize("question", ANSWERS)
def test_each_of_the_twelve_look_ups_is_answered_by_one_file_or_two(question: str) -> None:
    walk = (ROOT / "docs" / "walk.md").read_text()
    rows = [row for row in walk.splitlines() if row.startswith(f"| {question}")]
    files = OURS.findall(rows[0])

    assert len(rows) == 1
    assert 1 <= len(files) <= 2
    assert any(re.search(ANSWERS[question], (ROOT / file).read_text()) for file in files)


def test_the_version_is_that_of_the_newest_release_and_each_release_has_its_day() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(r"^## (?!Unreleased)(.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    releases = [heading.split(" – ") for heading in headings]
    numbers = [tuple(map(int, number.split("."))) for number, _ in releases]

    assert project["version"] == releases[0][0]
    assert numbers == sorted(set(numbers), reverse=True)
    assert all(date.fromisoformat(day) for _, day in releases)
