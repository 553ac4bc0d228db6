"""Why something takes longer than usual, from the kind of error that the workers kept."""

from integration.errors import Later
from integration.web.services import services

WORDS = {
    "BudgetSpent": "Strava's allowance for now is used up. We go on when it is renewed, by midnight UTC at the latest.",
    "Unreachable": "Strava does not answer right now. We try again in a moment.",
    "AppInactive": "Strava has switched off the application behind this instance. Its owner has to act.",
    "AccessRevoked": "Strava no longer knows our access. Connect again.",
    "ScopeMissing": "A permission is missing. Connect again with all boxes ticked.",
}


OF_ALL = {
    "inactive": "Strava has switched off the application behind this instance, so notes wait. Its owner needs a paid "
    "Strava subscription; afterwards `backstride doctor` asks Strava again.",
    "unreachable": "Strava does not answer right now. Notes come when it does.",
}


def strava_trouble() -> str | None:
    """What keeps everybody's notes waiting, or None: also where Redis, which would know, is away."""
    try:
        return OF_ALL.get(services().budget.app_status())
    except Later:
        return None


def trouble_words(kind: str | None) -> str:
    """A sentence for the kind of error; a general one for kinds we have no words for."""
    return WORDS.get((kind or "").partition(":")[0].strip(), "We try again in a while.")
