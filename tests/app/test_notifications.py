"""The operator is told what goes wrong, at an endpoint of their own; a dead one holds nothing up."""

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import new_sqlite
from json_endpoint import Endpoint

from integration.config import Settings, load_settings
from integration.errors import AppInactive, BadSetting
from integration.notify import addresses, tell
from integration.notify_process import MORE_THAN_ASKED, drop_proxies, is_public
from integration.operator_watch import OperatorWatch
from integration.store import Store, Vault, athletes, heartbeats, instance_facts, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.athletes import Tokens
from integration.store.tables import PendingActivity
from integration.strava.rate_limit import Budget
from integration.troubles import disk, troubles

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, redis_url: str) -> Settings:
    given = {"REDIS_URL": redis_url, "NOTIFY_URLS": "json://here, json://there"}
    made = load_settings(given, checkout=tmp_path)
    assert made.sqlite_file
    store = Store(new_sqlite(made.sqlite_file))
    with store.write() as session:
        for part in heartbeats.PARTS:
            heartbeats.record(session, part, NOW)
    store.dispose()
    return made


@dataclass
class Watched:
    """A watch, whose clock and whose way out are the test's."""

    settings: Settings
    now: datetime = NOW
    takes: bool = True
    told: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def send(self, urls: Sequence[str], title: str, text: str) -> bool:
        assert (urls, title) == (["json://here", "json://there"], "Backstride")
        self.told.append(text)
        return self.takes

    def watch(self) -> OperatorWatch:
        return OperatorWatch(self.settings, self.said.append, send=self.send, now=lambda: self.now)


def found(settings: Settings, now: datetime = NOW) -> dict[str, str]:
    store = Store(settings.database_url, busy_seconds=0.1)
    there = troubles(store, Budget(settings.redis_url, ""), settings.data_dir, now)
    store.dispose()
    return there


def test_what_is_told_arrives_at_a_json_endpoint_and_a_dead_one_beside_it_is_said(endpoint: Endpoint) -> None:
    with closing(socket.socket()) as deaf:
        deaf.bind(("127.0.0.1", 0))
        dead = f"json://127.0.0.1:{deaf.getsockname()[1]}/"
        assert not tell([endpoint.url, dead], "Backstride", "The disk is nearly full.")

    [told] = endpoint.told
    assert (told["title"], told["message"]) == ("Backstride", "The disk is nearly full.")


def test_an_endpoint_that_never_answers_is_given_up() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"json://127.0.0.1:{silent.getsockname()[1]}/?rto=600"
        assert not tell([address], "Backstride", "Is anybody there?", within=0.2)


def test_an_athletes_address_does_not_reach_into_the_operators_network(endpoint: Endpoint) -> None:
    """By a name, too: what is checked is where the connection goes."""
    by_name = endpoint.url.replace("127.0.0.1", "localhost")
    assert not tell([endpoint.url, by_name], "Backstride", "A note is ready.", public_only=True)

    assert endpoint.told == []


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False), ("fe80::1%eth0", False),
        ("fd00::1", False), ("::ffff:10.0.0.1", False), ("2002:a00:1::", False), ("::", False), ("localhost", False),
        ("64:ff9b::a00:1", False), ("64:ff9b:1::a00:1", False), ("fec0::1", False), ("::a00:1", False),
        ("::ffff:0:10.0.0.1", False), ("2002:808:808::", False), ("2001::1", False), ("168.63.129.16", False),
        ("::ffff:168.63.129.16", False), ("::ffff:9.9.9.9", True),
        ("9.9.9.9", True), ("2620:fe::fe", True),
    ],
)  # fmt: skip
def test_public_is_what_the_open_internet_is(host: str, public: bool) -> None:
    assert is_public((host, 443)) == public


def test_no_proxy_connects_for_an_athletes_address() -> None:
    environ = {"HTTPS_PROXY": "http://proxy", "all_proxy": "http://proxy", "no_proxy": "*", "PATH": "/bin"}
    drop_proxies(environ)

    assert environ == {"PATH": "/bin"}


def test_an_athletes_address_that_holds_another_is_not_told() -> None:
    """Of two, one of which the operator allows, neither is asked: the check comes before any connection."""
    told = {"urls": ["json://127.0.0.1:1/,json://127.0.0.1:1/"], "title": "", "text": "A note.", "public_only": True}
    command = (sys.executable, "-P", "-m", "integration.notify_process")

    assert subprocess.run(command, input=json.dumps(told).encode(), check=False).returncode == MORE_THAN_ASKED


def test_a_path_is_no_public_address() -> None:
    assert not is_public("/run/docker.sock")


