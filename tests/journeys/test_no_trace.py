"""An athlete who left is in no byte of the database's files any more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from databases import new_sqlite
from running_files import read_files

from content.runs import Run
from integration.store import Store, Vault, athletes, deletions, histories, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.athlete_states import DeletionReason
from integration.store.athletes import Tokens

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
FIRST = 0x5A7_1D00_0000  # ids that are six bytes long, so that nothing else in a file looks like them


def furnish(store: Store, vault: Vault, athlete: int) -> None:
    """An athlete with sixty runs and an activity for each."""
    with store.write() as session:
        athletes.connect(session, vault, athlete, Tokens("access", "refresh", NOW), "read", NOW)
        session.flush()
        starts = {athlete + number: NOW - timedelta(days=number) for number in range(1, 61)}
        runs = [Run(of, at, at.replace(tzinfo=None), "Run", 100_000, 3600, 3600) for of, at in starts.items()]
        histories.replace(session, athlete, runs, covered_from=NOW, now=NOW, newest_activity=1, activities=60)
        for activity in starts:
            pending_activities.record_event(
                session, ActivityEvent(athlete, activity, "create", NOW, "push"), now=NOW, due_at=NOW
            )


def shows(directory: Path, athlete: int) -> list[str]:
    """Files that hold the id of the athlete or of one of the runs, as SQLite writes whole numbers or as text."""
    held = b"".join(read_files(directory).values())
    ids = range(athlete, athlete + 61)
    return [hex(each) for each in ids if each.to_bytes(6, "big") in held or str(each).encode() in held]


def test_of_many_athletes_each_one_who_leaves_is_gone_from_the_files(tmp_path: Path, vault: Vault) -> None:
    store = Store(new_sqlite(tmp_path / "backstride.sqlite3"))
    everyone = [FIRST + 0x1_0000 * number for number in range(24)]
    for athlete in everyone:
        furnish(store, vault, athlete)
    assert shows(tmp_path, everyone[0])

    for athlete in everyone[::2]:
        with store.write() as session:
            deletions.forget(session, athlete, DeletionReason.LEFT, NOW)
        assert store.forget_for_good()
        assert shows(tmp_path, athlete) == []

    assert shows(tmp_path, everyone[1])
    store.dispose()


def test_somebody_who_reads_meanwhile_only_delays_it(tmp_path: Path, vault: Vault) -> None:
    store = Store(new_sqlite(tmp_path / "backstride.sqlite3"), busy_seconds=0.1)
    furnish(store, vault, FIRST)
    with store.read() as reading:
        athletes.find(reading, FIRST)
        with store.write() as session:
            deletions.forget(session, FIRST, DeletionReason.LEFT, NOW)
        assert not store.leave_no_trace(of_somebody=True)

    assert store.forget_for_good()
    assert shows(tmp_path, FIRST) == []
    store.dispose()
