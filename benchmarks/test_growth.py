"""The cost of many athletes: rounds over 1,000 of them on SQLite and 10,000 on PostgreSQL, and an instance that idles.

Each athlete has 50 runs, 20 notes and 10 activities of the last days; for one in ten something is due, one in a hundred
has a history that is six days old.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from cryptography.fernet import Fernet
from databases import postgres_server
from real_instance import RealInstance, boundless_strava
from sqlalchemy import Table, insert, text

from benchmarks.figures import Figures
from benchmarks.processes import processor_s
from benchmarks.test_signals import log
from content.notes.target import Target
from content.outcomes import NoteState
from integration.config import load_settings
from integration.sandbox import SandboxServer
from integration.store import Store, Vault, athletes, histories, instance_facts, pending_activities
from integration.store.activity_events import CREATED, ActivityEvent
from integration.store.athletes import Tokens
from integration.store.pending_activities import Processed
from integration.store.schema import migrate
from integration.store.tables import Athlete, Note, PendingActivity, Preferences, StoredHistory, StoredRun
from workers.resources import Resources
from workers.rounds.cleanup import expire
from workers.rounds.reconcile import start_round
from workers.rounds.sweep import to_wake

MODELS = 100  # athletes that are made one by one; the others are copies of these
RUNS, NOTES, ACTIVITIES = 50, 20, 10
IDLE_S = 60  # a round of reconciling is among them
COPIED = (Athlete, Preferences, StoredHistory, StoredRun, Note, PendingActivity)  # in the order of their foreign keys


def crowd(store: Store, count: int, *, is_idle: bool = False) -> None:
    """Fill the database with so many athletes. `is_idle`: nothing is due, and nothing old."""
    now = datetime.now(UTC)
    for number in range(MODELS):
        _model(
            store, 1 + number, now, is_due=number % 10 == 0 and not is_idle, is_old=number % 100 == 0 and not is_idle
        )
    with store.write() as session:
        for copy in range(1, count // MODELS):
            for model in COPIED:
                session.execute(text(_copy(cast("Table", model.__table__))), {"shift": copy * MODELS})
    with store.write() as session:
        instance_facts.set_fact(session, "subscription_id", "1")
    if not store.is_sqlite:
        with store.write() as session:
            session.execute(text("ANALYZE"))


def _model(store: Store, athlete_id: int, now: datetime, *, is_due: bool, is_old: bool) -> None:
    vault = Vault(lambda: [KEY])
    fetched = now - timedelta(days=6 if is_old else 1)
    with store.write() as session:
        athlete = athletes.connect(session, vault, athlete_id, Tokens("a", "r", now + timedelta(hours=6)), "read", now)
        athlete.request_due_at, athlete.listed_at, athlete.receipt = None, now, ""
        session.flush()
        histories.replace(
            session, athlete_id, log(RUNS), covered_from=now - timedelta(days=100), now=fetched,
            newest_activity=RUNS, activities=RUNS,
        )  # fmt: skip
        session.execute(insert(Note), [_note(athlete_id, number, now) for number in range(NOTES)])
        for number in range(ACTIVITIES):
            event = ActivityEvent(athlete_id, number, CREATED, now, "push")
            pending_activities.record_event(session, event, now=now, due_at=now)
    with store.write() as session:
        due = pending_activities.due(session, athlete_id, now)
        done = due[1:] if is_due else due
        week_ago = now - timedelta(days=8)
        pending_activities.mark_processed(session, [Processed(each, "muted") for each in done[1:]], now)
        pending_activities.mark_processed(session, [Processed(each, "muted") for each in done[:1]], week_ago)


KEY = Fernet.generate_key().decode()


def _note(athlete_id: int, number: int, now: datetime) -> dict[str, object]:
    return {
        "athlete_id": athlete_id, "activity_id": number, "state": NoteState.WRITTEN, "written_at": now, "severity": 1,
        "mutes": True, "target": Target.DESCRIPTION, "unseen": False, "block_hash": "f", "moves": ["plank"],
        "changed_at": now,
    }  # fmt: skip


def _copy(table: Table) -> str:
    """Return the statement that copies the models' rows of a table to further athletes."""
    owner = "id" if table.name == "athletes" else "athlete_id"
    anew = {owner: f"{owner} + :shift", "key": "key || '-' || CAST(:shift AS TEXT)"}
    columns = table.columns.keys()
    values = ", ".join(anew.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name} WHERE {owner} <= {MODELS}"


def took_s(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, str]]:
    """The number of athletes, and where their database is."""
    if request.param == "sqlite":
        yield 1_000, f"sqlite:///{tmp_path}/crowd.sqlite3"
        return
    with postgres_server() as server:
        server.psql("CREATE DATABASE crowd")
        yield 10_000, server.get_uri("crowd")


def test_each_round_over_everybody_takes_a_second_at_most(
    database: tuple[int, str], tmp_path: Path, redis_url: str, figures: Figures
) -> None:
    count, url = database
    environ = {
        "DATA_DIR": str(tmp_path), "REDIS_URL": redis_url, "DATABASE_URL": url,
        "STRAVA_CLIENT_ID": "1", "STRAVA_CLIENT_SECRET": "s",
    }  # fmt: skip
    resources = Resources.from_settings(load_settings(environ, checkout=tmp_path))
    migrate(resources.store)
    crowd(resources.store, count)
    kind = f"{count:,} athletes on {'SQLite' if resources.store.is_sqlite else 'PostgreSQL'}"
    most = 1.0 if resources.store.is_sqlite else None
    figures.add(f"{kind}: one bare read, s", min(took_s(resources.store.ping) for _ in range(5)))
    resources.marks.forget()
    woken: list[str] = []
    figures.add(f"{kind}: sweep, s", took_s(lambda: woken.extend(to_wake(resources))), most=most)
    figures.add(f"{kind}: reconcile, s", min(took_s(lambda: start_round(resources)) for _ in range(3)), most=most)
    figures.add(f"{kind}: expire, s", took_s(lambda: expire(resources)), most=most)
    resources.store.dispose()

    assert len(woken) == min(count // 10, 500)


def test_an_instance_with_a_thousand_athletes_idles_cheaply(tmp_path: Path, figures: Figures) -> None:
    with SandboxServer(boundless_strava()) as server, RealInstance(server, tmp_path).running() as real:
        for number in (0, 1_000):
            if number:
                crowd(real.store, number, is_idle=True)
            time.sleep(10)  # until it has started, or the first round is over
            began = sum(map(processor_s, real.members()))
            time.sleep(IDLE_S)
            share = 100 * (sum(map(processor_s, real.members())) - began) / IDLE_S
            figures.add(f"idle with {number:,} athletes: processor time, % of one core", share, most=2)
