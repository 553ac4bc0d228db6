"""Figures move at the pace of the dose, in the player and on a move's page, still where motion is not wanted."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import IN_A_BROWSER, PHONE, new_context
from playwright.sync_api import Browser, Page, expect
from web_site import LiveSite

pytestmark = IN_A_BROWSER

# The frame that a figure shows, by the outline that differs most from frame to frame; -1 for a body on the way.
WHERE = """svg => {
  const numbers = (path) => path.match(/-?[\\d.]+/g).map(Number).join(" ");
  const outlines = [...svg.querySelectorAll(".f-moving path[data-frames]")].map((path) => (
    { shown: numbers(path.getAttribute("d")), frames: path.dataset.frames.split("|").map(numbers) }));
  const [{ shown, frames }] = outlines.sort((a, b) => new Set(b.frames).size - new Set(a.frames).size);
  return frames.indexOf(shown);
}"""
LAST = 'svg => svg.querySelector(".f-moving path[data-frames]").dataset.frames.split("|").length - 1'
AN_HOUR_ON = 3_600_000  # by when the busiest machine has opened a page: a clock cannot be set back
BETWEEN = -1  # no frame that was drawn, but one on the way


@pytest.fixture
def open_page(chromium: Browser, live_site: LiveSite) -> Iterator[Callable[..., Page]]:
    opened = []

    def new(path: str, **wishes: Any) -> Page:
        context = new_context(chromium, live_site.url, **wishes)
        opened.append(context)
        page = context.new_page()
        page.clock.install(time=0)
        page.goto(path)
        return page

    yield new
    for context in opened:
        context.close()


def test_on_its_page_a_move_goes_from_start_to_end_and_back_at_the_pace_of_its_dose(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/moves/pelvic-tilts", reduced_motion="no-preference")
    figure = page.locator("figure.drawn svg")
    last = figure.evaluate(LAST)
    places = []
    page.clock.pause_at(AN_HOUR_ON)
    page.get_by_role("button", name="Show it still").click()
    page.get_by_role("button", name="Show it moving").click()
    for milliseconds in (200, 1000, 1000, 1000, 1000):  # a repetition takes four seconds
        page.clock.run_for(milliseconds)
        places.append(figure.evaluate(WHERE))

    assert places == [0, BETWEEN, last, BETWEEN, 0]
    expect(figure).to_have_class("figure moving")


def test_where_motion_is_not_wanted_both_positions_stand_still_side_by_side(open_page: Callable[..., Page]) -> None:
    page = open_page("/moves/pelvic-tilts", reduced_motion="reduce")
    figure = page.locator("figure.drawn svg")
    page.clock.run_for(1000)

    expect(figure).to_have_class("figure")
    assert figure.get_attribute("viewBox") == "0 0 520 206"
    assert figure.evaluate(WHERE) == figure.evaluate(LAST)
    assert page.locator("figure.drawn .f-still").is_visible()

    page.emulate_media(reduced_motion="no-preference")
    expect(figure).to_have_class("figure moving")
    page.emulate_media(reduced_motion="reduce")
    expect(figure).to_have_class("figure")


def test_on_paper_a_figure_is_still(open_page: Callable[..., Page]) -> None:
    page = open_page("/moves/squat", reduced_motion="no-preference")
    figure = page.locator("figure.drawn svg")
    expect(figure).to_have_class("figure moving")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(figure).to_have_class("figure")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(figure).to_have_class("figure moving")


def test_in_the_player_the_figure_follows_the_count_and_rests_with_the_session(open_page: Callable[..., Page]) -> None:
    page = open_page("/routine?moves=cat-cow", reduced_motion="no-preference", viewport=PHONE)
    figure = page.locator("#player-figure svg")
    last = figure.evaluate(LAST)
    expect(figure).to_have_class("figure")
    page.clock.pause_at(AN_HOUR_ON)

    page.click("#start")
    page.clock.run_for(4000)
    expect(page.locator("#player-beat")).to_contain_text("Get ready")
    assert figure.evaluate(WHERE) == 0
    page.clock.run_for(3300)  # ready takes five seconds, a repetition four
    expect(page.locator("#player-beat")).to_contain_text("1/8")
    assert figure.evaluate(WHERE) == last
    page.clock.run_for(1000)
    assert figure.evaluate(WHERE) not in {0, last}

    page.click("#player-go")
    paused = figure.locator(".f-moving path").first.get_attribute("d")
    page.clock.run_for(3000)
    assert figure.locator(".f-moving path").first.get_attribute("d") == paused


def test_a_hold_stays_in_its_position_and_each_of_three_ways_has_its_own(open_page: Callable[..., Page]) -> None:
    page = open_page("/routine?moves=childs-pose", reduced_motion="no-preference")
    figure = page.locator("#player-figure svg")
    stops = [int(stop) for stop in str(figure.locator(".f-moving").get_attribute("data-stops")).split()]
    page.clock.pause_at(AN_HOUR_ON)
    page.click("#start")
    seen = []
    for milliseconds in (15_000, 33_000, 33_000):  # 5 s to get ready, then 30 s each way with 3 s to change
        page.clock.run_for(milliseconds)
        seen.append((str(page.locator("#player-beat").text_content()).split(" ")[0], figure.evaluate(WHERE)))

    assert seen == [("Centre", stops[0]), ("Left", stops[1]), ("Right", stops[2])]


def test_in_the_player_nothing_moves_where_motion_is_not_wanted(open_page: Callable[..., Page]) -> None:
    page = open_page("/routine?moves=cat-cow", reduced_motion="reduce")
    page.clock.pause_at(AN_HOUR_ON)
    page.click("#start")
    page.clock.run_for(8000)

    expect(page.locator("#player-beat")).to_contain_text("1/8")
    expect(page.locator("#player-figure svg")).to_have_class("figure")


def test_pages_and_pictures_have_the_same_colours_light_and_dark(open_page: Callable[..., Page]) -> None:
    for scheme in ("light", "dark"):
        page = open_page("/moves/plank", color_scheme=scheme, reduced_motion="reduce")
        colour = "svg => getComputedStyle(svg.querySelector('.f-trunk')).fill"
        in_page = page.locator("figure.drawn svg").evaluate(colour)
        page.goto("/moves/plank.svg")

        assert page.locator("svg").evaluate(colour) == in_page
