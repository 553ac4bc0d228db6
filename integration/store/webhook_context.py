"""Whose door it is: all that the callback needs to know to decide about an event, in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from integration.store.tables import Athlete, Fact, Preferences

_HOUSEHOLD = (
    select(
        Athlete.id, Athlete.key, Athlete.state, Athlete.last_event_at,
        func.coalesce(Preferences.delay, 0).label("delay"),
        select(Fact.value).where(Fact.name == "subscription_id").scalar_subquery().label("subscription"),
    )
    .join(Preferences, Preferences.athlete_id == Athlete.id, isouter=True)
    .where(Athlete.id == bindparam("athlete_id"))
)  # fmt: skip


@dataclass(frozen=True)
class WebhookContext:
    """One athlete's, as the callback sees it."""

    athlete_id: int
    key: str
    state: str
    last_event_at: datetime | None
    delay: timedelta  # that the athlete wants before a new activity is looked at
    subscription: str | None  # the one that this instance has


def find(session: Session, athlete_id: int) -> WebhookContext | None:
    """None for somebody whom we do not know."""
    row = session.connection().execute(_HOUSEHOLD, {"athlete_id": athlete_id}).first()
    if row is None:
        return None
    return WebhookContext(row.id, row.key, row.state, row.last_event_at, timedelta(minutes=row.delay), row.subscription)
