"""What a browser keeps of answers that it could not send: whose they are, and when it must drop them.

The answers themselves never pass here; `static/training/offline_queue.js` keeps and sends them.
"""

from hashlib import sha256

from flask import g, session

from integration.store.tables import Athlete

TAG_LENGTH = 16
DROP = "drop_unsent"  # in the session: whose answers the next page tells the browser to drop


def tag(key: str) -> str:
    """Whose answers these are, for a browser to compare: of the connection's key, which it does not tell."""
    return sha256(f"unsent:{key}".encode()).hexdigest()[:TAG_LENGTH]


def drop(key: str) -> None:
    """The next page tells the browser to drop what it keeps of this connection's athlete."""
    session[DROP] = tag(key)


def to_drop(who: Athlete | None) -> str | None:
    """Whose answers the browser must drop now: of who asked for it, is leaving, or is gone."""
    if DROP in session:  # only then: what is popped from a session sets its cookie again
        return str(session.pop(DROP))
    if who is not None:
        return tag(who.key) if who.state == "leaving" else None
    return tag(str(session["key"])) if g.get("gone") else None
