"""The confirmation of a deletion, at an address that the athlete saw before; it works once."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue

from integration.store import deletions
from integration.store.tables import Deletion
from integration.web.errors import answer
from integration.web.services import services

pages = Blueprint("deletion", __name__)
LONGEST_RECEIPT = 64
SEEN = "confirmed"  # in the visitor's own cookie, so that the page can be printed after a reload
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
PREVIEWS = re.compile(r"bot\b|crawl|spider|preview|externalhit|whatsapp|slack|telegram|skype|safelinks", re.IGNORECASE)
COUNTED = {"runs": "copies of runs", "notes": "entries in our list of notes", "events": "entries about activities"}
NOT_FOUND = (
    "No deletion is confirmed at this address. Either your account is still here, "
    "or the confirmation was shown before: it is shown once."
)


@pages.get("/deleted/<receipt>")
def page(receipt: str) -> ResponseReturnValue:
    """Show what was deleted and when, once; again only in the browser that showed it."""
    mark = deletions.hash_of(receipt[:LONGEST_RECEIPT])
    told = _confirmed(receipt[:LONGEST_RECEIPT]) or (session.get(SEEN) or {}).get(mark)
    if told is None:
        return answer(404, NOT_FOUND)
    session[SEEN] = {mark: told}
    return render_template("account/leave/gone.html", deletion=told)


def _confirmed(receipt: str) -> dict[str, Any] | None:
    if request.method != "GET" or _is_preview():  # uses nothing up
        with services().store.read() as database:
            return told(deletions.find(database, receipt))
    with services().store.write() as database:
        return told(deletions.confirm(database, receipt))


def _is_preview() -> bool:
    """Return whether a program looks at the address ahead of the reader, as browsers and messengers do with links."""
    ahead = any(word in request.headers.get(name, "").lower() for name in PURPOSES for word in ("prefetch", "preview"))
    return ahead or bool(PREVIEWS.search(request.headers.get("User-Agent", "")))


def told(deletion: Deletion | None) -> dict[str, Any] | None:
    """Return what a page says of a deletion, as plain values; None for none."""
    if deletion is None:
        return None
    return {
        "when": moment(deletion.at),
        "without_access": deletion.reason.came_without_access,
        "what": list(lines(deletion.counts)),
        "revoked": deletion.counts.get("revoked"),
    }


def moment(at: datetime) -> str:
    """Return a time as a confirmation names it, such as 25 November 2026, 22:41 UTC."""
    return f"{at:%-d %B %Y, %H:%M} UTC"


def lines(counts: Mapping[str, int]) -> list[str]:
    """Return what was deleted, a line each."""
    return [
        "your connection: athlete number and Strava's keys",
        "your settings",
        *(["your answers about your back, your sessions and your diary"] if counts.get("answers") else []),
        *(["the address at which we told you of notes"] if counts.get("addresses") else []),
        *(f"{words}: {counts.get(name, 0)}" for name, words in COUNTED.items()),
    ]
