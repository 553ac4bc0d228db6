"""The package: whole, without tests, with its licences, and at home where there is no checkout."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from places import ROOT

from integration.environment.installation import default_data_dir, home
from tools.build_package import build, faults, release_moment, without_licence


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return build(tmp_path_factory.mktemp("dist"))


def test_wheel_and_sdist_are_whole_and_hold_their_licences_and_no_test(package: tuple[Path, Path]) -> None:
    assert faults(*package) == []


def test_what_is_somebody_elses_is_found_by_its_place_or_kind_and_needs_a_licence_of_its_name() -> None:
    names = {"static/vendor/a-1.min.js", "static/vendor/a-LICENSE.txt", "static/vendor/b.js", "static/c.woff2",
             "static/vendor/c-LICENSE.txt", "static/own.js"}  # fmt: skip

    assert without_licence(names) == ["static/c.woff2", "static/vendor/b.js"]
    shipped = {str(path.relative_to(ROOT)) for path in (ROOT / "integration" / "web" / "static").rglob("*")}
    assert {Path(name).name for name in shipped if "/vendor/" in name} >= {
        "htmx-4.0.1.min.js",
        "backstride-serif.woff2",
    }
    assert without_licence(shipped) == []


def test_nothing_of_the_machine_that_built_it_is_in_the_package(package: tuple[Path, Path]) -> None:
    wheel, sdist = package
    moment = release_moment(ROOT)
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    inside = [(member.uid, member.gid, member.uname, member.mtime) for member in members]
    assert set(inside) == {(0, 0, "", moment)}
    assert [member.name for member in members] == sorted(member.name for member in members)
    rights = {info.external_attr >> 16 & 0o777 for info in zipfile.ZipFile(wheel).infolist()}
    assert rights <= {0o644, 0o664}  # the latter is RECORD's, as wheels have it
    assert len({info.date_time for info in zipfile.ZipFile(wheel).infolist()}) == 1


def test_what_is_missing_or_does_not_belong_into_the_package_is_named(
    package: tuple[Path, Path], tmp_path: Path
) -> None:
    wheel, sdist = package
    odd = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(odd, "w") as new:
        for name in old.namelist():
            if name != "workers/rounds/sweep.py" and not name.endswith(".dist-info/licenses/LICENSE"):
                new.writestr(name, old.read(name).replace(b"\nVersion: ", b"\nVersion: the first "))
        new.writestr("tests/test_sweep.py", "")

    assert faults(odd, sdist)[:3] == [
        "wheel: without workers/rounds/sweep.py",
        "tests/test_sweep.py: is no part of the product",
        "wheel: without the licence LICENSE",
    ]
    assert len(faults(odd, sdist)) == 4  # and the version is none


def test_without_a_checkout_settings_come_from_the_working_directory_and_data_goes_to_the_users_own(
    package: tuple[Path, Path], tmp_path: Path
) -> None:
    zipfile.ZipFile(package[0]).extractall(tmp_path / "installed")
    here = tmp_path / "here"
    here.mkdir()
    (here / ".env").write_text("PORT=8123\n")
    environ = {
        "PYTHONPATH": str(tmp_path / "installed"),
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    asked = "from integration.config import load_settings as load; print(load().port, load().data_dir)"
    command = [sys.executable, "-P", "-c", asked]
    said = subprocess.run(command, cwd=here, env=environ, capture_output=True, text=True, check=False)

    port, _, data_dir = said.stdout.strip().partition(" ")
    assert (port, said.stderr) == ("8123", "")
    assert (Path(data_dir) / "secrets" / "secret_key").exists()
    assert Path(data_dir).is_relative_to(tmp_path)
    assert data_dir == str(tmp_path / "data" / "backstride") or sys.platform != "linux"
    assert [path.name for path in here.iterdir()] == [".env"]


def test_a_checkout_is_its_own_home(tmp_path: Path) -> None:
    assert (home(), default_data_dir()) == (ROOT, Path("var"))
    assert home(tmp_path) == Path.cwd()
    assert default_data_dir(tmp_path).is_absolute()
