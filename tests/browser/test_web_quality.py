"""Every page is valid, open to all in light, dark and on a phone, silent in the console, and light to load."""

import re
from collections.abc import Iterator

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESK, IN_A_BROWSER, PHONE, new_context
from instance import ANNA
from playwright.sync_api import Browser, Page, Response, expect
from ten_years import ten_years
from web_site import LiveSite

from integration.sandbox import SandboxServer

DASHBOARD_BYTES = 150_000

# What a thumb has to hit, and is lower than 44 px, or narrower. Links in a line of text are none, nor are the eleven
# answers that share one row.
SMALL = """
[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")].filter((one) => {
  if (!one.checkVisibility() || one.closest(".scale, .skip")) return false;
  const text = one.closest("p, li, dd, td, small, legend, h1, h2, h3, code");
  const inText = getComputedStyle(one).display === "inline" && text;
  const target = one.matches("input[type=checkbox], input[type=radio]") ? one.closest("label") : one;
  const { width, height } = target.getBoundingClientRect();
  return !inText && width > 1 && (height < 43.5 || width < 43.5);
}).map((one) => one.outerHTML.slice(0, 120))
"""

LONG = """
document.documentElement.scrollHeight > 5 * innerHeight && !document.querySelector("nav.chips")
"""
DEAD_ENDS = """
[...document.querySelectorAll('main a[href^="#"]')].map((way) => way.hash.slice(1))
  .filter((id) => !document.getElementById(id))
"""
# What stands on the page moved although nobody asked for it: by how much, each time.
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  shifts.push(...list.getEntries().filter((entry) => !entry.hadRecentInput).map((entry) => entry.value));
}).observe({ type: "layout-shift", buffered: true });
"""

BARRIERS = """
axe.run({ resultTypes: ["violations"], preload: false, reporter: "no-passes" }).then(({ violations }) => (
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))))
"""

OF_EVERYONE = (
    "/", "/privacy", "/moves", "/moves/bear", "/form", "/recovery", "/safety", "/routine?moves=plank,childs-pose",
    "/connect/callback?error=access_denied", "/connect/callback", "/nowhere",
)  # fmt: skip
OF_ATHLETES = (
    "/welcome", "/dashboard", "/thresholds", "/preferences", "/answers", "/notes", "/leave", "/admin", "/routine/today",
    "/routine/{noted}",
)  # fmt: skip


@pytest.fixture
def runner(sandbox: SandboxServer) -> SandboxServer:
    """A Strava whose Anna has ten years behind her."""
    sandbox.strava.add_athlete(athlete_id=ANNA, **ten_years())
    return sandbox


@pytest.fixture
def noted(runner: SandboxServer) -> int:
    """A run of Anna's."""
    return max(number for number, kept in runner.strava.activities.items() if kept["sport_type"] == "Run")


@pytest.fixture
def site(live_site: LiveSite) -> LiveSite:
    return live_site


@pytest.fixture
def session(site: LiveSite, noted: int) -> str:
    """The cookie of Anna, who has notes on, a note, and answers."""
    visitor = site.connected(ANNA, notes_on=True)
    visitor.post(f"/notes/{noted}/try", of="/notes")
    visitor.post(
        "/answers", {"hurts": "false", "pin_move": "plank", "pin_amount": "", "consent": "true"}, of="/answers"
    )
    site.wait(lambda: site.instance.note_state(noted) == "written")
    return visitor.cookie()


@pytest.fixture
def page(chromium: Browser, site: LiveSite, session: str) -> Iterator[Page]:
    context = new_context(chromium, site.url, session)
    yield context.new_page()
    context.close()


def test_every_page_is_valid_html(site: LiveSite, session: str, noted: int) -> None:
    visitor = site.visitor()
    visitor.client.set_cookie("backstride", session)
    for path in (*OF_ATHLETES, *OF_EVERYONE):
        html5lib.HTMLParser(strict=True).parse(visitor.get(path.format(noted=noted)).text)


