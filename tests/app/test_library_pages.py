"""Every entry of the library stands on a page that everybody can open; filters that nobody knows are named."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
import redis
from instance import CLIENT_ID, CLIENT_SECRET
from web_site import Site

from content.moves.library import load
from content.moves.models import Move
from content.moves.vocabulary import PARTS
from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer

LIBRARY = load()
MOVE = r'href="/moves/([\w-]+)"'
Words = tuple[str, str, tuple[str, ...]]  # an entry, the page where it must stand, and what it says there


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, redis_server: redis.Redis) -> Iterator[Site]:
    """The pages that everybody can open, which no test here changes."""
    with SandboxServer(
        Sandbox(applications=[Application(CLIENT_ID, CLIENT_SECRET, RateLimits((200, 2000), (100, 1000)))])
    ) as strava:
        yield Site(tmp_path_factory.mktemp("pages"), strava, f"unix://{redis_server.get_connection_kwargs()['path']}")


@pytest.fixture(scope="module")
def text_of(site: Site) -> Callable[[str], str]:
    """Return a page's words, each page asked for once."""
    return cache(site.visitor().text)


def of_move(move: Move) -> Iterator[str]:
    yield from (move.name, *move.other_names, move.trains, move.feel, move.dose.text, move.why, move.not_for)
    yield from (*move.steps, *move.cautions, move.easier.text, move.harder.text)
    yield from (move.kind.capitalize(), move.position.capitalize(), ", ".join(move.parts).capitalize())
    yield from LIBRARY.names(move.sources)
    yield from (LIBRARY.conditions[condition].label.lower() for condition in move.leave_out)


def what_to_do() -> Iterator[Words]:
    """The moves, cues, tips and causes with their words."""
    for move in LIBRARY.moves.values():
        yield move.id, f"/moves/{move.id}", tuple(filter(None, of_move(move)))
        yield move.id, "/moves", (move.name, str(move.kind), move.dose.text)
    for cue in LIBRARY.cues.values():
        yield cue.id, "/form", (cue.name, cue.text, *LIBRARY.names(cue.sources))
    for tip in LIBRARY.tips.values():
        yield tip.id, "/recovery", (tip.name, tip.text, tip.caution, *LIBRARY.names(tip.sources))
    for cause in LIBRARY.causes.values():
        moves = (LIBRARY.moves[move].name for move in cause.moves)
        yield cause.id, "/recovery", (cause.mechanism, cause.trigger, cause.answer, *moves)


def how_and_when() -> Iterator[Words]:
    """The rules behind routines, their sources, and when to be seen."""
    for rule in LIBRARY.rules.values():
        yield rule.id, "/recovery", (f"{rule.why} {'ours' if rule.link == 'O' else ''}".strip(),)
    for slot in LIBRARY.slots.values():
        yield slot.id, "/recovery", (slot.why,)
    for advice in LIBRARY.next_runs.values():
        yield advice.id, "/recovery", (advice.say("the first free day")[1:],)
    for source in LIBRARY.sources.values():
        yield source.id, "/recovery", (source.name, source.title)
    for flag in LIBRARY.warning_signs.values():
        yield flag.id, "/safety", (flag.sign, *LIBRARY.names(flag.sources))
    for place in LIBRARY.care_advice.values():
        yield place.id, "/safety", (place.headline, place.text)
    for condition in LIBRARY.conditions.values():
        yield condition.id, "/safety", (condition.label, condition.text)


def everything() -> Iterator[Words]:
    yield from what_to_do()
    yield from how_and_when()


def test_every_entry_stands_on_its_page_with_all_that_it_says(text_of: Callable[[str], str]) -> None:
    missing = [
        (entry, path, words) for entry, path, all_words in everything() for words in all_words
        if " ".join(words.split()) not in text_of(path)
    ]  # fmt: skip

    assert missing == []


ONLY_IN_NOTES = {"full-week"}  # half a sentence, before the day of the next run


@pytest.mark.parametrize("notice", sorted(set(LIBRARY.notices) - ONLY_IN_NOTES))
def test_every_notice_stands_on_a_page(text_of: Callable[[str], str], notice: str) -> None:
    assert LIBRARY.notices[notice] in text_of("/safety") + text_of("/recovery")


