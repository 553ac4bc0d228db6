"""Print the size and shape of the code: files in each folder, lines of files and functions, and import circles.

    .venv/bin/python -m tools.measure_house

Shows the folders, files and functions to look at first, and ends with what is beyond a limit; a test allows nothing
there. Which package may import which is for the import contracts (`lint-imports`).
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("content", "integration", "workers")
MOST_FILES, MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION = 20, 250, 30
# Beyond a limit, and to stay there: by the name that a row of the report has, with the reason.
MAY_BE_LONGER: Final[Mapping[str, str]] = {
    "integration/store/migrations/versions/0001_the_first_schema.py upgrade":
        "history: databases were made by it, and its one list of tables is read from top to bottom",
}  # fmt: skip
MOST_SHOWN: Final = 8

Rows = list[tuple[str, int]]


@dataclass(frozen=True)
class House:
    """The code of some packages under `root`, parsed: each file by its path from there."""

    sources: Mapping[Path, str]

    @classmethod
    def at(cls, root: Path = ROOT, packages: tuple[str, ...] = PACKAGES) -> "House":
        """Read every module of the packages."""
        paths = [path for package in packages for path in sorted((root / package).rglob("*.py"))]
        return cls({path.relative_to(root): path.read_text(encoding="utf-8") for path in paths})

    @cached_property
    def trees(self) -> Mapping[Path, ast.Module]:
        """Each file's syntax tree."""
        return {path: ast.parse(source) for path, source in self.sources.items()}

    def folders(self) -> Rows:
        """Return how many modules stand in each folder, most first."""
        return Counter(str(path.parent) for path in self.sources if path.name != "__init__.py").most_common()

    def files(self) -> Rows:
        """Return how many lines each file has, most first."""
        return _most_first((str(path), len(source.splitlines())) for path, source in self.sources.items())

    def functions(self) -> Rows:
        """Return how many lines each function has, its decorators aside, most first."""
        return _most_first(
            (f"{path} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
            for path, tree in self.trees.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )

    def circle(self) -> str:
        """Return one circle of module imports that run when a module is loaded, or nothing."""
        modules = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in self.trees}
        graph = {
            name: {to for to in _imports(self.trees[path], set(modules)) if to != name}
            for name, path in modules.items()
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            return " → ".join(error.args[1])
        return ""

    def beyond_limits(self) -> list[str]:
        """Return what is larger than a limit allows, a line each; what MAY_BE_LONGER names is not among it."""
        measured = (
            (self.folders(), MOST_FILES, "files"),
            (self.files(), MOST_LINES_OF_A_FILE, "lines"),
            (self.functions(), MOST_LINES_OF_A_FUNCTION, "lines"),
        )
        return [
            f"{name}: {number} {what}, {most} at most"
            for rows, most, what in measured
            for name, number in rows
            if number > most and name not in MAY_BE_LONGER
        ]


def report(house: House) -> None:
    """Write the report to standard output."""
    files, functions = house.files(), house.functions()
    sizes = [size for _, size in functions]
    print(f"{len(files)} files, {sum(size for _, size in files)} lines; a file has {median(s for _, s in files):.0f}\n")
    print("files in a folder", _shown(house.folders()), "lines of a file", _shown(files), sep="\n")
    print(f"lines of a function: median {median(sizes):.0f}, one of ten has {sizes[len(sizes) // 10]} or more")
    print(_shown(functions))
    print(f"import circles: {house.circle() or 'none'}")
    print(f"beyond a limit: {'; '.join(house.beyond_limits()) or 'nothing'}")
    for name, why in MAY_BE_LONGER.items():
        print(f"may be longer: {name} ({why})")


def _most_first(rows: Iterator[tuple[str, int]]) -> Rows:
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _imports(tree: ast.Module, modules: set[str]) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from named & modules or {node.module} & modules
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & modules


def _shown(rows: Rows) -> str:
    return "".join(f"  {number:5}  {name}\n" for name, number in rows[:MOST_SHOWN])


if __name__ == "__main__":
    report(House.at())
