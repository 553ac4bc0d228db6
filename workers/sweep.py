"""Who is to be woken: everybody for whom something is due and whom nobody attends. Finds what the queue lost."""

from collections.abc import Sequence

from sqlalchemy import select

from integration.errors import AppInactive, Later
from integration.store import athletes, pending_activities
from integration.store.tables import Athlete, PendingActivity
from workers.resources import Resources

INACTIVE = AppInactive.__name__


def to_wake(resources: Resources) -> Sequence[str]:
    """Keys of athletes, longest waiting first; without those whom an earlier sweep woke just now."""
    with resources.store.read() as session:
        held_up = session.scalar(
            select(PendingActivity.activity_id)
            .where(pending_activities.waiting(), PendingActivity.last_error == INACTIVE)
            .limit(1)
        )
        held_up = held_up or session.scalar(select(Athlete.id).where(Athlete.request_error == INACTIVE).limit(1))
    if held_up and _is_active(resources):
        _hurry(resources)
    with resources.store.read() as session:
        keys = athletes.keys_due(session, resources.now())
    return resources.marks.unmarked(keys)


def _is_active(resources: Resources) -> bool:
    """Whether Strava answered the application's calls when asked last, or an hour has passed since it refused."""
    try:
        return resources.budget.app_status() != "inactive"
    except Later:
        return False


def _hurry(resources: Resources) -> None:
    """What an inactive application held up need not wait for the hour that each of it was put off by."""
    now = resources.now()
    with resources.store.write() as session:
        pending_activities.hurry(session, None, now, INACTIVE)
        athletes.hurry_requests(session, None, now, INACTIVE)
