"""What no bell told: a listing of the last days, now and then, with what is left of the budget.

With a subscription it makes good for lost pushes; without one it takes their place.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from integration.store import histories, instance
from integration.store.tables import Athlete
from integration.strava.budget import Lane
from workers import sync
from workers.resources import Resources
from workers.visit import Visit

LOOKS_BACK = timedelta(days=8)  # a note may be written for up to seven days
WITH_PUSHES = timedelta(hours=6)
SILENCE = timedelta(minutes=5)  # without a round for so long we were down, and pushes may have been lost
AFTER_SILENCE = timedelta(minutes=15)


def reconcile(visit: Visit) -> None:
    """Lists the athlete's last days and rings for what is new; the bells are answered in the same visit."""
    since = visit.now - LOOKS_BACK
    polling = not _pushed_to(visit.resources)
    lane: Lane = "poll" if polling else "background"
    with visit.resources.store.read() as session:
        fresh = histories.fresh(session, visit.athlete_id, visit.now, since=since)
    if fresh is None:
        visit.remember(sync.fetch_history(visit, visit.now - sync.RULES_LOOK_BACK - sync.MARGIN, lane=lane))
    else:
        visit.remember(sync.list_recent(visit, since, lane=lane))


def ask_round(resources: Resources) -> Sequence[str]:
    """Asks for a reconciliation of those whose last listing is too long ago; returns the keys to wake."""
    now = resources.now()
    polling = not _pushed_to(resources)
    with resources.store.write() as session:
        slept = _slept(session, now)
        connected = session.query(Athlete).filter(Athlete.state == "connected").count()
        interval = resources.budget.poll_interval(max(1, connected)) if polling else WITH_PUSHES
        if slept:
            interval = min(interval, AFTER_SILENCE)
        old = or_(Athlete.listed_at <= now - interval)
        due = select(Athlete.key).where(Athlete.state == "connected", old, Athlete.attend_at.is_(None))
        share = max(1, connected // 20)  # spread over the rounds, so that nobody's live bells meet a spent budget
        keys = list(session.scalars(due.order_by(Athlete.listed_at).limit(connected if slept else share)))
        session.execute(update(Athlete).where(Athlete.key.in_(keys)).values(reconcile_wanted=True, attend_at=now))
    return keys


def _slept(session: Session, now: datetime) -> bool:
    last = instance.fact(session, "last_round_at")
    instance.set_fact(session, "last_round_at", now.isoformat())
    return last is None or now - datetime.fromisoformat(last) > SILENCE


def _pushed_to(resources: Resources) -> bool:
    with resources.store.read() as session:
        return instance.subscription_id(session) is not None
