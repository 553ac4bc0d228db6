"""The log of done sessions: one list per athlete, health data and therefore encrypted, kept with consent only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from content.moves.library import Library
from content.routines.past import EarlierRoutine, LoggedSession, Past
from content.told_times import told_time
from integration.store.database.column_types import EPOCH
from integration.store.tables import Note, Preferences
from integration.store.vault import Vault

SAME_WITHIN: Final = timedelta(hours=12)  # told again so soon, it is the same session of the same routine
WORST: Final = 10  # of a back; 0 is well


@dataclass(frozen=True)
class Entry:
    """One session, or how the back felt without one (`moves` empty)."""

    at: datetime  # aware: when it arrived
    activity: int | None  # whose note gave the routine; None: the day's own
    moves: tuple[str, ...]
    strength: bool
    back: int | None = None  # 0 (well) to 10
    where: tuple[str, ...] = ()
    answered_ms: int | None = None  # by the browser's clock: a mark of one answer

    def is_again(self, other: "Entry") -> bool:
        """Return True if this is the same session as `other`: sent twice, or told twice within 12 hours."""
        if (self.activity, self.strength, bool(self.moves)) != (other.activity, other.strength, bool(other.moves)):
            return False
        sent_twice = self.answered_ms is not None and self.answered_ms == other.answered_ms
        return sent_twice or abs(self.at - other.at) < SAME_WITHIN


def entries(row: Preferences, vault: Vault) -> list[Entry]:
    """Return everything logged, oldest first, as far as it can be read. Raises KeysLost."""
    return _stored(vault.decrypt(row.session_log)) if row.session_log else []


def add(row: Preferences, vault: Vault, new: Entry) -> None:
    """Log a session. One that is told again keeps its time and takes what is now said of the back. Raises KeysLost."""
    logged = entries(row, vault)
    known = next((number for number, entry in enumerate(logged) if new.is_again(entry)), None)
    if known is None:
        logged.append(new)
    elif new.back is not None:
        logged[known] = replace(logged[known], back=new.back, where=new.where)
    row.session_log = vault.encrypt(json.dumps([_plain(entry) for entry in logged]))


def add_missing(row: Preferences, vault: Vault, brought: object) -> int:
    """Log the sessions of a download that are not logged yet; return how many. Raises KeysLost."""
    logged = entries(row, vault)
    new = [entry for entry in _stored(json.dumps(brought)) if not any(entry.is_again(known) for known in logged)]
    if new:
        both = sorted([*logged, *new], key=lambda entry: entry.at)
        row.session_log = vault.encrypt(json.dumps([_plain(entry) for entry in both]))
    return len(new)


def moves_just_told(logged: Sequence[Entry], activity: int | None, now: datetime) -> tuple[str, ...]:
    """Return the moves that a routine's session was last told to have, within 12 hours; () if it was not told."""
    told = [entry.moves for entry in logged if entry.activity == activity and now - entry.at < SAME_WITHIN]
    return next(filter(None, reversed(told)), ())


def past(logged: Sequence[Entry], notes: Sequence[Note], library: Library) -> Past:
    """Return what routines build on: what notes gave, and what was done."""
    return Past(
        given=tuple(
            EarlierRoutine(note.written_at, tuple(note.moves), has_strength(note.moves, library)) for note in notes
        ),
        sessions=tuple(LoggedSession(entry.at, entry.strength, entry.back) for entry in logged),
    )


def has_strength(moves: Sequence[str], library: Library) -> bool:
    """Return True if there is strength work among these moves; unknown ones are none."""
    return any(name in library.moves and not library.moves[name].kind.gentle for name in moves)


def _plain(entry: Entry) -> dict[str, Any]:
    return {**vars(entry), "at": entry.at.isoformat()}


def _stored(text: str) -> list[Entry]:
    try:
        stored = json.loads(text)
    except ValueError:
        return []
    if isinstance(stored, dict):
        return [_of_the_first_shape(activity, felt) for activity, felt in stored.items() if isinstance(felt, dict)]
    return [found for item in (stored if isinstance(stored, list) else ()) if (found := _entry(item))]


def _entry(stored: object) -> Entry | None:
    """Return the session, None if it has no time; parts that cannot be read are left away."""
    found = stored if isinstance(stored, dict) else {}
    at = EPOCH if found.get("at") == EPOCH.isoformat() else told_time(found.get("at"))
    if at is None:
        return None
    return Entry(
        at=at,
        activity=_whole(found.get("activity")),
        moves=_texts(found.get("moves")),
        strength=found.get("strength") is True,
        back=_score(found.get("back")),
        where=_texts(found.get("where")),
        answered_ms=_whole(found.get("answered_ms")),
    )


def _of_the_first_shape(activity: str, felt: dict[str, Any]) -> Entry:
    """Return how the back felt after a run, without a time: it comes before our time, so that nothing builds on it."""
    return Entry(
        EPOCH, int(activity) if activity.isdecimal() else None, (), strength=False,
        back=_score(felt.get("back")), where=_texts(felt.get("where")),
    )  # fmt: skip


def _whole(stored: object) -> int | None:
    return stored if isinstance(stored, int) and not isinstance(stored, bool) else None


def _score(stored: object) -> int | None:
    number = _whole(stored)
    return number if number is not None and 0 <= number <= WORST else None


def _texts(stored: object) -> tuple[str, ...]:
    return tuple(text for text in stored if isinstance(text, str)) if isinstance(stored, list) else ()
