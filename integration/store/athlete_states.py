"""The states of an athlete's connection, and the reasons for which everything of an athlete was deleted."""

from enum import StrEnum


class AthleteState(StrEnum):
    """The state of a connection. A disconnected athlete who does not come back is deleted after 14 days."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"  # Strava ended our access
    LEAVING = "leaving"  # the athlete wants everything deleted; nothing else is done for them

    @property
    def is_connected(self) -> bool:
        """True while Strava gives us access, and the athlete wants it."""
        return self is AthleteState.CONNECTED

    @property
    def is_disconnected(self) -> bool:
        """True since Strava ended our access."""
        return self is AthleteState.DISCONNECTED

    @property
    def is_leaving(self) -> bool:
        """True once the athlete asked to leave."""
        return self is AthleteState.LEAVING


class DeletionReason(StrEnum):
    """The reason for which everything of an athlete was deleted."""

    LEFT = "left"  # on the page for leaving
    REVOKED = "revoked"  # on Strava's side, and a refused refresh confirmed it
    EXPIRED = "expired"  # Strava ended our access, and nobody came back for 14 days
    OPERATOR = "operator"  # `backstride forget`

    @property
    def came_without_access(self) -> bool:
        """True when Strava had ended our access before: no note could be removed."""
        return self in {DeletionReason.REVOKED, DeletionReason.EXPIRED}