def test_every_kind_of_entry_is_looked_for() -> None:
    found = {entry for entry, _, _ in everything()} | set(LIBRARY.notices)

    assert {name for section in LIBRARY.__slots__ for name in getattr(LIBRARY, section)} == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=zzz", "kind: choose one of "),
        ("part=tail", "part: choose one of "),
        ("equipment=tractor&kind=mobility", "equipment: choose one of none, "),
    ],
)
def test_a_filter_that_nobody_knows_is_named_and_left_aside(site: Site, query: str, said: str) -> None:
    page = site.visitor().get(f"/moves?{query}")
    script = site.visitor().get(f"/moves?{query}", Accept="application/json")

    assert (page.status_code, script.status_code) == (400, 400)
    assert said in page.text
    others = query.partition("&")[2]
    assert page.text.count('<li class="card">') == site.visitor().get(f"/moves?{others}").text.count(
        '<li class="card">'
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=mobility&kind=strength", "kind: says two things; send it once"),
        ("part=hips&part=&fbclid=x", "part: says two things; send it once"),
    ],
)
def test_a_filter_is_read_as_every_form_is(site: Site, query: str, said: str) -> None:
    page = site.visitor().get(f"/moves?{query}")

    assert (page.status_code, said in page.text) == (400, True)


def test_a_shared_link_shows_the_same_whatever_trackers_add_to_it(site: Site) -> None:
    tracked = site.visitor().get("/moves?utm_source=club&kind=strength&fbclid=x&fbclid=y")

    assert tracked.status_code == 200
    assert re.findall(MOVE, tracked.text) == re.findall(MOVE, site.visitor().get("/moves?kind=strength").text)


def test_the_filter_by_a_thing_shows_what_can_be_done_with_it_and_without_any_other(site: Site) -> None:
    shown = set(re.findall(MOVE, site.visitor().get("/moves?equipment=machine").text))
    mine = {"machine", "wall"}

    assert shown == {move.id for move in LIBRARY.moves.values() if set(move.equipment) <= mine}
    assert any("machine" in LIBRARY.moves[move].equipment for move in shown)
    assert any(not LIBRARY.moves[move].equipment for move in shown)


def test_filters_that_are_known_or_empty_are_taken(site: Site) -> None:
    assert site.visitor().get("/moves").status_code == 200
    for part in PARTS:
        assert site.visitor().get(f"/moves?kind=&part={part}&equipment=none").status_code == 200


class TestMovesThatANoteLinksTo:
    def session(self, page: str) -> list[str]:
        return re.findall(r'id="move-([\w-]+)" data-name', page)

    def test_strength_and_trunk_holds_wait_below_with_their_pictures(self, site: Site) -> None:
        page = site.visitor().get("/routine?moves=childs-pose,plank,core-holds,squat").text
        waiting = page[page.index('id="waiting"') :]

        assert self.session(page) == ["childs-pose", "core-holds"]
        assert re.findall(r'id="move-([\w-]+)"', waiting) == ["plank", "squat"]
        assert waiting.count("<svg") == 2
        assert "From the day your note names" in waiting

    def test_without_anything_for_the_day_there_is_no_session_but_all_is_shown(self, site: Site) -> None:
        page = site.visitor().get("/routine?moves=plank,squat").text

        assert self.session(page) == []
        assert 'id="player"' not in page
        assert page.count("<svg") == 2

    def test_a_single_move_that_was_picked_can_be_done_at_once(self, site: Site) -> None:
        assert self.session(site.visitor().get("/routine?moves=plank").text) == ["plank"]


@pytest.mark.parametrize(
    "cut_off",
    [
        "15 m of climb per km",
        "cut-off of 160",
        "24 °C and 90 minutes",
        "500 km",
        "42 km and more",
        "Three days or more",
    ],
)
def test_every_cut_off_of_the_rules_is_named_where_they_are_told(text_of: Callable[[str], str], cut_off: str) -> None:
    assert cut_off in text_of("/recovery")


def test_the_moves_lead_to_the_warm_up_before_a_run(site: Site) -> None:
    visitor = site.visitor()
    assert 'href="/routine/before-your-run"' in visitor.get("/moves").text

    assert visitor.get("/routine/before-your-run").status_code == 200


@pytest.mark.parametrize("path", ["/moves", "/moves/bear", "/form", "/recovery", "/safety", "/privacy"])
def test_every_chip_and_every_footnote_of_a_page_leads_to_a_part_of_it(site: Site, path: str) -> None:
    page = site.visitor().get(path).text
    ways = set(re.findall(r'href="#([^"]+)"', page))

    assert len(ways) > 1
    assert [way for way in ways if f'id="{way}"' not in page] == []
    assert ("chips" in page) is (path != "/moves/bear")


@pytest.mark.parametrize("path", ["/moves/bear", "/form", "/recovery", "/safety"])
def test_each_source_stands_once_in_the_footnotes_with_its_weight(site: Site, path: str) -> None:
    page = site.visitor().get(path).text
    cited = set(re.findall(r'href="#source-([0-9]+)"', page))
    listed = page[page.index('id="sources"') :]

    assert cited <= set(re.findall(r'id="source-([0-9]+)"', listed))
    assert all(listed.count(source.title) <= 1 for source in LIBRARY.sources.values())
    assert re.search(
        r"(Reported by an article|Shown by a trial|Advised by a guideline|Seen in a study): <strong>", listed
    )
    assert "reported by an article" not in page[: page.index('id="sources"')]
