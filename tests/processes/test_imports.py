"""Imports, each in a process of its own: none of what answers requests brings anything large along, which it keeps."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

CLIENT, WEBHOOK, PAGES = "integration.strava.client", "integration.web.webhook", "integration.web.server.__main__"
LARGE = {
    "stravalib", "alembic", "celery", "pint", "icalendar", "fit_tool", "rich.text", "psycopg",
    "sqlalchemy.dialects.postgresql",
}  # fmt: skip
IN_TURN = f"""
import importlib, json, sys
loaded = {{}}
for name in {CLIENT, WEBHOOK, PAGES}:
    importlib.import_module(name)
    loaded[name] = list(sys.modules)
print(json.dumps(loaded))
"""
HELD = """
import runpy, signal, sys

class Held:
    def find_spec(self, name, *_):
        if name == "click":
            print("held", flush=True)
            signal.pause()

sys.meta_path.insert(0, Held())
runpy.run_module(sys.argv[1], run_name="__main__")
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """The modules of one process after each of three imports, one after another."""
    said = subprocess.run([sys.executable, "-c", IN_TURN], capture_output=True, text=True, check=True).stdout
    modules: dict[str, list[str]] = json.loads(said)
    return modules


def test_importing_the_client_does_not_import_stravalib(loaded: dict[str, list[str]]) -> None:
    assert CLIENT in loaded[CLIENT]
    assert "stravalib" not in loaded[CLIENT]


def test_the_webhook_never_imports_stravalib(loaded: dict[str, list[str]]) -> None:
    assert WEBHOOK in loaded[WEBHOOK]
    assert "stravalib" not in loaded[WEBHOOK]


def test_importing_the_pages_brings_nothing_large_along(loaded: dict[str, list[str]]) -> None:
    assert PAGES in loaded[PAGES]
    assert LARGE & set(loaded[PAGES]) == set()


@pytest.mark.parametrize("module", ["integration.web.server", "workers"])
def test_a_process_that_is_interrupted_while_it_imports_ends_without_a_word(module: str) -> None:
    command = [sys.executable, "-c", HELD, module]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        process.send_signal(signal.SIGINT)
        said = process.communicate()

    assert (process.returncode, said) == (130, ("", ""))


def test_importing_the_settings_reads_and_writes_nothing(tmp_path: Path) -> None:
    code = "import os, integration.config; assert not os.listdir()"

    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PORT": "wrong"}, check=True)
