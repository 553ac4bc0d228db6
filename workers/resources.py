"""The parts that a worker process works with: one object, built at the composition root and handed to everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from integration.config import Settings
from integration.notify import tell_publicly
from integration.queue import WakeMarks
from integration.store import Store, Vault
from integration.store.clock import Boot, this_boot
from integration.strava.http import StravaHttp
from integration.strava.oauth import OAuth
from integration.strava.rate_limit import Budget

ANSWERED_SECONDS = 20.0  # for one statement: a PostgreSQL that stands still holds no worker for longer than its lease


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Resources:
    """The database, the keys, the shared budget and the clock of one process. Safe to make before a fork."""

    settings: Settings
    store: Store
    vault: Vault
    budget: Budget
    marks: WakeMarks
    now: Callable[[], datetime] = _utc_now
    boot: Callable[[], Boot] = this_boot
    tell: Callable[[Sequence[str], str, str], bool] = tell_publicly

    @classmethod
    def from_settings(cls, settings: Settings) -> "Resources":
        """Raise BadSetting when the app's client id or secret is missing."""
        client_id, _ = settings.strava_app()
        return cls(
            settings=settings,
            store=Store(settings.database_url, answer_within=ANSWERED_SECONDS),
            vault=Vault(settings.fernet_keys),
            budget=Budget(settings.redis_url, client_id),
            marks=WakeMarks(settings.redis_url),
        )

    def http(self, before_send: Callable[[], None] = lambda: None) -> StravaHttp:
        """Return a fresh way to Strava; one per turn, because it is not thread-safe. `before_send`: see StravaHttp."""
        return StravaHttp(self.settings.strava_oauth_url, self.settings.strava_api_url, before_send=before_send)

    def oauth(self, http: StravaHttp) -> OAuth:
        return OAuth(http, *self.settings.strava_app(), self.budget)
