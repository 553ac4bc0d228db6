"""Apply the retry policy after a failure: to one activity, to an athlete's requests, or to everything that is due.

`workers.retry` says what happens and when; here it is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from content.outcomes import Outcome
from integration.errors import AppInactive, BackstrideError, BadSetting, LeaseLost, StravaError
from integration.store import athletes, pending_activities
from integration.store.pending_activities import Processed
from integration.store.tables import Athlete, PendingActivity
from workers import gone, retry
from workers.athlete_session import AthleteSession
from workers.retry import Action, Next

log = structlog.get_logger()


@contextmanager
def isolated(athlete_session: AthleteSession, pending: PendingActivity) -> Iterator[None]:
    """Put off one activity that fails in this block, so that it holds up no other. Raises what concerns everything."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  # raised again unless it is this activity's own affair
        of_one(athlete_session, pending, error)


def of_one(athlete_session: AthleteSession, pending: PendingActivity, error: Exception) -> None:
    """Apply the retry policy to one activity. Raises `error` again if it concerns everything of the athlete."""
    if retry.concerns_everything(error):
        raise error
    if not isinstance(error, BackstrideError):
        log.error("an activity could not be processed", exc_info=error)
    step = retry.after(error, pending.attempts, athlete_session.now, rules=retry.rules_of(pending.kind))
    put_off(athlete_session, pending, step, error)
    if athlete_session.strava_is_away:
        raise error


def put_off(athlete_session: AthleteSession, pending: PendingActivity, step: Next, error: Exception) -> None:
    """Record what the retry policy says of one activity that failed by `error`."""
    if step.action is not Action.FORGET:
        with athlete_session.store() as session:
            _store_step(session, pending, step, athlete_session.now, error)
    else:
        gone.forget(athlete_session, [pending])


def _store_step(session: Session, pending: PendingActivity, step: Next, now: datetime, error: Exception) -> None:
    if step.due_at is not None:
        pending_activities.postpone(session, pending, step.due_at, now, type(error).__name__)
    elif step.action is Action.SKIP:
        pending_activities.mark_processed(session, [Processed(pending, Outcome.SCOPE)], now)


def of_everything(athlete_session: AthleteSession, error: Exception) -> None:
    """Apply the retry policy to everything that is due, after an error that stopped all of it."""
    _report(error)
    if retry.rule_for(error).action is Action.STOP:
        return
    try:
        with athlete_session.store() as session:
            _put_off_activities(athlete_session, session, error)
            _put_off_requests(athlete_session, session, session.get_one(Athlete, athlete_session.athlete_id), error)
    except LeaseLost:
        return


def of_requests(athlete_session: AthleteSession, athlete: Athlete, error: Exception) -> None:
    """Apply the retry policy to what pages and rounds request, after an error that stopped it."""
    _report(error)
    with athlete_session.store() as session:
        _put_off_requests(athlete_session, session, athlete, error)


def _put_off_activities(athlete_session: AthleteSession, session: Session, error: Exception) -> None:
    now, away = athlete_session.now, athlete_session.strava_is_away
    policy = retry.OF_A_REQUEST  # what stopped everything says nothing of one activity: none is forgotten for it
    first = retry.after(error, 0, now, strava_is_away=away, rules=policy)
    if first.action is Action.WAIT and first.due_at is not None:
        pending_activities.wait(session, athlete_session.athlete_id, first.due_at, now, type(error).__name__)
        return
    for pending in pending_activities.due(session, athlete_session.athlete_id, now):
        _store_step(session, pending, retry.after(error, pending.attempts, now, rules=policy), now, error)


def _put_off_requests(athlete_session: AthleteSession, session: Session, athlete: Athlete, error: Exception) -> None:
    step = retry.after(error, athlete.request_attempts, athlete_session.now, rules=retry.OF_A_REQUEST)
    athletes.postpone_requests(session, athlete.id, step.due_at, type(error).__name__, asked_by=athlete_session.began)


def _report(error: Exception) -> None:
    if isinstance(error, BadSetting):
        log.error("a setting has to be put right", setting=error.name, remedy=error.remedy)  # no traceback
    elif isinstance(error, AppInactive):
        log.warning("Strava says that the app is inactive: its owner must act, see `backstride doctor`")
    elif isinstance(error, StravaError):
        log.info("waits for Strava", why=type(error).__name__)
    else:
        log.error("a turn failed", exc_info=error)
