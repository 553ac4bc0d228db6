"""A browser, and the pages served to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import a_chromium
from playwright.sync_api import Browser
from web_site import LiveSite

from integration.sandbox import SandboxServer


@pytest.fixture
def live_site(tmp_path: Path, runner: SandboxServer, redis_url: str) -> Iterator[LiveSite]:
    """The pages, served to a browser."""
    with LiveSite(tmp_path, runner, redis_url).serving() as serving:
        yield serving


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One for the session, because two at a time in one process do not go together."""
    with a_chromium() as browser:
        yield browser
