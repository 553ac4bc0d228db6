"""Before the next long run: one limit, what a wish would get, and the ladder that leads there."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from in_turn import in_turn
from steady import BERTA, VIENNA
from web_site import Site, Visitor

from content.companion.diary import Diary, Tap
from content.moves.library import load
from content.routines.questionnaire import Answers
from integration.athlete_profile import set_answers, set_diary
from integration.store.tables import Preferences


def change(site: Site, how: Callable[[Preferences], None]) -> None:
    with site.store.write() as session:
        how(session.get_one(Preferences, BERTA))


def told(site: Site, answers: Answers) -> None:
    change(site, lambda row: set_answers(row, site.instance.resources.vault, answers))


def today(site: Site) -> date:
    return site.instance.now().astimezone(VIENNA).date()


def value(page: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', page)
    assert found, name
    return found[1]


def test_it_names_the_limit_of_the_day_that_the_dashboard_names(site: Site, berta: Visitor) -> None:
    page, dashboard = berta.get(f"/next-run?day={today(site)}").text, berta.get("/dashboard").text
    card = dashboard[dashboard.index('id="headroom"') :]

    assert value(page, "data-km") == value(card, "data-km") == "11.0"
    assert value(page, "data-day") == str(today(site))
    assert load().notices["no-safety-limit"] in page


def test_a_wish_within_the_limit_gets_no_note(site: Site, berta: Visitor) -> None:
    day = today(site) + timedelta(days=3)
    page = berta.get(f"/next-run?distance=10,5&day={day}")

    assert page.status_code == 200
    assert value(page.text, "data-within") == "true"
    assert 'id="ladder"' not in page.text


def test_a_wish_beyond_it_says_what_it_would_get_and_how_to_reach_it_without(site: Site, berta: Visitor) -> None:
    day = today(site) + timedelta(days=3)
    page = berta.get(f"/next-run?distance=13&day={day}").text
    steps = page[page.index('id="ladder"') : page.index("</ol>", page.index('id="ladder"'))]
    days = [date.fromisoformat(found) for found in re.findall(r'data-day="([^"]*)"', steps)]

    assert value(page, "data-within") == "false"
    assert "It would get a note" in page
    assert re.findall(r'data-km="([^"]*)"', steps) == ["11.0", "12.1", "13.0"]
    assert [one.weekday() for one in days] == [day.weekday()] * 3
    assert load().notices["no-safety-limit"] in page


def test_where_the_ladder_ends_before_the_wish_it_says_why(site: Site, berta: Visitor) -> None:
    day = today(site) + timedelta(days=3)
    page = berta.get(f"/next-run?distance=30&day={day}").text

    assert value(page, "data-reaches") == "false"
    assert "long against your usual run" in page


def test_a_sore_back_and_a_hold_have_no_long_run(site: Site, berta: Visitor) -> None:
    told(site, Answers(hurts=True, hurts_at=site.instance.now()))
    assert 'id="sore"' in berta.get("/next-run?distance=13").text
    assert 'id="limit"' not in berta.get("/next-run?distance=13").text

    told(site, Answers(red_flags=frozenset({next(iter(load().warning_signs))})))
    assert 'id="limit"' not in berta.get("/next-run").text


def test_a_cue_that_helped_comes_first(site: Site, berta: Visitor) -> None:
    diary = Diary(taps=(Tap(site.instance.now(), 7, "after", 2, cue="gaze"),))
    change(site, lambda row: set_diary(row, site.instance.resources.vault, diary))

    page = berta.text("/next-run")
    assert page.count("It helped you before.") == 1
    assert page.index(load().cues["gaze"].name) < page.index(load().cues["mid-run-posture"].name)


@in_turn(
    ("query", "line"),
    [
        ("distance=far", "distance: give km from 0.5 to 400"),
        ("distance=nan", "distance: give km"),
        ("distance=1e999", "distance: give km"),
        ("distance=0.1", "distance: give km"),
        ("day=2020-01-01", "day: give a day from today on"),
        ("day=tomorrow", "day: give a day from today on"),
        ("distance=10&distance=12", "distance: says two things; send it once"),
        ("moon=full", "moon: is no field here; there are distance, day"),
    ],
)
def test_a_wish_that_makes_no_sense_is_named_by_its_field(berta: Visitor, query: str, line: str) -> None:
    answer = berta.get(f"/next-run?{query}")

    assert answer.status_code == 400
    assert line in answer.text


def test_a_stranger_is_asked_to_connect(site: Site) -> None:
    assert site.visitor().get("/next-run").status_code in (302, 303, 401)


def test_after_a_marathon_neither_the_page_nor_the_dashboard_names_a_length_as_no_note_does(
    site: Site, berta: Visitor
) -> None:
    with site.instance.subscribed():
        site.strava.create_activity(BERTA, km=42.2)
        site.instance.work()
        for path in ("/next-run?distance=30", "/dashboard"):
            page = berta.get(path).text
            assert "Walk first" in page, path
            assert 'id="limit"' not in page, path

        site.instance.wait(days=10)
        berta.get("/next-run")  # asks for the runs of these days
        site.instance.work()
        assert 'id="limit"' in berta.get("/next-run").text
