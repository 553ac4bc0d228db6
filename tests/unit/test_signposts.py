"""The pages for newcomers name files that are there: the walk, the glossary, and the decisions."""

import re
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
