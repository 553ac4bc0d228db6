"""Find everybody for whom something is due and whom no worker serves: what the queue lost is found here."""

from collections.abc import Sequence

import structlog
from sqlalchemy import select

from integration.errors import AppInactive, Later
from integration.store import activity_events, athletes, clock, pending_activities
from integration.store.tables import Athlete, PendingActivity
from workers.resources import Resources

INACTIVE = AppInactive.__name__

log = structlog.get_logger()


def to_wake(resources: Resources) -> Sequence[str]:
    """Return keys of athletes to wake, longest waiting first; without those whom an earlier sweep woke just now."""
    _put_right_the_clock(resources)
    with resources.store.read() as session:
        blocked = session.scalar(
            select(PendingActivity.activity_id)
            .where(activity_events.waiting(), PendingActivity.last_error == INACTIVE)
            .limit(1)
        )
        blocked = blocked or session.scalar(select(Athlete.id).where(Athlete.request_error == INACTIVE).limit(1))
    if blocked and _is_active(resources):
        _hurry(resources)
    with resources.store.read() as session:
        keys = athletes.keys_due(session, resources.now())
    return resources.marks.unmarked(keys)


def _put_right_the_clock(resources: Resources) -> None:
    """Nothing waits for a time that our own clock set while it was wrong."""
    with resources.store.read() as session:
        jump = clock.jumped(session, resources.now(), resources.boot())
    if jump is not None and abs(jump) <= clock.TOLERANCE:
        return
    with resources.store.write() as session:
        shifted = clock.put_right(session, resources.now(), resources.boot())
    if shifted:
        resources.marks.forget()
        seconds = round(shifted.total_seconds())
        log.warning("the clock jumped; what a wrong clock had put off is due again", seconds=seconds)


def _is_active(resources: Resources) -> bool:
    """Return whether Strava answered the application's calls when asked last, or refused more than an hour ago."""
    try:
        return resources.budget.app_status() != "inactive"
    except Later:
        return False


def _hurry(resources: Resources) -> None:
    """Make due what an inactive application put off: it need not wait for its hour."""
    now = resources.now()
    with resources.store.write() as session:
        pending_activities.hurry(session, None, now, INACTIVE)
        athletes.hurry_requests(session, None, now, INACTIVE)
