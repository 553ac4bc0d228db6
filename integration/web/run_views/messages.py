"""The sentences for a note's state, and for why a run has no note."""

from collections.abc import Mapping

from content.outcomes import NoteState, Outcome
from content.signals import REASONS, Thresholds, why_no_note
from integration.web import hold_words

NOTE_STATES: Mapping[NoteState, str] = {
    NoteState.WRITING: "The note is being written.",
    NoteState.WRITTEN: "Note added on Strava.",
    NoteState.PAGES: "The note is on these pages only.",
    NoteState.REMOVING: "The note is being removed.",
    NoteState.REMOVED: "The note was removed.",
    NoteState.EDITED: "You edited the note on Strava. It is yours now, and we leave it alone.",
    NoteState.NO_PERMISSION: "We could not remove the note: one permission is off. Connect again and tick every box, "
    "or delete it on Strava.",
    NoteState.REFUSED: "We could not remove the note: Strava did not let us. Try again, or delete it on Strava.",
    NoteState.GONE: "The activity is gone from Strava, or hidden from us.",
    NoteState.GONE_UNREMOVED: "We could not remove the note: its activity is gone from Strava, or hidden from us.",
}

# Why no note comes now, beside the other facts of the connection.
NOTES_STOPPED: Mapping[Outcome, str] = {
    Outcome.LEAVING: "stopped: you are leaving",
    Outcome.ON_HOLD: hold_words.NOTES_STOPPED,
    Outcome.NOTES_OFF: "off",
    Outcome.PAUSED: "paused",
}

# Of notes that stay on Strava when the athlete leaves.
LEFT_BEHIND: Mapping[NoteState, str] = {
    NoteState.EDITED: "You edited this note, so it is yours.",
    NoteState.NO_PERMISSION: "One permission is off. Delete this note on Strava.",
    NoteState.REFUSED: "Strava did not let us remove this note. Delete it there.",
    NoteState.GONE_UNREMOVED: "This activity is gone, or hidden from us. If it is there, delete the note yourself.",
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.NOTED: "It got a note.",
    Outcome.PAGES: "It got a note on these pages.",
    Outcome.NOT_FLAGGED: "Within what you are used to.",
    Outcome.GAVE_WAY: "Recorded twice: the other recording counts.",
    Outcome.JUDGED_BEFORE: "By your settings of that day it was within what you are used to.",
    Outcome.BEFORE_NOTES: "Notes were off then.",
    Outcome.NOTES_OFF: "Notes were off then.",
    Outcome.PAUSED: "Notes were paused then.",
    Outcome.LEAVING: "You were leaving.",
    Outcome.ON_HOLD: hold_words.NO_NOTE_THEN,
    Outcome.NONOTE: "You wrote #nonote.",
    Outcome.NOT_A_RUN: "Not a run.",
    Outcome.NOT_COUNTED: "Not counted: too short, too fast for a run, or flagged on Strava.",
    Outcome.REMOVED: "The note was removed.",
    Outcome.EDITED: "You edited the note on Strava. It is yours now, and we leave it alone.",
    Outcome.NOT_REMOVED: "We could not remove the note.",
    Outcome.NOT_THEIRS: "It is somebody else's activity.",
    Outcome.GONE: "The activity is gone from Strava, or hidden from us.",
    Outcome.SCOPE: "One permission is off, so we cannot see it.",
    Outcome.WAITING: "We are checking it.",
    Outcome.FAILED: "We could not check it for a week, and stopped. The owner of this instance can retry it.",
    Outcome.FORGOTTEN: "We no longer know why there was no note.",
}

TWIN_REMOVED = "The note on its other recording was removed."


def words_for(outcome: Outcome, thresholds: Thresholds) -> str:
    """Return the sentence for an outcome; that of a mute names the athlete's own days."""
    return why_no_note(outcome, thresholds) if outcome in REASONS else OUTCOMES[outcome]
