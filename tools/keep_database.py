"""Keeps a database of this schema for the tests of upgrades: SQL, with rows in every table, by the code of its time.

Run it before a migration is added, or later against a worktree of that time, whose code comes first:
    PYTHONPATH=WORKTREE .venv/bin/python -P tools/keep_database.py tests/release/databases
"""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from cryptography.fernet import Fernet
from sqlalchemy import Connection, insert

KEY = b"a2VwdCBvbmx5IGZvciB0aGUgdGVzdHMgb2YgdXBncmE="  # of these databases alone
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ANSWERS = {"hurts": False, "floor": True, "equipment": ["band"], "left_out": ["plank"], "conditions": []}
FELT = {"7": {"back": 3, "where": ["hips"]}}
SESSION = {"at": NOW.isoformat(), "activity": 7, "moves": ["plank"], "strength": True, "back": 3, "where": ["hips"],
           "answered_ms": None}  # fmt: skip


def encrypted(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return Fernet(KEY).encrypt(text.encode()).decode()


ROWS: dict[str, list[dict[str, Any]]] = {
    "athletes": [
        {"id": 1001, "key": "a" * 32, "state": "connected", "connected_at": NOW, "token_expires_at": NOW,
         "scopes": "read,activity:read_all,activity:write", "access_token": encrypted("access"),
         "refresh_token": encrypted("refresh"), "listed_at": NOW, "last_event_at": NOW},
        {"id": 1002, "key": "b" * 32, "state": "disconnected", "connected_at": NOW, "disconnected_at": NOW,
         "token_expires_at": NOW, "scopes": "read", "access_token": encrypted("old"),
         "refresh_token": encrypted("older")},
    ],
    "facts": [{"name": "owner", "value": "1001"}, {"name": "subscription_id", "value": "77"}],
    "invitations": [{"token_hash": "c" * 64, "role": "guest", "created_at": NOW, "used_by": 1002}],
    "preferences": [
        {"athlete_id": 1001, "notes_on": True, "notes_on_at": NOW, "target": "description", "form": "long", "delay": 5,
         "units": "mi", "language": "en-US", "links": True, "thresholds": {"session_spike_over": 20},
         "previous_thresholds": {}, "answers": encrypted(ANSWERS), "answers_consented_at": NOW,
         "back_log": encrypted(FELT), "session_log": encrypted([SESSION]),
         "diary": encrypted({"plan_since": "2026-11-16", "plan_sessions": 3}), "tell_at": encrypted('"ntfys://topic"'),
         "strength_told_at": NOW},
        {"athlete_id": 1002},
    ],
    "pending_activities": [
        {"athlete_id": 1001, "activity_id": 7, "received": 2, "processed": 2, "processed_at": NOW,
         "first_received": NOW, "waiting_since": NOW, "last_received": NOW, "event_time": NOW, "kind": "create",
         "origin": "push", "due_at": NOW, "judged_as": "Run:215000:", "outcome": "noted"},
        {"athlete_id": 1001, "activity_id": 8, "received": 1, "first_received": NOW, "waiting_since": NOW,
         "last_received": NOW, "event_time": NOW, "kind": "create", "origin": "push", "due_at": NOW},
    ],
    "histories": [{"athlete_id": 1001, "fetched_at": NOW, "covered_from": NOW, "newest_activity": 7}],
    "notes": [
        {"athlete_id": 1001, "activity_id": 7, "state": "written", "written_at": NOW, "severity": 2,
         "spike_band": "moderate", "block_hash": "d" * 64, "moves": ["plank", "glute-bridge"], "done_at": NOW,
         "changed_at": NOW},
        {"athlete_id": 1001, "activity_id": 6, "state": "pages", "written_at": NOW, "severity": 0, "moves": [],
         "changed_at": NOW},
    ],
    "runs": [
        {"athlete_id": 1001, "id": 7, "start": NOW, "start_local": "2026-11-20T19:00:00", "sport": "Run",
         "distance_dm": 215000, "moving_s": 7000, "elapsed_s": 7100, "climb_dm": 900, "race": False, "trainer": False,
         "name": "Long one"},
    ],
    "deletions": [{"id": "f" * 16, "at": NOW, "reason": "left", "counts": {"runs": 1}, "receipt_hash": None}],
    "ended_sessions": [{"id_hash": "e" * 64, "ended_at": NOW}],
}  # fmt: skip
RENAMED = {  # by migrations: a newer name to those before it
    "pending_activities": "bells", "received": "rung", "processed": "settled", "first_received": "first_rung",
    "last_received": "heard_at", "processed_at": "settled_at", "block_hash": "fingerprint",
}  # fmt: skip


def rows_of(table: Any) -> list[dict[str, Any]]:
    """Return the rows for a table, under the names of its time; KeyError for a table that nobody filled yet."""
    named = {RENAMED.get(name, name): rows for name, rows in ROWS.items()} | ROWS
    return [
        {name: row[new] for new in row for name in (new, RENAMED.get(new, "")) if name in table.columns}
        for row in named[table.name]
    ]


def fill(connection: Connection, mapped: Any) -> None:
    for table in mapped.metadata.sorted_tables:
        for row in rows_of(table):
            connection.execute(insert(table), row)


def main(target: Path) -> None:
    from integration.store import Store, schema, tables

    with tempfile.TemporaryDirectory() as directory:
        store = Store(f"sqlite:///{directory}/kept.sqlite3")
        schema.migrate(store)
        with store.engine.begin() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            fill(connection, tables.Table)
            raw: Any = connection.connection.dbapi_connection
            (target / f"{revision}.sql").write_text("\n".join(raw.iterdump()) + "\n")
        store.dispose()
    print(f"kept {revision}, by {Path(tables.__file__).parents[2]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
