"""Tell an athlete, at an address of their own, that a note is ready: that and a link, never a figure of a run."""

import threading
from collections.abc import Callable, Iterable

import structlog

from integration.athlete_profile import tell_address
from integration.errors import KeysLost
from integration.notify import scheme_of
from integration.store.tables import Preferences
from workers.resources import Resources

TITLE = "Backstride"

log = structlog.get_logger()


def note_is_ready(resources: Resources, athlete_id: int) -> None:
    """Tell it in a thread that nothing waits for, if the athlete gave an address and the owner allows its kind."""
    if address := address_of(resources, athlete_id):
        tell_aside(resources, [lambda: address], f"A note is ready: {resources.settings.public_url}/notes")


def address_of(resources: Resources, athlete_id: int) -> str | None:
    """Return where the athlete is told; None without an address, and for one of a kind that is not allowed now."""
    if not resources.settings.athlete_notify_schemes:
        return None
    with resources.store.read() as session:
        row = session.get(Preferences, athlete_id)
        try:
            address = tell_address(row, resources.vault) if row else None
        except KeysLost:
            return None
    return address if address and scheme_of(address) in resources.settings.athlete_notify_schemes else None


def tell_aside(resources: Resources, addresses: Iterable[Callable[[], str | None]], text: str) -> None:
    """Tell `text` at one address after the other, each on its own, in a thread that nothing waits for.

    Each is asked for just before: one that takes long holds the next up, and None says that it is no longer to be told.
    """

    def tell() -> None:
        for address_now in addresses:
            try:
                if address := address_now():
                    resources.tell([address], TITLE, text)
            except Exception as error:  # noqa: BLE001  # whatever it is, the others are told
                log.warning("an athlete could not be told", error=type(error).__name__)

    threading.Thread(target=tell, name="tell", daemon=True).start()
