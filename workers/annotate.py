"""Writing a note into a description, and taking it back. The athlete's words are read just before each write.

Strava offers no conditional update: what remains is the moment between our GET and our PUT.
"""

from content.notes import block
from integration.errors import Gone, ScopeMissing
from integration.store import ledger
from integration.store.tables import Note
from integration.strava.budget import Lane
from workers.reading import Reading, read, reread
from workers.visit import Visit


def write(visit: Visit, note: Note, text: str, known: Reading) -> bool:
    """Puts the note's block after the athlete's words, once; False where the athlete takes it back already.

    The ledger says `writing` before the PUT, so that a crash in between is taken up again: a block that stands there
    already is ours, and nothing is added. Afterwards `note` holds the fingerprint of the block that stands there.
    """
    note.state, note.fingerprint = "writing", block.fingerprint(text)
    with visit.store() as session:
        if not ledger.begin(session, note):
            return False
    description = reread(visit, note.activity_id, known).activity.get("description")
    if block.carries(description):
        note.fingerprint = block.fingerprint(block.find(description) or "")
        return True
    put = block.put(description, text)
    visit.call(lambda strava: strava.describe(note.activity_id, put))
    return True


def take_back(visit: Visit, note: Note, known: Reading | None = None, *, lane: Lane = "live") -> str:
    """Takes the block out again; returns the note's new state: removed, or edited where the athlete changed it.

    A block that the athlete deleted counts as removed; one of an activity that is no longer there as gone. Without
    the scope to write it stays as it stands.
    """
    if note.fingerprint is None:  # it stood on the pages only
        return "removed"
    try:
        return _take_out(visit, note, known, lane)
    except Gone:
        return "gone"
    except ScopeMissing:
        return "edited"


def _take_out(visit: Visit, note: Note, known: Reading | None, lane: Lane) -> str:
    reading = read(visit, note.activity_id, lane) if known is None else reread(visit, note.activity_id, known)
    description = reading.activity.get("description")
    if not block.carries(description):
        return "removed"
    found = block.find(description)
    if found is None or block.fingerprint(found) != note.fingerprint:
        return "edited"
    stripped = block.strip(description)
    visit.call(lambda strava: strava.describe(note.activity_id, stripped), lane=lane)
    return "removed"
