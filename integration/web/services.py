"""What the pages work with, held in one object per application: no global state, nothing read from the environment."""

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
EXCHANGES_AT_ONCE = 3  # of the eight threads that serve pages


class Wakes(Protocol):
    """Whatever can tell the workers that there is something to do for an athlete."""

    def wake(self, key: str) -> None:
        """Never waits and never raises."""


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
    """The clock of a real instance (aware, UTC)."""
    return datetime.now(UTC)


def install(app: Flask, wiring: Services) -> None:
    app.extensions[EXTENSION] = wiring


def services() -> Services:
    """The parts of the application that answers the current request."""
    return cast("Services", current_app.extensions[EXTENSION])
