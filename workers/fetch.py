"""What Strava says of each rung activity, in as few calls as can be: a listing where it is cheaper."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from integration.errors import BackstrideError, Gone, Refused, Unreachable
from integration.store import histories, pending_activities
from integration.store.tables import PendingActivity
from integration.strava.rate_limit import Priority
from workers import listing, retry
from workers.athlete_session import AthleteSession
from workers.retry import Action, Next

JUST_READ = 5.0  # seconds for which what was read still counts as read just before a write
LISTING_PAYS_FROM = 3  # bells; a listing mostly costs one call, and one more read for each note

log = structlog.get_logger()


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
            put_off(athlete_session, bell, retry.apply(retry.NOT_LISTED, bell.attempts, athlete_session.now), Gone())
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
        except Exception as error:  # noqa: BLE001  # raised again unless it is this activity's own affair
            fail(athlete_session, bell, error)
    return readings


def fail(athlete_session: AthleteSession, bell: PendingActivity, error: Exception) -> None:
    """Apply the retry policy to one activity. Raises `error` again if it concerns everything of the athlete."""
    if retry.concerns_everything(error):
        raise error
    if not isinstance(error, BackstrideError):
        log.error("an activity could not be processed", exc_info=error)
    if isinstance(error, Gone) and bell.kind == pending_activities.MISSING:
        step = retry.apply(retry.NO_LONGER_LISTED, bell.attempts, athlete_session.now)
    else:
        step = retry.after(error, bell.attempts, athlete_session.now)
    put_off(athlete_session, bell, step, error)
    if athlete_session.strava_is_away:
        raise error


def put_off(athlete_session: AthleteSession, bell: PendingActivity, step: Next, error: Exception) -> None:
    """Record what the retry policy says of one activity that failed by `error`."""
    if step.action is Action.FORGET:
        forget_activities(athlete_session, [bell])
        return
    with athlete_session.store() as session:
        if step.due_at is None:
            pending_activities.mark_processed(session, bell, athlete_session.now, judged_as=None, outcome="scope")
        else:
            why = type(error).__name__
            pending_activities.postpone(session, bell, step.due_at, athlete_session.now, why)


def forget_activities(athlete_session: AthleteSession, bells: Sequence[PendingActivity]) -> None:
    """These were deleted, or are hidden from us: they leave the history, and their notes count no more."""
    if not bells:
        return
    with athlete_session.store() as session:
        for bell in bells:
            listing.forget_run(session, athlete_session, bell.activity_id)
            pending_activities.mark_processed(session, bell, athlete_session.now, judged_as=None, outcome="gone")
