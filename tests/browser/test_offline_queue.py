"""Answers that find no network stay in the browser, for their athlete alone, until the next page with a network."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browser import IN_A_BROWSER, PHONE, new_context, sign_in
from instance import ANNA
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from web_site import LiveSite

from integration.store import ledger
from integration.store.tables import Note

pytestmark = IN_A_BROWSER
BERTA = 1002
KEPT = "localStorage.getItem('backstride:unsent:')"


@pytest.fixture
def site(live_site: LiveSite) -> LiveSite:
    return live_site


@pytest.fixture
def context(chromium: Browser, site: LiveSite) -> Iterator[BrowserContext]:
    """Anna's phone."""
    opened = new_context(chromium, site.url, site.connected(ANNA).cookie(), viewport=PHONE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose scripts must not fail."""
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


@pytest.fixture
def run(site: LiveSite, context: BrowserContext) -> int:
    """A run of Anna's that has a note."""
    del context
    run = max(number for number, kept in site.strava.activities.items() if kept["sport_type"] == "Run")
    now = site.instance.resources.now()
    with site.store.write() as session:
        ledger.begin(
            session,
            Note(
                athlete_id=ANNA, activity_id=run, state="pages", written_at=now, severity=1, spike_band="small",
                block_hash=None, moves=["childs-pose", "figure-4"], changed_at=now,
            ),
        )  # fmt: skip
    return run


def red_flags(site: LiveSite, athlete: int = ANNA) -> list[str]:
    locked = site.preferences(athlete).answers
    return list(json.loads(site.instance.resources.vault.decrypt(locked))["red_flags"]) if locked else []


def logged(site: LiveSite) -> list[dict[str, Any]]:
    locked = site.preferences().session_log
    return list(json.loads(site.instance.resources.vault.decrypt(locked))) if locked else []


def tick_a_warning_sign(page: Page, flag: str = "saddle-numbness") -> None:
    if not page.locator(f"#flag-{flag}").is_visible():
        page.click("#worry summary")
    page.check(f"#flag-{flag}")


def answer_unheard(context: BrowserContext, run: int, *, flag: str = "") -> None:
    """Opens the routine, answers while nothing gets through, closes the page.

    The browser is not told that it is offline: a page that is just being closed would hear that it is back, too.
    """
    page = context.new_page()
    page.goto(f"/routine/{run}")
    page.route("**/routine/*", lambda route: route.abort())
    page.check("#back-4")
    page.check("#consent")
    if flag:
        tick_a_warning_sign(page, flag)
    page.click("#log-done")
    expect(page.locator("#unsent")).to_contain_text("Saved in this browser")
    page.close()


def test_a_warning_sign_of_a_page_that_was_closed_is_sent_by_whatever_page_is_opened_next(
    site: LiveSite, page: Page, run: int
) -> None:
    answer_unheard(page.context, run, flag="night")
    assert red_flags(site) == []

    page.goto("/notes", wait_until="commit")  # it may be left for the next before all of it is there

    page.wait_for_url("**/safety")
    expect(page.get_by_text("The answers to your last routine have arrived")).to_be_visible()
    expect(page.locator("#hold")).to_contain_text("See a clinician before you run on")
    assert red_flags(site) == ["night"]
    assert page.evaluate(KEPT) is None


def test_a_warning_sign_shows_offline_where_to_turn_and_takes_the_moves_away(page: Page, run: int) -> None:
    page.goto(f"/routine/{run}")
    page.click("#start")
    page.context.set_offline(True)
    page.click("#player-go")
    page.click("#player-end")
    tick_a_warning_sign(page)
    page.click("#log-done")

    expect(page.get_by_role("heading", name="Get emergency care now")).to_be_visible()
    expect(page.locator("#unsent")).to_contain_text("it is not sent yet. Do not exercise or run")
    expect(page.locator("#player")).to_be_hidden()
    expect(page.locator("#session")).to_be_hidden()
    page.locator("body").press("Space")
    expect(page.locator("#player-go")).to_have_text("Go on")
    page.emulate_media(media="print")
    expect(page.locator("#session")).to_be_hidden()


def test_an_answer_without_a_warning_sign_is_logged_by_the_next_page_which_says_so(
    site: LiveSite, page: Page, run: int
) -> None:
    answer_unheard(page.context, run)
    page.goto("/notes")

    expect(page.locator("#unsent")).to_contain_text("have arrived. Saved. While your back complains")
    assert site.preferences().session_log is not None
    assert page.evaluate(KEPT) is None


def test_the_days_own_routine_waits_too_and_its_strength_takes_no_place_of_the_stretches_before(
    site: LiveSite, page: Page
) -> None:
    def unheard(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    page.route("**/routine/today", unheard)
    for moves in ("childs-pose", "childs-pose,plank", "childs-pose,plank"):
        page.goto("/routine/today")
        page.locator("#done [name=moves]").evaluate("(field, moves) => { field.value = moves; }", moves)
        page.check("#back-1")
        page.check("#consent")
        page.click("#log-done")
        expect(page.locator("#log-done")).to_be_enabled()
    page.unroute("**/routine/today")

    page.goto("/notes")

    site.wait(lambda: len(logged(site)) == 2)
    assert [(entry["activity"], entry["strength"]) for entry in logged(site)] == [(None, False), (None, True)]


@pytest.mark.parametrize("broken", ["server", "portal", "redirecting portal"])
def test_what_was_typed_survives_a_network_that_is_none(site: LiveSite, page: Page, run: int, broken: str) -> None:
    def in_between(route: Route) -> None:
        answers: dict[str, dict[str, Any]] = {
            "server": {"status": 502, "body": "<h1>Bad gateway</h1>", "content_type": "text/html"},
            "portal": {"status": 200, "body": "<h1>Hotel</h1>", "content_type": "text/html"},
            "redirecting portal": {"status": 302, "headers": {"Location": "/hotel"}},
        }
        route.fulfill(**answers[broken])

    page.goto(f"/routine/{run}")
    page.route("**/routine/*", in_between)
    page.check("#consent")
    page.check("#back-3")
    page.click("#log-done")
    expect(page.locator("#unsent")).to_contain_text("Saved in this browser")
    page.unroute("**/routine/*")

    page.goto("/dashboard")

    expect(page.locator("#unsent")).to_contain_text("have arrived")
    assert site.preferences().session_log is not None


def test_only_what_would_be_kept_here_is_kept_in_the_browser(page: Page, run: int) -> None:
    page.goto(f"/routine/{run}")
    page.context.set_offline(True)
    page.check("#back-4")
    page.click("#log-done")
    expect(page.locator("#unsent")).to_contain_text("Without your consent this browser saves nothing")
    assert page.evaluate(KEPT) is None

    tick_a_warning_sign(page)
    page.click("#log-done")
    expect(page.get_by_role("heading", name="Get emergency care now")).to_be_visible()
    [entry] = json.loads(page.evaluate(KEPT))

    assert set(entry) == {"owner", "to", "at", "fields"}
    assert entry["fields"] == [["red_flags", "saddle-numbness"]]


def test_one_athletes_answers_are_never_sent_as_anothers(
    site: LiveSite, context: BrowserContext, page: Page, run: int
) -> None:
    answer_unheard(page.context, run, flag="night")
    site.strava.add_athlete(athlete_id=BERTA)
    cookies = context.cookies()
    sign_in(context, site.url, site.connected(BERTA).cookie())

    other = context.new_page()
    other.goto("/moves")
    expect(other.locator(".tiles").first).to_be_visible()
    expect(other.locator("#unsent")).to_be_hidden()
    assert (red_flags(site), red_flags(site, BERTA)) == ([], [])

    context.add_cookies([{"name": c["name"], "value": c["value"], "url": site.url} for c in cookies])
    other.goto("/moves", wait_until="commit")
    other.wait_for_url("**/safety")
    assert (red_flags(site), red_flags(site, BERTA)) == (["night"], [])


def test_after_the_session_ended_every_page_says_that_it_waits_and_shows_no_move(
    site: LiveSite, context: BrowserContext, page: Page, run: int
) -> None:
    answer_unheard(page.context, run, flag="night")
    context.clear_cookies()

    page.goto("/moves/plank")
    expect(page.locator("#unsent")).to_contain_text("are not sent yet. Connect")
    expect(page.locator("#unsent")).to_contain_text("Do not exercise or run")
    expect(page.get_by_role("list").filter(has_text="forearms")).to_be_hidden()

    page.get_by_role("link", name="Connect", exact=True).click()
    page.wait_for_url("**/safety")
    assert red_flags(site) == ["night"]


def test_an_answer_with_a_token_of_an_old_session_is_told_with_a_way_on_that_sends_it(
    site: LiveSite, context: BrowserContext, page: Page, run: int
) -> None:
    page.goto(f"/routine/{run}")
    page.check("#consent")
    page.check("#back-3")
    context.clear_cookies()
    sign_in(context, site.url, site.connected(ANNA).cookie())

    page.click("#log-done")
    expect(page.locator("#unsent")).to_contain_text("could not be sent")
    page.get_by_role("link", name="Answer again").click()

    expect(page.locator("#unsent")).to_contain_text("have arrived")
    assert site.preferences().session_log is not None


def test_what_cannot_be_sent_can_be_deleted_from_the_browser(context: BrowserContext, page: Page, run: int) -> None:
    answer_unheard(context, run, flag="night")
    context.clear_cookies()
    page.goto("/moves")
    expect(page.locator(".tiles").first).to_be_hidden()

    page.get_by_role("button", name="Delete from this browser").click()

    expect(page.locator(".tiles").first).to_be_visible()
    expect(page.locator("#unsent")).to_be_hidden()
    assert page.evaluate(KEPT) is None


def test_an_answer_whose_note_is_gone_is_dropped_with_a_word(site: LiveSite, page: Page, run: int) -> None:
    answer_unheard(page.context, run)
    with site.store.write() as session:
        session.delete(session.get_one(Note, (ANNA, run)))

    page.goto("/notes")

    expect(page.locator("#unsent")).to_contain_text("their note no longer exists")
    assert page.evaluate(KEPT) is None


@pytest.mark.parametrize("how", ["sign out", "forget", "leave", "left elsewhere"])
def test_nothing_is_left_in_the_browser_of_who_signs_out_forgets_or_leaves(
    site: LiveSite, context: BrowserContext, page: Page, run: int, how: str
) -> None:
    path, button, follows = {
        "sign out": ("/preferences", "#sign-out", "#connect"),
        "leave": ("/leave", "#leave-now", "#leaving, #gone"),
        "forget": ("/answers", "#forget button", "#hurts-false:not(:checked)"),
        "left elsewhere": ("/answers", "", "#connect"),
    }[how]
    if how == "forget":
        page.goto("/answers")
        page.check("#consent")
        page.check("#hurts-false")
        page.click("#save")
    page.goto(path)  # it stands open while the answer is given in another tab
    other = context.new_page()
    other.goto(f"/routine/{run}")
    other.route("**/routine/*", lambda route: route.abort())
    tick_a_warning_sign(other)
    other.click("#log-done")
    expect(other.locator("#unsent")).to_be_visible()
    assert page.evaluate(KEPT) is not None

    if how == "left elsewhere":
        with site.store.write() as session:
            session.delete(site.athlete())
        page.goto("/")
    else:
        page.click(button)

    expect(page.locator(follows).first).to_be_visible()  # the page that drops it, and no more the one before
    site.wait(lambda: page.evaluate(KEPT) is None)
    if how == "leave":
        site.wait(lambda: site.athlete() is None)
    elif how != "left elsewhere":
        assert red_flags(site) == []


def test_after_a_week_it_is_deleted_and_said(site: LiveSite, page: Page, run: int) -> None:
    answer_unheard(page.context, run, flag="night")
    page.clock.install(time=datetime.now(UTC) + timedelta(days=8))

    page.goto("/dashboard")

    expect(page.locator("#unsent")).to_contain_text("from more than a week ago were never sent")
    assert page.evaluate(KEPT) is None
    assert red_flags(site) == []


def test_an_answer_that_arrived_without_our_knowing_does_no_harm_again(site: LiveSite, page: Page, run: int) -> None:
    page.goto(f"/routine/{run}")
    page.check("#consent")
    page.check("#back-3")
    lost = re.compile(r"/routine/\d+$")
    page.route(lost, lambda route: (route.fetch(max_redirects=0), route.abort())[1])
    page.click("#log-done")
    expect(page.locator("#unsent")).to_contain_text("Saved in this browser")
    first = site.preferences().session_log
    assert first is not None
    page.unroute(lost)

    page.goto("/notes")

    expect(page.locator("#unsent")).to_contain_text("have arrived")
    opened = site.instance.resources.vault.decrypt
    assert opened(site.preferences().session_log or "") == opened(first)
