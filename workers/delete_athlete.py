"""Leaving: notes are removed if wanted, the access is revoked, and every trace of the athlete is deleted."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from integration import backup
from integration.errors import AccessRevoked
from integration.store import athletes, deletions, ledger
from integration.store.athlete_states import DeletionReason
from integration.store.tables import Athlete
from workers import retry
from workers.athlete_session import AthleteSession
from workers.notes import remove_notes
from workers.resources import Resources

log = structlog.get_logger()


class Left(Exception):  # no error: the athlete is gone, and so is everything to do
    """Every row of the athlete is deleted."""


def leave(athlete_session: AthleteSession, athlete: Athlete) -> None:
    """Go on with leaving, as far as Strava lets us. Raises Left at the end, Later when it must be gone on with."""
    if athlete.leave_with_notes:
        with athlete_session.store() as session:
            ledger.ask_removal(session, athlete.id, athlete_session.now, again=False)
        _as_far_as_possible(athlete_session, athlete, lambda: remove_notes.remove_requested(athlete_session))
    revoked = _as_far_as_possible(athlete_session, athlete, lambda: _revoke(athlete_session))
    with athlete_session.store() as session:
        deletions.forget(session, athlete.id, DeletionReason.LEFT, athlete_session.now, revoked=revoked)
    _leave_no_trace(athlete_session.resources, athlete)
    raise Left


def _as_far_as_possible(athlete_session: AthleteSession, athlete: Athlete, step: Callable[[], None]) -> bool:
    """Take a step of leaving; return whether it was done. After a day of trying, leaving goes on without it."""
    try:
        step()
    except Exception as error:
        waited = athlete_session.now - (athlete.leaving_since or athlete_session.now)
        if not retry.gives_up(error, waited, retry.GIVE_UP_LEAVING):
            raise
        log.warning("gave up on a step of leaving", error=type(error).__name__, why=str(error))
        return False
    return True


def check_deauthorization(athlete_session: AthleteSession, athlete: Athlete) -> None:
    """Check an event that says that the athlete deauthorized us. It may be forged: only a refused refresh deletes.

    Raises Left.
    """
    tokens = athletes.tokens(athlete, athlete_session.resources.vault)
    try:
        athlete_session.refresh(tokens)
    except AccessRevoked:
        version, resources = tokens.version, athlete_session.resources
        if delete(resources, athlete.id, DeletionReason.REVOKED, lambda now: now.token_version == version):
            raise Left from None
    with athlete_session.store() as session:
        athletes.complete(session, athlete_session.lease, deauthorization_received_at=None)


def delete(resources: Resources, athlete_id: int, reason: DeletionReason, still: Callable[[Athlete], bool]) -> bool:
    """Delete every row of the athlete in one transaction, and every other trace. Returns whether it did.

    It does not if `still` no longer holds of the row: the athlete has just come back.
    """
    with resources.store.write() as session:
        athlete = athletes.lock(session, athlete_id)
        if athlete is None or not still(athlete):
            return False
        deletions.forget(session, athlete_id, reason, resources.now())
    _leave_no_trace(resources, athlete)
    return True


def _leave_no_trace(resources: Resources, athlete: Athlete) -> None:
    if not resources.store.forget_for_good():
        log.warning("the database is too busy to be written anew; what was deleted goes from its file with the next")
    resources.marks.erase(athlete.key)
    backup.forget_own(resources.settings.data_dir, resources.now(), kept_for=timedelta())
    log.info("an athlete left; everything was deleted")


def _revoke(athlete_session: AthleteSession) -> None:
    tokens = athletes.tokens(athlete_session.athlete(), athlete_session.resources.vault)
    athlete_session.renew()
    with athlete_session.resources.http() as http:
        athlete_session.resources.oauth(http).revoke(tokens.refresh)
