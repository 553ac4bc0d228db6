"""Load what the webhook needs about athletes to decide about their events, in one SELECT."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from integration.store.tables import Athlete, AthleteState, Fact, Preferences

_CONTEXTS = (
    select(
        Athlete.id, Athlete.key, Athlete.state, Athlete.last_event_at,
        Preferences.delay,
        select(Fact.value).where(Fact.name == "subscription_id").scalar_subquery().label("subscription"),
    )
    .join(Preferences, Preferences.athlete_id == Athlete.id, isouter=True)
    .where(Athlete.id.in_(bindparam("athlete_ids", expanding=True)))
)  # fmt: skip


@dataclass(frozen=True)
class WebhookContext:
    """One athlete, as the webhook sees them."""

    athlete_id: int
    key: str
    state: AthleteState
    last_event_at: datetime | None
    delay: int | None  # minutes, as stored
    subscription: str | None  # the one that this instance has


def find(session: Session, athlete_ids: Collection[int]) -> dict[int, WebhookContext]:
    """Return the contexts of those athletes whom we know, by id."""
    rows = session.connection().execute(_CONTEXTS, {"athlete_ids": list(athlete_ids)})
    return {
        row.id: WebhookContext(row.id, row.key, row.state, row.last_event_at, row.delay, row.subscription)
        for row in rows
    }
