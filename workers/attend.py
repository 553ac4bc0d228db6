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
from integration.store import athletes, doorbell, histories
from integration.store.athletes import Lease
from integration.store.tables import Athlete
from workers import bells, leave, reading, reconcile, sync
from workers.resources import Resources
from workers.visit import Visit

log = structlog.get_logger()

AFTER_BAD_SETTING = timedelta(minutes=5)
UNTIL_RECONNECT = timedelta(days=365)
SOONEST = timedelta(seconds=1)  # whatever other clocks say, nothing is due again at once
MOST_VISITS = 20  # in a row; whatever rings even then is found by the sweep
MOST_ROUNDS = 3  # of bells in one visit: what a listing rang for is answered from that listing


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
    visit = Visit(resources, held)
    try:
        _serve(visit)
    except (LeaseLost, leave.Left):
        return False
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, this athlete's turn comes again, and others' too
        _meet(visit, error)
    finally:
        visit.close()
    with resources.store.write() as session:
        athletes.release(session, visit.lease)
        return athletes.something_due(session, visit.athlete_id, resources.now())


def _claim(resources: Resources, key: str) -> Lease | None:
    with resources.store.read() as session:
        athlete = athletes.by_key(session, key)
        if athlete is None or not athletes.something_due(session, athlete.id, resources.now()):
            return None
    with resources.store.write() as session:
        return athletes.lease(session, athlete.id, resources.now())


def _serve(visit: Visit) -> None:
    athlete = visit.athlete()
    if athlete.deauthorization_rung_at is not None:
        leave.check_deauthorization(visit, athlete)
    if athlete.state == "leaving":
        leave.leave(visit, athlete)
    if athlete.state != "connected":
        _forget_asks(visit, athlete)
        return
    if athlete.attend_at is not None and athlete.attend_at <= visit.now:
        _try_asks(visit, athlete)
    for _ in range(MOST_ROUNDS):
        with visit.resources.store.read() as session:
            due = doorbell.due(session, visit.athlete_id, visit.now)
        if not due:
            return
        bells.answer(visit, due)


def _try_asks(visit: Visit, athlete: Athlete) -> None:
    """What is asked for by pages and rounds never holds up the bells: those have a reserve of the budget."""
    try:
        _answer_asks(visit, athlete)
    except (LeaseLost, StoreUnavailable, AccessRevoked, AppInactive, BadSetting):
        raise
    except Exception as error:  # noqa: BLE001
        _report(error)
        with visit.store() as session:
            _postpone_asks(visit, athlete, session, error)


def _answer_asks(visit: Visit, athlete: Athlete) -> None:
    since = athlete.history_wanted_from
    with visit.resources.store.read() as session:
        here = since and histories.fresh(session, visit.athlete_id, visit.now, since=since)
    if since is not None and not here:
        sync.fetch_history(visit, since)
    elif athlete.reconcile_wanted:
        reconcile.reconcile(visit)
    leave.take_back_asked(visit)
    _forget_asks(visit, athlete)


def _forget_asks(visit: Visit, athlete: Athlete) -> None:
    """Clears what was answered, unless something was asked again meanwhile."""
    with visit.store() as session:
        now = session.get_one(Athlete, athlete.id)
        if now.attend_at == athlete.attend_at:
            athletes.answered(session, visit.lease, attend_at=None, history_wanted_from=None, reconcile_wanted=False)


def _meet(visit: Visit, error: Exception) -> None:
    """What follows from what stopped a visit: everything that is due waits, for as long as the error says."""
    _report(error)
    if isinstance(error, AccessRevoked):
        return
    try:
        with visit.store() as session:
            _postpone_bells(visit, session, error)
            _postpone_asks(visit, session.get_one(Athlete, visit.athlete_id), session, error)
    except LeaseLost:
        return


def _postpone_bells(visit: Visit, session: Session, error: Exception) -> None:
    why = type(error).__name__
    if not _is_failure(visit, error):
        doorbell.wait(session, visit.athlete_id, _until(visit, error, 0), visit.now, why)
        return
    for bell in doorbell.due(session, visit.athlete_id, visit.now):
        if isinstance(error, ScopeMissing):
            doorbell.settle(session, bell, visit.now, judged_as=None, outcome="scope")
        else:
            doorbell.postpone(session, bell, _until(visit, error, bell.attempts), visit.now, why)


def _postpone_asks(visit: Visit, athlete: Athlete, session: Session, error: Exception) -> None:
    until = _until(visit, error, athlete.ask_attempts)
    athletes.postpone_asks(session, athlete.id, until, type(error).__name__, asked_by=visit.began)


def _is_failure(visit: Visit, error: Exception) -> bool:
    """Whether what was due has failed, and not only had to wait: for the budget, the owner, or after other bells."""
    if isinstance(error, Unreachable):
        return not visit.strava_is_away
    return not isinstance(error, Later | BadSetting)


def _until(visit: Visit, error: Exception, attempts: int) -> datetime:
    if isinstance(error, BadSetting):
        return visit.now + AFTER_BAD_SETTING
    if isinstance(error, ScopeMissing):
        return visit.now + UNTIL_RECONNECT
    if isinstance(error, Later) and not isinstance(error, Unreachable):
        return max(error.retry_at, visit.now + SOONEST)
    told = error.retry_at if isinstance(error, Unreachable) else visit.now
    return max(told, visit.now + reading.again_after(attempts, error))


def _report(error: Exception) -> None:
    if isinstance(error, BadSetting):
        log.error("Strava refuses the app's own credentials", setting=error.name)  # no traceback
    elif isinstance(error, AppInactive):
        log.warning("Strava says that the app is inactive: its owner must act, see `backstride doctor`")
    elif isinstance(error, StravaError):
        log.info("waits for Strava", why=type(error).__name__)
    else:
        log.error("a visit failed", exc_info=error)
