"""Write the note on one run: choose its place, word it, put it there, and look whether Strava kept it.

A private note that Strava ignored is not tried again, and never falls back into the description, which others read: it
stands on the pages, and so do the next ones until the athlete chooses.
"""

from content.notes.target import Target
from content.outcomes import NoteState
from content.signals.mute import mutes_later_runs
from integration.athlete_profile import WRITE_SCOPE
from integration.errors import OddAnswer, ScopeMissing
from integration.store.tables import Note
from workers import retry
from workers.notes import note_field
from workers.notes.note_field import Written
from workers.notes.note_text import note_text
from workers.situation import Situation
from workers.work_item import WorkItem


def write_note(situation: Situation, item: WorkItem) -> Note | None:
    """Return the note as it stands, on Strava or on the pages; None if the athlete has already asked to remove it.

    Raises what Strava says, for another try.
    """
    target, now = _target(situation, item), situation.athlete_session.now
    text, moves = note_text(situation, item, target)
    run, review = item.case.counted
    note = Note(
        athlete_id=item.pending.athlete_id, activity_id=run.id, state=NoteState.WRITING, written_at=now,
        severity=review.severity, spike_band=review.spike_band,
        mutes=mutes_later_runs(review.findings, asked=item.case.asked), asked_on_page=item.case.asked_on_page,
        target=target, unseen=False, block_hash=None, moves=moves, changed_at=now,
    )  # fmt: skip
    if target is Target.PAGES:
        _leave_on_pages(note, maybe_in=item.begun)
        return note
    return note if _put(situation, note, text, item) else None


def _target(situation: Situation, item: WorkItem) -> Target:
    """Return the place of this note. One that a crash left half written stays where its block is, if it is there."""
    begun = item.begun
    target = begun.target if begun is not None else situation.profile.written_to
    if target is Target.PRIVATE and _has_no_field(item):
        situation.see_private_note(kept=False)
        return Target.PAGES
    if begun is None or item.reading.carries_note(begun.target):
        return target
    if begun.unseen:  # Strava took it, and does not hold it
        situation.see_private_note(kept=False)
        return Target.PAGES
    return situation.profile.written_to


def _has_no_field(item: WorkItem) -> bool:
    """Return True if the private note was missing every time. Raises OddAnswer before: an answer may be odd once."""
    try:
        item.reading.words(Target.PRIVATE)
    except OddAnswer:
        if item.pending.attempts < retry.NO_FIELD_AFTER:
            raise
        return True
    return False


def _put(situation: Situation, note: Note, text: str, item: WorkItem) -> bool:
    """Put the note on Strava, or leave it on the pages; False if the athlete has already asked to remove it."""
    try:
        written, words = note_field.write(situation.athlete_session, note, text, item.reading, item.begun)
    except ScopeMissing as error:
        if error.scope != WRITE_SCOPE:
            raise
        situation.lose_scope(error.scope)
        _leave_on_pages(note, maybe_in=item.begun)
        return True
    if written is Written.PUT and note.target is Target.PRIVATE and situation.profile.private_note_seen is None:
        written = note_field.look(situation.athlete_session, note, words, text)
        if written is not Written.CUT:  # a field that is too short for these words is there
            situation.see_private_note(kept=written is Written.PUT)
    if written in {Written.CUT, Written.IGNORED}:
        _leave_on_pages(note, maybe_in=note)
    return written is not Written.UNWANTED


def _leave_on_pages(note: Note, *, maybe_in: Note | None) -> None:
    """Show the note on the pages. `maybe_in`: the row of a write whose block may stand after all.

    A look may have shown an old version, so such a note keeps field and fingerprint, and a removal looks there.
    """
    note.state = NoteState.PAGES
    note.block_hash = maybe_in.block_hash if maybe_in else None
    note.target = maybe_in.target if maybe_in else Target.PAGES
    note.unseen = maybe_in is not None
