"""Read what Strava says of each pending activity, in as few calls as can be: by a listing if that is cheaper."""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence

from integration.errors import Gone, Refused, Unreachable
from integration.store import activity_events, ledger, pending_activities
from integration.store.tables import PendingActivity
from integration.strava.rate_limit import Priority
from workers import failures, fetch_history, gone, retry
from workers.athlete_session import AthleteSession
from workers.reading import Reading

JUST_READ = 5.0  # seconds for which what was read still counts as read just before a write
LISTING_PAYS_FROM = 3  # activities; a listing mostly costs one call, and one more read for each note


def read(athlete_session: AthleteSession, activity_id: int, priority: Priority = "live") -> Reading:
    """Return one activity in detail, for one call. Raises Gone, or what else Strava says."""
    activity = athlete_session.call(lambda strava: strava.activity(activity_id), priority=priority)
    return Reading(activity, detailed=True, call=athlete_session.calls)


def reread(athlete_session: AthleteSession, activity_id: int, known: Reading) -> Reading:
    """Return what is known if it was read just now, with no call since (each may take seconds); else read it."""
    is_fresh = known.call == athlete_session.calls and time.monotonic() - known.at < JUST_READ
    return known if known.detailed and is_fresh else read(athlete_session, activity_id)


def detailed(athlete_session: AthleteSession, known: Reading) -> Reading:
    """Return what is known if it has the activity's words; else read it."""
    return known if known.detailed else read(athlete_session, known.activity["id"])


def read_due(athlete_session: AthleteSession, due: Sequence[PendingActivity]) -> list[tuple[PendingActivity, Reading]]:
    """Read each activity that is due, and what the listings for it showed beside, in order of start.

    A deletion is believed at once, but for a run with a note: that is looked at, for a forged event must lose no note.
    """
    with athlete_session.resources.store.read() as session:
        kept = ledger.kept(session, athlete_session.athlete_id)
    deleted = [each for each in due if each.kind == activity_events.DELETED]
    gone.forget(athlete_session, [each for each in deleted if each.activity_id not in kept])
    readings = read_each(athlete_session, [each for each in deleted if each.activity_id in kept])
    others = [each for each in due if each.kind != activity_events.DELETED]
    if not others and not readings:
        return []
    readings |= gather(athlete_session, others, read_anyway=kept)
    pending = {each.activity_id: each for each in due}
    found = [(pending[activity_id], reading) for activity_id, reading in readings.items()]
    found += found_meanwhile(athlete_session, pending)
    return sorted(found, key=lambda each: (each[1].start, each[0].activity_id))


def gather(
    athlete_session: AthleteSession, pending: Sequence[PendingActivity], *, read_anyway: Collection[int] = ()
) -> dict[int, Reading]:
    """Return readings by activity id. What is missing from it is processed or put off already.

    What no listing of 800 days shows is not there, but for the ids of `read_anyway`: these are read, and so is all of
    it if rows of the listing were odd. Raises Later when Strava cannot be asked now; LeaseLost, AccessRevoked as
    everywhere.
    """
    fetch_history.ensure_history(athlete_session)
    searched = _list_if_it_pays(athlete_session, pending)
    readings = _listed(athlete_session, pending)
    unread = [each for each in pending if each.activity_id not in readings]
    unlisted = [each for each in unread if not athlete_session.has_listed(each.activity_id)]
    if searched and len(unlisted) > fetch_history.FEW:  # older than we look back, or not ours to see
        unseen = [each for each in unlisted if each.activity_id not in read_anyway]
        for each in unseen:
            step = retry.after(Gone(), each.attempts, athlete_session.now, rules=retry.OF_AN_UNLISTED_ACTIVITY)
            failures.put_off(athlete_session, each, step, Gone())
        unread = [each for each in unread if each not in unseen]
    return readings | read_each(athlete_session, unread)


def found_meanwhile(
    athlete_session: AthleteSession, known: Collection[int]
) -> Iterator[tuple[PendingActivity, Reading]]:
    """Yield what else is due of what this turn's listings showed, with what it is; without the ids that are `known`.

    Activities that changed after the listing began are read again, so that later runs are not judged first.
    """
    if not athlete_session.listings:
        return
    with athlete_session.resources.store.read() as session:
        due = pending_activities.due(session, athlete_session.athlete_id, athlete_session.now)
    further = {
        each.activity_id: each
        for each in due
        if each.activity_id not in known
        and each.kind != activity_events.DELETED
        and athlete_session.has_listed(each.activity_id)
    }
    readings = _listed(athlete_session, further.values())
    changed = [each for each in further.values() if each.activity_id not in readings]
    for activity_id, reading in (readings | read_each(athlete_session, changed)).items():
        yield further[activity_id], reading


def _listed(athlete_session: AthleteSession, pending: Iterable[PendingActivity]) -> dict[int, Reading]:
    """Return what this turn's listings say, by id; nothing of an activity that changed after they began."""
    shown = ((each.activity_id, athlete_session.listed(each)) for each in pending)
    return {activity_id: Reading(activity) for activity_id, activity in shown if activity is not None}


def _list_if_it_pays(athlete_session: AthleteSession, pending: Sequence[PendingActivity]) -> bool:
    """Return whether everything of 800 days was looked through for these activities, and no row of it was odd."""
    unseen = [each.activity_id for each in pending if athlete_session.listed(each) is None]
    if len(unseen) < LISTING_PAYS_FROM:
        return False
    try:
        fetch_history.list_until_shown(athlete_session, unseen)
    except (Refused, Unreachable):
        if athlete_session.strava_is_away:
            raise
        return False  # each can be read without it
    return athlete_session.listings[-1].whole


def read_each(athlete_session: AthleteSession, pending: Sequence[PendingActivity]) -> dict[int, Reading]:
    """Read them one by one. One activity that fails does not hold up the others; several in a row and it is Strava.

    What failed before comes last, so that a few bad ones are not taken for Strava again and again.
    """
    readings: dict[int, Reading] = {}
    for each in sorted(pending, key=lambda each: each.attempts):
        with failures.isolated(athlete_session, each):
            readings[each.activity_id] = read(athlete_session, each.activity_id)
    return readings
