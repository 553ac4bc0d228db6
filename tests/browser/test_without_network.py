"""Without a network the moves, the warning signs and today's session are there; nothing of an athlete outlasts them."""

from collections.abc import Iterator

import pytest
from browser import IN_A_BROWSER, PATIENCE_MS, PHONE, new_context
from instance import ANNA
from playwright.sync_api import Browser, BrowserContext, Page, expect
from web_site import LiveSite

from content.moves.library import load

pytestmark = IN_A_BROWSER
# How many entries the caches of a kind hold.
COUNT = """
const count = async (kind) => {
  const names = (await caches.keys()).filter((name) => name.includes(kind));
  return names.length ? (await (await caches.open(names[0])).keys()).length : 0;
};
"""
ALL_MOVES = 3 + 2 * len(load().moves)  # each with its drawing, and three pages of many


def until(page: Page, condition: str) -> None:
    """Wait until `condition`, which may await, holds in the page."""
    held = page.evaluate(f"""async () => {{
        {COUNT}
        const giveUp = Date.now() + {PATIENCE_MS};
        while (!({condition}) && Date.now() < giveUp) await new Promise((go) => setTimeout(go, 50));
        return Boolean({condition});
    }}""")
    assert held, condition


@pytest.fixture
def context(chromium: Browser, live_site: LiveSite) -> Iterator[BrowserContext]:
    """Anna's phone, signed in."""
    cookie = live_site.connected(ANNA).cookie()
    opened = new_context(chromium, live_site.url, cookie, viewport=PHONE, service_workers="allow")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def everything_is_kept(page: Page) -> None:
    page.goto("/dashboard")
    until(
        page, f"navigator.serviceWorker.controller && await count(':mine:') && await count(':moves:') === {ALL_MOVES}"
    )


def test_a_session_is_done_without_a_network_sent_when_it_is_back_and_gone_after_signing_out(
    live_site: LiveSite, context: BrowserContext, page: Page
) -> None:
    everything_is_kept(page)
    context.set_offline(True)

    for path, heading in (
        ("/moves", "Moves for a runner's back"), ("/moves/plank", "Plank"), ("/safety", "Warning signs"),
        ("/notes", "No network"), ("/dashboard", "No network"),
    ):  # fmt: skip
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.get_by_role("link", name="Notes")).to_have_count(0)  # kept without anybody's session
    page.get_by_role("link", name="Today's session").click()
    page.reload()
    expect(page.locator("#start")).to_be_in_viewport()
    page.check("#consent")
    page.click("#start")
    page.click("#player-go")
    page.click("#player-end")
    page.locator("label[for=back-1]").click()
    page.click("#log-done")
    expect(page.locator("#unsent")).to_contain_text("We send your answers when the network is back")
    assert live_site.preferences().session_log is None

    context.set_offline(False)
    expect(page.get_by_text("Well done.")).to_be_visible()
    assert live_site.preferences().session_log is not None
    page.goto("/preferences")
    until(page, "await count(':mine:') === 1")
    page.click("#sign-out")
    expect(page.locator("#connect")).to_be_visible()
    until(page, "await count(':mine:') === 0")


@pytest.mark.parametrize("how", ["leave", "hold"])
def test_nothing_of_an_athlete_is_kept_after_leaving_and_no_move_on_hold(
    context: BrowserContext, page: Page, how: str
) -> None:
    everything_is_kept(page)
    path, button, follows = {
        "leave": ("/leave", "#leave-now", "#leaving, #gone"),
        "hold": ("/safety", "#report-warning-signs", "#hold"),
    }[how]
    page.goto(path)
    if how == "hold":
        page.check("#flag-night")
    page.click(button)
    expect(page.locator(follows).first).to_be_visible()
    until(page, "await count(':mine:') === 0")
    if how == "hold":
        until(page, "await count(':moves:') === 0")

    context.set_offline(True)
    for gone in ("/routine/today", *(["/moves"] if how == "hold" else [])):
        page.goto(gone)
        expect(page.get_by_role("heading", level=1)).to_have_text("No network")
    page.goto("/safety")
    expect(page.get_by_role("heading", level=1)).to_have_text("Warning signs")
