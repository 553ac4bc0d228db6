"""The log of done sessions: one list per athlete, health data and therefore encrypted, kept with consent only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from content.moves.library import Library
from content.routines.routine import EarlierRoutine, Past, Session
from integration.store.tables import EPOCH, Note, Preferences
from integration.store.vault import Vault

SAME_WITHIN: Final = timedelta(hours=12)  # told again so soon, it is the same session of the same routine


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
        """Whether this tells the same session as `other`: sent twice, or told twice in a few hours."""
        if (self.activity, self.strength, bool(self.moves)) != (other.activity, other.strength, bool(other.moves)):
            return False
        sent_twice = self.answered_ms is not None and self.answered_ms == other.answered_ms
        return sent_twice or abs(self.at - other.at) < SAME_WITHIN


def entries(told: Preferences, vault: Vault) -> list[Entry]:
    """Everything logged, oldest first."""
    kept = json.loads(vault.decrypt(told.session_log)) if told.session_log else []
    return _of_the_first_shape(kept) if isinstance(kept, dict) else list(map(_entry, kept))


def add(told: Preferences, vault: Vault, new: Entry) -> None:
    """Logs a session; one that is told again keeps its moment, and takes what is said of the back now."""
    kept = entries(told, vault)
    known = next((number for number, entry in enumerate(kept) if new.is_again(entry)), None)
    if known is None:
        kept.append(new)
    elif new.back is not None:
        kept[known] = Entry(**{**vars(kept[known]), "back": new.back, "where": new.where})
    told.session_log = vault.encrypt(json.dumps([_plain(entry) for entry in kept]))


def moves_just_told(logged: Sequence[Entry], activity: int | None, now: datetime) -> tuple[str, ...]:
    """What a routine's session was told to be in the last hours: what comes again without its moves is that one."""
    told = [entry.moves for entry in logged if entry.activity == activity and now - entry.at < SAME_WITHIN]
    return next(filter(None, reversed(told)), ())


def past(logged: Sequence[Entry], notes: Sequence[Note], library: Library) -> Past:
    """What routines are built on: what notes gave, and what was done."""
    return Past(
        given=tuple(
            EarlierRoutine(note.written_at, tuple(note.moves), has_strength(note.moves, library)) for note in notes
        ),
        sessions=tuple(Session(entry.at, entry.strength, entry.back) for entry in logged),
    )


def has_strength(moves: Sequence[str], library: Library) -> bool:
    """Whether there is strength work among these moves; unknown ones are none."""
    return any(name in library.moves and not library.moves[name].kind.gentle for name in moves)


def _plain(entry: Entry) -> dict[str, Any]:
    return {**vars(entry), "at": entry.at.isoformat()}


def _entry(kept: dict[str, Any]) -> Entry:
    lists = {name: tuple(kept[name]) for name in ("moves", "where")}
    return Entry(**{**kept, **lists, "at": datetime.fromisoformat(kept["at"])})


def _of_the_first_shape(kept: dict[str, dict[str, Any]]) -> list[Entry]:
    """Activity to how the back felt, without a moment: as a log from before our time it builds on nothing."""
    return [
        Entry(EPOCH, int(activity), (), strength=False, back=felt["back"], where=tuple(felt["where"]))
        for activity, felt in kept.items()
    ]