class TestInABrowser:
    pytestmark = IN_A_BROWSER

    @pytest.mark.parametrize("paths", [OF_ATHLETES, OF_EVERYONE], ids=["of athletes", "of everyone"])
    def test_nobody_is_kept_out_of_a_page_in_light_dark_or_on_a_phone(
        self, page: Page, noted: int, paths: tuple[str, ...]
    ) -> None:
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        for path in paths:
            page.set_viewport_size(DESK)
            page.emulate_media(color_scheme="light")
            page.goto(path.format(noted=noted))
            complaints += self.barriers(page)
            page.set_viewport_size(PHONE)
            page.emulate_media(color_scheme="dark")
            complaints += self.barriers(page)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                complaints.append(f"{page.url} is wider than a phone")
            if page.evaluate(LONG):
                complaints.append(f"{page.url} is longer than five screens, and has no chips to jump")
            complaints += [f"{page.url}: a chip leads nowhere: {each}" for each in page.evaluate(DEAD_ENDS)]
            complaints += [f"{page.url}: too small for a thumb: {each}" for each in page.evaluate(SMALL)]

        # What a browser itself says of an address that is answered with 400 or 404 is no fault of the page.
        assert [said for said in complaints if "Failed to load resource" not in said] == []

    @staticmethod
    def barriers(page: Page) -> list[str]:
        """Return what axe finds, as a line each. It is brought into a page once, and tells what is wrong alone."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(Axe().axe_script)
        return [f"{page.url}: {barrier}" for barrier in page.evaluate(BARRIERS)]

    def test_the_dashboard_is_light_and_still_and_its_charts_are_read_by_mouse_keys_and_finger(
        self, page: Page
    ) -> None:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # a bound method is refused

        page.add_init_script(SHIFTS)
        page.goto("/dashboard", wait_until="networkidle")

        assert len(answers) > 5
        assert page.evaluate("shifts") == []
        assert page.evaluate("document.fonts.check('600 20px \"Backstride Serif\"')")
        assert [answer.headers["content-type"] for answer in answers if "woff2" in answer.url] == ["font/woff2"]
        # Today's session is kept for the time without a network once the page is there: it is no part of the page.
        of_page = [answer for answer in answers if answer.ok and "/routine/" not in answer.url]
        assert sum(len(answer.body()) for answer in of_page) < DASHBOARD_BYTES
        page.set_viewport_size(PHONE)
        page.reload(wait_until="networkidle")
        assert page.evaluate("shifts") == []
        page.evaluate("document.querySelector('#today').before(document.createElement('hr'))")
        page.wait_for_function("shifts.length")  # such a move is noticed
        page.set_viewport_size(DESK)
        weeks = page.locator(".plot-frame")
        label = weeks.locator(".bubble")
        numbers = [
            box["x"] + box["width"] for word in weeks.locator(".grid-words span").all() if (box := word.bounding_box())
        ]
        bars = weeks.locator(".plot").bounding_box()
        assert bars
        assert len(numbers) == 3
        assert max(numbers) <= bars["x"]  # no number covers a bar
        expect(label).to_be_hidden()
        weeks.hover()
        expect(label).to_have_text(re.compile(r"^\d+ \w+: [\d.]+\skm in \d+ runs?"))
        by_mouse = label.inner_text()
        page.mouse.move(0, 0)
        expect(label).to_be_hidden()
        weeks.focus()
        expect(label).not_to_have_text(by_mouse)  # the last week
        last = label.inner_text()
        weeks.press("ArrowLeft")
        expect(label).not_to_have_text(last)
        weeks.press("End")
        expect(label).to_have_text(last)
        weeks.blur()
        weeks.dispatch_event("pointerdown", {"clientX": 0, "clientY": 0, "bubbles": True, "pointerType": "touch"})
        expect(label).to_be_visible()

        page.goto("/thresholds")
        year = page.locator("#preview .plot-frame")
        page.locator("#level").press("ArrowRight")  # the preview is swapped for a new one
        expect(page.locator("#difference")).to_contain_text("than saved")
        year.focus()
        expect(year.locator(".bubble")).to_have_text(re.compile(r"^\w+,? \d+ \w+: [\d.]+\skm"))