@pytest.mark.parametrize("wrong", ["nonsense", "json://x, y", "https:/x", "me@example.org"])
def test_what_is_no_address_is_named_and_not_shown(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(BadSetting, match=r"NOTIFY_URLS: is not usable") as refused:
        load_settings({"NOTIFY_URLS": wrong}, checkout=tmp_path)

    assert wrong not in str(refused.value)


def test_addresses_stand_apart_by_commas_or_blanks_and_may_hold_commas() -> None:
    assert addresses("json://a/?to=x,y, ntfys://topic\nmailto://u:p@h") == (
        "json://a/?to=x,y", "ntfys://topic", "mailto://u:p@h",
    )  # fmt: skip
    assert addresses("ntfys://h/topic,46elks://u:p@+1555") == ("ntfys://h/topic", "46elks://u:p@+1555")
    assert addresses(" ") == ()


def test_an_instance_that_is_well_has_no_trouble(settings: Settings) -> None:
    assert found(settings) == {}


def test_every_trouble_has_its_line(settings: Settings, vault: Vault) -> None:
    store = Store(settings.database_url)
    with store.write() as session:
        athletes.connect(session, vault, 1001, Tokens("a", "r", NOW), "read", NOW)
        session.flush()
        athletes.disconnect(session, 1001, over=1, now=NOW)
        instance_facts.set_fact(session, "subscription_id", "7")
        for activity in range(4):
            event = ActivityEvent(1001, activity, "create", NOW, "listing")
            pending_activities.record_event(session, event, now=NOW, due_at=NOW)
        session.flush()
        session.get_one(PendingActivity, (1001, 1)).failed_at = NOW
        waiting = session.get_one(PendingActivity, (1001, 2))
        waiting.attempts, waiting.last_error = 9, "Unreachable"
        waiting = session.get_one(PendingActivity, (1001, 3))
        waiting.attempts, waiting.last_error = 9, "AppInactive"
    store.dispose()
    there = found(settings, NOW + timedelta(minutes=1))

    assert there.keys() == {"worker", "beat", "pushes", "events", "connections"}
    assert there["events"].startswith("2 activities fail")
    assert there["connections"].startswith("1 athlete is disconnected.")
    assert "worker is silent since 18:00:00 UTC" in there["worker"]
    assert all("1001" not in line and line.count("\n") == 0 for line in there.values())


def test_an_inactive_application_is_told_and_so_is_that_it_is_active_again(settings: Settings) -> None:
    budget, watched = Budget(settings.redis_url, ""), Watched(settings)
    watch = watched.watch()
    budget.report(budget.ask(), error=AppInactive("the application is inactive", NOW))
    watch.look()
    watch.look()
    assert len(watched.told) == 1
    assert watched.told[0].startswith("Strava has made the application inactive")

    budget.mark_active()
    watch.look()
    assert watched.told[1:] == ["Well again: Strava."]


@pytest.mark.parametrize(("free_mb", "told"), [(0, ["disk"]), (199, ["disk"]), (200, [])])
def test_a_disk_that_is_nearly_full_is_a_trouble(free_mb: int, told: list[str]) -> None:
    assert [name for name, _ in disk(free_mb)] == told


def test_a_redis_and_a_database_that_are_away_are_troubles(settings: Settings, tmp_path: Path) -> None:
    store = Store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    there = troubles(store, Budget(f"unix://{tmp_path}/none.sock", ""), settings.data_dir, NOW)

    assert there.keys() == {"database", "Redis"}


def test_a_trouble_is_told_once_over_a_restart_and_so_is_its_end(settings: Settings) -> None:
    watched = Watched(settings, now=NOW + timedelta(minutes=1))
    watch = watched.watch()
    watch.look()
    watch.look()
    watched.watch().look()
    assert [text.count("No note comes") for text in watched.told] == [2]

    store = Store(settings.database_url)
    with store.write() as session:
        for part in heartbeats.PARTS:
            heartbeats.record(session, part, watched.now)
    store.dispose()
    again = watched.watch()
    again.look()
    again.look()
    assert watched.told[1:] == ["Well again: worker.\nWell again: beat."]


def test_what_no_address_took_is_not_taken_for_told(settings: Settings) -> None:
    watched = Watched(settings, now=NOW + timedelta(hours=1), takes=False)
    watch = watched.watch()
    watch.look()
    watch.look()
    assert len(watched.told) == 1  # it waits for ten minutes before it tries again
    assert watched.said[0].startswith("NOTIFY_URLS: an address took nothing")

    watched.takes = True
    later = watched.watch()
    later.look()
    later.look()
    assert len(watched.told) == 2
