"""The ledger of notes: what we wrote, and what became of it.

    writing ──PUT──▶ written ──▶ removing ──▶ removed     taken back: by the athlete, by #nonote, on leaving,
       │                │            └──────▶ edited      or because the run itself changed; an edited block stays
       │                └──▶ gone                          the activity was deleted, or hidden from us
       └─(pages only)──▶ pages

Only a `writing` row may PUT. `gone` rows count for nothing and die after 48 hours.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from integration.store.engine import changed
from integration.store.tables import Note

GONE_KEPT_FOR = timedelta(hours=48)
COUNTING = ("writing", "written", "pages", "removing", "removed", "edited")


def find(session: Session, athlete_id: int, activity_id: int) -> Note | None:
    return session.get(Note, (athlete_id, activity_id))


def notes(session: Session, athlete_id: int) -> list[Note]:
    """All notes of one athlete, newest first."""
    return list(session.scalars(select(Note).where(Note.athlete_id == athlete_id).order_by(Note.written_at.desc())))


def noted(session: Session, athlete_id: int) -> dict[int, str | None]:
    """Activity id → band of session_spike (or None) of the notes that count for the mute."""
    query = select(Note.activity_id, Note.spike_band).where(Note.athlete_id == athlete_id, Note.state.in_(COUNTING))
    return {row.activity_id: row.spike_band for row in session.execute(query)}


def begin(session: Session, note: Note) -> bool:
    """Says, before the PUT, that a note is about to stand there; a row that is there is begun anew.

    False, and nothing is begun, where the athlete asked meanwhile to have it taken back.
    """
    known = session.get(Note, (note.athlete_id, note.activity_id), with_for_update=True)
    if known is not None and known.state == "removing":
        return False
    session.merge(note)
    return True


def finish(session: Session, note: Note) -> None:
    """Says, after the PUT (or for a note on the pages only), that the note stands; one to be taken back stays that."""
    known = session.get(Note, (note.athlete_id, note.activity_id), with_for_update=True)
    taking_back = known is not None and known.state == "removing"
    note.state = "removing" if taking_back else "written" if note.block_hash else "pages"
    session.merge(note)


def move(session: Session, athlete_id: int, activity_id: int, state: str, now: datetime) -> None:
    session.execute(
        update(Note)
        .where(Note.athlete_id == athlete_id, Note.activity_id == activity_id)
        .values(state=state, changed_at=now)
    )


def drop(session: Session, athlete_id: int, activity_id: int) -> None:
    session.execute(delete(Note).where(Note.athlete_id == athlete_id, Note.activity_id == activity_id))


def ask_removal(session: Session, athlete_id: int, now: datetime, activity_id: int | None = None) -> int:
    """Marks one note, or all, to be taken back by `attend`; those on the pages only go at once. Returns how many."""
    mine = [Note.athlete_id == athlete_id]
    if activity_id is not None:
        mine.append(Note.activity_id == activity_id)
    on_pages = update(Note).where(*mine, Note.state == "pages").values(state="removed", changed_at=now)
    on_strava = update(Note).where(*mine, Note.state.in_(("written", "writing")))
    asked = [on_pages, on_strava.values(state="removing", changed_at=now)]
    return sum(changed(session, statement) for statement in asked)


def to_remove(session: Session, athlete_id: int) -> list[Note]:
    query = select(Note).where(Note.athlete_id == athlete_id, Note.state == "removing")
    return list(session.scalars(query.order_by(Note.written_at.desc())))


def counts(session: Session) -> dict[str, int]:
    """State → number of notes, over all athletes."""
    query = select(Note.state, func.count().label("number")).group_by(Note.state)
    return {row.state: row.number for row in session.execute(query)}


def expire(session: Session, now: datetime) -> None:
    """Forgets notes of activities that are gone: Strava wants a deletion reflected within 48 hours."""
    session.execute(delete(Note).where(Note.state == "gone", Note.changed_at <= now - GONE_KEPT_FOR))
