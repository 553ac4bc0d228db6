"""Why something takes longer than usual, from the kind of error that the workers kept."""

WORDS = {
    "BudgetSpent": "Strava's allowance for now is used up. We go on when it is renewed, by midnight UTC at the latest.",
    "Unreachable": "Strava does not answer right now. We try again in a moment.",
    "AppInactive": "Strava has switched off the application behind this instance. Its owner has to act.",
    "AccessRevoked": "Strava no longer knows our access. Connect again.",
    "ScopeMissing": "A permission is missing. Connect again with all boxes ticked.",
}


def trouble_words(kind: str | None) -> str:
    """A sentence for the kind of error; a general one for kinds we have no words for."""
    return WORDS.get((kind or "").partition(":")[0].strip(), "We try again in a while.")
