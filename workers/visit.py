"""A visit: one worker's time with one athlete. It holds the lease, the tokens and the one client.

The lease is renewed before each call to Strava and checked at the start of each store, so whoever lost it neither
calls nor stores. Refreshed tokens are stored before they are used: the old refresh token is dead by then.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session

from integration.errors import AccessExpired, AccessRevoked, StoreUnavailable, Unreachable
from integration.store import athletes
from integration.store.athletes import Lease, Tokens
from integration.store.tables import Athlete
from integration.strava.budget import Lane
from integration.strava.client import Strava
from integration.strava.session import StravaSession
from workers.resources import Resources

REFRESH_MARGIN = timedelta(minutes=10)
STORE_REFRESHED_FOR = 20.0  # seconds of trying to store what Strava will not tell us twice

log = structlog.get_logger()
T = TypeVar("T")


class Visit:
    """Made by `attend` around everything that it does for one athlete."""

    def __init__(self, resources: Resources, lease: Lease, session: StravaSession) -> None:
        self.resources = resources
        self.athlete_id = lease.athlete_id
        self.lease = lease
        self._session = session
        self._clients: dict[Lane, Strava] = {}
        self._access = ""
        self.listed: dict[int, dict[str, Any]] = {}  # activities that listings of this visit showed, by id

    @property
    def now(self) -> datetime:
        return self.resources.now()

    def remember(self, listed: Iterable[dict[str, Any]]) -> None:
        """Keeps what a listing showed for the rest of the visit."""
        self.listed.update({activity["id"]: activity for activity in listed})

    @contextmanager
    def store(self) -> Iterator[Session]:
        """A transaction that only the holder of the lease can make; raises LeaseLost."""
        with self.resources.store.write() as session:
            athletes.hold(session, self.lease)
            yield session

    def athlete(self) -> Athlete:
        """The athlete's row as it is now."""
        with self.resources.store.read() as session:
            return session.get_one(Athlete, self.athlete_id)

    def renew(self) -> None:
        """Thirty seconds from now, or LeaseLost."""
        with self.resources.store.write() as session:
            self.lease = athletes.renew(session, self.lease, self.now)

    def call(self, ask: Callable[[Strava], T], *, lane: Lane = "live") -> T:
        """What Strava answers. An expired access token is refreshed once; a dead refresh token is AccessRevoked."""
        if not self._access:
            self._connect()
        try:
            return self._ask(ask, lane)
        except AccessExpired:
            self._connect(refresh=True)
        try:
            return self._ask(ask, lane)
        except AccessExpired as error:
            raise Unreachable("Strava refuses a token that it just gave", self.now + timedelta(hours=1)) from error

    def _ask(self, ask: Callable[[Strava], T], lane: Lane) -> T:
        if lane not in self._clients:
            self._clients[lane] = Strava(
                self._session, self._access, self.resources.budget, lane=lane, before_call=self.renew
            )
        return ask(self._clients[lane])

    def _connect(self, *, refresh: bool = False) -> None:
        tokens = athletes.tokens(self.athlete(), self.resources.vault)
        if refresh or tokens.expires_at - self.now < REFRESH_MARGIN:
            tokens = self.refresh(tokens)
        self._access = tokens.access
        self._clients.clear()

    def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens for old, stored before they are returned; those of a reconnect where there was one meanwhile.

        AccessRevoked when Strava refuses and nobody reconnected: then the athlete is marked disconnected already.
        """
        self.renew()
        try:
            grant = self.resources.oauth(self._session).refresh(tokens.refresh)
        except AccessRevoked:
            return self._after_refusal(tokens)
        fresh = Tokens(grant.access_token, grant.refresh_token, grant.expires_at)
        self._keep(fresh, over=tokens.version)
        return athletes.tokens(self.athlete(), self.resources.vault)

    def _keep(self, fresh: Tokens, *, over: int) -> None:
        give_up = time.monotonic() + STORE_REFRESHED_FOR
        stored = False
        while not stored:
            try:
                with self.store() as session:
                    athletes.keep_refreshed(session, self.resources.vault, self.athlete_id, fresh, over=over)
                stored = True
            except StoreUnavailable:
                if time.monotonic() > give_up:
                    raise
                log.warning("refreshed tokens are not stored yet")
                time.sleep(0.5)

    def _after_refusal(self, tokens: Tokens) -> Tokens:
        current = athletes.tokens(self.athlete(), self.resources.vault)
        if current.version != tokens.version:
            return current
        with self.store() as session:
            athletes.disconnect(session, self.athlete_id, over=tokens.version, now=self.now)
        raise AccessRevoked("Strava no longer accepts this connection")
