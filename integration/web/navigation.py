"""The links in the head of every page, by who looks."""

from flask import request

from integration.store.tables import Athlete, AthleteState
from integration.web.auth import is_owner

# endpoint, words, the endpoints of the pages that belong to it
Entry = tuple[str, str, frozenset[str]]

FOR_EVERYONE: tuple[Entry, ...] = (
    ("moves.page", "Moves", frozenset({"moves.page", "moves.move", "moves.form", "moves.recovery"})),
    ("moves.safety", "Safety", frozenset({"moves.safety"})),
)
FOR_CONNECTED: tuple[Entry, ...] = (
    ("dashboard.page", "Dashboard", frozenset({"dashboard.page"})),
    ("notes.page", "Notes", frozenset({"notes.page"})),
    ("thresholds.page", "Settings", frozenset({"thresholds.page", "preferences.page", "answers.page"})),
    *FOR_EVERYONE,
)
FOR_THE_OWNER: Entry = ("admin.page", "Admin", frozenset({"admin.page"}))


def navigation(visitor: Athlete | None) -> list[tuple[str, str, bool]]:
    """(endpoint, words, whether we are there) in order."""
    entries = FOR_EVERYONE
    if visitor and visitor.state is not AthleteState.LEAVING:
        entries = (*FOR_CONNECTED, FOR_THE_OWNER) if is_owner(visitor) else FOR_CONNECTED
    return [(endpoint, words, request.endpoint in pages) for endpoint, words, pages in entries]
