"""What Strava says of each rung activity, in as few calls as can be: a listing where it is cheaper."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integration.errors import Gone, Refused, ScopeMissing, Unreachable
from integration.store import doorbell, histories
from integration.store.tables import Bell
from integration.strava.budget import Lane
from workers import sync
from workers.visit import Visit

JUST_READ = 5.0  # seconds for which what was read still counts as read just before a write
LISTING_PAYS_FROM = 3  # bells; a listing mostly costs one call, and one more read for each note

# After a 404: right after an upload it soon passes, otherwise the activity is not there, or not ours to see.
LOOK_AGAIN = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))
TRY_AGAIN_STRAVA = tuple(timedelta(seconds=s) for s in (15, 60, 300, 900))
TRY_AGAIN = (*TRY_AGAIN_STRAVA, *(timedelta(hours=h) for h in (1, 3, 6)))


@dataclass(frozen=True)
class Reading:
    """An activity as Strava told it, at `at` on the monotonic clock. A summary from a listing has no description."""

    activity: dict[str, Any]
    at: float = field(default_factory=time.monotonic)
    detailed: bool = False

    @property
    def fresh(self) -> bool:
        return self.detailed and time.monotonic() - self.at < JUST_READ


def read(visit: Visit, activity_id: int, lane: Lane = "live") -> Reading:
    """One read. Raises Gone, or what else Strava says."""
    return Reading(visit.call(lambda strava: strava.activity(activity_id), lane=lane), detailed=True)


def reread(visit: Visit, activity_id: int, known: Reading) -> Reading:
    """What is known if it was read just now, else one read."""
    return known if known.fresh else read(visit, activity_id)


def gather(visit: Visit, bells: Sequence[Bell]) -> dict[int, Reading]:
    """Readings by activity id. What is missing from it is settled or postponed already.

    Raises Later when Strava cannot be asked now; LeaseLost, AccessRevoked as everywhere.
    """
    searched = _list_where_it_pays(visit, bells)
    readings = {bell.activity_id: Reading(shown) for bell in bells if (shown := _shown(visit, bell)) is not None}
    absent = [bell for bell in bells if bell.activity_id not in readings]
    if searched and len(absent) > sync.FEW:  # older than we look back, or not ours to see
        for bell in absent:
            missing(visit, bell, after=LOOK_AGAIN[2:4])
        return readings
    return readings | _one_by_one(visit, absent)


def found_meanwhile(visit: Visit, known: Collection[int]) -> Iterator[tuple[Bell, Reading]]:
    """Bells of what the listings of this visit showed, and what it is; without those of the ids that are `known`.

    What rang again after its listing had begun is read: the history holds it, so nothing after it may be judged before.
    """
    if not visit.listed:
        return
    with visit.resources.store.read() as session:
        due = doorbell.due(session, visit.athlete_id, visit.now)
    bells = {
        bell.activity_id: bell
        for bell in due
        if bell.activity_id in visit.listed and bell.activity_id not in known and bell.kind != doorbell.DELETED
    }
    shown = {activity_id: Reading(told) for activity_id, bell in bells.items() if (told := _shown(visit, bell))}
    unsure = [bell for activity_id, bell in bells.items() if activity_id not in shown]
    for activity_id, reading in (shown | _one_by_one(visit, unsure)).items():
        yield bells[activity_id], reading


def _shown(visit: Visit, bell: Bell) -> dict[str, Any] | None:
    """The activity as a listing of this visit showed it, unless the bell rang after that listing had begun."""
    shown = visit.listed.get(bell.activity_id)
    return shown.activity if shown is not None and shown.at >= bell.heard_at else None


def _list_where_it_pays(visit: Visit, bells: Sequence[Bell]) -> bool:
    """Whether everything of 800 days was looked through for these bells."""
    since = visit.now - sync.RULES_LOOK_BACK
    with visit.resources.store.read() as session:
        fresh = histories.fresh(session, visit.athlete_id, visit.now, since=since)
    if fresh is None:
        sync.fetch_history(visit, since - sync.MARGIN)
    unseen = [bell.activity_id for bell in bells if _shown(visit, bell) is None]
    if len(unseen) < LISTING_PAYS_FROM:
        return False
    try:
        sync.list_for(visit, unseen)
    except (Refused, Unreachable):
        if visit.strava_is_away:
            raise
        return False  # each can be read without it
    return True


def _one_by_one(visit: Visit, bells: Sequence[Bell]) -> dict[int, Reading]:
    """One read each. One activity that fails does not hold up the others; several in a row and it is Strava.

    What failed before comes last, so that a few bad ones are not taken for Strava again and again.
    """
    readings: dict[int, Reading] = {}
    for bell in sorted(bells, key=lambda bell: bell.attempts):
        try:
            readings[bell.activity_id] = read(visit, bell.activity_id)
        except Gone:
            missing(visit, bell)
        except ScopeMissing:
            unseen(visit, bell)
        except (Refused, Unreachable) as error:
            put_off(visit, bell, error)
    return readings


def missing(visit: Visit, bell: Bell, after: Sequence[timedelta] = LOOK_AGAIN) -> None:
    """Looks again later, or settles that the activity is gone; at once where a listing said so too."""
    if bell.attempts < len(after) and bell.kind != doorbell.MISSING:
        _postpone(visit, bell, visit.now + after[bell.attempts], doorbell.GONE)
    else:
        forget_activities(visit, [bell])


def forget_activities(visit: Visit, bells: Sequence[Bell]) -> None:
    """These were deleted, or are hidden from us: they leave the history, and their notes count no more."""
    if not bells:
        return
    with visit.store() as session:
        for bell in bells:
            sync.forget_run(session, visit, bell.activity_id)
            doorbell.settle(session, bell, visit.now, judged_as=None, outcome="gone")


def unseen(visit: Visit, bell: Bell) -> None:
    """The athlete did not grant us to see this activity, and asking again does not help."""
    with visit.store() as session:
        doorbell.settle(session, bell, visit.now, judged_as=None, outcome="scope")


def put_off(visit: Visit, bell: Bell, error: Exception) -> None:
    """Tries one bell again later, the longer the more often it failed. Raises `error` where Strava is away."""
    _postpone(visit, bell, visit.now + again_after(bell.attempts, error), type(error).__name__)
    if visit.strava_is_away:
        raise error


def again_after(attempts: int, error: Exception) -> timedelta:
    """How long to wait after so many failed attempts: hours in the end, but minutes while Strava is away."""
    steps = TRY_AGAIN_STRAVA if isinstance(error, Unreachable) else TRY_AGAIN
    return steps[min(attempts, len(steps) - 1)]


def _postpone(visit: Visit, bell: Bell, until: datetime, why: str) -> None:
    with visit.store() as session:
        doorbell.postpone(session, bell, until, visit.now, why)
