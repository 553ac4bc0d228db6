"""Write a note into a description on Strava, and remove it. The athlete's words are read just before each write.

Strava offers no conditional update: what remains is the moment between our GET and our PUT.
"""

from datetime import UTC, datetime

from content.notes import block
from content.outcomes import NoteState
from integration.errors import Gone, OddAnswer, ScopeMissing
from integration.store import ledger
from integration.store.tables import Note
from integration.strava.rate_limit import Priority
from workers.athlete_session import AthleteSession
from workers.fetch import Reading, read, reread


def words_in(reading: Reading) -> str | None:
    """Return the description as it is on Strava, our block included; None and "" are both an empty one.

    Raises OddAnswer for an answer without it: that says nothing of the athlete's words, and nothing may be written.
    """
    if "description" not in reading.activity:
        raise OddAnswer("Strava's answer holds no description", datetime.now(UTC))
    text: str | None = reading.activity["description"]
    return text


def write(athlete_session: AthleteSession, note: Note, text: str, known: Reading) -> bool:
    """Put the note's block after the athlete's words, once. False if the athlete has already asked to remove it.

    The ledger says `writing` before the PUT, so that a crash in between is taken up again: a block that stands there
    already is ours, and nothing is added. Afterwards `note` holds the fingerprint of the block that stands there.
    """
    note.state, note.block_hash = NoteState.WRITING, block.fingerprint(text)
    with athlete_session.store() as session:
        if not ledger.begin(session, note):
            return False
    description = words_in(reread(athlete_session, note.activity_id, known))
    if block.carries(description):
        note.block_hash = block.fingerprint(block.find(description) or "")
        return True
    put = block.put(description, text)
    athlete_session.call(lambda strava: strava.describe(note.activity_id, put))
    return True


def remove(
    athlete_session: AthleteSession, note: Note, known: Reading | None = None, *, priority: Priority = "live"
) -> NoteState:
    """Remove the block and return the note's new state; nothing is stored.

    A block that the athlete deleted counts as removed, and one that the athlete changed stays, as EDITED. Without the
    permission it stays, too. Raises all else that Strava says.
    """
    if note.block_hash is None:  # it stood on the pages only
        return NoteState.REMOVED
    try:
        return _remove_block(athlete_session, note, known, priority)
    except Gone:
        return NoteState.GONE_UNREMOVED
    except ScopeMissing:
        return NoteState.NO_PERMISSION


def _remove_block(athlete_session: AthleteSession, note: Note, known: Reading | None, priority: Priority) -> NoteState:
    reading = (
        read(athlete_session, note.activity_id, priority)
        if known is None
        else reread(athlete_session, note.activity_id, known)
    )
    description = words_in(reading)
    if not block.carries(description):
        return NoteState.REMOVED
    found = block.find(description)
    if found is None or block.fingerprint(found) != note.block_hash:
        return NoteState.EDITED
    stripped = block.strip(description)
    athlete_session.call(lambda strava: strava.describe(note.activity_id, stripped), priority=priority)
    return NoteState.REMOVED
