"""The unit that `backstride service` prints: systemd takes it, and holds the service to what it needs."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from integration.cli.service import unit
from integration.config import load_place

SYSTEMD = shutil.which("systemd-analyze")
WORST_EXPOSURE = 25  # tenths: systemd calls everything below 2.5 well confined


def lines_of(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if re.match(r"[A-Za-z]+=", line))


def test_the_unit_names_where_this_is_installed_and_lets_it_write_to_its_data_alone(tmp_path: Path) -> None:
    place = load_place({"DATA_DIR": "data"}, checkout=tmp_path)
    lines = lines_of(unit(place, "runner", Path("/srv/backstride/bin/backstride")))

    assert lines["ExecStart"] == "/srv/backstride/bin/backstride run"
    assert (lines["User"], lines["WorkingDirectory"]) == ("runner", str(tmp_path))
    assert (lines["ProtectSystem"], lines["ReadWritePaths"]) == ("strict", str(tmp_path / "data"))
    assert lines["WantedBy"] == "multi-user.target"
    assert not (tmp_path / "data").exists()  # whoever prints a unit need not be whoever runs it


def test_homes_are_hidden_unless_it_lies_in_one(tmp_path: Path) -> None:
    command = Path("/srv/backstride/bin/backstride")
    elsewhere = unit(load_place({"DATA_DIR": "/srv/data"}, checkout=Path("/srv")), "runner", command)
    at_home = unit(load_place({"DATA_DIR": "/home/me/data"}, checkout=tmp_path), "runner", command)

    assert lines_of(at_home)["ProtectHome"] == "read-only"
    assert lines_of(elsewhere)["ProtectHome"] == ("read-only" if _python_is_at_home() else "yes")


def _python_is_at_home() -> bool:
    homes = (Path("/home"), Path("/root"), Path("/run/user"), Path.home())
    return any(Path(sys.base_prefix).is_relative_to(home) for home in homes)


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not at hand")
@pytest.mark.parametrize("directory", ["data", "my data 100%"])
def test_systemd_takes_the_unit_and_finds_it_well_confined(tmp_path: Path, directory: str) -> None:
    file = tmp_path / "backstride.service"
    here = tmp_path / directory
    file.write_text(unit(load_place({"DATA_DIR": str(here)}, checkout=tmp_path), "root", Path(sys.executable)))

    def analysed(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(SYSTEMD), *arguments, str(file)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    verified = analysed("verify")
    assert [line for line in verified.stderr.splitlines() if "backstride.service" in line] == []
    exposure = analysed("security", "--offline=true", f"--threshold={WORST_EXPOSURE}")
    if "unrecognized option" in exposure.stderr:
        pytest.skip("this systemd is too old to look at a file")
    assert exposure.returncode == 0, exposure.stdout[-200:]
