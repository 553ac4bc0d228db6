"""An athlete is told at an address of their own of a strength day in their plan: once, by day, and nothing of a run."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from json_endpoint import Endpoint
from steady import VIENNA, add_steady_runner
from web_site import Site, Visitor

from content.routines.questionnaire import Answers
from integration.athlete_profile import set_answers, set_tell_address
from integration.notify import tell
from integration.sandbox import SandboxServer
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete, Preferences
from workers.rounds.strength_today import tell_strength_today

BERTA = 1002
OWN = "ntfys://hidden-topic"


@dataclass
class Told:
    """Takes what is told, or lets it fail; `hold` keeps whoever tells waiting."""

    takes: bool = True
    hold: threading.Event | None = None
    messages: list[tuple[Sequence[str], str, str]] = field(default_factory=list)

    def take(self, urls: Sequence[str], title: str, words: str) -> bool:
        if self.hold:
            self.hold.wait()
        self.messages.append((urls, title, words))
        return self.takes


@dataclass
class Planned:
    """Berta's instance, her plan, and rounds of it at any moment."""

    site: Site
    berta: Visitor

    @property
    def day(self) -> datetime:
        """The next strength day after today, at nine in the morning."""
        today = self.site.instance.now().astimezone(VIENNA).date()
        due = re.findall(r'data-day="([^"]*)" data-kind="due"', self.berta.get("/plan").text)
        return datetime.combine(min(filter(today.__lt__, map(date.fromisoformat, due))), time(9), VIENNA)

    def change(self, change: Callable[[Preferences], None]) -> None:
        with self.site.store.write() as session:
            change(session.get_one(Preferences, BERTA))

    def tell(self, now: datetime, send: Callable[[Sequence[str], str, str], bool]) -> None:
        """Make a round at `now`, and wait until all is told."""
        tell_strength_today(replace(self.site.instance.resources, now=lambda: now, tell=send))
        for thread in threading.enumerate():
            if thread.name == "tell":
                thread.join()


@pytest.fixture
def planned(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Planned:
    site = Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(BERTA), ATHLETE_NOTIFY_SCHEMES="ntfys,json")
    add_steady_runner(site.strava, BERTA)
    berta = site.connected(BERTA)
    assert berta.post("/plan", {"sessions": "2", "consent": "true"}, of="/plan").status_code == 303
    assert berta.post("/tell", {"address": OWN}, of="/tell").status_code == 303
    return Planned(site, berta)


def test_a_strength_day_is_told_once_with_a_link_and_no_figure(planned: Planned) -> None:
    told, day = Told(), planned.day
    for hours in (-6, 0, 1, 10, 12, 24):
        planned.tell(day + timedelta(hours=hours), told.take)

    link = f"{planned.site.settings.public_url}/routine/today"
    assert told.messages == [([OWN], "Backstride", f"Strength today: {link}")]


def test_it_arrives_at_a_json_endpoint(planned: Planned, endpoint: Endpoint) -> None:
    vault = planned.site.instance.resources.vault
    planned.change(lambda row: set_tell_address(row, vault, endpoint.url))
    planned.tell(planned.day, tell)

    assert [told["message"].partition(":")[0] for told in endpoint.told] == ["Strength today"]


def test_an_address_that_takes_nothing_holds_no_round_up_and_is_not_tried_again_that_day(planned: Planned) -> None:
    told, day = Told(takes=False, hold=threading.Event()), planned.day
    tell_strength_today(replace(planned.site.instance.resources, now=lambda: day, tell=told.take))
    assert told.messages == []  # the round is over, and whoever tells still waits

    assert told.hold
    told.hold.set()
    planned.tell(day + timedelta(minutes=10), told.take)
    assert len(told.messages) == 1


def test_a_time_that_a_wrong_clock_put_ahead_silences_nobody(planned: Planned) -> None:
    told, day = Told(), planned.day
    planned.change(lambda row: setattr(row, "strength_told_at", day + timedelta(days=300)))
    planned.tell(day, told.take)

    assert len(told.messages) == 1


def pause(planned: Planned) -> None:
    planned.change(lambda row: setattr(row, "paused_until", planned.day + timedelta(days=1)))


def answer(planned: Planned, answers: Answers) -> None:
    vault = planned.site.instance.resources.vault
    planned.change(lambda row: set_answers(row, vault, answers))


def disconnect(planned: Planned) -> None:
    with planned.site.store.write() as session:
        session.get_one(Athlete, BERTA).state = AthleteState.DISCONNECTED


@pytest.mark.parametrize(
    "quiet",
    [
        pause,
        lambda planned: answer(planned, Answers(hurts=True)),
        lambda planned: answer(planned, Answers(red_flags=frozenset({"red-flag-cauda-equina"}))),
        disconnect,
        lambda planned: planned.berta.post("/plan/end", of="/plan"),
        lambda planned: planned.berta.post("/tell", {"address": ""}, of="/tell"),
        lambda planned: planned.change(
            lambda row: set_tell_address(row, planned.site.instance.resources.vault, "tgram://no/more")
        ),
    ],
    ids=["paused", "sore", "warning sign", "disconnected", "no plan", "no address", "a kind no longer allowed"],
)
def test_who_has_no_strength_today_or_wants_none_is_told_nothing(
    planned: Planned, quiet: Callable[[Planned], None]
) -> None:
    told, day = Told(), planned.day
    quiet(planned)
    planned.tell(day, told.take)

    assert told.messages == []
