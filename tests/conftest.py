"""The way pytest runs these tests; fixtures of several folders are in support/shared_fixtures.py."""

import gc
from collections.abc import Generator

import pytest
from examples import FUZZ, STEADY
from hypothesis import HealthCheck, settings

# The same examples each time, however slow the machine is: a run that fails has found what the next one finds, too.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=STEADY,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("fuzz", settings.get_profile("steady"), derandomize=False, max_examples=FUZZ)  # `make fuzz`
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """Bring the fixtures, but not to the process that only hands tests out to others: theirs would wait for it."""
    gc.disable()  # until all is imported that stays
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":
        config.pluginmanager.import_plugin("shared_fixtures")


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
