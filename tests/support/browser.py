"""A real browser for tests: any Chromium on the PATH; its headless shell, which costs a third, where it is there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright

NAMES = "chromium-headless-shell", "chromium", "chromium-browser"
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=320, height=640)

COOKIE = "backstride"
PATIENCE_MS = 60_000  # for what a busy machine does late; nothing that passes waits for it
expect.set_options(timeout=PATIENCE_MS)

NO_CHROMIUM = "there is no Chromium; `apt-get install chromium` (or any on the PATH) brings it"

IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM),
]


# What the console warns of that is no fault of a page: of Playwright's doing below, and of a machine too busy to paint.
NO_FAULTS = "Service Worker registration blocked by Playwright", "was preloaded using link preload but not used"


def new_context(browser: Browser, url: str, cookie: str = "", **wishes: Any) -> BrowserContext:
    """A person's browser in front of the pages at `url`, signed in with `cookie`.

    No service worker keeps the pages for a time without a network, unless wished for: each would fetch a hundred.
    """
    wanted = {"locale": "en-GB", "reduced_motion": "reduce", "service_workers": "block", **wishes}
    opened = browser.new_context(base_url=url, **wanted)
    opened.set_default_timeout(PATIENCE_MS)
    sign_in(opened, url, cookie)
    return opened


def sign_in(context: BrowserContext, url: str, cookie: str) -> None:
    if cookie:
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": url}])


@contextmanager
def a_chromium() -> Iterator[Browser]:
    """Ends with the block: two of these at a time in one process do not go together."""
    with sync_playwright() as playwright:
        sandboxed = [] if os.getuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandboxed)
        yield browser
        browser.close()
