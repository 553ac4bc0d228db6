"""Take the pictures of the README and of docs/pages.md: of a demo that this starts, by a Chromium on the PATH.

    .venv/bin/python -m tools.take_pictures

Look at what it took (`git diff --stat docs`) before you commit it: a runner is made up anew each time.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from integration.ports import free_port

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDE = {"width": 1080, "height": 900}
PHONE = {"width": 390, "height": 780}
ON_A_PHONE = {
    "today": "/dashboard",
    "notes": "/notes",
    "moves": "/moves",
    "settings": "/thresholds",
    "welcome": "/welcome",
}
PATIENCE_MS = 120_000  # for processes that start, and for the note
WORDS = "Lovely run along the river, legs felt good until the last hill."
NOTE = "Backstride recovery note"


@contextmanager
def a_demo() -> Iterator[tuple[str, str]]:
    """Start a demo in a directory of its own, and give the addresses of its pages and of its stand-in."""
    with tempfile.TemporaryDirectory(prefix="backstride-pictures-") as directory:
        environ = {**os.environ, "DATA_DIR": directory, "PORT": str(free_port("127.0.0.1", 8800))}
        command = [sys.executable, "-m", "integration.cli", "demo"]
        with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ours
            try:
                yield _addresses(process)
            finally:
                process.terminate()


def _addresses(process: "subprocess.Popen[str]") -> tuple[str, str]:
    found: list[str] = []
    for line in process.stdout or ():
        found += re.findall(r" at +(http://[\w.:]+\d)", line)
        if len(found) == 2:
            return found[0], found[1]
    raise SystemExit("the demo did not start")


@contextmanager
def a_page(browser: Browser, size: dict[str, int], scale: float = 1.0) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, device_scale_factor=scale, locale="en-IE"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def connect(page: Page, pages: str) -> None:
    """Connect, all boxes ticked, and wait until /welcome shows the year."""
    page.goto(f"{pages}/connect")
    page.get_by_role("button", name="Authorize").click()
    page.locator("#notes-on").wait_for()
    page.locator(".flagged").first.wait_for(state="attached")


def log_a_long_run(page: Page, sandbox: str) -> None:
    """Log a run as the athlete would on Strava, and wait for its note."""
    page.goto(f"{sandbox}/sandbox/feed/1001/log")
    page.locator("[name=km]").fill("22.4")
    page.locator("[name=minutes]").fill("134")
    page.locator("[name=title]").fill("Long run with the club")
    page.locator("[name=description]").fill(WORDS)
    page.get_by_role("button", name="Log it").click()
    page.locator(".words", has_text=NOTE).first.wait_for()


def picture(page: Page, name: str) -> None:
    page.screenshot(path=DOCS / f"{name}.png", animations="disabled")


def take(browser: Browser, pages: str, sandbox: str) -> None:
    with a_page(browser, WIDE) as page:
        connect(page, pages)
        picture(page, "welcome")
        page.locator("#notes-on").click()
        log_a_long_run(page, sandbox)
        note = page.locator("article", has_text=NOTE).first
        note.screenshot(path=DOCS / "note.png")
        page.goto(f"{pages}/dashboard")
        picture(page, "dashboard")
        page.goto(f"{pages}/thresholds")
        picture(page, "thresholds")
        cookies = page.context.cookies()
    with a_page(browser, PHONE, 1.5) as phone:
        phone.context.add_cookies([{"name": each["name"], "value": each["value"], "url": pages} for each in cookies])
        for name, path in ON_A_PHONE.items():
            phone.goto(f"{pages}/{path}", wait_until="networkidle")
            phone.screenshot(path=DOCS / "pages" / f"{name}.jpg", quality=55, scale="css", animations="disabled")
        phone.goto(f"{pages}/routine/today")
        phone.locator("#start").click()
        phone.wait_for_timeout(7_000)  # past “Get ready”
        picture(phone, "routine")
        phone.screenshot(path=DOCS / "pages" / "session.jpg", quality=55, scale="css")


def main() -> None:
    (DOCS / "pages").mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with a_demo() as (pages, sandbox), sync_playwright() as playwright:
        unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=unboxed)
        take(browser, pages, sandbox)
        browser.close()


if __name__ == "__main__":
    main()
