"""The story: one athlete is attended, everything due in order, by one worker at a time.

    lease → deauthorized? leaving? → history a page waits for → what no bell told → notes to take back → bells → release

What Strava does not let us do now gets a later due time in the database; no worker ever sleeps for it.
"""

from datetime import timedelta

import structlog

from integration.errors import (
    AccessRevoked,
    AppInactive,
    BadSetting,
    BudgetSpent,
    Later,
    LeaseLost,
    StoreUnavailable,
)
from integration.store import athletes, doorbell, histories
from integration.store.tables import Athlete
from workers import bells, leave, reconcile, sync
from workers.resources import Resources
from workers.visit import Visit

log = structlog.get_logger()

AFTER_BAD_SETTING = timedelta(minutes=5)
MOST_VISITS = 20  # in a row; whatever rings even then is found by the sweep


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
    with resources.store.read() as session:
        athlete = athletes.by_key(session, key)
        if athlete is None or not athletes.something_due(session, athlete.id, resources.now()):
            return False
    with resources.store.write() as session:
        held = athletes.lease(session, athlete.id, resources.now())
    if held is None:
        return False
    with resources.session() as strava_session:
        visit = Visit(resources, held, strava_session)
        try:
            _serve(visit)
        except (LeaseLost, leave.Left):
            return False
        except AccessRevoked:
            log.info("Strava no longer accepts a connection; the athlete is asked to connect again")
        except Later as error:
            _postpone(visit, error)
        except BadSetting as error:
            log.error("Strava refuses the app's own credentials", setting=error.name)  # noqa: TRY400  # no traceback
            _postpone(visit, Later(str(error), resources.now() + AFTER_BAD_SETTING))
    with resources.store.write() as session:
        athletes.release(session, visit.lease)
        return athletes.something_due(session, athlete.id, resources.now())


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
        _answer_asks(visit, athlete)
    with visit.resources.store.read() as session:
        due = doorbell.due(session, visit.athlete_id, visit.now)
    if due:
        bells.answer(visit, due)


def _answer_asks(visit: Visit, athlete: Athlete) -> None:
    """What pages and rounds left on the athlete's row."""
    since = athlete.history_wanted_from
    with visit.resources.store.read() as session:
        here = since and histories.fresh(session, visit.athlete_id, visit.now, since=since)
    if since is not None and not here:
        visit.remember(sync.fetch_history(visit, since))
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


def _postpone(visit: Visit, error: Later) -> None:
    """Everything that is due waits until Strava may be asked again."""
    why = type(error).__name__
    now = visit.now
    try:
        with visit.store() as session:
            for bell in doorbell.due(session, visit.athlete_id, now):
                doorbell.postpone(session, bell, error.retry_at, now, why, counts=not isinstance(error, BudgetSpent))
            athletes.postpone_asks(session, visit.athlete_id, error.retry_at, why)
    except LeaseLost:
        return
    if isinstance(error, AppInactive):
        log.warning("Strava says that the app is inactive: its owner must act, see `backstride doctor`")
