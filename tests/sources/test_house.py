"""The house: what its report measures and finds too long, that no imports go round, and that content is pure."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from our_code import our_house

from tools import measure_house
from tools.measure_house import MAY_BE_LONGER, House


@pytest.fixture
def house() -> House:
    return our_house()


def made_of(**modules: str) -> House:
    return House({Path(f"{name.replace('__', '/')}.py"): source for name, source in modules.items()})


def foreign_imports(source: str) -> Iterator[str]:
    """The names that `source` imports from elsewhere than the standard library and content."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        yield from (name for name in names if name.split(".")[0] not in {*sys.stdlib_module_names, "content"})


def test_content_imports_the_standard_library_and_itself_alone() -> None:
    modules = list((measure_house.ROOT / "content").rglob("*.py"))

    assert len(modules) > 40
    assert {path.name: found for path in modules if (found := list(foreign_imports(path.read_text())))} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import requests", ["requests"]),
        ("def f():\n    from sqlalchemy.orm import Session\n", ["sqlalchemy.orm"]),
        ("import json, numpy.linalg", ["numpy.linalg"]),
        ("from integration import config", ["integration"]),
        ("import ast\nfrom content.runs import Run\nfrom . import days", []),
    ],
)
def test_an_import_from_elsewhere_is_found_wherever_it_stands(source: str, found: list[str]) -> None:
    assert list(foreign_imports(source)) == found


def test_no_imports_go_round(house: House) -> None:
    assert house.circle() == ""


def test_only_what_is_long_still_may_be_longer(house: House) -> None:
    limits = {
        name
        for rows, most in (
            (house.files(), measure_house.MOST_LINES_OF_A_FILE),
            (house.functions(), measure_house.MOST_LINES_OF_A_FUNCTION),
        )
        for name, number in rows
        if number > most
    }

    assert set(MAY_BE_LONGER) == limits


@pytest.mark.parametrize(
    ("house", "named"),
    [
        (made_of(a__long="x = 1\n" * 251), "a/long.py: 251 lines, 250 at most"),
        (made_of(a__m="def deep():\n" + "    x = 1\n" * 30), "a/m.py deep: 31 lines, 30 at most"),
        (made_of(**{f"a__m{number}": "" for number in range(21)}), "a: 21 files, 20 at most"),
    ],
)
def test_what_is_beyond_a_limit_is_named_with_the_limit(house: House, named: str) -> None:
    assert house.beyond_limits() == [named]


def test_a_circle_of_imports_is_shown_from_end_to_end() -> None:
    house = made_of(a__one="from a import two\n", a__two="import a.one\n", a__three="from a.one import x\n")

    assert house.circle() in {"a.one → a.two → a.one", "a.two → a.one → a.two"}


def test_the_report_names_the_longest_and_what_is_beyond_a_limit(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    measure_house.report(house)
    said = capsys.readouterr().out

    assert "files in a folder" in said
    assert "import circles: none" in said
    assert "beyond a limit: nothing" in said
