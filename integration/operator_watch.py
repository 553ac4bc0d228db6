"""The watch for the operator: looks every minute, and tells what turned at NOTIFY_URLS."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from content.operator_news import Bulletin, Told, news
from integration.config import Settings
from integration.errors import BackstrideError
from integration.notify import tell
from integration.store import Store, instance_facts
from integration.strava.rate_limit import Budget
from integration.troubles import troubles

EVERY = 60.0  # seconds
AGAIN_AFTER = 600.0  # seconds, if an address took nothing
FACT = "told_operator"
TITLE = "Backstride"

Tell = Callable[[Sequence[str], str, str], bool]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class OperatorWatch:
    """One instance's watch. It remembers in the database what was told, and by itself while that takes no writes."""

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None],
        *,
        send: Tell = tell,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._settings, self._say, self._send, self._now = settings, say, send, now
        self._urls = _open(settings)
        self._store = Store(settings.database_url, busy_seconds=1.0, answer_within=5.0)
        self._budget = Budget(settings.redis_url, settings.strava_client_id or "")
        self._told: dict[str, Told] | None = None
        self._not_before = 0.0

    def watch(self, stop: threading.Event, every: float = EVERY) -> None:
        """Look every minute, first in a minute, until `stop` is set; whatever fails of it is said, and is no end."""
        while not stop.wait(every):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the watch outlives what it watches
                self._say(f"NOTIFY_URLS: the look failed ({type(error).__name__}); looking again in {every:g} s")

    def look(self) -> None:
        """Look once, and tell what turned. What no address took is told again ten minutes later."""
        now = self._now()
        if self._told is None:
            self._told = self._remembered()
        found = troubles(self._store, self._budget, self._settings.data_dir, now)
        turned = news(found, self._told, now)
        if not turned.lines or time.monotonic() < self._not_before:
            return
        if self._send(self._urls, TITLE, "\n".join(turned.lines)):
            self._remember(turned)
        else:
            self._not_before = time.monotonic() + AGAIN_AFTER
            self._say("NOTIFY_URLS: an address took nothing; backstride doctor tells which. Trying again in 10 minutes")

    def _remembered(self) -> dict[str, Told]:
        try:
            with self._store.read() as session:
                kept = instance_facts.fact(session, FACT)
        except BackstrideError:
            return {}
        return {
            name: Told(datetime.fromisoformat(at), is_open) for name, (at, is_open) in json.loads(kept or "{}").items()
        }

    def _remember(self, turned: Bulletin) -> None:
        self._told = turned.told
        kept = json.dumps({name: (told.at.isoformat(), told.open) for name, told in turned.told.items()})
        try:
            with self._store.write() as session:
                instance_facts.set_fact(session, FACT, kept)
        except BackstrideError:  # the full disk or the locked database may be what was told
            self._say("NOTIFY_URLS: what was told could not be stored, and is told again after a restart")


def tell_at_once(settings: Settings, line: str) -> None:
    """Tell one line now, without remembering it: for what ends this process."""
    if settings.notify_urls:
        tell(_open(settings), TITLE, line)


def _open(settings: Settings) -> list[str]:
    return [url.get_secret_value() for url in settings.notify_urls]
