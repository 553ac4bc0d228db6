"""Load what the webhook needs about athletes to decide about their events, in one SELECT."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from integration.store.athlete_states import AthleteState
from integration.store.database.group_commit import LARGEST_GROUP
from integration.store.database.prepared import Prepared
from integration.store.tables import Athlete, Fact, Preferences


@dataclass(frozen=True, slots=True)
class WebhookContext:
    """One athlete, as the webhook sees them."""

    athlete_id: int
    key: str
    state: AthleteState
    last_event_at: datetime | None
    delay: int | None  # minutes, as stored
    subscription: str | None  # the one that this instance has


def _contexts(size: int, _: str) -> Select[tuple[int, str, AthleteState, datetime | None, int | None, str | None]]:
    """The contexts of `size` athletes, whose ids are the values "0", "1" and so on."""
    return (
        select(
            Athlete.id, Athlete.key, Athlete.state, Athlete.last_event_at,
            Preferences.delay,
            select(Fact.value).where(Fact.name == "subscription_id").scalar_subquery(),
        )
        .join(Preferences, Preferences.athlete_id == Athlete.id, isouter=True)
        .where(Athlete.id.in_([bindparam(str(place), type_=Athlete.id.type) for place in range(size)]))
    )  # fmt: skip


_CONTEXTS = {size: Prepared(partial(_contexts, size)) for size in (1, 8, 64, LARGEST_GROUP)}


def find(session: Session, athlete_ids: Collection[int]) -> dict[int, WebhookContext]:
    """Return the contexts of those athletes whom we know, by id; `athlete_ids`: 1 to LARGEST_GROUP of them."""
    ids = list(athlete_ids)
    size = next(size for size in _CONTEXTS if size >= len(ids))
    ids += ids[-1:] * (size - len(ids))
    rows = _CONTEXTS[size].rows(session, {str(place): athlete_id for place, athlete_id in enumerate(ids)})
    return {row[0]: WebhookContext(*row) for row in rows}
