"""Fetch an athlete's history by listing: page by page, newest first, until it has shown enough.

The last page need not be asked for. Whatever a listing tells that no event told becomes pending.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.notes.writing_delay import writing_delay
from content.runs import Run, counted_run
from integration.store import athletes, histories, instance_facts, pending_activities
from integration.store.activity_events import CREATED, MISSING, ActivityEvent
from integration.store.database.column_types import EPOCH
from integration.store.pending_activities import Arrival
from integration.store.tables import Athlete, Preferences
from integration.strava.client import Strava
from integration.strava.rate_limit import Priority
from workers.athlete_session import AthleteSession
from workers.listing import Activity, Listing, oldest, start_of

RULES_LOOK_BACK = timedelta(days=100)  # what judging a run needs; runs may be some days old when they are judged
MARGIN = timedelta(days=10)
LONGEST_LOOK_BACK = timedelta(days=800)
ENOUGH_BEFORE = timedelta(days=40)  # an earlier run, so that even a run judged late has one 35 days before it
RECENT = timedelta(days=8)  # what reconciling looks at: a note may be written for up to seven days
UNTOLD_FOR = timedelta(days=7)  # how far before the last listing a run may have started and still be news
FEW = 2  # activities that a listing has not shown yet: reading them one by one is no dearer than another page


def ensure_history(athlete_session: AthleteSession, *, priority: Priority = "live") -> bool:
    """Fetch what judging a run needs, unless it is here and fresh. Returns whether it was fetched."""
    since = athlete_session.now - RULES_LOOK_BACK
    with athlete_session.resources.store.read() as session:
        fresh = histories.fresh(session, athlete_session.athlete_id, athlete_session.now, since=since)
    if fresh is None:
        fetch_history(athlete_session, since - MARGIN, priority=priority)
    return fresh is None


def fetch_history(athlete_session: AthleteSession, since: datetime, *, priority: Priority = "live") -> None:
    """Put the runs since then in place of the stored history, and record what no event told.

    Looks back up to 800 days if there is no run old enough to judge by.
    """
    farthest, judge_by = athlete_session.now - LONGEST_LOOK_BACK, athlete_session.now - ENOUGH_BEFORE

    def enough(shown: Collection[Activity]) -> bool:
        first = oldest(shown)
        has_one_to_judge_by = any(counted_run(each) and start_of(each) <= judge_by for each in shown)
        return first <= farthest or (first <= since and has_one_to_judge_by)

    def report(pages: int, activities: int) -> None:
        with athlete_session.store() as session:
            histories.report_progress(session, athlete_session.athlete_id, pages, activities)

    listing = _list(athlete_session, priority, enough, report)
    with athlete_session.store() as session:
        _record_news(athlete_session, session, listing, histories.runs(session, athlete_session.athlete_id))
        histories.replace(
            session, athlete_session.athlete_id, [run for run in listing.counted.values() if run.start > farthest],
            covered_from=max(listing.reached, farthest), now=listing.began,
            newest_activity=listing.newest_id, activities=len(listing.activities), recorded=listing.recorded,
        )  # fmt: skip
        athletes.complete(session, athlete_session.lease, listed_at=listing.began)


def reconcile(athlete_session: AthleteSession) -> None:
    """List the athlete's last days; what they tell that no event told is processed in the same session."""
    with athlete_session.resources.store.read() as session:
        polling = instance_facts.subscription_id(session) is None
    priority: Priority = "poll" if polling else "background"
    if not ensure_history(athlete_session, priority=priority):
        list_recent(athlete_session, priority=priority)


def list_recent(athlete_session: AthleteSession, *, priority: Priority) -> None:
    """Merge a listing of the last days into a history that reaches further back, and record what no event told."""
    since = athlete_session.now - RECENT
    _merge(athlete_session, _list(athlete_session, priority, lambda shown: oldest(shown) <= since))


def list_until_shown(athlete_session: AthleteSession, wanted: Collection[int]) -> None:
    """List until the activities of these ids were shown, all but a few, or 800 days are looked through."""
    farthest, missing = athlete_session.now - LONGEST_LOOK_BACK, set(wanted)

    def enough(shown: Collection[Activity]) -> bool:
        return len(missing.difference(each["id"] for each in shown)) <= FEW or oldest(shown) <= farthest

    _merge(athlete_session, _list(athlete_session, "live", enough))


def _list(
    athlete_session: AthleteSession,
    priority: Priority,
    enough: Callable[[Collection[Activity]], bool],
    report: Callable[[int, int], None] | None = None,
) -> Listing:
    """Ask for page after page until that is `enough`; `report` is told of each, for whoever waits for it."""
    began, pages, ended_early = athlete_session.now, 0, False
    shown: dict[int, Activity] = {}

    def take(page: list[Activity]) -> bool:
        nonlocal pages, ended_early
        pages += 1
        shown.update({each["id"]: each for each in page})
        if report is not None:
            report(pages, len(shown))
        ended_early = enough(shown.values())
        return ended_early

    def ask(strava: Strava) -> bool:
        before = strava.rows_set_aside
        strava.activities(on_page=take)
        return strava.rows_set_aside == before

    whole = athlete_session.call(ask, priority=priority)
    listing = Listing(shown, began, reached=oldest(shown.values()) if ended_early else EPOCH, whole=whole)
    athlete_session.listings.append(listing)
    return listing


def _merge(athlete_session: AthleteSession, listing: Listing) -> None:
    with athlete_session.store() as session:
        known = histories.runs(session, athlete_session.athlete_id)
        _record_news(athlete_session, session, listing, known)
        news = set(listing.counted.values()).difference(known)
        histories.merge(
            session, athlete_session.athlete_id, news, newest_activity=listing.newest_id,
            recorded=listing.recorded, reached=listing.reached if listing.whole else None, now=listing.began,
        )  # fmt: skip
        if listing.reached <= athlete_session.now - RECENT:
            athletes.complete(session, athlete_session.lease, listed_at=listing.began)


def _record_news(athlete_session: AthleteSession, session: Session, listing: Listing, known: Iterable[Run]) -> None:
    """Record what the listing tells that no event told, and that differs from the `known` runs.

    The first listing of an athlete tells nothing new.
    """
    athlete_id = athlete_session.athlete_id
    listed_at = session.get_one(Athlete, athlete_id).listed_at
    if listed_at is None:
        return
    delay = writing_delay(session.get_one(Preferences, athlete_id).delay)
    pending = pending_activities.of(session, athlete_id)
    arrivals = []
    for news in listing.news(known, pending, listed_at - UNTOLD_FOR):
        origin = "listing" if news.kind == CREATED else "check"
        event = ActivityEvent(athlete_id, news.activity_id, news.kind, listing.began, origin, tags=news.tags)
        due_at = listing.began if news.kind == MISSING else listing.began + delay
        arrivals.append(Arrival(event, listing.began, due_at))
    pending_activities.record_events(session, arrivals)
