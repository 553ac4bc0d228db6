"""Nothing is kept too long: settled bells, Strava's data, notes of what is gone, and athletes who do not come back."""

from datetime import timedelta

import structlog
from sqlalchemy import select

from integration.store import doorbell, histories, ledger
from integration.store.tables import Athlete
from workers import leave
from workers.resources import Resources

WAITS_FOR_RECONNECT = timedelta(days=14)

log = structlog.get_logger()


def expire(resources: Resources) -> None:
    """Deletes what has lived its time."""
    now = resources.now()
    with resources.store.write() as session:
        doorbell.expire(session, now)
        ledger.expire(session, now)
        purged = histories.purge_stale(session, now)
        gone_for_long = select(Athlete.id).where(
            Athlete.state == "disconnected", Athlete.disconnected_at <= now - WAITS_FOR_RECONNECT
        )
        absent = list(session.scalars(gone_for_long))
    for athlete_id in absent:
        leave.delete(resources, athlete_id)
    if purged:
        resources.store.leave_no_trace()
        log.info("purged histories that grew old", histories=len(purged))
