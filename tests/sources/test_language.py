"""The code speaks the language of the field, and nothing in it grows without end."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from our_code import our_house
from places import ROOT

QUESTION = re.compile(r"(what|which|how|where|who|whose|when|whether|whatever|whoever|why)\b", re.IGNORECASE)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path, tree in our_house().trees.items():
        if "versions" not in path.parts:
            yield str(path), tree


def test_a_docstring_begins_with_what_the_thing_does_or_is() -> None:
    documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
    vague = [
        f"{path}: {ast.get_docstring(node)}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, documented) and QUESTION.match(ast.get_docstring(node) or "")
    ]

    assert vague == []


def test_a_docstring_of_tests_tools_and_benchmarks_begins_so_too() -> None:
    begins = re.compile(rf'^ *"""{QUESTION.pattern}', re.IGNORECASE | re.MULTILINE)
    paths = [path for folder in ("tests", "tools", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]

    assert len(paths) > 150
    assert [path.name for path in paths if begins.search(path.read_text(encoding="utf-8"))] == []


def test_a_condition_is_told_with_if_and_where_is_a_place() -> None:
    condition = re.compile(r"(\b(None|True|False|empty|404|0)|\"\"|\b[Rr]aises? \w+),? where\b")
    told = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in ("content", "integration", "workers")
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if condition.search(line)
    ]

    assert told == []


def test_no_folder_no_file_and_no_function_grows_without_end() -> None:
    house = our_house()

    assert len(house.sources) > 200
    assert house.beyond_limits() == []


def test_no_word_of_the_first_version_is_left() -> None:
    old = re.compile(r"\b(doorbells?|bells?|bellman|household|wired)\b")
    told = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in ("content", "integration", "workers")
        for path in sorted((ROOT / package).rglob("*.py"))
        if "versions" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if old.search(line) and "FORMER_NAMES" not in line
    ]

    assert told == []


def test_a_class_has_its_name_alone() -> None:
    """The sandbox stands alone: it is Strava, and has Strava's words for itself."""
    places: dict[str, list[str]] = {}
    for path, tree in modules():
        if not path.startswith("integration/sandbox/"):
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(path)

    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_no_two_files_of_tests_have_one_name_which_pytest_could_not_import() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py")  # one a folder

    assert [name for name, times in names.items() if times > 1] == []
