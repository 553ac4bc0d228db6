"""A deletion is confirmed in writing: on the last page, at an address seen before, to the operator, in a register."""

import json
import re
from datetime import timedelta

import pytest
from instance import ANNA, Instance
from web_site import Site, Visitor

from integration.store import athletes, deletions
from integration.store.tables import Deletion, Preferences
from workers.rounds.cleanup import expire

WHEN = re.compile(r"On \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC we deleted for good:")


def address(visitor: Visitor, page: str) -> str:
    """The one-time address, as the page shows it."""
    found = re.search(r'href="[^"]+(/deleted/[^"]+)"', visitor.get(page).text)
    assert found, page
    return found[1]


def register(site: Site | Instance) -> list[Deletion]:
    with site.store.read() as session:
        return deletions.register(session)


def revoke(site: Site) -> None:
    """The athlete takes the access away on Strava's side, and Strava's event comes."""
    site.strava.deauthorize(ANNA)
    site.instance.ask(deauthorization_received_at=site.instance.now())
    site.instance.work()


def test_leaving_ends_on_a_page_that_says_what_was_deleted_and_when(site: Site, anna: Visitor) -> None:
    held = len(site.instance.runs())
    assert held > 0
    anna.post("/leave", of="/leave")
    site.instance.work()

    for _ in range(2):
        said = anna.text("/leave")
        assert WHEN.search(said)
        assert f"copies of runs: {held}" in said
        assert "your settings" in said
        assert "Print or save this page" in said


def test_who_revokes_on_stravas_side_finds_it_confirmed_once_at_an_address_seen_before(
    site: Site, anna: Visitor
) -> None:
    seen = address(anna, "/privacy")
    assert {address(anna, page) for page in ("/welcome", "/preferences")} == {seen}
    elsewhere = site.visitor()
    assert elsewhere.get(seen).status_code == 404  # nothing is deleted yet
    revoke(site)
    assert site.athlete() is None
    assert elsewhere.client.head(seen).status_code == 200  # as a mail program looks, which uses nothing up

    for name, value in (
        ("Sec-Purpose", "prefetch;prerender"),
        ("User-Agent", "WhatsApp/2"),
        ("User-Agent", "Slackbot 1"),
    ):
        assert site.visitor().get(seen, **{name: value}).status_code == 200  # as a messenger looks at a link

    said = elsewhere.text(seen)
    assert WHEN.search(said)
    assert "Strava ended our access" in said
    assert "we could not remove notes on Strava" in said
    assert WHEN.search(elsewhere.text(seen))  # the same browser may load it again, to print it
    assert site.visitor().get(seen).status_code == 404


@pytest.mark.parametrize("receipt", ["x", "x" * 300, "é"])
def test_an_address_that_confirms_nothing_says_why_in_a_line(site: Site, receipt: str) -> None:
    answer = site.visitor().get(f"/deleted/{receipt}", Accept="application/json")

    assert answer.status_code == 404
    assert "\n" not in (answer.json or {})["error"]


def test_the_register_holds_times_and_counts_and_nothing_of_whose_they_were(site: Site, anna: Visitor) -> None:
    seen = address(anna, "/privacy")
    anna.post("/leave", of="/leave")
    site.instance.work()

    [row] = register(site)
    assert (row.reason, set(row.counts)) == ("left", {"runs", "notes", "events", "answers", "addresses", "revoked"})
    assert abs(row.at - site.instance.now()) < timedelta(minutes=10)
    stored = json.dumps([row.id, row.counts, row.reason, row.receipt_hash])
    assert not re.search(rf"\b{ANNA}\b", stored)  # a random mark may hold these digits, too
    assert seen.removeprefix("/deleted/") not in stored


def test_a_page_says_that_the_access_was_given_back_only_if_strava_took_it(site: Site, anna: Visitor) -> None:
    site.strava.faults.add("error_page", on="POST /oauth/*", times=None)
    anna.post("/leave", of="/leave")
    for _ in range(30):
        site.instance.later(hours=1)

    said = anna.text("/leave")
    assert WHEN.search(said)
    assert "We could not give the access back" in said
    assert "We gave the access back" not in said
    assert [row.counts["revoked"] for row in register(site)] == [0]


def test_a_diary_and_an_address_are_named_among_what_was_deleted(site: Site, anna: Visitor) -> None:
    with site.store.write() as session:
        told = session.get_one(Preferences, ANNA)
        vault = site.instance.resources.vault
        told.diary, told.tell_at = vault.encrypt("{}"), vault.encrypt("json://127.0.0.1:9/")
    anna.post("/leave", of="/leave")
    site.instance.work()

    said = anna.text("/leave")
    assert "We gave the access back" in said
    assert "your diary" in said
    assert "the address at which we told you of notes" in said


def test_who_stayed_away_is_registered_as_expired(steady: Instance) -> None:
    steady.connect()
    with steady.store.write() as session:
        athletes.disconnect(session, ANNA, over=1, now=steady.now())
    steady.wait(days=15)
    expire(steady.resources)

    assert [row.reason for row in register(steady)] == ["expired"]


def test_an_address_that_nobody_opens_for_a_year_works_no_more(site: Site, anna: Visitor) -> None:
    seen = address(anna, "/privacy")
    revoke(site)
    site.instance.wait(days=366)
    expire(site.instance.resources)

    assert site.visitor().get(seen).status_code == 404
    assert len(register(site)) == 1
