"""Words for what became of a run: its note's state, or why it has none."""

from collections.abc import Mapping

NOTE_STATES: Mapping[str, str] = {
    "writing": "The note is being written.",
    "written": "The note stands under the run on Strava.",
    "pages": "The note is on these pages only.",
    "removing": "The note is being taken back.",
    "removed": "The note was taken back.",
    "edited": "You edited the note on Strava, so it is yours now and we leave it alone.",
    "gone": "The activity is gone from Strava, or hidden from us.",
}

# Why a run has no note, by the outcome of its bell.
NO_NOTE: Mapping[str, str] = {
    "not_flagged": "Within what you are used to.",
    "gave_way": "Recorded twice: the other recording of this outing is the one that counts.",
    "judged_before": "It was judged when it came, by your settings of that day, and nothing was found.",
    "notes_off": "Notes were off.",
    "paused": "Notes were paused.",
    "nonote": "You wrote #nonote.",
    "on_hold": "You had reported a red flag, and no clinician had cleared you yet.",
    "not_a_run": "Not a run.",
    "not_counted": "Not counted: too short, too fast for a run, or flagged on Strava.",
    "gone": "The activity is gone from Strava, or hidden from us.",
    "scope": "You did not allow us to see it when you connected.",
    "not_theirs": "It is somebody else's activity.",
    "before_notes": "From before you switched notes on.",
    "taken_back": "The note was taken back.",
    "edited": "You edited the note on Strava, so it is yours now and we leave it alone.",
    "put_back_not": "You deleted the note on Strava, so we do not put it back.",
    "history": "It came with your history.",
    "waiting": "It is being looked at.",
    "failed": "We could not look at it for a week and set it aside. Who runs this instance can retry it.",
}
