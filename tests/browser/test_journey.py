"""The whole of it: `backstride demo` as a person starts it, a real browser, and Ctrl-C at the end."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import IN_A_BROWSER, PATIENCE_MS
from living import members_of
from playwright.sync_api import Browser, Page, expect
from waiting import wait_until

from content.notes import block
from integration.ports import free_port

PATIENCE_S = 120.0  # for a machine that runs other tests beside; nothing that passes waits for it

pytestmark = [*IN_A_BROWSER, pytest.mark.processes]


class Demo:
    """`backstride demo`, started as `make demo` does, and what it prints."""

    def __init__(self, directory: Path) -> None:
        self._log = directory / "log"
        environ = {**os.environ, "PORT": str(free_port("127.0.0.1")), "DATA_DIR": str(directory / "var")}
        command = [sys.executable, "-m", "integration.cli", "demo"]
        with self._log.open("w") as log:
            self.process = subprocess.Popen(command, env=environ, stdout=log, start_new_session=True)
        self.pages, self.sandbox = self._printed(r"Backstride is at +(\S+)"), self._printed(r"stand-in at +(\S+):")

    def _printed(self, pattern: str) -> str:
        give_up = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < give_up:
            if found := re.search(pattern, self._log.read_text()):
                return found[1]
            time.sleep(0.05)
        raise AssertionError(f"the demo is not ready: {self._log.read_text()}")

    def said(self) -> str:
        """Return what the terminal shows so far."""
        return self._log.read_text()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(PATIENCE_S)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()


def test_a_runner_connects_logs_a_long_run_and_finds_the_note_under_it(demo: Demo, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(demo.pages)
    page.locator("#connect").click()
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url("**/welcome")
    page.locator("#notes-on").click()
    page.wait_for_url("**/dashboard")
    expect(page.locator("#headroom")).not_to_be_empty()

    page.goto(demo.sandbox)
    page.get_by_role("button", name="Log a long run").click()
    expect(page.locator("#activities")).to_contain_text(block.START)  # the page looks for news by itself
    assert complaints == []
    assert not re.search(r"^sandbox +\|", demo.said(), re.MULTILINE)  # its requests are nothing to read

    page.goto(demo.pages)
    expect(page.locator("#start-today")).to_be_visible()  # what to do today

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(PATIENCE_S) == 0
    wait_until(lambda: not members_of(demo.process))
