"""An athlete is told at an address of their own of a strength day in their plan: once, by day, and nothing of a run."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from json_endpoint import Endpoint
from steady import VIENNA, add_steady_runner
from structlog.testing import capture_logs
from web_site import Site, Visitor

from content.companion.diary import Tap
from content.moves import library
from content.routines.questionnaire import Answers
from content.runs import HIDDEN_START
from integration.athlete_profile import diary_of, set_answers, set_diary, set_tell_address
from integration.notify import tell
from integration.sandbox import SandboxServer
from integration.store import histories
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

    def tell(self, now: datetime | Callable[[], datetime], send: Callable[[Sequence[str], str, str], bool]) -> None:
        """Make a round at `now`, and wait until all is told."""
        clock = now if callable(now) else lambda: now
        tell_strength_today(replace(self.site.instance.resources, now=clock, tell=send))
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


def test_two_rounds_at_once_tell_once(planned: Planned) -> None:
    """The one that tells last read its clock first."""
    told, day = Told(), planned.day
    planned.tell(day, told.take)
    planned.tell(day - timedelta(milliseconds=5), told.take)

    assert len(told.messages) == 1


def test_an_athlete_whose_turn_fails_takes_the_message_of_no_other(planned: Planned) -> None:
    told, day = Told(), planned.day
    with planned.site.store.write() as session:
        session.add(
            Athlete(
                id=BERTA + 1, key="another", state=AthleteState.CONNECTED, connected_at=day, scopes="",
                access_token="", refresh_token="", token_expires_at=day,
            )
        )  # fmt: skip
        session.flush()
        session.add(Preferences(athlete_id=BERTA + 1, tell_at="é, which was never encrypted", diary="any"))
    with capture_logs() as lines:
        planned.tell(day, told.take)

    assert len(told.messages) == 1
    assert [line["error"] for line in lines if "strength day" in line["event"]] == ["ValueError"]


def test_a_warning_sign_that_is_reported_before_the_message_goes_out_stops_it(planned: Planned) -> None:
    told, day, looks = Told(), planned.day, count()

    def now() -> datetime:
        if next(looks):
            answer(planned, Answers(red_flags=frozenset({"red-flag-cauda-equina"})))
        return day

    planned.tell(now, told.take)
    assert next(looks) > 1
    assert told.messages == []


def test_nobody_is_told_where_no_run_tells_the_clock(planned: Planned) -> None:
    told, day = Told(), planned.day
    with planned.site.store.write() as session:
        hidden = [
            run._replace(start_local=datetime.combine(run.day, HIDDEN_START)) for run in histories.runs(session, BERTA)
        ]
        histories.merge(session, BERTA, hidden, newest_activity=0, now=day)
    planned.tell(day.replace(hour=14), told.take)

    assert told.messages == []


def pause(planned: Planned) -> None:
    planned.change(lambda row: setattr(row, "paused_until", planned.day + timedelta(days=1)))


def answer(planned: Planned, answers: Answers) -> None:
    vault = planned.site.instance.resources.vault
    planned.change(lambda row: set_answers(row, vault, answers))


def complain_for_two_weeks(planned: Planned) -> None:
    vault, day = planned.site.instance.resources.vault, planned.day.astimezone(UTC)

    def change(row: Preferences) -> None:
        diary = diary_of(row, vault)
        for ago in (16, 12, 8, 4, 1):
            diary = diary.with_tap(Tap(day - timedelta(days=ago), ago, "after", 4))
        set_diary(row, vault, diary)

    planned.change(change)


def disconnect(planned: Planned) -> None:
    with planned.site.store.write() as session:
        session.get_one(Athlete, BERTA).state = AthleteState.DISCONNECTED


@pytest.mark.parametrize(
    "quiet",
    [
        pause,
        lambda planned: answer(planned, Answers(hurts=True)),
        lambda planned: answer(planned, Answers(red_flags=frozenset({"red-flag-cauda-equina"}))),
        lambda planned: answer(planned, Answers(conditions=frozenset([next(iter(library.load().conditions))]))),
        complain_for_two_weeks,
        disconnect,
        lambda planned: planned.berta.post("/plan/end", of="/plan"),
        lambda planned: planned.berta.post("/tell", {"address": ""}, of="/tell"),
        lambda planned: planned.change(
            lambda row: set_tell_address(row, planned.site.instance.resources.vault, "tgram://no/more")
        ),
    ],
    ids=[
        "paused",
        "sore",
        "warning sign",
        "asks first",
        "two weeks of it",
        "disconnected",
        "no plan",
        "no address",
        "a kind no longer allowed",
    ],
)
def test_who_has_no_strength_today_or_wants_none_is_told_nothing(
    planned: Planned, quiet: Callable[[Planned], None]
) -> None:
    told, day = Told(), planned.day
    quiet(planned)
    planned.tell(day, told.take)

    assert told.messages == []
