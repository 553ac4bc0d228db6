"""The writing of a group of pushes: look up who it concerns, and record what is worth a look."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.notes.tags import tags_in
from content.notes.writing_delay import writing_delay
from integration.store import activity_events, athletes, histories, pending_activities, webhook_context
from integration.store.activity_events import ActivityEvent
from integration.store.athlete_states import AthleteState
from integration.store.database.group_commit import GroupCommit
from integration.store.pending_activities import Arrival
from integration.store.webhook_context import WebhookContext
from integration.strava.events import Event

COSMETIC = {"title", "private", "visibility"}  # what may change without changing how we judge
NAMED = ("title", "type", "private", "visibility", "authorized")  # fields of an update that a kind may name


@dataclass(frozen=True, slots=True)
class Push:
    """An event, and when it reached us."""

    event: Event
    received: datetime


PushWriter = GroupCommit[Push, str | None]


async def record(recorder: PushWriter, push: Push) -> str | None:
    """Commit what the event asks for. Return the key of the athlete to wake, or None if nothing is to be done."""
    try:
        return await recorder.write(push)
    except IntegrityError:
        return None  # the athlete left while it was written


def record_group(session: Session, pushes: Sequence[Push]) -> list[str | None]:
    """Record pushes in one transaction. Return for each the key of the athlete to wake, or None.

    In order of athletes and their activities, as workers write too: two that write at the same time never wait for each
    other in a circle. Events of one activity keep their order.
    """
    contexts = webhook_context.find(session, {push.event.athlete_id for push in pushes})
    keys: list[str | None] = [None] * len(pushes)
    heard: set[int] = set()
    arrivals: dict[int, Arrival] = {}  # by the places of the pushes
    for place, push in sorted(enumerate(pushes), key=_in_order):
        athlete = contexts.get(push.event.athlete_id)
        if athlete is None or not _is_ours(push.event, athlete):
            continue
        if push.event.deauthorized:
            athletes.request(session, athlete.athlete_id, push.received, deauthorization_received_at=push.received)
            keys[place] = athlete.key
        elif arrival := _arrival(session, push, athlete, arrivals.values()):
            arrivals[place] = arrival
        else:
            continue
        if athlete.athlete_id not in heard:
            heard.add(athlete.athlete_id)
            athletes.heard_of(session, athlete.athlete_id, push.received, before=athlete.last_event_at)
    is_pending = pending_activities.record_events(session, list(arrivals.values()))
    for place in compress(arrivals, is_pending):
        keys[place] = contexts[pushes[place].event.athlete_id].key
    return keys


def _in_order(numbered: tuple[int, Push]) -> tuple[int, int]:
    event = numbered[1].event
    return event.athlete_id, event.activity_id or 0


def _is_ours(event: Event, athlete: WebhookContext) -> bool:
    """Return True if it is for our subscription, and tells of an activity or of the end of our access."""
    if event.subscription_id is not None and athlete.subscription not in {None, str(event.subscription_id)}:
        return False
    return event.deauthorized or (event.activity_id is not None and athlete.state is not AthleteState.LEAVING)


def _arrival(session: Session, push: Push, athlete: WebhookContext, before: Iterable[Arrival]) -> Arrival | None:
    """Return what is to be recorded of an activity's event; None for a cosmetic edit. `before`: of the same group.

    A title or privacy edit of an activity that a listing showed, and that no row is kept of, costs no call. One never
    heard of is recorded whatever the event says, because its `create` may be lost or late.
    """
    told, now = activity_event(push), push.received
    ids = told.athlete_id, told.activity_id
    if told.is_cosmetic and not told.tags:
        in_group = any((each.event.athlete_id, each.event.activity_id) == ids for each in before)
        if not in_group and not pending_activities.find(session, *ids) and histories.knows(session, *ids):
            return None
    due_at = now if push.event.aspect == activity_events.DELETED else now + writing_delay(athlete.delay)
    return Arrival(told, now, due_at)


def activity_event(push: Push) -> ActivityEvent:
    """Return what is stored of an activity's event: none of the values that Strava sent, save for tags of ours."""
    event = push.event
    updates = event.updates
    only_cosmetic = bool(updates) and not set(updates) - COSMETIC and isinstance(updates.get("title", ""), str)
    return ActivityEvent(
        athlete_id=event.athlete_id,
        activity_id=event.activity_id or 0,
        kind=_kind(event),
        event_time=event.event_time or push.received,
        origin="push",
        tags=None if event.title is None else ",".join(sorted(tags_in(event.title))),
        is_cosmetic=event.aspect == "update" and only_cosmetic,
    )


def _kind(event: Event) -> str:
    """Return what tells a repeat of an event from another one of the same second."""
    if not event.updates:
        return event.aspect
    names = ",".join(name for name in NAMED if name in event.updates)
    digest = hashlib.sha256(repr(sorted(event.updates.items())).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{event.aspect}:{names}:{digest[:8]}"
