"""Strava's pushes: check, store, answer. No call to Strava, no stravalib, and the wake leaves by another thread.

A 200 means that the bell is committed (or that there is nothing to keep); 503 asks Strava to push again.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.notes.block import tags_in
from integration.config import Settings
from integration.errors import StoreUnavailable
from integration.store import Store, athletes, doorbell, histories, instance
from integration.store.doorbell import Ring
from integration.store.tables import Athlete, Preferences
from integration.strava.events import Event, NotAnEvent, parse_event, verify_signature
from integration.web.wiring import Wakes, utc_now

LARGEST_BODY = 64 * 1024
TRIFLES = {"title", "private", "visibility"}  # what may change without changing how we judge

log = structlog.get_logger()


def blueprint(settings: Settings, store: Store, waker: Wakes, now: Callable[[], datetime] = utc_now) -> Blueprint:
    """The callback at /webhook/<secret>."""
    routes = Blueprint("webhook", __name__)

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
            key = keep(store, event, now())
        except StoreUnavailable:
            log.warning("an event could not be stored; Strava will push it again")
            return "the event could not be stored, try again\n", 503
        if key:
            waker.wake(key)
        return "", 200

    return routes


def keep(store: Store, event: Event, now: datetime) -> str | None:
    """Commits what the event asks for; returns the key of the athlete to wake, None where nothing is to be done."""
    with store.read() as session:
        athlete = _concerned(session, event)
        if athlete is None:
            return None
        due_at = _due(session, event, now)
    try:
        with store.write() as session:
            if event.deauthorized:
                athletes.ask(session, athlete.id, now, last_event_at=now, deauthorization_rung_at=now)
                return athlete.key
            athletes.heard_of(session, athlete, now)
            return athlete.key if doorbell.ring(session, ring_of(event), now=now, due_at=due_at) else None
    except IntegrityError:
        return None  # the athlete left between the two transactions


def ring_of(event: Event) -> Ring:
    """What the doorbell keeps of an activity's event."""
    title = event.updates.get("title")
    return Ring(
        athlete_id=event.athlete_id,
        activity_id=event.activity_id or 0,
        kind=_kind(event),
        event_time=event.event_time,
        origin="push",
        tags=None if title is None else ",".join(sorted(tags_in(title))),
        trifle=event.aspect == "update" and bool(event.updates) and not set(event.updates) - TRIFLES,
    )


def _kind(event: Event) -> str:
    """What tells a repeat of an event from another one of the same second; no value that Strava sent is kept."""
    if not event.updates:
        return event.aspect
    names = ",".join(sorted(event.updates))
    digest = hashlib.sha256(repr(sorted(event.updates.items())).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{event.aspect}:{names[:40]}:{digest[:8]}"


def _concerned(session: Session, event: Event) -> Athlete | None:
    """The athlete for whom there is something to store: our subscription, somebody of ours, and more than a trifle.

    A title or privacy edit of an activity that a listing showed, and that no bell is kept of, costs no call. One never
    heard of rings whatever the event says, because its `create` may be lost or late.
    """
    ours = instance.subscription_id(session)
    if ours is not None and event.subscription_id != ours:
        return None
    athlete = athletes.find(session, event.athlete_id)
    if athlete is None or event.deauthorized:
        return athlete
    if event.activity_id is None or athlete.state == "leaving":
        return None
    told = ring_of(event)
    if not told.trifle or told.tags or doorbell.find(session, athlete.id, event.activity_id):
        return athlete
    return None if histories.knows(session, athlete.id, event.activity_id) else athlete


def _due(session: Session, event: Event, now: datetime) -> datetime:
    """When an activity never heard of is due: after the time that the athlete wants for words of their own."""
    told = session.get(Preferences, event.athlete_id)
    if event.aspect == doorbell.DELETED or told is None:
        return now
    return now + timedelta(minutes=told.delay)


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
