"""Writing a note into a description, and taking it back. The athlete's words are read just before each write.

Strava offers no conditional update: what remains is the moment between our GET and our PUT.
"""

from content.notes import block
from integration.errors import Gone, ScopeMissing
from integration.store import ledger
from integration.store.tables import Note
from integration.strava.rate_limit import Priority
from workers.athlete_session import AthleteSession
from workers.fetch import Reading, read, reread


def write(athlete_session: AthleteSession, note: Note, text: str, known: Reading) -> bool:
    """Puts the note's block after the athlete's words, once; False where the athlete takes it back already.

    The ledger says `writing` before the PUT, so that a crash in between is taken up again: a block that stands there
    already is ours, and nothing is added. Afterwards `note` holds the fingerprint of the block that stands there.
    """
    note.state, note.block_hash = "writing", block.fingerprint(text)
    with athlete_session.store() as session:
        if not ledger.begin(session, note):
            return False
    description = reread(athlete_session, note.activity_id, known).activity.get("description")
    if block.carries(description):
        note.block_hash = block.fingerprint(block.find(description) or "")
        return True
    put = block.put(description, text)
    athlete_session.call(lambda strava: strava.describe(note.activity_id, put))
    return True


def take_back(
    athlete_session: AthleteSession, note: Note, known: Reading | None = None, *, priority: Priority = "live"
) -> str:
    """Takes the block out again; returns the note's new state: removed, or edited where the athlete changed it.

    A block that the athlete deleted counts as removed; one of an activity that is no longer there as gone. Without
    the scope to write it stays as it stands.
    """
    if note.block_hash is None:  # it stood on the pages only
        return "removed"
    try:
        return _take_out(athlete_session, note, known, priority)
    except Gone:
        return "gone"
    except ScopeMissing:
        return "edited"


def _take_out(athlete_session: AthleteSession, note: Note, known: Reading | None, priority: Priority) -> str:
    reading = (
        read(athlete_session, note.activity_id, priority)
        if known is None
        else reread(athlete_session, note.activity_id, known)
    )
    description = reading.activity.get("description")
    if not block.carries(description):
        return "removed"
    found = block.find(description)
    if found is None or block.fingerprint(found) != note.block_hash:
        return "edited"
    stripped = block.strip(description)
    athlete_session.call(lambda strava: strava.describe(note.activity_id, stripped), priority=priority)
    return "removed"
