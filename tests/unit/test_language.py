"""The code speaks the language of the field, and no module grows without end."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from places import ROOT

QUESTION = re.compile(r"(what|which|how|where|who|whose|when|whether|whatever|whoever|why)\b", re.IGNORECASE)
LONGEST_MODULE, LONGEST_FUNCTION = 250, 32  # lines; what is longer is two things
LONGER = {
    "content/signals/thresholds.py": 270,  # one table
    "integration/sandbox/state.py": 320,  # one Strava: whatever can be made to happen in it
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("content", "integration", "workers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "versions" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def lines(path: str) -> int:
    return len((ROOT / path).read_text().splitlines())


def test_a_docstring_begins_with_what_the_thing_does_or_is() -> None:
    documented = (ast.FunctionDef, ast.ClassDef, ast.Module)
    vague = [
        f"{path}: {ast.get_docstring(node)}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, documented) and QUESTION.match(ast.get_docstring(node) or "")
    ]

    assert vague == []


def test_no_module_and_no_function_grows_without_end() -> None:
    long = [path for path, _ in modules() if lines(path) > LONGER.get(path, LONGEST_MODULE)]
    long += [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


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
    names = Counter(path.name for path in (ROOT / "tests").rglob("*.py"))

    assert [name for name, times in names.items() if times > 1] == []
