"""The story: one athlete is attended, everything due in order, by one worker at a time.

    lease → deauthorized? leaving? → history a page waits for → what no bell told → notes to take back → bells → release

What Strava does not let us do now gets a later due time in the database; no worker ever sleeps for it.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from integration.errors import (
    AccessRevoked,
    AppInactive,
    BadSetting,
    Later,
    LeaseLost,
    ScopeMissing,
    StoreUnavailable,
    StravaError,
    Unreachable,
)
from integration.store import athletes, histories, pending_activities
from integration.store.athletes import Lease
from integration.store.tables import Athlete
from workers import delete_athlete, fetch, listing, process_activity, reconcile
from workers.athlete_session import AthleteSession
from workers.resources import Resources

log = structlog.get_logger()

AFTER_BAD_SETTING = timedelta(minutes=5)
UNTIL_RECONNECT = timedelta(days=365)
SOONEST = timedelta(seconds=1)  # whatever other clocks say, nothing is due again at once
MOST_VISITS = 20  # in a row; whatever rings even then is found by the sweep
MOST_ROUNDS = 3  # of bells in one athlete_session: what a listing rang for is answered from that listing


def attend(resources: Resources, key: str) -> None:
    """Attends the athlete behind `key` until nothing is due; returns at once when nothing is, or somebody else does."""
    for _ in range(MOST_VISITS):
        try:
            if not _visit(resources, key):
                return
        except StoreUnavailable as error:
            log.warning("the database cannot be used; the sweep will try again", error=str(error))
            return


def _visit(resources: Resources, key: str) -> bool:
    """One visit under a lease; whether to look again for what is due."""
    held = _claim(resources, key)
    if held is None:
        return False
    athlete_session = AthleteSession(resources, held)
    try:
        _serve(athlete_session)
    except (LeaseLost, delete_athlete.Left):
        return False
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, this athlete's turn comes again, and others' too
        _meet(athlete_session, error)
    finally:
        athlete_session.close()
    with resources.store.write() as session:
        athletes.release(session, athlete_session.lease)
        return athletes.something_due(session, athlete_session.athlete_id, resources.now())


def _claim(resources: Resources, key: str) -> Lease | None:
    with resources.store.read() as session:
        athlete = athletes.by_key(session, key)
        if athlete is None or not athletes.something_due(session, athlete.id, resources.now()):
            return None
    with resources.store.write() as session:
        return athletes.lease(session, athlete.id, resources.now())


def _serve(athlete_session: AthleteSession) -> None:
    athlete = athlete_session.athlete()
    if athlete.deauthorization_received_at is not None:
        delete_athlete.check_deauthorization(athlete_session, athlete)
    if athlete.state == "leaving":
        delete_athlete.leave(athlete_session, athlete)
    if athlete.state != "connected":
        _forget_asks(athlete_session, athlete)
        return
    if athlete.request_due_at is not None and athlete.request_due_at <= athlete_session.now:
        _try_asks(athlete_session, athlete)
    for _ in range(MOST_ROUNDS):
        with athlete_session.resources.store.read() as session:
            due = pending_activities.due(session, athlete_session.athlete_id, athlete_session.now)
        if not due:
            return
        process_activity.answer(athlete_session, due)


def _try_asks(athlete_session: AthleteSession, athlete: Athlete) -> None:
    """What is asked for by pages and rounds never holds up the bells: those have a reserve of the budget."""
    try:
        _answer_asks(athlete_session, athlete)
    except (LeaseLost, StoreUnavailable, AccessRevoked, AppInactive, BadSetting):
        raise
    except Exception as error:  # noqa: BLE001
        _report(error)
        with athlete_session.store() as session:
            _postpone_asks(athlete_session, athlete, session, error)


def _answer_asks(athlete_session: AthleteSession, athlete: Athlete) -> None:
    since = athlete.history_requested_from
    with athlete_session.resources.store.read() as session:
        here = since and histories.fresh(session, athlete_session.athlete_id, athlete_session.now, since=since)
    if since is not None and not here:
        listing.fetch_history(athlete_session, since)
    elif athlete.reconcile_requested:
        reconcile.reconcile(athlete_session)
    delete_athlete.take_back_asked(athlete_session)
    _forget_asks(athlete_session, athlete)


def _forget_asks(athlete_session: AthleteSession, athlete: Athlete) -> None:
    """Clears what was answered, unless something was asked again meanwhile."""
    with athlete_session.store() as session:
        now = session.get_one(Athlete, athlete.id)
        if now.request_due_at == athlete.request_due_at:
            athletes.complete(
                session,
                athlete_session.lease,
                request_due_at=None,
                history_requested_from=None,
                reconcile_requested=False,
            )


def _meet(athlete_session: AthleteSession, error: Exception) -> None:
    """What follows from what stopped a athlete_session: everything that is due waits, for as long as the error says."""
    _report(error)
    if isinstance(error, AccessRevoked):
        return
    try:
        with athlete_session.store() as session:
            _postpone_bells(athlete_session, session, error)
            _postpone_asks(athlete_session, session.get_one(Athlete, athlete_session.athlete_id), session, error)
    except LeaseLost:
        return


def _postpone_bells(athlete_session: AthleteSession, session: Session, error: Exception) -> None:
    why = type(error).__name__
    if not _is_failure(athlete_session, error):
        pending_activities.wait(
            session, athlete_session.athlete_id, _until(athlete_session, error, 0), athlete_session.now, why
        )
        return
    for bell in pending_activities.due(session, athlete_session.athlete_id, athlete_session.now):
        if isinstance(error, ScopeMissing):
            pending_activities.mark_processed(session, bell, athlete_session.now, judged_as=None, outcome="scope")
        else:
            pending_activities.postpone(
                session, bell, _until(athlete_session, error, bell.attempts), athlete_session.now, why
            )


def _postpone_asks(athlete_session: AthleteSession, athlete: Athlete, session: Session, error: Exception) -> None:
    until = _until(athlete_session, error, athlete.request_attempts)
    athletes.postpone_requests(session, athlete.id, until, type(error).__name__, asked_by=athlete_session.began)


def _is_failure(athlete_session: AthleteSession, error: Exception) -> bool:
    """Whether what was due has failed, and not only had to wait: for the budget, the owner, or after other bells."""
    if isinstance(error, Unreachable):
        return not athlete_session.strava_is_away
    return not isinstance(error, Later | BadSetting)


def _until(athlete_session: AthleteSession, error: Exception, attempts: int) -> datetime:
    if isinstance(error, BadSetting):
        return athlete_session.now + AFTER_BAD_SETTING
    if isinstance(error, ScopeMissing):
        return athlete_session.now + UNTIL_RECONNECT
    if isinstance(error, Later) and not isinstance(error, Unreachable):
        return max(error.retry_at, athlete_session.now + SOONEST)
    told = error.retry_at if isinstance(error, Unreachable) else athlete_session.now
    return max(told, athlete_session.now + fetch.again_after(attempts, error))


def _report(error: Exception) -> None:
    if isinstance(error, BadSetting):
        log.error("Strava refuses the app's own credentials", setting=error.name)  # no traceback
    elif isinstance(error, AppInactive):
        log.warning("Strava says that the app is inactive: its owner must act, see `backstride doctor`")
    elif isinstance(error, StravaError):
        log.info("waits for Strava", why=type(error).__name__)
    else:
        log.error("a athlete_session failed", exc_info=error)
