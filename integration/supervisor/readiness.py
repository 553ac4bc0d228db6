"""The watch over /readyz: says once that notes cannot come and why, and once that they come again."""

import json
import threading
from collections.abc import Callable

from integration.supervisor.reach import ask

EVERY = 5.0  # seconds
TIMEOUT = 4.0


class Readiness:
    """The watch over one instance; `say` gets a line whenever its state turns."""

    def __init__(self, address: str, say: Callable[[str], None]) -> None:
        self._address = address
        self._say = say
        self._well = True

    def watch(self, stop: threading.Event, every: float = EVERY) -> None:
        """Ask every few seconds until `stop` is set."""
        while not stop.wait(every):
            self.look()

    def look(self) -> None:
        """Ask once. Pages that do not answer are no news: whoever keeps them up says so."""
        reasons = _reasons(self._address)
        if reasons and self._well:
            self._say(f"notes cannot come: {reasons}. They come later; `backstride doctor` says what to do")
        elif reasons == "" and not self._well:
            self._say("notes come again")
        self._well = self._well if reasons is None else not reasons


def _reasons(address: str) -> str | None:
    """Return what is not well, nothing if all is, None if there is no answer."""
    try:
        status, body = ask(address, TIMEOUT)
    except (OSError, ValueError):
        return None
    return _not_well(body) if status >= 400 else ""


def _not_well(body: bytes) -> str | None:
    try:
        states = json.loads(body)
        return ", ".join(f"{part} {state}" for part, state in states.items() if state != "ok") or None
    except (ValueError, AttributeError):
        return None
