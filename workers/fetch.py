"""What Strava says of each rung activity, in as few calls as can be: a listing where it is cheaper."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integration.errors import Gone, Refused, ScopeMissing, Unreachable
from integration.store import histories, pending_activities
from integration.store.tables import PendingActivity
from integration.strava.rate_limit import Priority
from workers import listing
from workers.athlete_session import AthleteSession

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


def read(athlete_session: AthleteSession, activity_id: int, priority: Priority = "live") -> Reading:
    """One read. Raises Gone, or what else Strava says."""
    return Reading(athlete_session.call(lambda strava: strava.activity(activity_id), priority=priority), detailed=True)


def reread(athlete_session: AthleteSession, activity_id: int, known: Reading) -> Reading:
    """What is known if it was read just now, else one read."""
    return known if known.fresh else read(athlete_session, activity_id)


def gather(athlete_session: AthleteSession, bells: Sequence[PendingActivity]) -> dict[int, Reading]:
    """Readings by activity id. What is missing from it is settled or postponed already.

    Raises Later when Strava cannot be asked now; LeaseLost, AccessRevoked as everywhere.
    """
    searched = _list_where_it_pays(athlete_session, bells)
    readings = {
        bell.activity_id: Reading(shown) for bell in bells if (shown := _shown(athlete_session, bell)) is not None
    }
    absent = [bell for bell in bells if bell.activity_id not in readings]
    if searched and len(absent) > listing.FEW:  # older than we look back, or not ours to see
        for bell in absent:
            missing(athlete_session, bell, after=LOOK_AGAIN[2:4])
        return readings
    return readings | _one_by_one(athlete_session, absent)


def found_meanwhile(
    athlete_session: AthleteSession, known: Collection[int]
) -> Iterator[tuple[PendingActivity, Reading]]:
    """Bells of what the listings of this session showed, and what it is; without those of the ids that are `known`.

    What rang again after its listing had begun is read: the history holds it, so nothing after it may be judged before.
    """
    if not athlete_session.listed:
        return
    with athlete_session.resources.store.read() as session:
        due = pending_activities.due(session, athlete_session.athlete_id, athlete_session.now)
    bells = {
        bell.activity_id: bell
        for bell in due
        if bell.activity_id in athlete_session.listed
        and bell.activity_id not in known
        and bell.kind != pending_activities.DELETED
    }
    shown = {
        activity_id: Reading(told) for activity_id, bell in bells.items() if (told := _shown(athlete_session, bell))
    }
    unsure = [bell for activity_id, bell in bells.items() if activity_id not in shown]
    for activity_id, reading in (shown | _one_by_one(athlete_session, unsure)).items():
        yield bells[activity_id], reading


def _shown(athlete_session: AthleteSession, bell: PendingActivity) -> dict[str, Any] | None:
    """The activity as a listing of this session showed it, unless the bell rang after that listing had begun."""
    shown = athlete_session.listed.get(bell.activity_id)
    return shown.activity if shown is not None and shown.at >= bell.last_received else None


def _list_where_it_pays(athlete_session: AthleteSession, bells: Sequence[PendingActivity]) -> bool:
    """Whether everything of 800 days was looked through for these bells."""
    since = athlete_session.now - listing.RULES_LOOK_BACK
    with athlete_session.resources.store.read() as session:
        fresh = histories.fresh(session, athlete_session.athlete_id, athlete_session.now, since=since)
    if fresh is None:
        listing.fetch_history(athlete_session, since - listing.MARGIN)
    unseen = [bell.activity_id for bell in bells if _shown(athlete_session, bell) is None]
    if len(unseen) < LISTING_PAYS_FROM:
        return False
    try:
        listing.list_for(athlete_session, unseen)
    except (Refused, Unreachable):
        if athlete_session.strava_is_away:
            raise
        return False  # each can be read without it
    return True


def _one_by_one(athlete_session: AthleteSession, bells: Sequence[PendingActivity]) -> dict[int, Reading]:
    """One read each. One activity that fails does not hold up the others; several in a row and it is Strava.

    What failed before comes last, so that a few bad ones are not taken for Strava again and again.
    """
    readings: dict[int, Reading] = {}
    for bell in sorted(bells, key=lambda bell: bell.attempts):
        try:
            readings[bell.activity_id] = read(athlete_session, bell.activity_id)
        except Gone:
            missing(athlete_session, bell)
        except ScopeMissing:
            unseen(athlete_session, bell)
        except (Refused, Unreachable) as error:
            put_off(athlete_session, bell, error)
    return readings


def missing(athlete_session: AthleteSession, bell: PendingActivity, after: Sequence[timedelta] = LOOK_AGAIN) -> None:
    """Looks again later, or settles that the activity is gone; at once where a listing said so too."""
    if bell.attempts < len(after) and bell.kind != pending_activities.MISSING:
        _postpone(athlete_session, bell, athlete_session.now + after[bell.attempts], pending_activities.GONE)
    else:
        forget_activities(athlete_session, [bell])


def forget_activities(athlete_session: AthleteSession, bells: Sequence[PendingActivity]) -> None:
    """These were deleted, or are hidden from us: they leave the history, and their notes count no more."""
    if not bells:
        return
    with athlete_session.store() as session:
        for bell in bells:
            listing.forget_run(session, athlete_session, bell.activity_id)
            pending_activities.mark_processed(session, bell, athlete_session.now, judged_as=None, outcome="gone")


def unseen(athlete_session: AthleteSession, bell: PendingActivity) -> None:
    """The athlete did not grant us to see this activity, and asking again does not help."""
    with athlete_session.store() as session:
        pending_activities.mark_processed(session, bell, athlete_session.now, judged_as=None, outcome="scope")


def put_off(athlete_session: AthleteSession, bell: PendingActivity, error: Exception) -> None:
    """Tries one bell again later, the longer the more often it failed. Raises `error` where Strava is away."""
    _postpone(athlete_session, bell, athlete_session.now + again_after(bell.attempts, error), type(error).__name__)
    if athlete_session.strava_is_away:
        raise error


def again_after(attempts: int, error: Exception) -> timedelta:
    """How long to wait after so many failed attempts: hours in the end, but minutes while Strava is away."""
    steps = TRY_AGAIN_STRAVA if isinstance(error, Unreachable) else TRY_AGAIN
    return steps[min(attempts, len(steps) - 1)]


def _postpone(athlete_session: AthleteSession, bell: PendingActivity, until: datetime, why: str) -> None:
    with athlete_session.store() as session:
        pending_activities.postpone(session, bell, until, athlete_session.now, why)
