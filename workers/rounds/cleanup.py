"""Delete what has lived its time: processed activities, Strava's data, notes of the gone, athletes who left."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from integration import backup
from integration.store import Store, deletions, histories, instance_facts, ledger, pending_activities, web_sessions
from integration.store.athlete_states import AthleteState, DeletionReason
from integration.store.tables import Athlete
from workers import delete_athlete
from workers.resources import Resources

WAITS_FOR_RECONNECT = timedelta(days=14)

log = structlog.get_logger()


def expire(resources: Resources) -> None:
    """Delete what has lived its time, and what is left of it beside the rows."""
    now = resources.now()
    expire_rows(resources.store, now)
    backup.forget_own(resources.settings.data_dir, now)
    _delete_who_stayed_away(resources)
    _leave_no_trace(resources)


def expire_rows(store: Store, now: datetime) -> None:
    """Delete rows that have lived their time.

    Histories in a transaction of their own: they lock the athlete, whom pushes lock before their activities.
    """
    with store.write() as session:
        pending_activities.expire(session, now)
        ledger.expire(session, now)
        web_sessions.expire(session, now)
        deletions.expire(session, now)
    with store.write() as session:
        purged = histories.purge_stale(session, now)
    if purged:
        log.info("purged histories that grew old", histories=len(purged))


def _delete_who_stayed_away(resources: Resources) -> None:
    long_ago = resources.now() - WAITS_FOR_RECONNECT

    def away(athlete: Athlete) -> bool:
        return athlete.state is AthleteState.DISCONNECTED and (athlete.disconnected_at or long_ago) <= long_ago

    with resources.store.read() as session:
        disconnected = session.scalars(select(Athlete).where(Athlete.state == AthleteState.DISCONNECTED)).all()
    for athlete in filter(away, disconnected):
        delete_athlete.delete(resources, athlete.id, DeletionReason.EXPIRED, away)


def _leave_no_trace(resources: Resources) -> None:
    with resources.store.read() as session:
        somebody_left = instance_facts.fact(session, instance_facts.SOMEBODY_LEFT) is not None
    done = resources.store.leave_no_trace(of_somebody=somebody_left)
    if somebody_left and done and resources.marks.leave_no_trace():
        backup.forget_own(resources.settings.data_dir, resources.now(), kept_for=timedelta())
        with resources.store.write() as session:
            instance_facts.set_fact(session, instance_facts.SOMEBODY_LEFT, None)
