"""Tell an athlete, at an address of their own, that a note is ready: that and a link, never a figure of a run."""

import threading

from integration.athlete_profile import tell_address
from integration.errors import KeysLost
from integration.notify import scheme_of
from integration.store.tables import Preferences
from workers.resources import Resources

TITLE = "Backstride"


def note_is_ready(resources: Resources, athlete_id: int) -> None:
    """Tell it in a thread that nothing waits for, if the athlete gave an address and the owner allows its kind."""
    address = _address(resources, athlete_id)
    if address is None or scheme_of(address) not in resources.settings.athlete_notify_schemes:
        return
    text = f"A note is ready: {resources.settings.public_url}/notes"
    threading.Thread(target=resources.tell, args=([address], TITLE, text), name="tell", daemon=True).start()


def _address(resources: Resources, athlete_id: int) -> str | None:
    if not resources.settings.athlete_notify_schemes:
        return None
    with resources.store.read() as session:
        row = session.get(Preferences, athlete_id)
        try:
            return tell_address(row, resources.vault) if row else None
        except KeysLost:
            return None
