"""The ledger of notes: one row for each activity that got a note, with its state (see `content.outcomes.NoteState`).

Only a row that says `writing` may be written to Strava. Rows of activities that are gone die after 48 hours.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, literal, select, update
from sqlalchemy.orm import Session

from content.outcomes import NoteState
from integration.store.database.engine import changed
from integration.store.database.prepared import Prepared
from integration.store.tables import Note

GONE_KEPT_FOR = timedelta(hours=48)


def find(session: Session, athlete_id: int, activity_id: int) -> Note | None:
    """Return the note of one activity, or None."""
    return session.scalar(_ONE, {"of": athlete_id, "activity": activity_id})


def of(session: Session, athlete_id: int, activity_ids: Collection[int]) -> dict[int, Note]:
    """Return the notes of these activities, by activity id."""
    notes = session.scalars(_THESE, {"of": athlete_id, "ids": list(activity_ids)})
    return {note.activity_id: note for note in notes}


def notes(session: Session, athlete_id: int) -> list[Note]:
    """Return all notes of one athlete, newest first."""
    return list(session.scalars(select(Note).where(Note.athlete_id == athlete_id).order_by(Note.written_at.desc())))


def noted(session: Session, athlete_id: int) -> dict[int, int]:
    """Return activity id → the severity with which its note counts for the mute, 0 for a note that mutes nothing."""
    rows = _COUNTING.rows(session, {"of": athlete_id})
    return {activity_id: severity if mutes else 0 for activity_id, severity, mutes in rows}


def kept(session: Session, athlete_id: int) -> frozenset[int]:
    """Return the ids of the athlete's activities with a note that stands, on Strava or on the pages."""
    return frozenset(activity_id for (activity_id,) in _KEPT.rows(session, {"of": athlete_id}))


def begin(session: Session, note: Note) -> bool:
    """Record, before the write, that a note is about to stand there; a row that is there begins anew.

    Returns False, and records nothing, if the athlete has already asked to remove the note.
    """
    known = session.get(Note, (note.athlete_id, note.activity_id), with_for_update=True)
    if known is not None and known.state is NoteState.REMOVING:
        return False
    session.merge(note)
    return True


def mark_unseen(session: Session, note: Note) -> None:
    """Record that Strava answered the write of a note, before we look whether it stands there."""
    mine = (Note.athlete_id == note.athlete_id, Note.activity_id == note.activity_id)
    session.execute(update(Note).where(*mine).values(unseen=True))


def finish(session: Session, note: Note) -> None:
    """Record, after the write, that the note stands; one that the athlete meanwhile asked to remove stays that.

    A note whose place the athlete's own words take, as EDITED, stays that, too, and so does one left on the pages.
    """
    known = session.get(Note, (note.athlete_id, note.activity_id), with_for_update=True)
    if known is not None and known.state is NoteState.REMOVING:
        note.state = NoteState.REMOVING
    elif note.state is NoteState.WRITING:
        note.state = NoteState.WRITTEN if note.block_hash else NoteState.PAGES
    session.merge(note)


def move(session: Session, athlete_id: int, activity_id: int, state: NoteState, now: datetime) -> None:
    """Record a note's new state; nothing happens without a note."""
    session.execute(
        update(Note)
        .where(Note.athlete_id == athlete_id, Note.activity_id == activity_id)
        .values(state=state, changed_at=now)
    )


def mark_gone(session: Session, athlete_id: int, activity_id: int, now: datetime) -> None:
    """Record that Strava no longer has the note's activity, or hides it from us; nothing happens without a note."""
    note = session.get(Note, (athlete_id, activity_id), with_for_update=True)
    if note is None or note.state.is_gone:
        return
    if note.state is NoteState.WRITING and note.block_hash is None:  # asked for on a page, and never begun
        session.delete(note)
        return
    note.state, note.changed_at = note.state.once_gone, now


def drop(session: Session, athlete_id: int, activity_id: int, now: datetime) -> None:
    """Delete a note's row, so that the run may get a new one; one that the athlete wants away stays, as REMOVED."""
    mine = (Note.athlete_id == athlete_id, Note.activity_id == activity_id)
    wanted_away = (NoteState.REMOVING, NoteState.REMOVED)  # asked for since the decision to remove it
    session.execute(delete(Note).where(*mine, Note.state.not_in(wanted_away)))
    asked = update(Note).where(*mine, Note.state == NoteState.REMOVING)
    session.execute(asked.values(state=NoteState.REMOVED, changed_at=now))


def ask_removal(
    session: Session, athlete_id: int, now: datetime, activity_id: int | None = None, *, again: bool = True
) -> int:
    """Mark one note, or all, for removal by a worker; those on the pages only go at once. Returns the number.

    One on the pages whose block may stand on Strava after all is the worker's: it looks. `again`: also those
    that could not be removed before.
    """
    mine = [Note.athlete_id == athlete_id]
    if activity_id is not None:
        mine.append(Note.activity_id == activity_id)
    on_pages = update(Note).where(*mine, Note.state == NoteState.PAGES, Note.block_hash.is_(None))
    of_these = _is(lambda state: state.removable and (again or state.stands))
    on_strava = update(Note).where(*mine, of_these)
    asked = [
        on_pages.values(state=NoteState.REMOVED, changed_at=now),
        on_strava.values(state=NoteState.REMOVING, changed_at=now),
    ]
    return sum(changed(session, statement) for statement in asked)


def resume_removals(session: Session, athlete_id: int, now: datetime) -> None:
    """Mark again for removal what a missing permission kept: the athlete has connected anew."""
    kept = (Note.athlete_id == athlete_id, Note.state == NoteState.NO_PERMISSION)
    session.execute(update(Note).where(*kept).values(state=NoteState.REMOVING, changed_at=now))


def to_remove(session: Session, athlete_id: int) -> list[Note]:
    """Return the notes whose removal was asked for, newest first."""
    query = select(Note).where(Note.athlete_id == athlete_id, Note.state == NoteState.REMOVING)
    return list(session.scalars(query.order_by(Note.written_at.desc())))


def counts(session: Session) -> dict[NoteState, int]:
    """Return state → number of notes, over all athletes."""
    query = select(Note.state, func.count().label("number")).group_by(Note.state)
    return {row.state: row.number for row in session.execute(query)}


def expire(session: Session, now: datetime) -> None:
    """Forget notes of activities that are gone: Strava wants a deletion reflected within 48 hours."""
    old = Note.changed_at <= now - GONE_KEPT_FOR
    session.execute(delete(Note).where(_is(lambda state: state.is_gone), old))


def _is(wanted: Callable[[NoteState], bool]) -> ColumnElement[bool]:
    """The condition that a note's state is one of those wanted."""
    return _NOTES.c.state.in_([literal(state, _NOTES.c.state.type) for state in NoteState if wanted(state)])


_NOTES = cast("Table", Note.__table__)
_MINE = _NOTES.c.athlete_id == bindparam("of", type_=_NOTES.c.athlete_id.type)
_ONE = select(Note).where(_MINE, _NOTES.c.activity_id == bindparam("activity"))
_THESE = select(Note).where(_MINE, _NOTES.c.activity_id.in_(bindparam("ids", expanding=True)))
_COUNTING = Prepared(
    lambda _: select(_NOTES.c.activity_id, _NOTES.c.severity, _NOTES.c.mutes).where(
        _MINE, _is(lambda state: state.counts_for_mute)
    )
)
_KEPT = Prepared(
    lambda _: select(_NOTES.c.activity_id).where(_MINE, _is(lambda state: state.stands or state.on_strava))
)
