"""The writing of a group of pushes: look up who it concerns, and record what is worth a look."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.notes.tags import tags_in
from content.notes.writing_delay import writing_delay
from integration.store import athletes, histories, pending_activities, webhook_context
from integration.store.athlete_states import AthleteState
from integration.store.database.group_commit import GroupCommit
from integration.store.pending_activities import ActivityEvent
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
    for place, push in sorted(enumerate(pushes), key=_in_order):
        athlete = contexts.get(push.event.athlete_id)
        told = activity_event(push)
        if athlete is None or not _concerns(session, push, told, athlete):
            continue
        if athlete.athlete_id not in heard:
            heard.add(athlete.athlete_id)
            athletes.heard_of(session, athlete.athlete_id, push.received, before=athlete.last_event_at)
        if _record(session, push, told, athlete):
            keys[place] = athlete.key
    return keys


def _in_order(numbered: tuple[int, Push]) -> tuple[int, int]:
    event = numbered[1].event
    return event.athlete_id, event.activity_id or 0


def _record(session: Session, push: Push, told: ActivityEvent, athlete: WebhookContext) -> bool:
    """Record one push. Return True if there is something to do."""
    event, now = push.event, push.received
    if event.deauthorized:
        athletes.request(session, athlete.athlete_id, now, deauthorization_received_at=now)
        return True
    due_at = now if event.aspect == pending_activities.DELETED else now + writing_delay(athlete.delay)
    return pending_activities.record_event(session, told, now=now, due_at=due_at)


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


def _concerns(session: Session, push: Push, told: ActivityEvent, athlete: WebhookContext) -> bool:
    """Return True if there is something to store: for our subscription, and more than a cosmetic edit.

    A title or privacy edit of an activity that a listing showed, and that no row is kept of, costs no call. One never
    heard of is recorded whatever the event says, because its `create` may be lost or late.
    """
    event = push.event
    if event.subscription_id is not None and athlete.subscription not in {None, str(event.subscription_id)}:
        return False
    if event.deauthorized:
        return True
    if event.activity_id is None or athlete.state is AthleteState.LEAVING:
        return False
    if not told.is_cosmetic or told.tags or pending_activities.find(session, event.athlete_id, event.activity_id):
        return True
    return not histories.knows(session, event.athlete_id, event.activity_id)
