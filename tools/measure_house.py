"""Print the size and shape of the code: files in each folder, the longest files and functions, import circles.

    .venv/bin/python tools/measure_house.py

Shows the folders, files and functions to look at first. Import contracts (`lint-imports`) decide; this only counts.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("content", "integration", "workers")
MOST_SHOWN = 8
VAGUE = ("what", "which", "how", "where", "who", "whose", "when", "whether", "whatever", "whoever", "why")


def main() -> None:
    """Write the report to standard output."""
    trees = {path.relative_to(ROOT): ast.parse(path.read_text()) for path in _files()}
    functions = sorted(_functions(trees), reverse=True)
    files = sorted(((len((ROOT / path).read_text().splitlines()), str(path)) for path in trees), reverse=True)
    folders = Counter(str(path.parent) for path in trees if path.name != "__init__.py")
    say = sys.stdout.write
    say(f"{len(files)} files, {sum(size for size, _ in files)} lines; a file has {median(s for s, _ in files):.0f}\n")
    say("\nfiles in a folder\n" + _rows(folders.most_common(MOST_SHOWN)))
    say("\nlines of a file\n" + _rows([(name, size) for size, name in files[:MOST_SHOWN]]))
    sizes = [size for size, _ in functions]
    ninth = sizes[len(sizes) // 10]
    say(f"\nlines of a function: median {median(sizes):.0f}, one of ten has {ninth} or more\n")
    say(_rows([(name, size) for size, name in functions[:MOST_SHOWN]]))
    vague = [f"{path}: {line}" for path, tree in trees.items() for line in _vague(tree)]
    say(f"\ndocstrings that begin with a question word: {len(vague)}\n" + "".join(f"  {row}\n" for row in vague[:20]))
    say(f"\nimport circles: {_circle(trees) or 'none'}\n")


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(path for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts)


def _functions(trees: dict[Path, ast.Module]) -> Iterator[tuple[int, str]]:
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{path}:{node.lineno} {node.name}"


def _vague(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            first = (ast.get_docstring(node) or "").partition("\n")[0]
            if first.partition(" ")[0].lower().rstrip(",:") in VAGUE:
                yield first[:90]


def _circle(trees: dict[Path, ast.Module]) -> str:
    """Return one circle of module imports that run when a module is loaded, or nothing."""
    modules = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): tree for path, tree in trees.items()}
    graph = {name: {to for to in _imports(tree, set(modules)) if to != name} for name, tree in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " → ".join(error.args[1])
    return ""


def _imports(tree: ast.Module, modules: set[str]) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from named & modules or {node.module} & modules
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & modules


def _rows(rows: list[tuple[str, int]]) -> str:
    return "".join(f"  {number:5}  {name}\n" for name, number in rows)


if __name__ == "__main__":
    main()
