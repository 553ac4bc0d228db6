"""A thousand deletions of one athlete at once: how long the workers keep SQLite from everybody else at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from integration.config import load_settings
from integration.store import Store, athletes, leases, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.athletes import Tokens
from integration.store.schema import migrate
from workers import gone
from workers.athlete_session import AthleteSession
from workers.resources import Resources

ANNA, DELETIONS, MOST_MS = 1001, 1000, 100


class Timed(Store):
    """Measures how long each write keeps the database, its commit included."""

    took: list[float]

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as session:
            session.connection()
            began = time.perf_counter()
            yield session
        self.took.append((time.perf_counter() - began) * 1000)


def test_a_thousand_deletions_never_keep_the_database_for_long(tmp_path: Path, redis_url: str) -> None:
    environ = {"DATA_DIR": str(tmp_path), "REDIS_URL": redis_url, "STRAVA_CLIENT_ID": "1", "STRAVA_CLIENT_SECRET": "s"}
    resources = Resources.from_settings(load_settings(environ, checkout=tmp_path))
    migrate(resources.store)
    timed, now = Timed(resources.settings.database_url), datetime.now(UTC)
    timed.took = []
    resources = replace(resources, store=timed)
    with timed.write() as session:
        tokens = Tokens("a", "r", now + timedelta(hours=6))
        athletes.connect(session, resources.vault, ANNA, tokens, "read", now)
        session.flush()
        for number in range(1, DELETIONS + 1):
            event = ActivityEvent(ANNA, number, "delete", now, "push")
            pending_activities.record_event(session, event, now=now, due_at=now)
        lease = leases.take(session, ANNA, now)
        due = pending_activities.due(session, ANNA, now)
    timed.took.clear()
    assert lease

    gone.forget(AthleteSession(resources, lease), due)

    longest, count = max(timed.took), len(timed.took)
    print(f"\n{len(due)} deletions in {count} transactions, the longest {longest:.0f} ms")  # noqa: T201 - the result
    assert len(due) == DELETIONS
    assert longest < MOST_MS
