"""What no bell told: a listing of the last days, now and then, with what is left of the budget.

With a subscription it makes good for lost pushes; without one it takes their place.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from integration.store import doorbell, histories, instance
from integration.store.tables import Athlete, Instant
from integration.strava.budget import Lane
from workers import sync
from workers.resources import Resources
from workers.visit import Visit

WITH_PUSHES = timedelta(hours=6)
SILENCE = timedelta(minutes=5)  # without a round for so long we were down, and pushes may have been lost
AFTER_SILENCE = timedelta(minutes=15)
TOO_MANY = 3  # runs that only a listing told of, since the last push: then pushes do not reach us

log = structlog.get_logger()


def reconcile(visit: Visit) -> None:
    """Lists the athlete's last days and rings for what is new; the bells are answered in the same visit."""
    since = visit.now - sync.RULES_LOOK_BACK
    with visit.resources.store.read() as session:
        polling = instance.subscription_id(session) is None
        fresh = histories.fresh(session, visit.athlete_id, visit.now, since=since)
    lane: Lane = "poll" if polling else "background"
    if fresh is None:
        sync.fetch_history(visit, since - sync.MARGIN, lane=lane)
    else:
        sync.list_recent(visit, lane=lane)


def ask_round(resources: Resources) -> Sequence[str]:
    """Asks for a reconciliation of those whose last listing is too long ago; returns the keys to wake."""
    now = resources.now()
    with resources.store.read() as session:
        connected = session.scalar(select(func.count()).where(Athlete.state == "connected")) or 0
        polling = instance.subscription_id(session) is None
        _tell_of_silence(session, now, polling=polling)
    interval = resources.budget.poll_interval(connected)  # asks Redis: not inside a transaction
    if not polling:
        interval = max(interval, WITH_PUSHES)
    with resources.store.write() as session:
        slept = _slept(session, now)
        # Spread over the rounds, so that nobody's live bells meet a spent budget.
        most = connected if slept else max(1, connected // 20)
        return _ask(session, now, min(interval, AFTER_SILENCE) if slept else interval, most)


def _ask(session: Session, now: datetime, interval: timedelta, most: int) -> Sequence[str]:
    old = select(Athlete.key).where(
        Athlete.state == "connected", Athlete.listed_at <= now - interval, Athlete.reconcile_wanted.is_(False)
    )
    keys = session.scalars(old.order_by(Athlete.listed_at).limit(most)).all()
    attend_at = func.coalesce(
        Athlete.attend_at, literal(now, Instant())
    )  # what waits for Strava already goes on waiting
    session.execute(update(Athlete).where(Athlete.key.in_(keys)).values(reconcile_wanted=True, attend_at=attend_at))
    return keys


def _slept(session: Session, now: datetime) -> bool:
    last = instance.fact(session, "last_round_at")
    instance.set_fact(session, "last_round_at", now.isoformat())
    return last is None or now - datetime.fromisoformat(last) > SILENCE


def _tell_of_silence(session: Session, now: datetime, *, polling: bool) -> None:
    found = 0 if polling else doorbell.found_without_a_push(session, now - WITH_PUSHES)
    if found >= TOO_MANY:
        log.warning("listings show new runs, but no push tells of them: does a proxy eat them? See `backstride doctor`")
