"""The parts that the pages work with, one object per application: no global state, no environment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Protocol, cast

from flask import Flask, current_app

from integration.config import Settings
from integration.store import Store, Vault
from integration.strava.rate_limit import Budget

EXTENSION = "backstride"
EXCHANGES_AT_ONCE = 2  # fewer than the threads that serve pages


class Wakes(Protocol):
    """A way to tell the workers that there is something to do for an athlete."""

    def wake(self, key: str) -> None:
        """Tell them. Never waits and never raises."""


@dataclass(frozen=True)
class Services:
    """The parts of one application."""

    settings: Settings
    store: Store
    vault: Vault
    waker: Wakes
    budget: Budget
    now: Callable[[], datetime]
    started: datetime  # by the same clock
    # Strava may take ten seconds to answer. However many people connect, threads for other pages are left.
    exchanges: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(EXCHANGES_AT_ONCE))


def utc_now() -> datetime:
    """Return the time of a real instance (aware, UTC)."""
    return datetime.now(UTC)


def install(app: Flask, parts: Services) -> None:
    """Give `app` its parts."""
    app.extensions[EXTENSION] = parts


def services() -> Services:
    """Return the parts of the application that answers the current request."""
    return cast("Services", current_app.extensions[EXTENSION])
