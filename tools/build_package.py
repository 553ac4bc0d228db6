"""Builds wheel and sdist so that the same source gives the same bytes, and checks what is in them: `make build`.

The time in the archives is that of the release in CHANGELOG.md, or SOURCE_DATE_EPOCH. Neither holds tests; both hold
the licences of what comes along.
"""

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from packaging.metadata import Metadata

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("content", "integration", "workers")
BESIDE = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
BACKEND = "from setuptools.build_meta import {build}; {build}({target!r})"
TEST = re.compile(r"(^|/)(conftest|test_|tests/|benchmarks/|tools/)")
VENDORED = re.compile(r"(^|/)vendor(ed)?/|\.(woff2?|ttf|otf|eot|min\.(js|css))$")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


def build(target: Path, source: Path = ROOT) -> tuple[Path, Path]:
    """Build into `target`, an existing directory; return (wheel, sdist). The wheel is built from the sdist."""
    moment = release_moment(source)
    with tempfile.TemporaryDirectory() as place:
        tree, made = Path(place) / "tree", Path(place) / "made"
        made.mkdir()
        _copy(source, tree)
        sdist = _repacked(_built("build_sdist", tree, made, moment), target, moment)
        with tarfile.open(sdist) as archive:
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2, Debian's, has none
            archive.extractall(made)  # noqa: S202 - our own
        wheel = _built("build_wheel", made / sdist.name.removesuffix(".tar.gz"), target, moment)
    return wheel, sdist


def release_moment(source: Path) -> int:
    """Return SOURCE_DATE_EPOCH, or the day of the newest release in the changelog, in seconds since 1970."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    newest = re.search(r"^## \d\S* – (\d{4}-\d{2}-\d{2})$", (source / "CHANGELOG.md").read_text(), re.MULTILINE)
    if newest is None:
        raise SystemExit("CHANGELOG.md: has no release with a date, such as “## 0.2.0 – 2026-11-25”")
    return int(datetime.fromisoformat(newest[1]).replace(tzinfo=UTC).timestamp())


def faults(wheel: Path, sdist: Path, source: Path = ROOT) -> list[str]:
    """Return what is wrong with the two: what is missing, what should not be there, metadata that an index refuses."""
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {str(path.relative_to(source)) for package in PACKAGES for path in _files(source / package)}
    found = [f"{where}: without {name}" for where, names in (("wheel", in_wheel), ("sdist", in_sdist))
             for name in sorted(wanted - names)]  # fmt: skip
    found += [f"{name}: is no part of the product" for name in sorted(in_wheel | in_sdist) if TEST.search(name)]
    for licence in ("LICENSE", *(name for name in sorted(wanted) if "LICENSE" in name)):
        if not any(name.endswith(f".dist-info/licenses/{licence}") for name in in_wheel):
            found.append(f"wheel: without the licence {licence}")
    found += [f"{name}: without a licence beside it" for name in without_licence(wanted)]
    return found + _odd_metadata(wheel)


def without_licence(names: Iterable[str]) -> list[str]:
    """Return which of these files are somebody else's, by their place or kind, and have no licence of their name.

    The licence of htmx-4.0.1.min.js is htmx-LICENSE.txt in the same directory.
    """
    known = {name.partition("-LICENSE")[0] for name in names if "-LICENSE" in name}
    theirs = (name for name in names if VENDORED.search(name) and "LICENSE" not in name)
    return sorted(name for name in theirs if not name.startswith(tuple(known)))


def _odd_metadata(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        text = archive.read(name)
    try:
        told = Metadata.from_email(text, validate=True)
    except ExceptionGroup as group:
        return [f"metadata: {error}" for error in group.exceptions]
    complete = told.description and told.summary and told.requires_python and told.license_expression
    return [] if complete else ["metadata: without description, summary, licence or Python version"]


def _files(package: Path) -> list[Path]:
    return [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def _copy(source: Path, tree: Path) -> None:
    """Copy what belongs to the product; rights and times of the working directory do not come along."""
    tree.mkdir()
    for package in PACKAGES:
        shutil.copytree(source / package, tree / package, copy_function=shutil.copyfile, ignore=LEFT_OUT)
    for name in BESIDE:
        shutil.copyfile(source / name, tree / name)
    for path in tree.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _built(what: str, tree: Path, target: Path, moment: int) -> Path:
    """Return the file that setuptools makes of `tree` in `target`."""
    before = set(target.iterdir())
    command = [sys.executable, "-I", "-c", BACKEND.format(build=what, target=str(target))]
    environ = os.environ | {"SOURCE_DATE_EPOCH": str(moment)}
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, umask=0o022, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr)
    [made] = set(target.iterdir()) - before
    return made


def _repacked(sdist: Path, target: Path, moment: int) -> Path:
    """Pack the archive again, in order, as nobody's, and all of one moment."""
    packed = io.BytesIO()
    with tarfile.open(sdist) as old, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            member.mtime, member.pax_headers = moment, {}
            member.mode = 0o755 if member.isdir() else 0o644
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    repacked = target / sdist.name
    repacked.write_bytes(gzip.compress(packed.getvalue(), mtime=moment))
    return repacked


def main() -> None:
    target = ROOT / "dist"
    target.mkdir(exist_ok=True)
    for old in target.iterdir():
        old.unlink()
    first = build(target)
    wrong = faults(*first)
    with tempfile.TemporaryDirectory() as again:
        second = build(Path(again))
        wrong += [f"{one.name}: differs from build to build" for one, other in zip(first, second, strict=True)
                  if one.read_bytes() != other.read_bytes()]  # fmt: skip
    for line in wrong:
        print(line)
    for made in first:
        print(f"{hashlib.sha256(made.read_bytes()).hexdigest()}  dist/{made.name}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
