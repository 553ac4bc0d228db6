"""The links in the head of every page, by who looks."""

from flask import request

from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete
from integration.web.auth import is_owner

# endpoint, words, the endpoints of the pages that belong to it
Entry = tuple[str, str, frozenset[str]]
Link = tuple[str, str, bool]

OF_MOVES: Entry = ("moves.page", "Moves", frozenset({"moves.page", "moves.move", "moves.form", "moves.recovery"}))
MAIN: tuple[Entry, ...] = (  # a bar of icons at the bottom of small screens, in the order of a day
    ("dashboard.page", "Today", frozenset({"dashboard.page", "routine.of_today", "routine.of_note"})),
    ("notes.page", "Notes", frozenset({"notes.page", "notes.preview"})),
    OF_MOVES,
    ("thresholds.page", "Settings", frozenset({"thresholds.page", "preferences.page", "answers.page"})),
)
SAFETY: Entry = ("moves.safety", "Safety", frozenset({"moves.safety"}))
FOR_THE_OWNER: Entry = ("admin.page", "Admin", frozenset({"admin.page"}))


def main_pages(visitor: Athlete | None) -> list[Link]:
    """Return (endpoint, words, whether we are there) for the pages of a connected athlete; none for others."""
    return _links(MAIN) if _stays(visitor) else []


def other_pages(visitor: Athlete | None) -> list[Link]:
    """Return the links that stand in the head of every page: safety is one tap away everywhere."""
    if visitor and _stays(visitor):
        return _links((SAFETY, FOR_THE_OWNER) if is_owner(visitor) else (SAFETY,))
    return _links((OF_MOVES, SAFETY))


def _stays(visitor: Athlete | None) -> bool:
    return visitor is not None and visitor.state is not AthleteState.LEAVING


def _links(entries: tuple[Entry, ...]) -> list[Link]:
    return [(endpoint, words, request.endpoint in pages) for endpoint, words, pages in entries]
