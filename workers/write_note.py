"""Write the note on one run: choose its place, word it, put it there, and look whether Strava kept it.

A private note that Strava ignored is not tried again, and never falls back into the description, which others read: it
stands on the pages, and so do the next ones until the athlete chooses.
"""

from content.decision import Case
from content.notes.target import Target
from content.outcomes import NoteState
from content.signals.mute import counts
from integration.athlete_profile import WRITE_SCOPE
from integration.errors import OddAnswer, ScopeMissing
from integration.store.tables import Note, PendingActivity
from workers import note_field
from workers.fetch import Reading
from workers.note_field import Written
from workers.note_text import note_text
from workers.situation import Situation

LOOKS_FOR_THE_FIELD = 3  # answers without a private note before we take it that Strava has none (any more)


def write_note(
    situation: Situation, pending: PendingActivity, case: Case, reading: Reading, known: Note | None
) -> Note | None:
    """Return the note as it stands, on Strava or on the pages; None if the athlete has already asked to remove it.

    `known` is its row in the ledger, if there is one. Raises what Strava says, for another try.
    """
    begun = known if known is not None and known.state is NoteState.WRITING and known.block_hash else None
    target = _target(situation, pending, reading, begun)
    run, review = case.counted
    text, moves = note_text(situation, run, review, reading.activity, case.tags, target)
    now = situation.athlete_session.now
    note = Note(
        athlete_id=pending.athlete_id, activity_id=run.id, state=NoteState.WRITING, written_at=now,
        severity=review.severity, spike_band=review.spike_band, mutes=counts(review.findings, asked=case.asked),
        target=target, unseen=False, block_hash=None, moves=moves, changed_at=now,
    )  # fmt: skip
    return note if target is Target.PAGES or _put(situation, note, text, reading, begun) else None


def _target(situation: Situation, pending: PendingActivity, reading: Reading, begun: Note | None) -> Target:
    """Return the place of this note. One that a crash left half written stays where its block is, if it is there."""
    if begun is not None and note_field.stands(reading, begun.target):
        return begun.target
    if begun is not None and begun.unseen:  # Strava took it, and does not hold it
        situation.see_private_note(kept=False)
        return Target.PAGES
    target = situation.profile.written_to
    if target is Target.PRIVATE and begun is None and _has_no_field(reading, pending):
        situation.see_private_note(kept=False)
        return Target.PAGES
    return target


def _has_no_field(reading: Reading, pending: PendingActivity) -> bool:
    """Return True if the private note was missing every time. Raises OddAnswer before: an answer may be odd once."""
    try:
        note_field.words_in(reading, Target.PRIVATE)
    except OddAnswer:
        if pending.attempts < LOOKS_FOR_THE_FIELD:
            raise
        return True
    return False


def _put(situation: Situation, note: Note, text: str, reading: Reading, begun: Note | None) -> bool:
    """Put the note on Strava, or leave it on the pages; False if the athlete has already asked to remove it."""
    try:
        written = note_field.write(situation.athlete_session, note, text, reading, begun)
    except ScopeMissing as error:
        if error.scope != WRITE_SCOPE:
            raise
        situation.lose_scope(error.scope)
        _leave_on_pages(note)
        return True
    if written is Written.PUT and note.target is Target.PRIVATE and situation.profile.private_note_seen is None:
        kept = note_field.was_kept(situation.athlete_session, note)
        situation.see_private_note(kept=kept)
        if not kept:
            _leave_on_pages(note)
    return written is not Written.UNWANTED


def _leave_on_pages(note: Note) -> None:
    note.block_hash, note.target, note.unseen = None, Target.PAGES, False
