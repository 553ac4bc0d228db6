"""The story: one athlete's turn, everything due in order, by one worker at a time.

    lease → deauthorized? leaving? → what pages and rounds request → everything pending and due, oldest run first:
    history → review → routine → note → Strava → ledger (process_activity) → release

What Strava does not let us do now gets a later due time in the database; no worker ever sleeps for it.
"""

import structlog

from integration.errors import LeaseLost, StoreUnavailable
from integration.store import athletes, histories, leases, pending_activities
from integration.store.athlete_states import AthleteState
from integration.store.leases import Lease
from integration.store.tables import Athlete
from workers import delete_athlete, failures, fetch_history, process_activity, retry
from workers.athlete_session import AthleteSession
from workers.notes import remove_notes
from workers.resources import Resources

log = structlog.get_logger()

MOST_TURNS = 20  # in a row; whatever gets due even then is found by the sweep
MOST_ROUNDS = 3  # of activities in one turn: what a listing told of is processed from that listing


def process_athlete(resources: Resources, key: str) -> None:
    """Serve the athlete behind `key` until nothing is due. Does nothing while another worker does."""
    for _ in range(MOST_TURNS):
        try:
            if not _take_a_turn(resources, key):
                return
        except StoreUnavailable as error:
            log.warning("the database cannot be used; the sweep will try again", error=str(error))
            return


def _take_a_turn(resources: Resources, key: str) -> bool:
    """Serve the athlete once under a lease. Returns whether something is due again."""
    lease = _lease(resources, key)
    if lease is None:
        return False
    athlete_session = AthleteSession(resources, lease)
    try:
        _serve(athlete_session)
    except (LeaseLost, delete_athlete.Left):
        return False
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, this athlete's turn comes again, and others' too
        failures.of_everything(athlete_session, error)
    finally:
        athlete_session.close()
    with resources.store.write() as session:
        leases.release(session, athlete_session.lease)
        return athletes.something_due(session, athlete_session.athlete_id, resources.now())


def _lease(resources: Resources, key: str) -> Lease | None:
    with resources.store.read() as session:
        athlete_id = athletes.who_is_due(session, key, resources.now())
    if athlete_id is None:
        return None
    with resources.store.write() as session:
        return leases.take(session, athlete_id, resources.now())


def _serve(athlete_session: AthleteSession) -> None:
    athlete = athlete_session.athlete()
    if athlete.deauthorization_received_at is not None:
        delete_athlete.check_deauthorization(athlete_session, athlete)
    if athlete.state is AthleteState.LEAVING:
        delete_athlete.leave(athlete_session, athlete)
    if athlete.state is not AthleteState.CONNECTED:
        _clear_requests(athlete_session, athlete)
        return
    if athlete.request_due_at is not None and athlete.request_due_at <= athlete_session.now:
        _try_requests(athlete_session, athlete)
    for _ in range(MOST_ROUNDS):
        with athlete_session.resources.store.read() as session:
            due = pending_activities.due(session, athlete_session.athlete_id, athlete_session.now)
        if not due:
            return
        process_activity.process(athlete_session, due)
        if not athlete_session.listings:  # nothing else was told of; what came meanwhile gets a turn of its own
            return


def _try_requests(athlete_session: AthleteSession, athlete: Athlete) -> None:
    """Fulfil what pages and rounds request. A failure never holds up activities: those have a reserve of the budget."""
    try:
        _fulfil_requests(athlete_session, athlete)
    except retry.STOPS_A_TURN:
        raise
    except Exception as error:  # noqa: BLE001
        failures.of_requests(athlete_session, athlete, error)


def _fulfil_requests(athlete_session: AthleteSession, athlete: Athlete) -> None:
    since = athlete.history_requested_from
    with athlete_session.resources.store.read() as session:
        here = since and histories.fresh(session, athlete_session.athlete_id, athlete_session.now, since=since)
    if since is not None and not here:
        fetch_history.fetch_history(athlete_session, since)
    elif athlete.reconcile_requested:
        fetch_history.reconcile(athlete_session)
    remove_notes.remove_requested(athlete_session)
    _clear_requests(athlete_session, athlete)


def _clear_requests(athlete_session: AthleteSession, athlete: Athlete) -> None:
    """Clear what was fulfilled, unless something was requested again meanwhile."""
    done = {"request_due_at": None, "history_requested_from": None, "reconcile_requested": False}
    with athlete_session.store() as session:
        if session.get_one(Athlete, athlete.id).request_due_at == athlete.request_due_at:
            athletes.complete(session, athlete_session.lease, **done)
