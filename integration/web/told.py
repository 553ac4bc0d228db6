"""What the athlete told us, as the pages use it: preferences, thresholds, formats."""

from content.signals import Thresholds
from integration.store.tables import Athlete, Preferences
from integration.web.formats import Formats, formats
from integration.web.wiring import wired


def preferences(athlete: Athlete) -> Preferences:
    """The athlete's row of preferences; read only, not bound to a transaction."""
    with wired().store.read() as session:
        return session.get_one(Preferences, athlete.id)


def thresholds(told: Preferences) -> Thresholds:
    return Thresholds.from_mapping(told.thresholds)


def formats_of(told: Preferences) -> Formats:
    return formats(told.units, told.language)
