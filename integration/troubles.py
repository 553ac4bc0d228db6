"""The troubles of an instance that its operator should hear of: each a name and a line with the remedy."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from content.counted import counted
from integration.errors import BackstrideError, Later
from integration.store import Store, activity_events, heartbeats, instance_facts, pending_activities
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete, PendingActivity
from integration.strava.rate_limit import Budget

NAMES = ("disk", "database", "worker", "beat", "pushes", "events", "connections", "Redis", "Strava")
LEAST_FREE_MB = 200
SILENCE, TOO_MANY = timedelta(hours=6), 3  # as reconciling has it
ATTEMPTS = 4  # after which failing is no accident
THEIR_OWN = ("AppInactive", "BudgetSpent")  # waits that are told by another name, or are none


def troubles(store: Store, budget: Budget, data_dir: Path, now: datetime) -> dict[str, str]:
    """Return all that is wrong now; for an instance that has run for a minute, so that every part has shown itself."""
    found = dict(disk(shutil.disk_usage(data_dir).free // 10**6))
    try:
        with store.read() as session:
            found |= dict(_silent(session, now)) | dict(_events(session, now)) | dict(_connections(session))
    except BackstrideError:
        found["database"] = "The database does not answer, so no event is kept. See that it runs, and its disk."
    return found | dict(_strava(budget))


def disk(free_mb: int) -> Iterator[tuple[str, str]]:
    """Yield the trouble of a disk with so many megabytes free, if it is one."""
    if free_mb < LEAST_FREE_MB:
        yield "disk", f"The disk is nearly full: {free_mb} MB are free. Make room, or nothing more can be stored."


def _silent(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    for silence in heartbeats.silent(session, now):
        why = "the process hangs, the disk is full, or the database is locked"
        yield silence.part, f"No note comes, because {silence.part} is {silence}: {why}. Start Backstride again."


def _events(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    if instance_facts.subscription_id(session) is not None:
        missed = pending_activities.found_without_a_push(session, now - SILENCE)
        if missed >= TOO_MANY:
            yield "pushes", f"Strava pushes nothing, but {missed} new activities came in. Let POST /webhook/ through."
    tried = and_(PendingActivity.attempts >= ATTEMPTS, PendingActivity.last_error.not_in(THEIR_OWN))
    failing = or_(PendingActivity.failed_at.is_not(None), and_(activity_events.waiting(), tried))
    number = session.scalar(select(func.count()).select_from(PendingActivity).where(failing)) or 0
    if number:
        failing_ones = counted(number, "activity fails", "activities fail")
        yield "events", f"{failing_ones} again and again. backstride status and the log say more."


def _connections(session: Session) -> Iterator[tuple[str, str]]:
    dead = session.scalar(select(func.count()).where(Athlete.state == AthleteState.DISCONNECTED)) or 0
    if dead:
        gone = counted(dead, "athlete is", "athletes are")
        yield "connections", f"{gone} disconnected. They get notes again once they connect again."


def _strava(budget: Budget) -> Iterator[tuple[str, str]]:
    try:
        status = budget.app_status()
    except Later:
        yield "Redis", "Redis does not answer, so notes come late or not at all. See that it runs."
        return
    if status == "inactive":
        yield "Strava", "Strava has made the application inactive: its owner needs a paid subscription there."
