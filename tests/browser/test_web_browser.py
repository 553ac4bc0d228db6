"""A person's deeds, in a real browser: connect, look, set, read a note, remove it, do the routine, leave."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from browser import IN_A_BROWSER, NO_FAULTS, PHONE, new_context, sign_in
from instance import ANNA
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from web_site import LiveSite

from integration.store.tables import Preferences

pytestmark = IN_A_BROWSER

# The browser of tests has no voice of its own: what would be said is kept instead.
SPOKEN = """
window.spoken = [];
Object.defineProperty(window, "speechSynthesis", { value: { cancel() {}, speak({ text }) { spoken.push(text); } } });
"""


# The controls of a form that something else lies over when they are scrolled into view.
COVERED = """
[...document.querySelectorAll("main input:not([type=hidden]), main summary, main button")].filter((control) => {
  if (!control.checkVisibility()) return false;
  control.scrollIntoView({ block: "nearest" });
  const { left, top, width, height } = control.getBoundingClientRect();
  const found = document.elementFromPoint(left + width / 2, top + height / 2);
  return !found || !(control.contains(found) || found.contains(control));
}).map(({ id, outerHTML }) => id || outerHTML.slice(0, 80))
"""


# The parts of a page that can be seen, by id.
SHOWN = """
[...document.querySelectorAll("main > *")].filter((part) => part.checkVisibility())
  .map((part) => part.id || part.outerHTML)
"""


@pytest.fixture
def site(live_site: LiveSite) -> LiveSite:
    return live_site


@pytest.fixture
def context(chromium: Browser, site: LiveSite) -> Iterator[BrowserContext]:
    opened = new_context(chromium, site.url)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not complain."""
    complaints: list[str] = []
    page = context.new_page()
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [said for said in complaints if not any(words in said for words in NO_FAULTS)] == []


def connect(page: Page, *untick: str, decision: str = "authorize") -> None:
    page.goto("/")
    page.click("#connect")
    for scope in untick:
        page.uncheck(f'input[value="{scope}"]')
    page.click(f'button[value="{decision}"]')


@pytest.fixture
def anna(site: LiveSite, context: BrowserContext) -> None:
    """The page is of somebody who has connected and switched notes on."""
    sign_in(context, site.url, site.connected(ANNA, notes_on=True).cookie())


