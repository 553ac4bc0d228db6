"""An athlete is told at an address of their own that a note is ready, and nothing of the run."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from in_turn import in_turn
from instance import ANNA
from sqlalchemy import text, update
from web_site import Site, Visitor

from integration.sandbox import SandboxServer
from integration.store.tables import Preferences
from workers.notes import tell_athlete

OWN = "ntfys://hidden-topic"


@dataclass
class Told:
    """Takes what an athlete is told, and lets a test wait for it."""

    messages: list[tuple[Sequence[str], str, str]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def take(self, urls: Sequence[str], title: str, words: str) -> bool:
        self.messages.append((urls, title, words))
        self.came.set()
        return True


@pytest.fixture
def site(tmp_path: Path, runner: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, runner, redis_url, ATHLETE_NOTIFY_SCHEMES="ntfys, tgram")


@pytest.fixture
def anna(site: Site) -> Visitor:
    anna = site.connected()
    assert anna.post("/tell", {"address": OWN}, of="/tell").status_code == 303
    return anna


def test_the_address_is_kept_encrypted_and_not_shown_again(site: Site, anna: Visitor) -> None:
    page = anna.get("/tell").text
    assert "We tell you at <code>ntfys://…</code> now." in page
    assert "hidden-topic" not in page
    with site.store.read() as session:
        kept = session.scalar(text("SELECT tell_at FROM preferences"))
    assert kept
    assert "hidden-topic" not in kept
    exported = anna.get("/export").json
    assert exported is not None
    assert exported["preferences"]["tell_at"] == OWN


def test_a_stored_address_that_cannot_be_read_counts_as_none_and_can_be_given_anew(site: Site, anna: Visitor) -> None:
    resources = site.instance.resources
    with site.store.write() as session:
        session.execute(update(Preferences).values(tell_at=resources.vault.encrypt("no JSON")))

    assert "We tell you at" not in anna.get("/tell").text
    assert tell_athlete.address_of(resources, ANNA) is None
    assert anna.post("/tell", {"address": OWN}, of="/tell").status_code == 303
    assert tell_athlete.address_of(resources, ANNA) == OWN


def test_what_is_told_is_the_address_alone_without_what_stood_around_it(site: Site, anna: Visitor) -> None:
    assert anna.post("/tell", {"address": f" ,{OWN}; "}, of="/tell").status_code == 303
    exported = anna.get("/export").json
    assert exported is not None
    assert exported["preferences"]["tell_at"] == OWN


def test_a_note_is_told_with_a_link_and_no_figure(site: Site, anna: Visitor) -> None:
    told = Told()
    tell_athlete.note_is_ready(replace(site.instance.resources, tell=told.take), ANNA)

    assert told.came.wait(60)
    assert told.messages == [([OWN], "Backstride", f"A note is ready: {site.settings.public_url}/notes")]


def test_an_empty_address_ends_it(site: Site, anna: Visitor) -> None:
    anna.post("/tell", {"address": ""}, of="/tell")
    with site.store.read() as session:
        assert session.scalar(text("SELECT tell_at FROM preferences")) is None


@in_turn(
    "wrong",
    [
        "json://127.0.0.1/", "mailto://a:b@c", "hello", f"{OWN}, {OWN}", "ntfys://" + "x" * 600,
        f"{OWN},46elks://u:p@+1555/+2555", f"{OWN}?then=json://127.0.0.1/",
    ],
)  # fmt: skip
def test_kinds_that_the_owner_does_not_allow_are_refused_by_one_line(anna: Visitor, wrong: str) -> None:
    answer = anna.post("/tell", {"address": wrong}, of="/tell")

    assert answer.status_code == 400
    assert "address: give one address that begins with ntfys:// or tgram://" in answer.text


def test_where_the_owner_allows_no_kind_there_is_no_such_page(
    tmp_path: Path, runner: SandboxServer, redis_url: str
) -> None:
    visitor = Site(tmp_path, runner, redis_url).connected()

    assert visitor.get("/tell").status_code == 404
    assert 'href="/tell"' not in visitor.get("/preferences").text
