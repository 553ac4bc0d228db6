"""From Strava's listing to a history: how far back, when to look further, and what it tells that no bell told."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content.notes.block import tags_in
from content.runs import Run, counted_run
from integration.store import athletes, doorbell, histories, ledger
from integration.store.doorbell import Ring
from integration.strava.budget import Lane
from workers.verdict import judged_as
from workers.visit import Visit

RULES_LOOK_BACK = timedelta(days=100)  # what judging a run needs; runs may be some days old when they are judged
MARGIN = timedelta(days=10)
PREVIEW_LOOKS_BACK = timedelta(days=460)  # a year of backtest, each run of it with its own 100 days
LONGEST_LOOK_BACK = timedelta(days=800)
ENOUGH_BEFORE = timedelta(days=40)  # an earlier run, so that even a run judged late has one 35 days before it
UNHEARD_FOR = timedelta(days=3)  # how far before the last listing a run may have started and still be news

Activity = dict[str, Any]


def fetch_history(visit: Visit, since: datetime, *, lane: Lane = "live") -> list[Activity]:
    """Lists what happened since `since` and makes it the athlete's history; returns the activities, oldest first.

    Looks back up to 800 days where the listing holds no run old enough to judge by. Rings for what no bell told.
    """
    now = visit.now
    listed = _list(visit, lane, after=since)
    runs = counted(listed)
    covered_from = since
    if not any(run.start <= now - ENOUGH_BEFORE for run in runs) and since > now - LONGEST_LOOK_BACK:
        covered_from = now - LONGEST_LOOK_BACK
        listed = _list(visit, lane, after=covered_from, before=since, seen=listed)
        runs = counted(listed)
    with visit.store() as session:
        ring_unheard(visit, session, listed)
        histories.replace(
            session, visit.athlete_id, runs, covered_from=covered_from, now=now,
            newest_activity=max((activity["id"] for activity in listed), default=0), activities=len(listed),
        )  # fmt: skip
        athletes.answered(session, visit.lease, listed_at=now)
    return listed


def list_recent(visit: Visit, since: datetime, *, lane: Lane) -> list[Activity]:
    """Lists what happened since `since` into a history that reaches further back; returns the activities."""
    listed = _list(visit, lane, after=since)
    with visit.store() as session:
        ring_unheard(visit, session, listed)
        ring_missing(visit, session, listed, since)
        histories.merge(session, visit.athlete_id, counted(listed), since=since)
        athletes.answered(session, visit.lease, listed_at=visit.now)
    return listed


def list_older(visit: Visit, before: datetime) -> list[Activity]:
    """What happened in the 800 days up to `before`: cheaper than a read for each of many old activities."""
    return _list(visit, "live", after=visit.now - LONGEST_LOOK_BACK, before=before)


def counted(listed: Iterable[Activity]) -> list[Run]:
    runs = (counted_run(activity) for activity in listed)
    return [run for run in runs if run is not None]


def ring_unheard(visit: Visit, session: Session, listed: Sequence[Activity]) -> None:
    """Rings for runs that are new, or not what they were, since the last listing. The first listing rings none."""
    athlete = athletes.find(session, visit.athlete_id)
    if athlete is None or athlete.listed_at is None:
        return
    known = {run.id: run for run in histories.runs(session, visit.athlete_id)}
    for run in counted(listed):
        before = known.get(run.id)
        if before is None:
            news = run.start > athlete.listed_at - UNHEARD_FOR
            if news and doorbell.find(session, visit.athlete_id, run.id) is None:
                _ring(visit, session, run, "create")
        elif (before.sport, before.distance_dm) != (run.sport, run.distance_dm):
            _ring(visit, session, run, "update:listing")


def ring_missing(visit: Visit, session: Session, listed: Sequence[Activity], since: datetime) -> None:
    """Forgets runs of the history that a listing of their time no longer shows: deleted, or hidden from us."""
    shown = {activity["id"] for activity in listed}
    for run in histories.runs(session, visit.athlete_id):
        if run.start > since and run.id not in shown:
            forget_run(session, visit, run.id)


def forget_run(session: Session, visit: Visit, activity_id: int) -> None:
    """Drops a run that is no longer there from the history; its note counts no more."""
    histories.drop(session, visit.athlete_id, activity_id)
    ledger.move(session, visit.athlete_id, activity_id, "gone", visit.now)


def _ring(visit: Visit, session: Session, run: Run, kind: str) -> None:
    tags = tags_in(run.name)
    bell = doorbell.find(session, visit.athlete_id, run.id)
    if bell is not None and bell.judged_as == judged_as(run.sport, run.distance_dm, tags):
        return
    heard = Ring(visit.athlete_id, run.id, kind, event_time=visit.now, origin="listing", tags=",".join(sorted(tags)))
    doorbell.ring(session, heard, now=visit.now, due_at=visit.now)


def _list(
    visit: Visit, lane: Lane, *, after: datetime, before: datetime | None = None, seen: Sequence[Activity] = ()
) -> list[Activity]:
    """Activities from Strava, those of `seen` included, with the progress kept for whoever waits before a page."""
    pages, count = 0, len(seen)

    def report(page: list[Activity]) -> None:
        nonlocal pages, count
        pages, count = pages + 1, count + len(page)
        with visit.store() as session:
            histories.report_progress(session, visit.athlete_id, pages, count)

    listed = visit.call(lambda strava: strava.activities(after, before, on_page=report), lane=lane)
    unique = {activity["id"]: activity for activity in (*seen, *listed)}
    return list(unique.values())
