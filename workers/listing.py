"""From Strava's listing to a history: how far back, when to look further, and what it tells that no bell told.

A listing is read page by page, newest first, until it has shown enough: the last page need not be asked for.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content.decision import basis
from content.notes.block import tags_in
from content.runs import Run, counted_run
from integration.store import athletes, histories, ledger, pending_activities
from integration.store.pending_activities import ActivityEvent
from integration.store.tables import EPOCH, Athlete, PendingActivity, Preferences
from integration.strava.rate_limit import Priority
from workers.athlete_session import AthleteSession

RULES_LOOK_BACK = timedelta(days=100)  # what judging a run needs; runs may be some days old when they are judged
MARGIN = timedelta(days=10)
LONGEST_LOOK_BACK = timedelta(days=800)
ENOUGH_BEFORE = timedelta(days=70)  # an earlier run: the limit needs one 65 days before, a run reviewed late 35
RECENT = timedelta(days=8)  # what reconciling looks at: a note may be written for up to seven days
UNHEARD_FOR = timedelta(days=7)  # how far before the last listing a run may have started and still be news
FEW = 2  # activities that a listing has not shown yet: reading them one by one is no dearer than another page

Activity = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """What was listed since it `began`, newest first. Of what started after `reached` nothing is missing."""

    activities: Sequence[Activity]
    began: datetime
    reached: datetime

    @property
    def runs(self) -> list[Run]:
        """The counted runs."""
        return [run for run in map(counted_run, self.activities) if run is not None]

    @property
    def newest(self) -> int:
        """The greatest id, of any sport."""
        return max((each["id"] for each in self.activities), default=0)


def fetch_history(athlete_session: AthleteSession, since: datetime, *, priority: Priority = "live") -> None:
    """Makes what happened since `since` the athlete's history, and rings for what no bell told.

    Looks back up to 800 days where there is no run old enough to judge by.
    """
    farthest, judge_by = athlete_session.now - LONGEST_LOOK_BACK, athlete_session.now - ENOUGH_BEFORE

    def enough(shown: Collection[Activity]) -> bool:
        oldest = _oldest(shown)
        return oldest <= farthest or (oldest <= since and any(_start(each) <= judge_by for each in _counted(shown)))

    def report(pages: int, activities: int) -> None:
        with athlete_session.store() as session:
            histories.report_progress(session, athlete_session.athlete_id, pages, activities)

    listing = _list(athlete_session, priority, enough, report)
    with athlete_session.store() as session:
        _ring_for_news(athlete_session, session, listing)
        histories.replace(
            session, athlete_session.athlete_id, [run for run in listing.runs if run.start > farthest],
            covered_from=max(listing.reached, farthest), now=listing.began,
            newest_activity=listing.newest, activities=len(listing.activities),
        )  # fmt: skip
        athletes.complete(session, athlete_session.lease, listed_at=listing.began)


def list_recent(athlete_session: AthleteSession, *, priority: Priority) -> None:
    """Lists the last days into a history that reaches further back, and rings for what no bell told."""
    since = athlete_session.now - RECENT
    _take_in(athlete_session, _list(athlete_session, priority, lambda shown: _oldest(shown) <= since))


def list_for(athlete_session: AthleteSession, wanted: Collection[int]) -> None:
    """Lists until the activities of these ids were shown, all but a few, or 800 days are looked through."""
    farthest, missing = athlete_session.now - LONGEST_LOOK_BACK, set(wanted)

    def enough(shown: Collection[Activity]) -> bool:
        return len(missing.difference(each["id"] for each in shown)) <= FEW or _oldest(shown) <= farthest

    _take_in(athlete_session, _list(athlete_session, "live", enough))


def forget_run(session: Session, athlete_session: AthleteSession, activity_id: int) -> None:
    """Drops a run that is no longer there from the history; its note counts no more."""
    histories.drop(session, athlete_session.athlete_id, activity_id)
    ledger.mark_gone(session, athlete_session.athlete_id, activity_id, athlete_session.now)


def _take_in(athlete_session: AthleteSession, listing: Listing) -> None:
    with athlete_session.store() as session:
        _ring_for_news(athlete_session, session, listing)
        histories.merge(session, athlete_session.athlete_id, listing.runs, newest_activity=listing.newest)
        if listing.reached <= athlete_session.now - RECENT:
            athletes.complete(session, athlete_session.lease, listed_at=listing.began)


def _ring_for_news(athlete_session: AthleteSession, session: Session, listing: Listing) -> None:
    """Rings for runs that are new, changed, retitled with a tag of ours, or missing since the last listing.

    The first listing rings none.
    """
    athlete = session.get_one(Athlete, athlete_session.athlete_id)
    if athlete.listed_at is None:
        return
    delay = timedelta(minutes=session.get_one(Preferences, athlete_session.athlete_id).delay)
    bells = pending_activities.of(session, athlete_session.athlete_id)
    bellman = _Bellman(session, athlete_session.athlete_id, listing.began, delay, bells)
    judged = {bell.activity_id for bell in bells.values() if bell.judged_as is not None}  # perhaps by another title
    known = {run.id: run for run in histories.runs(session, athlete_session.athlete_id)}
    for activity in listing.activities:
        run, before = counted_run(activity), known.pop(activity["id"], None)
        if before is None and run is not None and run.start > athlete.listed_at - UNHEARD_FOR:
            bellman.ring(activity, "create")
        elif before is not None and (activity["id"] in judged or not _same(before, run)):
            bellman.ring(activity, "update:listing")
    for run in known.values():
        if listing.reached < run.start <= listing.began:
            bellman.ring_for_missing(run)


@dataclass(frozen=True)
class _Bellman:
    """Rings for what a listing showed that began `at`, unless a bell waits already or was judged by the same."""

    session: Session
    athlete_id: int
    at: datetime
    delay: timedelta  # that the athlete wants for words of their own
    bells: Mapping[int, PendingActivity]

    def ring(self, activity: Activity, kind: str) -> None:
        bell = self.bells.get(activity["id"])
        tags = tags_in(activity.get("name"))
        if bell is None or (bell.received <= bell.processed and bell.judged_as != basis(activity, tags)):
            self._ring(activity["id"], kind, ",".join(sorted(tags)), self.delay)

    def ring_for_missing(self, run: Run) -> None:
        """Deleted, hidden from us, or only missing from the listing: a call finds out."""
        bell = self.bells.get(run.id)
        if bell is None or bell.received <= bell.processed:
            self._ring(run.id, pending_activities.MISSING, None, timedelta())

    def _ring(self, activity_id: int, kind: str, tags: str | None, delay: timedelta) -> None:
        origin = "listing" if kind == "create" else "check"
        heard = ActivityEvent(self.athlete_id, activity_id, kind, self.at, origin, tags=tags)
        pending_activities.record_event(self.session, heard, now=self.at, due_at=self.at + delay)


def _list(
    athlete_session: AthleteSession,
    priority: Priority,
    enough: Callable[[Collection[Activity]], bool],
    report: Callable[[int, int], None] | None = None,
) -> Listing:
    """Asks for page after page until that is `enough`; `report` is told of each, for whoever waits for it."""
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

    athlete_session.call(lambda strava: strava.activities(on_page=take), priority=priority)
    athlete_session.remember(shown.values(), began)
    return Listing(tuple(shown.values()), began, _oldest(shown.values()) if ended_early else EPOCH)


def _same(before: Run, run: Run | None) -> bool:
    return run is not None and (before.sport, before.distance_dm) == (run.sport, run.distance_dm)


def _counted(activities: Iterable[Activity]) -> Iterable[Activity]:
    return (each for each in activities if counted_run(each) is not None)


def _oldest(activities: Iterable[Activity]) -> datetime:
    return min(map(_start, activities))


def _start(activity: Activity) -> datetime:
    """When it started; the end of time for an activity that does not tell."""
    try:
        start = datetime.fromisoformat(str(activity.get("start_date")))
    except ValueError:
        return _NEVER
    return start if start.tzinfo else _NEVER


_NEVER = datetime.max.replace(tzinfo=EPOCH.tzinfo)
