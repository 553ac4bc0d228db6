"""Write a note into its field on Strava, and remove it: the description, or the private note.

The athlete's words are read just before each write, and only the field itself is sent: the other keeps its words.
Strava offers no conditional update: what remains is the moment between our GET and our PUT.
"""

from datetime import UTC, datetime
from enum import Enum

from content.notes import block
from content.notes.target import Target
from content.outcomes import NoteState
from integration.errors import Gone, OddAnswer, ScopeMissing
from integration.store import ledger
from integration.store.tables import Note
from integration.strava.rate_limit import Priority
from workers.athlete_session import AthleteSession
from workers.fetch import read, reread
from workers.reading import Reading


class Written(Enum):
    """The result of a write: our PUT was answered; our block, or marks that are not ours, stood there; or no write."""

    PUT = "put"
    CUT = "cut"  # short, so the words were put back
    IGNORED = "ignored"
    FOUND = "found"
    THEIRS = "theirs"
    UNWANTED = "unwanted"  # any more, by the athlete


def write(
    athlete_session: AthleteSession, note: Note, text: str, known: Reading, begun: Note | None
) -> tuple[Written, str]:
    """Put the note's block after the athlete's words, once; not if the athlete has already asked to remove it.

    Return what came of it, and the words as they were read before.

    The ledger says `writing` before the PUT, so that a crash in between is taken up again: `begun` is the row of such
    a write. A block of that fingerprint is ours. Any other that stands there is the athlete's, as EDITED; nothing is
    added. Afterwards `note` holds the fingerprint of our block: what differs from it is never removed.
    """
    ours = {block.fingerprint(text), begun.block_hash if begun else None}
    known.words(note.target)  # without the athlete's words nothing is even begun
    note.state, note.block_hash = NoteState.WRITING, block.fingerprint(text)
    with athlete_session.store() as session:
        if not ledger.begin(session, note):
            return Written.UNWANTED, ""
    words = reread(athlete_session, note.activity_id, known).words(note.target) or ""
    if block.carries(words):
        found = block.find(words)
        if found is None or block.fingerprint(found) not in ours:
            note.state = NoteState.EDITED
            return Written.THEIRS, words
        note.block_hash = block.fingerprint(found)
        return Written.FOUND, words
    put = block.put(words, text)
    told = athlete_session.call(lambda strava: strava.replace_words(note.activity_id, note.target.field, put))
    cut = _put_back_if_cut(athlete_session, note, words, text, told.get(note.target.field))
    return (Written.CUT if cut else Written.PUT), words


def look(athlete_session: AthleteSession, note: Note, words: str, text: str) -> Written:
    """Look, for one call, whether Strava kept what was just written: it has ignored undocumented fields before.

    The ledger says so first: whatever happens meanwhile, that note is not written again.
    """
    note.unseen = True
    with athlete_session.store() as session:
        ledger.mark_unseen(session, note)
    found = read(athlete_session, note.activity_id).words(note.target)
    if _put_back_if_cut(athlete_session, note, words, text, found):
        return Written.CUT
    note.unseen = False
    return Written.PUT if block.carries(found) else Written.IGNORED


def _put_back_if_cut(athlete_session: AthleteSession, note: Note, words: str, text: str, found: object) -> bool:
    """Put the athlete's words back if only a beginning of our block stands after them; return whether it did."""
    put = block.put(words, text)
    if not isinstance(found, str) or not put.startswith(found) or not len(words) < len(found) < len(put):
        return False
    athlete_session.call(lambda strava: strava.replace_words(note.activity_id, note.target.field, words))
    return True


def remove(
    athlete_session: AthleteSession, note: Note, known: Reading | None = None, *, priority: Priority = "live"
) -> NoteState:
    """Remove the block from the field that it was written to. Return the note's new state; nothing is stored.

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
    words = reading.words(note.target)
    if not block.carries(words):
        return NoteState.REMOVED
    own = block.take_out(words, note.block_hash or "")
    if own is None:
        return NoteState.EDITED
    told = athlete_session.call(
        lambda strava: strava.replace_words(note.activity_id, note.target.field, own), priority=priority
    )
    if note.target is Target.PRIVATE:  # undocumented: Strava may answer as if it were done
        told = read(athlete_session, note.activity_id, priority).activity
    if told.get(note.target.field) == words:  # the next try reads first, and finds out
        raise OddAnswer(f"Strava kept the {note.target.field} that we removed the note from", datetime.now(UTC))
    return NoteState.REMOVED
