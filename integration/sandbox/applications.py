"""Applications and what athletes granted them: codes, tokens and their rules. No socket; `now` is given.

The rules: a code works once; an access token lives 6 hours; refreshing one with more than an hour left gives the same
one back; otherwise a new pair comes, and the old refresh token is dead at once. An old access token just runs out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from integration.sandbox.answers import bad_request, no_access, seats_taken
from integration.sandbox.limits import RateLimits

SCOPES = (
    "read",
    "read_all",
    "profile:read_all",
    "profile:write",
    "activity:read",
    "activity:read_all",
    "activity:write",
)
CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=6)
KEPT_ABOVE = timedelta(hours=1)


@dataclass
class Grant:
    """The scopes and tokens that one athlete gave one application."""

    athlete: int
    scopes: frozenset[str]
    refresh_token: str = field(default_factory=lambda: token_hex(20))
    access: dict[str, datetime] = field(default_factory=dict)  # access token -> when it expires, the newest last

    def issue(self, now: datetime) -> str:
        token = token_hex(20)
        self.access[token] = now + TOKEN_LIFE
        return token

    def allows(self, *scopes: str) -> bool:
        """Return True if one of `scopes` was granted."""
        return not self.scopes.isdisjoint(scopes)

    def newest(self) -> tuple[str, datetime]:
        return list(self.access.items())[-1]


@dataclass
class Code:
    athlete: int
    scopes: frozenset[str]
    expires: datetime


@dataclass
class Subscription:
    id: int
    callback_url: str
    created: datetime


@dataclass
class Application:
    """One registered app. `seats`: how many athletes may connect (Strava gives 1, and 10 after a click)."""

    client_id: int
    client_secret: str
    limits: RateLimits
    seats: int = 1
    callback_domains: tuple[str, ...] = ()
    inactive: bool = False
    grants: dict[int, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    subscription: Subscription | None = None

    def issue_code(self, athlete: int, scopes: Iterable[str], now: datetime) -> str:
        code = token_hex(20)
        self.codes[code] = Code(athlete, frozenset(scopes), now + CODE_LIFE)
        return code

    def has_seat(self, athlete: int) -> bool:
        return athlete in self.grants or len(self.grants) < self.seats

    def exchange(self, code: str, now: datetime) -> Grant:
        """A code for a grant. A new grant takes the place of the athlete's former one, whose tokens are dead."""
        known = self.codes.pop(code, None)
        if known is None or known.expires < now:
            raise bad_request("RequestToken", "code")
        if not self.has_seat(known.athlete):
            raise seats_taken()
        grant = Grant(known.athlete, known.scopes)
        grant.issue(now)
        self.grants[known.athlete] = grant
        return grant

    def refresh(self, refresh_token: str, now: datetime, *, force: bool = False) -> Grant:
        """The grant of a living refresh token, renewed if an hour or less is left (or `force` says so)."""
        grant = next((grant for grant in self.grants.values() if grant.refresh_token == refresh_token), None)
        if grant is None:
            raise bad_request("RefreshToken", "refresh_token")
        if force or grant.newest()[1] - now <= KEPT_ABOVE:
            grant.access = {token: expires for token, expires in grant.access.items() if expires > now}
            grant.issue(now)
            grant.refresh_token = token_hex(20)
        return grant

    def bearer(self, token: str, now: datetime) -> Grant:
        """The grant behind an access token that is still good."""
        for grant in self.grants.values():
            if grant.access.get(token, now) > now:
                return grant
        raise no_access()

    def knows(self, token: str) -> bool:
        """Return True if this app ever got this access token from a grant that stands (it may have expired)."""
        return any(token in grant.access for grant in self.grants.values())

    def holder(self, token: str) -> Grant | None:
        """The grant that an access or refresh token belongs to."""
        return next((g for g in self.grants.values() if token == g.refresh_token or token in g.access), None)

    def expire(self, athlete: int, now: datetime) -> None:
        """Let the athlete's access tokens run out now; the next refresh gives a new pair."""
        if grant := self.grants.get(athlete):
            grant.access = dict.fromkeys(grant.access, now)


def token_answer(grant: Grant, now: datetime) -> dict[str, Any]:
    """The fields both grants answer with."""
    token, expires = grant.newest()
    return {
        "token_type": "Bearer",
        "access_token": token,
        "expires_at": int(expires.timestamp()),
        "expires_in": max(0, int((expires - now).total_seconds())),
        "refresh_token": grant.refresh_token,
    }
