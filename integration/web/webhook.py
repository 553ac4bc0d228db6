"""Strava's pushes: check, store, answer. No call to Strava, no stravalib, and the wake leaves by another thread.

A 200 means that the bell is committed (or that there is nothing to keep); 503 asks Strava to push again.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.notes.block import tags_in
from integration.config import Settings
from integration.errors import StoreUnavailable
from integration.store import Store, athletes, histories, pending_activities, webhook_context
from integration.store.group_commit import GroupCommit
from integration.store.pending_activities import ActivityEvent
from integration.store.webhook_context import WebhookContext
from integration.strava.events import Event, NotAnEvent, parse_event, verify_signature
from integration.web.services import Wakes, utc_now

LARGEST_BODY = 64 * 1024
COSMETIC = {"title", "private", "visibility"}  # what may change without changing how we judge

log = structlog.get_logger()


def blueprint(settings: Settings, store: Store, waker: Wakes, now: Callable[[], datetime] = utc_now) -> Blueprint:
    """The callback at /webhook/<secret>."""
    routes = Blueprint("webhook", __name__)
    pushes = GroupCommit(store)

    @routes.get("/webhook/<secret>")
    def validate(secret: str) -> Response:
        _check_path(settings, secret)
        given = request.args.get("hub.verify_token", "")
        if not _same(given, settings.webhook_verify_token.get_secret_value()):
            abort(403)
        return jsonify({"hub.challenge": request.args.get("hub.challenge", "")})

    @routes.post("/webhook/<secret>")
    def receive(secret: str) -> tuple[str, int]:
        _check_path(settings, secret)
        body = request.stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            abort(413)
        _check_signature(settings, body, now())
        try:
            event = parse_event(body)
        except NotAnEvent as error:
            return f"{error}\n", 400
        try:
            key = keep(store, pushes, event, now())
        except StoreUnavailable:
            log.warning("an event could not be stored; Strava will push it again")
            return "the event could not be stored, try again\n", 503
        if key:
            waker.wake(key)
        return "", 200

    return routes


def keep(store: Store, pushes: GroupCommit, event: Event, now: datetime) -> str | None:
    """Commits what the event asks for; returns the key of the athlete to wake, None where nothing is to be done."""
    with store.read() as session:
        athlete = webhook_context.find(session, event.athlete_id)
        if athlete is None or not _concerns(session, event, athlete):
            return None
    try:
        return athlete.key if pushes.write(partial(_store, event=event, athlete=athlete, now=now)) else None
    except IntegrityError:
        return None  # the athlete left between the two transactions


def _store(session: Session, event: Event, athlete: WebhookContext, now: datetime) -> bool:
    """Says whether there is something to do."""
    if event.deauthorized:
        athletes.request(session, athlete.athlete_id, now, last_event_at=now, deauthorization_received_at=now)
        return True
    athletes.heard_of(session, athlete.athlete_id, now, before=athlete.last_event_at)
    due_at = now if event.aspect == pending_activities.DELETED else now + athlete.delay
    return pending_activities.record_event(session, ring_of(event), now=now, due_at=due_at)


def ring_of(event: Event) -> ActivityEvent:
    """What the doorbell keeps of an activity's event."""
    title = event.updates.get("title")
    return ActivityEvent(
        athlete_id=event.athlete_id,
        activity_id=event.activity_id or 0,
        kind=_kind(event),
        event_time=event.event_time,
        origin="push",
        tags=None if title is None else ",".join(sorted(tags_in(title))),
        is_cosmetic=event.aspect == "update" and bool(event.updates) and not set(event.updates) - COSMETIC,
    )


def _kind(event: Event) -> str:
    """What tells a repeat of an event from another one of the same second; no value that Strava sent is kept."""
    if not event.updates:
        return event.aspect
    names = ",".join(sorted(event.updates))
    digest = hashlib.sha256(repr(sorted(event.updates.items())).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{event.aspect}:{names[:40]}:{digest[:8]}"


def _concerns(session: Session, event: Event, athlete: WebhookContext) -> bool:
    """Whether there is something to store: our subscription, and more than a is_cosmetic.

    A title or privacy edit of an activity that a listing showed, and that no bell is kept of, costs no call. One never
    heard of rings whatever the event says, because its `create` may be lost or late.
    """
    if athlete.subscription is not None and int(athlete.subscription) != event.subscription_id:
        return False
    if event.deauthorized:
        return True
    if event.activity_id is None or athlete.state == "leaving":
        return False
    told = ring_of(event)
    if not told.is_cosmetic or told.tags or pending_activities.find(session, event.athlete_id, event.activity_id):
        return True
    return not histories.knows(session, event.athlete_id, event.activity_id)


def _check_path(settings: Settings, secret: str) -> None:
    if not _same(secret, settings.webhook_secret.get_secret_value()):
        abort(404)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


def _check_signature(settings: Settings, body: bytes, now: datetime) -> None:
    secret = settings.strava_webhook_signing_secret
    if secret is None:
        return
    header = request.headers.get("X-Strava-Signature")
    if not verify_signature(header, body, secret.get_secret_value(), now):
        abort(401)
