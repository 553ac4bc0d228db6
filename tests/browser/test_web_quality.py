"""Every page is valid, open to all in light, dark and on a phone, silent in the console, and light to load."""

from collections.abc import Iterator

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESK, IN_A_BROWSER, PHONE
from instance import ANNA
from playwright.sync_api import Browser, Page, Response
from web_site import LiveSite

from integration.sandbox import SandboxServer

DASHBOARD_BYTES = 150_000

OF_EVERYONE = (
    "/", "/privacy", "/moves", "/moves/bear", "/form", "/recovery", "/safety", "/routine?moves=plank,childs-pose",
    "/connect/callback?error=access_denied", "/connect/callback", "/nowhere",
)  # fmt: skip
OF_ATHLETES = (
    "/welcome", "/dashboard", "/thresholds", "/preferences", "/answers", "/notes", "/leave", "/admin", "/routine/today",
    "/routine/{noted}",
)  # fmt: skip


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
    visitor = site.connected(ANNA)
    visitor.post("/notes/switch", {"on": "true"}, of="/welcome")
    visitor.post(f"/notes/{noted}/try", of="/notes")
    visitor.post(
        "/answers", {"hurts": "false", "pin_move": "plank", "pin_amount": "", "consent": "true"}, of="/answers"
    )
    site.instance.work()
    cookie = visitor.client.get_cookie("backstride")
    assert cookie is not None
    return cookie.value


@pytest.fixture
def page(chromium: Browser, site: LiveSite, session: str) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", base_url=site.url, reduced_motion="reduce")
    context.add_cookies([{"name": "backstride", "value": session, "url": site.url}])
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

        # What a browser itself says of an address that is answered with 400 or 404 is no fault of the page.
        assert [said for said in complaints if "Failed to load resource" not in said] == []

    @staticmethod
    def barriers(page: Page) -> list[str]:
        """What axe finds, as a line each."""
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{page.url}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]

    def test_the_dashboard_is_light(self, page: Page) -> None:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # a bound method is refused

        page.goto("/dashboard", wait_until="networkidle")

        assert len(answers) > 5
        assert sum(len(answer.body()) for answer in answers) < DASHBOARD_BYTES
