"""The session of one worker with one athlete. It holds the lease, the tokens and the one client.

The lease is renewed before each call to Strava and by each store, so whoever lost it neither calls nor stores.
Refreshed tokens are stored before they are used: the old refresh token is dead by then.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from integration.errors import (
    AccessExpired,
    AccessRevoked,
    Gone,
    LeaseLost,
    OddAnswer,
    Refused,
    ScopeMissing,
    StoreUnavailable,
    Unreachable,
)
from integration.store import athletes, leases
from integration.store.athletes import Tokens
from integration.store.leases import Lease
from integration.store.tables import Athlete, PendingActivity
from integration.strava.client import Strava
from integration.strava.rate_limit import Priority
from workers import retry
from workers.listing import Activity, Listing
from workers.resources import Resources

REFRESH_MARGIN = timedelta(minutes=10)
STORE_REFRESHED_FOR = 120.0  # seconds of trying to store what Strava will not tell us twice
AT_ONCE = 50  # activities stored in one transaction: few enough that no push waits for it
CALL_NEEDS = timedelta(seconds=12)  # a call's deadline of ten seconds, and two for what follows

log = structlog.get_logger()
T = TypeVar("T")


class AthleteSession:
    """Made by `process_athlete` around everything that it does for one athlete; to be closed."""

    def __init__(self, resources: Resources, lease: Lease) -> None:
        self.resources = resources
        self.athlete_id = lease.athlete_id
        self.began = resources.now()
        self.listings: list[Listing] = []  # of this session, oldest first
        self.calls = 0  # to Strava in this session, answered or not
        self.lease = lease
        self._http = resources.http(before_send=self._require_time)
        self._clients: dict[Priority, Strava] = {}
        self._access = ""
        self._athlete: Athlete | None = None  # as it was read last
        self._unanswered = 0

    @property
    def now(self) -> datetime:
        return self.resources.now()

    @property
    def strava_is_away(self) -> bool:
        """True if several calls in a row got no answer; one alone may be its activity's fault."""
        return self._unanswered >= retry.AWAY_AFTER

    def listed(self, pending: PendingActivity) -> Activity | None:
        """Return the activity as a listing of this session showed it; None if an event came after that began."""
        for listing in reversed(self.listings):
            if pending.activity_id in listing.activities and listing.is_newer_than_the_event(pending):
                return listing.activities[pending.activity_id]
        return None

    def has_listed(self, activity_id: int) -> bool:
        """Return whether a listing of this session showed the activity, as it is now or was before."""
        return any(activity_id in each.activities for each in self.listings)

    @contextmanager
    def store(self) -> Iterator[Session]:
        """A transaction that only the holder of the lease can make, and that renews it. Raises LeaseLost."""
        with self.resources.store.write() as session:
            renewed = leases.renew(session, self.lease, self.now)
            yield session
        self.lease = renewed

    def athlete(self) -> Athlete:
        """Return the athlete's row as it is now. Raises LeaseLost when it is gone."""
        with self.resources.store.read() as session:
            athlete = athletes.find(session, self.athlete_id)
        if athlete is None:
            raise LeaseLost
        self._athlete = athlete
        return athlete

    def close(self) -> None:
        """Give back the connection and what was listed.

        That is large, and the session is part of a reference cycle, which Python finds late.
        """
        self._http.close()
        self.listings.clear()

    def renew(self) -> None:
        """Renew the lease for thirty seconds. Raises LeaseLost."""
        with self.store():
            pass

    def _require_time(self) -> None:
        """Raise LeaseLost if a call could outlive the lease: this process may have stalled since it was renewed."""
        if self.lease.until - self.now < CALL_NEEDS:
            raise LeaseLost

    def call(self, ask: Callable[[Strava], T], *, priority: Priority = "live") -> T:
        """Return what Strava answers. Refreshes an expired access token, once. Raises AccessRevoked for a dead one."""
        self.calls += 1
        try:
            answer = self._signed_in(ask, priority)
        except (Gone, Refused, ScopeMissing, OddAnswer):  # an answer, too
            self._unanswered = 0
            raise
        except Unreachable:
            self._unanswered += 1
            raise
        self._unanswered = 0
        return answer

    def _signed_in(self, ask: Callable[[Strava], T], priority: Priority) -> T:
        if not self._access:
            self._connect()
        try:
            return ask(self._client(priority))
        except AccessExpired:
            self._connect(refresh=True)
        try:
            return ask(self._client(priority))
        except AccessExpired as error:
            later = self.now + retry.FRESH_TOKEN_REFUSED
            raise Unreachable("Strava refuses a token that it just gave", later) from error

    def _client(self, priority: Priority) -> Strava:
        if priority not in self._clients:
            self._clients[priority] = Strava(
                self._http, self._access, self.resources.budget, priority=priority, before_call=self.renew
            )
        return self._clients[priority]

    def _connect(self, *, refresh: bool = False) -> None:
        known = None if refresh else self._athlete
        tokens = athletes.tokens(known or self.athlete(), self.resources.vault)
        if refresh or tokens.expires_at - self.now < REFRESH_MARGIN:
            tokens = self.refresh(tokens)
        self._access = tokens.access
        self._clients.clear()

    def refresh(self, tokens: Tokens) -> Tokens:
        """Return new tokens for old, stored already; those of a reconnect if there was one meanwhile.

        Raises AccessRevoked when Strava refuses and nobody reconnected; the athlete is marked disconnected then.
        """
        self.renew()
        try:
            grant = self.resources.oauth(self._http).refresh(tokens.refresh)
        except AccessRevoked:
            return self._after_refusal(tokens)
        fresh = Tokens(grant.access_token, grant.refresh_token, grant.expires_at)
        self._keep(fresh, over=tokens.version)
        return athletes.tokens(self.athlete(), self.resources.vault)

    def _keep(self, fresh: Tokens, *, over: int) -> None:
        """Store by compare and set, without the lease: if we stalled and lost it, these are still the good tokens."""
        give_up = time.monotonic() + STORE_REFRESHED_FOR
        stored = False
        while not stored:
            try:
                with self.resources.store.write() as session:
                    athletes.keep_refreshed(session, self.resources.vault, self.athlete_id, fresh, over=over)
                stored = True
            except StoreUnavailable:
                if time.monotonic() > give_up:
                    raise
                log.warning("refreshed tokens are not stored yet")
                time.sleep(0.5)

    def _after_refusal(self, tokens: Tokens) -> Tokens:
        with self.store() as session:
            athletes.disconnect(session, self.athlete_id, over=tokens.version, now=self.now)
        current = athletes.tokens(self.athlete(), self.resources.vault)
        if current.version != tokens.version:
            return current
        raise AccessRevoked("Strava no longer accepts this connection")
