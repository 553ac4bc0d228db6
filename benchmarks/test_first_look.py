"""The largest paint of the dashboard of ten years in a browser, and by how much the page moves meanwhile."""

from pathlib import Path

import pytest
from browser import CHROMIUM, DESK, NO_CHROMIUM, PHONE, a_chromium
from instance import ANNA, CLIENT_ID, CLIENT_SECRET
from playwright.sync_api import Browser, ViewportSize
from ten_years import ten_years
from web_site import COOKIE, LiveSite

from benchmarks.figures import Figures
from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer

ROUNDS = 5
LOOKS = """
window.painted = window.moved = 0;
new PerformanceObserver((list) => { painted = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const entry of list.getEntries()) moved += entry.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
def test_the_dashboard_of_ten_years_is_painted_soon_and_stands_still(
    tmp_path: Path, redis_url: str, figures: Figures
) -> None:
    app = Application(CLIENT_ID, CLIENT_SECRET, RateLimits((200, 2000), (100, 1000)), seats=10)
    strava = Sandbox(applications=[app])
    strava.add_athlete(athlete_id=ANNA, **ten_years())
    with SandboxServer(strava) as server, a_chromium() as browser:
        site = LiveSite(tmp_path, server, redis_url)
        with site.serving():
            cookie = site.connected(ANNA, notes_on=True).cookie()
            for name, size in (("phone", PHONE), ("desk", DESK)):
                looks = [_first_look(browser, site.url, cookie, size) for _ in range(ROUNDS)]
                figures.add(f"dashboard of ten years, {name}: largest paint, ms", min(look[0] for look in looks))
                assert {look[1] for look in looks} == {0}


def _first_look(browser: Browser, url: str, cookie: str, size: ViewportSize) -> tuple[float, float]:
    """Return when the largest part was painted (ms), and the layout shift, for somebody with nothing in the cache."""
    context = browser.new_context(base_url=url, viewport=size)
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": url}])
    context.add_init_script(LOOKS)
    page = context.new_page()
    page.goto("/dashboard", wait_until="networkidle")
    painted, moved = page.evaluate("[painted, moved]")
    context.close()
    return float(painted), float(moved)
