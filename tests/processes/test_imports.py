"""Imports, each in a process of its own: none of what answers requests brings anything large along, which it keeps."""

import json
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


def test_importing_the_settings_reads_and_writes_nothing(tmp_path: Path) -> None:
    code = "import os, integration.config; assert not os.listdir()"

    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PORT": "wrong"}, check=True)