def test_a_first_connect_ends_where_one_sees_the_year_and_switches_notes_on_and_the_owner_invites(
    site: LiveSite, context: BrowserContext, page: Page
) -> None:
    connect(page)
    expect(page.locator("#switch")).to_be_visible()
    expect(page.locator("label[for=preset-standard]")).to_contain_text("a month")

    examples = page.locator(".examples:visible")
    expect(examples).to_have_attribute("data-preset", "standard")
    page.check("#preset-fewer")
    expect(examples).to_have_attribute("data-preset", "fewer")
    page.check("#target-pages")
    page.click("#notes-on")

    expect(page.locator("#headroom")).to_contain_text("ore than you are used to")
    kept = site.preferences()
    assert (kept.notes_on, kept.target, kept.thresholds["session_spike.over"]) == (True, "pages", 0.3)

    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/admin")
    page.click("#invite button")
    page.click("#copy")
    expect(page.locator("#copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#invitation-link").inner_text()


def test_an_unticked_scope_is_explained_and_one_can_go_on_without(site: LiveSite, page: Page) -> None:
    connect(page, "activity:write")
    expect(page.locator("#missing")).to_contain_text("Writing notes")
    assert site.athlete() is None

    page.click("#go-on")

    expect(page.locator("#target-description")).to_be_disabled()
    expect(page.locator("#target-pages")).to_be_checked()


def test_who_tries_again_is_asked_for_all_scopes_again(site: LiveSite, page: Page) -> None:
    connect(page, "activity:read_all")

    page.click("#try-again")
    page.check('input[value="activity:read_all"]')
    page.click('button[value="authorize"]')

    expect(page.locator("#switch")).to_be_visible()


def test_who_refuses_finds_a_friendly_page(site: LiveSite, page: Page) -> None:
    connect(page, decision="cancel")

    expect(page.get_by_role("heading", level=1)).to_have_text("Not connected")
    assert site.athlete() is None


@pytest.mark.usefixtures("anna")
def test_moving_a_slider_redraws_the_year_at_once_and_saving_keeps_it(site: LiveSite, page: Page) -> None:
    page.goto("/thresholds")
    expect(page.locator("#difference")).to_contain_text("as saved")

    with page.expect_request(lambda request: "/thresholds/preview?" in request.url) as asked:
        page.evaluate("""() => {
            const slider = document.getElementById("long_effort_minutes");
            slider.value = 240;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }""")
    expect(page.locator("#difference")).to_contain_text("than saved")
    assert "saved_notes=" in asked.value.url  # it need not be counted anew

    page.click("#save")
    expect(page.get_by_text("Saved. Applies from your next run.")).to_be_visible()
    assert site.preferences().thresholds == {"long_effort.minutes": 240}

    page.click("#undo")
    expect(page.locator("#difference")).to_contain_text("as saved")
    assert site.preferences().thresholds == {}


@pytest.mark.usefixtures("anna")
def test_a_late_answer_of_the_preview_does_not_take_saved_away(site: LiveSite, page: Page) -> None:
    page.goto("/thresholds")
    held: list[Route] = []
    page.route("**/thresholds/preview*", lambda route: held.append(route))  # noqa: PLW0108  # a bound method is refused
    page.locator("#long_effort_minutes").evaluate(
        "slider => { slider.value = 240; slider.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    while not held:
        page.wait_for_timeout(20)
    answer = held[0].fetch()  # by now the server has answered: with the session of before
    assert "set-cookie" not in answer.headers

    page.click("#save")
    expect(page.get_by_text("Saved. Applies from your next run.")).to_be_visible()


@pytest.mark.usefixtures("anna")
def test_a_number_may_be_typed_instead_of_moving_its_slider(site: LiveSite, page: Page) -> None:
    page.goto("/thresholds")
    page.locator("#advanced > summary").click()

    page.fill("[data-mirrors=session_spike_over]", "25")
    expect(page.locator("#session_spike_over")).to_have_value("0.25")

    page.click("#save")
    expect(page.get_by_text("Saved. Applies from your next run.")).to_be_visible()
    assert site.preferences().thresholds == {"session_spike.over": 0.25}


@pytest.mark.usefixtures("anna")
def test_a_number_outside_its_limits_stays_as_typed_is_named_and_moves_no_slider(site: LiveSite, page: Page) -> None:
    page.goto("/thresholds")
    page.locator("#advanced > summary").click()
    number = page.locator("[data-mirrors=session_spike_over]")

    number.fill("700")
    number.blur()

    expect(number).to_have_value("700")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#session_spike_over_limits")).to_have_text("from 5 to 100 in steps of 5")
    expect(page.locator("#session_spike_over")).to_have_value("0.1")
    page.click("#save")
    assert site.preferences().thresholds == {}

    number.fill("70")
    number.blur()
    expect(page.locator("#session_spike_over_limits")).to_be_hidden()
    page.click("#save")
    expect(page.get_by_text("Saved. Applies from your next run.")).to_be_visible()
    assert site.preferences().thresholds == {"session_spike.over": 0.7}


@pytest.mark.usefixtures("anna")
def test_in_miles_every_box_step_and_limit_is_in_miles_as_the_athletes_language_writes_it(
    site: LiveSite, page: Page
) -> None:
    with site.store.write() as session:
        kept = session.get_one(Preferences, ANNA)
        kept.language, kept.units = "de-DE", "mi"
    page.goto("/thresholds")
    page.locator("#advanced > summary").click()
    number, slider = (
        page.locator("[data-mirrors=session_spike_min_excess_dm]"),
        page.locator("#session_spike_min_excess_dm"),
    )
    expect(page.locator("[data-mirrors=session_spike_min_dm]")).to_have_value("3,1")
    expect(page.locator("output[for=session_spike_min_dm]")).to_have_text("mi")
    expect(slider).to_have_attribute("aria-valuetext", "0,6\u00a0mi")

    number.fill("0,9")
    expect(slider).to_have_value("1.5")
    number.fill("12")
    number.blur()
    expect(page.locator("#session_spike_min_excess_dm_limits")).to_have_text("from 0,3 to 6,2 in steps of 0,3")
    number.fill("1.5")
    number.blur()
    expect(number).to_have_value("1,6")  # the nearest step of the rule: 2.5 km
    expect(slider).to_have_value("2.5")
    slider.press("ArrowRight")
    expect(number).to_have_value("1,9")
    page.click("#save")
    expect(page.get_by_text("Saved. Applies from your next run.")).to_be_visible()
    assert site.preferences().thresholds == {"session_spike.min_excess_km": 3.0}
    assert "kilomet" not in page.inner_text("main").lower()


@pytest.mark.usefixtures("anna")
def test_a_preset_fills_the_form_loses_nothing_typed_before_it_is_saved_and_nothing_covers_a_control(
    site: LiveSite, page: Page
) -> None:
    page.set_viewport_size({"width": 660, "height": 320})
    page.goto("/thresholds")
    expect(page.locator("#advanced")).not_to_have_attribute("open", "")
    expect(page.locator("#preset-standard")).to_have_attribute("aria-current", "true")

    page.click("#preset-fewer")
    expect(page.locator("#level")).to_have_value("0")
    expect(page.locator("#difference")).to_contain_text("fewer")
    assert site.preferences().thresholds == {}
    page.locator("#level").press("ArrowRight")
    page.locator("#level").press("ArrowRight")
    page.locator("#level").press("ArrowRight")
    expect(page.locator("#session_spike_over")).to_have_value("0.1")
    expect(page.locator("#long_effort_minutes")).to_have_value("80")
    page.locator("#advanced > summary").click()
    page.fill("[data-mirrors=session_spike_over]", "25")
    expect(page.locator("#level-words")).to_have_text("your own setting")
    expect(page.locator("#long_effort_minutes")).to_have_value("80")

    page.evaluate("document.querySelectorAll('details.group').forEach((group) => { group.open = true; })")
    covered = page.evaluate(COVERED)
    assert covered == []
    page.click("#save")
    expect(page.get_by_text("Saved. Applies from your next run.")).to_be_visible()
    assert site.preferences().thresholds["session_spike.over"] == 0.25
    assert site.preferences().thresholds["long_effort.minutes"] == 80


def test_a_routine_is_whole_without_javascript(site: LiveSite, chromium: Browser) -> None:
    plain = new_context(chromium, site.url, java_script_enabled=False)
    still = plain.new_page()
    still.goto("/routine?moves=childs-pose,figure-4,cat-cow")

    for number in range(3):
        expect(still.locator("#session .move h2").nth(number)).to_be_visible()
        expect(still.locator("#session .move svg").nth(number)).to_be_visible()
    expect(still.locator("#player")).to_be_hidden()
    plain.close()


@pytest.mark.usefixtures("anna")
def test_on_a_phone_thresholds_are_folded_and_one_that_is_wrong_is_unfolded(site: LiveSite, page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/thresholds")
    hidden = page.locator("#mute_days")
    expect(hidden).to_be_hidden()

    page.locator("#advanced > summary").click()
    page.locator("summary", has_text="How many notes").click()
    page.fill("[data-mirrors=mute_days]", "99")
    page.locator("#advanced > summary").click()
    expect(hidden).to_be_hidden()
    page.click("#save")

    expect(hidden).to_be_visible()
    assert site.preferences().thresholds == {}


@pytest.mark.usefixtures("anna")
def test_thresholds_work_without_javascript(
    site: LiveSite, chromium: Browser, context: BrowserContext, page: Page
) -> None:
    plain = new_context(chromium, site.url, java_script_enabled=False, storage_state=context.storage_state())
    still = plain.new_page()
    still.goto("/thresholds")

    still.locator("#preset-fewer").click()  # fills the form; nothing is saved before it is asked for
    expect(still.locator("#difference")).to_contain_text("fewer")
    assert site.preferences().thresholds == {}
    still.goto("/thresholds")
    still.locator("#advanced > summary").click()
    still.get_by_role("heading", name="A long run").click()
    still.uncheck("#long_effort_on")
    still.click("#see")
    expect(still.locator("#difference")).to_contain_text("than saved")
    assert site.preferences().thresholds == {}

    still.click("#save")
    expect(still.get_by_text("Saved. Applies from your next run.")).to_be_visible()
    assert site.preferences().thresholds == {"long_effort.on": False}
    plain.close()


@pytest.mark.usefixtures("anna")
def test_a_long_run_gets_its_note_which_one_tap_removes(site: LiveSite, page: Page) -> None:
    run = site.strava.create_activity(ANNA, km=45, minutes=270, description="What a day.")

    site.wait(lambda: site.instance.note_state(run) == "written")
    page.goto("/notes")
    expect(page.locator(f"#note-{run}")).to_contain_text("Note added on Strava.")
    assert (site.strava.description(run) or "").startswith("What a day.\n")

    page.locator(f"#note-{run}").get_by_role("button").click()
    expect(page.locator(f"#note-{run}")).to_contain_text("was removed")
    assert site.strava.description(run) == "What a day."


@pytest.mark.usefixtures("anna")
def test_a_routine_is_done_on_a_phone_by_keyboard_and_logged(site: LiveSite, page: Page) -> None:
    page.set_viewport_size(PHONE)
    run = site.strava.create_activity(ANNA, km=45, minutes=270)
    site.wait(lambda: site.instance.note_state(run) == "written")
    page.clock.install(time=datetime.now(UTC) - timedelta(hours=2))
    page.goto(f"/routine/{run}")
    page.clock.pause_at(datetime.now(UTC) - timedelta(minutes=5))  # an answer from the future would be refused

    page.locator("body").press("Space")
    expect(page.locator("#player-go")).to_have_text("Pause")
    assert page.evaluate(SHOWN) == ["player"]
    page.clock.run_for(6000)
    expect(page.locator("#player-beat")).not_to_have_text("Get ready")
    first = page.locator("#player-move").inner_text()
    page.locator("body").press("ArrowRight")
    expect(page.locator("#player-move")).not_to_have_text(first)
    page.clock.run_for(120_000)  # 126 seconds so far, unless the session is shorter
    for _ in range(page.locator("#session > .move").count() - 1):
        if page.locator("#player").is_visible():
            page.locator("body").press("ArrowRight")
    expect(page.locator("#player")).to_be_hidden()
    expect(page.locator("#done-words")).to_be_focused()
    expect(page.locator("#done #agree")).to_be_visible()
    assert page.evaluate(SHOWN) == ["done"]
    expect(page.locator("#done-words")).to_have_text(re.compile(r"Done, \d minutes? ✓"))

    page.clock.resume()
    page.locator("label[for=back-2]").click()
    expect(page.locator("#worry fieldset")).to_be_hidden()
    page.check("#consent")
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_text("Well done.")).to_be_visible()
    expect(page.locator("#today")).to_contain_text("1 of 3 this week")
    page.goto("/notes")
    expect(page.locator(f"#note-{run}")).to_contain_text("You did its routine")


def test_the_arrow_keys_work_wherever_the_focus_is_and_space_presses_the_button_that_has_it(page: Page) -> None:
    page.clock.install(time=0)
    page.goto("/routine?moves=childs-pose,figure-4,cat-cow")
    page.clock.pause_at(3_600_000)  # a session that goes on meanwhile would change what the arrows mean
    place, button = page.locator("#player-place"), page.locator("#player-go")
    page.locator("#start").press("Space")
    button.press("Space")

    page.click("#player-mute")
    expect(page.locator("#player-mute")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#player-mute")).to_have_text("Mute")
    page.locator("#player-mute").press("ArrowRight")
    expect(place).to_have_text("Move 2 of 3")
    page.locator("#player-mute").press("Space")
    expect(page.locator("#player-mute")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#player-mute")).to_have_text("Mute")
    expect(button).to_have_text("Go on")
    page.locator("#player-skip").press("Space")
    expect(place).to_have_text("Move 3 of 3")
    expect(button).to_have_text("Go on")
    button.press("Space")
    expect(button).to_have_text("Pause")
    button.press("ArrowLeft")
    expect(place).to_have_text("Move 2 of 3")


@pytest.mark.usefixtures("anna")
def test_an_arrow_key_that_chooses_an_answer_moves_no_session(site: LiveSite, page: Page) -> None:
    page.goto("/routine/today")

    page.locator("#back-2").press("ArrowRight")

    expect(page.locator("#back-3")).to_be_checked()
    expect(page.locator("#player-place")).to_contain_text("Move 1 of")


@pytest.mark.parametrize("screen", [(320, 640), (390, 844)], ids=str)
def test_a_session_begins_with_its_button_in_view_and_runs_with_what_is_needed_alone(
    page: Page, screen: tuple[int, int]
) -> None:
    page.add_init_script(SPOKEN)
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    page.clock.install(time=0)
    page.goto("/routine?moves=childs-pose,figure-4,cat-cow")
    page.clock.pause_at(3_600_000)
    start = page.locator("#start").bounding_box()
    assert start is not None
    assert start["height"] >= 64
    assert 0 <= start["y"] <= start["y"] + start["height"] <= screen[1]
    expect(page.locator("#player-figure svg")).to_be_in_viewport()
    expect(page.locator("#session .move").nth(1).locator("ol")).to_be_hidden()

    assert page.evaluate("spoken") == []
    page.click("#player-voice")
    page.click("#start")

    for needed in ("figure svg", "#player-clock", "#player-beat", "#player-progress", "#player-mute", "#player-go"):
        expect(page.locator("#player").locator(needed)).to_be_in_viewport(ratio=1)
    for round_button in ("#player-back", "#player-go", "#player-skip"):
        box = page.locator(round_button).bounding_box()
        assert box is not None
        assert box["width"] == box["height"] >= 44
    for aside in (".top", ".bottom", "h1", "#session", "#start"):
        expect(page.locator(aside).first).to_be_hidden()
    expect(page.get_by_role("link", name="Get help")).to_be_in_viewport()

    breaths = []
    for _ in range(4):
        page.clock.run_for(2500)
        breaths.append(page.locator("#player-breath").text_content())
    assert {"in", "out"} <= set(breaths)
    page.clock.run_for(30_000)
    page.click("#player-skip")
    page.clock.run_for(600_000)
    spoken = page.evaluate("spoken")
    assert spoken[0].startswith("Child's pose. ")
    assert any(said.startswith("Switch. ") for said in spoken)
    assert spoken[-1] == "Done"

    page.reload()
    expect(page.locator("#player-voice")).to_have_attribute("aria-pressed", "true")


@pytest.mark.usefixtures("anna")
def test_consent_is_asked_once_and_without_it_a_session_counts_on_this_device_today(site: LiveSite, page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/routine/today")
    expect(page.locator("#agree")).to_be_visible()
    page.click("#start")
    while page.locator("#player").is_visible():
        page.click("#player-skip")
    page.locator("label[for=back-0]").click()
    page.click("#log-done")

    expect(page.get_by_text("It counts on this device for today")).to_be_visible()
    expect(page.locator("#today")).to_have_attribute("data-day", "done")
    assert site.preferences().session_log is None
    page.goto("/routine/today")
    expect(page.locator("#done #agree")).to_be_visible()  # below the last move, no more before the first


def test_a_routine_prints_whole(page: Page) -> None:
    page.goto("/routine?moves=childs-pose,figure-4,cat-cow")
    expect(page.locator("#session .move").nth(1).locator("ol")).to_be_hidden()

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    for number in range(3):
        expect(page.locator("#session .move h2").nth(number)).to_be_visible()
        expect(page.locator("#session .move svg").nth(number)).to_be_visible()
        expect(page.locator("#session .move ol").nth(number)).to_be_visible()
    expect(page.locator("#player")).to_be_hidden()


@pytest.mark.usefixtures("anna")
def test_a_session_goes_on_offline_and_is_logged_when_the_network_is_back(
    site: LiveSite, context: BrowserContext, page: Page
) -> None:
    page.goto("/routine/today")
    page.check("#consent")
    context.set_offline(True)

    page.click("#start")
    expect(page.locator("#player-go")).to_have_text("Pause")
    page.click("#player-go")
    page.click("#player-end")
    page.click("#log-done")
    expect(page.locator("#unsent")).to_contain_text("We send your answers when the network is back")

    context.set_offline(False)
    expect(page.get_by_text("Well done.")).to_be_visible()


@pytest.mark.usefixtures("anna")
def test_leaving_ends_on_a_page_that_says_that_all_is_gone(site: LiveSite, page: Page) -> None:
    page.goto("/leave")
    page.click("#leave-now")

    expect(page.locator("#gone")).to_contain_text("nothing of yours is left here")
    assert site.athlete() is None
