"""The way pytest runs these tests; fixtures of several folders are in support/shared_fixtures.py."""

import gc
import tempfile
import warnings
from collections.abc import Generator
from typing import Any

import pytest
from examples import register_profiles

register_profiles()


def pytest_configure(config: pytest.Config) -> None:
    """Bring the fixtures, but not to the process that only hands tests out to others: theirs would wait for it."""
    gc.disable()  # until all is imported that stays
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")  # said by what starts PostgreSQL, once a process
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":
        config.pluginmanager.import_plugin("shared_fixtures")
    else:
        config.pluginmanager.register(OnePostgres())


class OnePostgres:
    """The directory of the one PostgreSQL of all processes that run tests: to start one takes a second of each."""

    def __init__(self) -> None:
        self.directory = tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True)

    def pytest_configure_node(self, node: Any) -> None:  # pytest-xdist, which calls it, has no types
        node.workerinput["postgres"] = self.directory.name

    def pytest_unconfigure(self) -> None:
        self.directory.cleanup()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector what all tests share: looking through it again and again was a seventh of a run."""
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests a missing browser skipped, and the one line that brings it."""
    from browser import NO_CHROMIUM  # Playwright with it, for which no run needs to wait at its start

    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_CHROMIUM in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests were skipped: {NO_CHROMIUM}.")
