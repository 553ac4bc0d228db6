"""The sentences for what takes longer than usual, by the kind of error that a worker recorded."""

from integration.errors import Later
from integration.web.services import services

WORDS = {
    "BudgetSpent": "Strava's limit for now is used up. We go on when it is renewed, by midnight UTC at the latest.",
    "Unreachable": "Strava does not answer right now. We try again in a moment.",
    "AppInactive": "Strava has switched off this application. Its owner has to act.",
    "AccessRevoked": "Strava no longer knows our access. Connect again.",
    "ScopeMissing": "One permission is off. Connect again and tick every box.",
}
FOR_EVERYBODY = {
    "inactive": "Notes wait: Strava has switched off this application. Its owner needs a paid Strava subscription, "
    "then `backstride doctor` asks Strava again.",
    "unreachable": "Strava does not answer right now. Notes come when it does.",
}


def strava_trouble() -> str | None:
    """Return what keeps everybody's notes waiting, or None; None too while Redis, which would know, is away."""
    try:
        return FOR_EVERYBODY.get(services().budget.app_status())
    except Later:
        return None


def trouble_words(kind: str | None) -> str:
    """Return the sentence for a kind of error; a general one for a kind that has none."""
    return WORDS.get((kind or "").partition(":")[0].strip(), "We try again in a while.")
