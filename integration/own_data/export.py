"""Everything that is kept about one athlete, for the athlete; secrets and how the queue works are no part of it."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Table as SqlTable
from sqlalchemy import select
from sqlalchemy.orm import Session

from integration.store import Store, Vault, athletes, instance_facts
from integration.store.tables import (
    Athlete,
    Invitation,
    Note,
    PendingActivity,
    Preferences,
    StoredHistory,
    StoredRun,
    Table,
)

OURS = frozenset(  # how we work, not what we know; and what would let somebody act as the athlete
    {"key", "access_token", "refresh_token", "token_expires_at", "token_version", "token_hash"}
    | {"session_epoch"}
    | {"lease_token", "lease_until", "athlete_id"}
)
LOCKED = ("answers", "session_log", "diary", "tell_at")


def export_athlete(store: Store, vault: Vault, athlete_id: int) -> dict[str, Any] | None:
    """JSON-ready values, times in ISO 8601, distances in tenths of a metre (`_dm`); None for somebody unknown."""
    with store.read() as session:
        athlete = athletes.find(session, athlete_id)
        if athlete is None:
            return None
        connection = _rows(session, Athlete, athlete_id)[0]
        preferences = _rows(session, Preferences, athlete_id)
        return {
            "connection": connection | {"owner": instance_facts.owner(session) == athlete_id},
            "preferences": _unlocked(preferences[0], vault) if preferences else None,
            "notes": _rows(session, Note, athlete_id),
            "pending_activities": _rows(session, PendingActivity, athlete_id),
            "history": next(iter(_rows(session, StoredHistory, athlete_id)), None),
            "runs": _rows(session, StoredRun, athlete_id),
            "invitations": _rows(session, Invitation, athlete_id),
        }


def _rows(session: Session, kind: type[Table], athlete_id: int) -> list[dict[str, Any]]:
    table = kind.__table__
    if not isinstance(table, SqlTable):
        raise TypeError(kind)
    whose = next(table.columns[name] for name in ("athlete_id", "used_by", "id") if name in table.columns)
    rows = session.execute(select(table).where(whose == athlete_id).order_by(*table.primary_key)).mappings()
    return [{name: _plain(value) for name, value in row.items() if name not in OURS} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _unlocked(preferences: dict[str, Any], vault: Vault) -> dict[str, Any]:
    opened = {name: json.loads(vault.decrypt(locked)) for name in LOCKED if (locked := preferences[name])}
    return preferences | opened
