"""The round that has athletes' last days listed now and then, for what no event told, with what is left of the budget.

With a subscription it makes good for lost pushes; without one it takes their place.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, literal, or_, select, update
from sqlalchemy.orm import Session

from integration.store import instance_facts, pending_activities
from integration.store.athlete_states import AthleteState
from integration.store.database.column_types import Instant
from integration.store.tables import Athlete, Preferences
from workers.resources import Resources

WITH_PUSHES = timedelta(hours=6)
SILENCE = timedelta(minutes=5)  # without a round for so long we were down, and pushes may have been lost
AFTER_SILENCE = timedelta(minutes=15)
TOO_MANY = 3  # runs that only a listing told of, since the last push: then pushes do not reach us

log = structlog.get_logger()


def start_round(resources: Resources) -> Sequence[str]:
    """Request a reconciliation for those whose last listing is too long ago; return the keys to wake.

    Who has agreed since then to our keeping sessions is listed anew, too: none that were recorded were kept before.
    """
    now = resources.now()
    with resources.store.read() as session:
        connected = session.scalar(select(func.count()).where(Athlete.state == AthleteState.CONNECTED)) or 0
        polling = instance_facts.subscription_id(session) is None
        _warn_of_silence(session, now, polling=polling)
    interval = resources.budget.poll_interval(connected)  # asks Redis: not inside a transaction
    if not polling:
        interval = max(interval, WITH_PUSHES)
    with resources.store.write() as session:
        was_down = _was_down(session, now)
        # Spread over the rounds, so that nobody's live events meet a spent budget.
        most = connected if was_down else max(1, connected // 20)
        return _request(session, now, min(interval, AFTER_SILENCE) if was_down else interval, most)


def _request(session: Session, now: datetime, interval: timedelta, most: int) -> Sequence[str]:
    agreed_since = Preferences.answers_consented_at > Athlete.listed_at  # recorded sessions are kept from then on
    old = (
        select(Athlete.key)
        .join(Preferences, Preferences.athlete_id == Athlete.id)
        .where(
            Athlete.state == AthleteState.CONNECTED,
            or_(Athlete.listed_at <= now - interval, agreed_since),
            Athlete.reconcile_requested.is_(False),
        )
    )
    keys = session.scalars(old.order_by(Athlete.listed_at).limit(most)).all()
    request_due_at = func.coalesce(
        Athlete.request_due_at, literal(now, Instant())
    )  # what waits for Strava already goes on waiting
    session.execute(
        update(Athlete).where(Athlete.key.in_(keys)).values(reconcile_requested=True, request_due_at=request_due_at)
    )
    return keys


def _was_down(session: Session, now: datetime) -> bool:
    last = instance_facts.fact(session, "last_round_at")
    instance_facts.set_fact(session, "last_round_at", now.isoformat())
    return last is None or now - datetime.fromisoformat(last) > SILENCE


def _warn_of_silence(session: Session, now: datetime, *, polling: bool) -> None:
    found = 0 if polling else pending_activities.found_without_a_push(session, now - WITH_PUSHES)
    if found >= TOO_MANY:
        log.warning("listings show new runs, but no push tells of them: does a proxy eat them? See `backstride doctor`")
