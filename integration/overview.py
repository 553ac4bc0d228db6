"""The state of the instance in numbers: for `backstride status`, the owner's page and monitoring."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from content.outcomes import NoteState
from integration.errors import Later
from integration.store import Store, activity_events, instance_facts, ledger
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete, PendingActivity
from integration.strava.rate_limit import Budget

Numbers = dict[str, Any]


def overview(store: Store, budget: Budget, now: datetime) -> Numbers:
    """The numbers as `status --json` prints them. Without Redis `budget` is None and `strava` is "unreachable"."""
    with store.read() as session:
        numbers = {
            "athletes": _athletes(session),
            "activities": _activities(session),
            "oldest_waiting_s": _oldest_waiting(session, now),
            "notes": _notes(session),
        }
        subscribed = instance_facts.subscription_id(session) is not None
    return numbers | _strava(budget, subscribed)


def _athletes(session: Session) -> dict[str, int]:
    query = select(Athlete.state, func.count().label("number")).group_by(Athlete.state)
    found = {row.state: row.number for row in session.execute(query)}
    return {state: found.get(state, 0) for state in AthleteState}


def _activities(session: Session) -> dict[str, int]:
    kinds = {
        "waiting": activity_events.waiting(),
        "processed": and_(PendingActivity.received <= PendingActivity.processed, PendingActivity.failed_at.is_(None)),
        "failed": PendingActivity.failed_at.is_not(None),
    }
    return {
        kind: session.scalar(select(func.count()).select_from(PendingActivity).where(is_it)) or 0
        for kind, is_it in kinds.items()
    }


def _oldest_waiting(session: Session, now: datetime) -> int | None:
    since = session.scalar(select(func.min(PendingActivity.waiting_since)).where(activity_events.waiting()))
    return None if since is None else max(0, int((now - since).total_seconds()))


def _notes(session: Session) -> dict[str, int]:
    """Count notes by place; `written` are those that stand on Strava, edited or about to be removed ones too."""
    states = ledger.counts(session)
    standing = sum(states[state] for state in states if state.on_strava and state is not NoteState.WRITING)
    removed, pages = states.get(NoteState.REMOVED, 0), states.get(NoteState.PAGES, 0)
    return {"written": standing, "removed": removed, "pages_only": pages}


def _strava(budget: Budget, subscribed: bool) -> Numbers:
    try:
        status, usage = budget.app_status(), budget.usage()
    except Later:
        return {"strava": "unreachable", "budget": None}
    return {"strava": status if status != "ok" or subscribed else "no subscription", "budget": usage}
