"""What Strava says of each rung activity, in as few calls as can be: a listing where it is cheaper."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integration.errors import Gone, Refused, ScopeMissing, Unreachable
from integration.store import doorbell, histories
from integration.store.tables import Bell
from workers import sync
from workers.visit import Visit

JUST_READ = 5.0  # seconds for which what was read still counts as read just before a write
LISTING_PAYS_FROM = 4  # bells; a listing costs two or three calls
FEW = 5  # activities that no listing shows: up to so many are read one by one

# After a 404: right after an upload it soon passes, otherwise the activity is not there, or not ours to see.
LOOK_AGAIN = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))
TRY_AGAIN = tuple(timedelta(seconds=s) for s in (15, 60, 300, 900, 3600))


@dataclass(frozen=True)
class Reading:
    """An activity as Strava told it, at `at` on the monotonic clock. A summary from a listing has no description."""

    activity: dict[str, Any]
    at: float = field(default_factory=time.monotonic)
    detailed: bool = False

    @property
    def fresh(self) -> bool:
        return self.detailed and time.monotonic() - self.at < JUST_READ


def read(visit: Visit, activity_id: int) -> Reading:
    """One read. Raises Gone, or what else Strava says."""
    return Reading(visit.call(lambda strava: strava.activity(activity_id)), detailed=True)


def reread(visit: Visit, activity_id: int, known: Reading) -> Reading:
    """What is known if it was read just now, else one read."""
    return known if known.fresh else read(visit, activity_id)


def gather(visit: Visit, bells: Sequence[Bell]) -> dict[int, Reading]:
    """Readings by activity id. What is missing from it is settled or postponed already.

    Raises Later when Strava cannot be asked now; LeaseLost, AccessRevoked as everywhere.
    """
    listed = _listings(visit, bells)
    readings = {bell.activity_id: Reading(listed[bell.activity_id]) for bell in bells if bell.activity_id in listed}
    absent = [bell for bell in bells if bell.activity_id not in readings]
    if listed and len(absent) > FEW:
        _give_up_on(visit, absent)
        return readings
    return readings | _one_by_one(visit, absent)


def _listings(visit: Visit, bells: Sequence[Bell]) -> dict[int, dict[str, Any]]:
    """Activities of the listings that had to be made, or were made in this visit, by id."""
    since = visit.now - sync.RULES_LOOK_BACK
    wanted_from = since - sync.MARGIN
    with visit.resources.store.read() as session:
        fresh = histories.fresh(session, visit.athlete_id, visit.now, since=since)
    if fresh is None:
        visit.remember(sync.fetch_history(visit, wanted_from))
    elif len([bell for bell in bells if bell.activity_id not in visit.listed]) >= LISTING_PAYS_FROM:
        visit.remember(sync.list_recent(visit, wanted_from, lane="live"))
    if visit.listed and len([bell for bell in bells if bell.activity_id not in visit.listed]) > FEW:
        visit.remember(sync.list_older(visit, before=wanted_from))
    return visit.listed


def _one_by_one(visit: Visit, bells: Sequence[Bell]) -> dict[int, Reading]:
    """One read each. One activity that fails does not hold up the others; two in a row and it is Strava that fails."""
    readings: dict[int, Reading] = {}
    failures = 0
    for bell in bells:
        try:
            readings[bell.activity_id] = read(visit, bell.activity_id)
            failures = 0
        except Gone:
            missing(visit, bell)
        except (Refused, ScopeMissing) as error:
            put_off(visit, bell, type(error).__name__)
        except Unreachable as error:
            failures += 1
            if failures == 2:
                raise
            put_off(visit, bell, type(error).__name__)
    return readings


def _give_up_on(visit: Visit, bells: Sequence[Bell]) -> None:
    """Many activities that no listing of 800 days shows: older than we look at, or not ours to see."""
    for bell in bells:
        missing(visit, bell, after=LOOK_AGAIN[2:4])


def missing(visit: Visit, bell: Bell, after: Sequence[timedelta] = LOOK_AGAIN) -> None:
    """Looks again later, or settles that the activity is gone."""
    if bell.attempts < len(after):
        _postpone(visit, bell, visit.now + after[bell.attempts], "Gone")
    else:
        forget_activity(visit, bell)


def forget_activity(visit: Visit, bell: Bell) -> None:
    """The activity was deleted, or is hidden from us: it leaves the history, and its note counts no more."""
    with visit.store() as session:
        sync.forget_run(session, visit, bell.activity_id)
        doorbell.settle(session, bell, visit.now, judged_as=None, outcome="gone")


def put_off(visit: Visit, bell: Bell, why: str) -> None:
    """Tries one bell again later, the longer the more often it failed."""
    _postpone(visit, bell, visit.now + TRY_AGAIN[min(bell.attempts, len(TRY_AGAIN) - 1)], why)


def _postpone(visit: Visit, bell: Bell, until: datetime, why: str) -> None:
    with visit.store() as session:
        doorbell.postpone(session, bell, until, visit.now, why)
