"""Writing a note into a description, and taking it back. The athlete's words are read just before each write.

Strava offers no conditional update: what remains is the moment between our GET and our PUT.
"""

from content.notes import block
from integration.errors import Gone
from integration.store import ledger
from integration.store.tables import Note
from workers.reading import Reading, read, reread
from workers.visit import Visit


def write(visit: Visit, note: Note, text: str, known: Reading) -> None:
    """Puts the note's block after the athlete's words, once.

    The ledger says `writing` before the PUT, so that a crash in between is taken up again: a block that stands there
    already is ours, and nothing is added. Afterwards `note` holds the fingerprint of the block that stands there.
    """
    note.state, note.fingerprint = "writing", block.fingerprint(text)
    with visit.store() as session:
        ledger.begin(session, note)
    description = reread(visit, note.activity_id, known).activity.get("description")
    if block.carries(description):
        note.fingerprint = block.fingerprint(block.find(description) or "")
        return
    put = block.put(description, text)
    visit.call(lambda strava: strava.describe(note.activity_id, put))


def take_back(visit: Visit, note: Note, known: Reading | None = None) -> str:
    """Takes the block out again; returns the note's new state: removed, or edited where the athlete changed it.

    A block that the athlete deleted counts as removed; one of an activity that is no longer there as gone.
    """
    if note.fingerprint is None:  # it stood on the pages only
        return "removed"
    try:
        reading = read(visit, note.activity_id) if known is None else reread(visit, note.activity_id, known)
    except Gone:
        return "gone"
    description = reading.activity.get("description")
    if not block.carries(description):
        return "removed"
    found = block.find(description)
    if found is None or block.fingerprint(found) != note.fingerprint:
        return "edited"
    stripped = block.strip(description)
    visit.call(lambda strava: strava.describe(note.activity_id, stripped))
    return "removed"
