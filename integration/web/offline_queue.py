"""Answers that a browser could not send yet: the tag of their athlete, and the moment to drop them.

The answers themselves never pass here; `static/training/offline_queue.js` keeps and sends them.
"""

from hashlib import sha256

from flask import g, session

from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete

TAG_LENGTH = 16
DROP = "drop_unsent"  # in the session: the tag of answers that the next page tells the browser to drop


def tag(key: str) -> str:
    """Return the tag of an athlete's answers, for a browser to compare. It does not reveal the key."""
    return sha256(f"unsent:{key}".encode()).hexdigest()[:TAG_LENGTH]


def drop(key: str) -> None:
    """Let the next page tell the browser to drop the answers of this key's athlete."""
    session[DROP] = tag(key)


def to_drop(who: Athlete | None) -> str | None:
    """Return the tag of answers to drop now: of an athlete who signed out, is leaving, or is gone. None: nobody's."""
    if DROP in session:  # only then: what is popped from a session sets its cookie again
        return str(session.pop(DROP))
    if who is not None:
        return tag(who.key) if who.state is AthleteState.LEAVING else None
    return tag(str(session["key"])) if g.get("gone") else None
