"""What stands in the head of every page, by who looks."""

from integration.store.tables import Athlete

FOR_EVERYONE = (("moves.page", "Moves"), ("moves.safety", "Safety"))
FOR_CONNECTED = (
    ("dashboard.page", "Dashboard"),
    ("notes.page", "Notes"),
    ("thresholds.page", "Settings"),
    *FOR_EVERYONE,
)


def navigation(visitor: Athlete | None) -> tuple[tuple[str, str], ...]:
    """(endpoint, words) in order."""
    return FOR_CONNECTED if visitor and visitor.state != "leaving" else FOR_EVERYONE
