"""The safety hold in words: every page and message that speaks of it takes its sentences from here."""

BANNER = "You reported a warning sign. No exercise and no notes until a clinician has cleared you."
REPORTED = "You reported a warning sign. Do not exercise until a clinician has cleared you."
NO_NOTE_TO_TRY = "You reported a warning sign. You can try a note once a clinician has cleared you."
NO_NOTE_THEN = "You had reported a warning sign, and no clinician had cleared you yet."
NOTES_STOPPED = "stopped: warning sign"  # beside the other facts of the connection
NOTES_STAY = "Notes on Strava keep their exercises."
PLAN_WAITS = "It goes on once a clinician has cleared you."
YES_STOPS = "A yes stops all exercise here and in notes until a clinician has cleared you."

# After the end of a hold was asked for.
CLEARED = "Good to hear. Exercise is back; begin with what feels easy."
UNTICKED = "Undone: it counts as never ticked. Exercise and notes go on as before."
TOO_LATE = "More than ten minutes have passed. Ask a clinician, then say that you have been cleared."
