"""Leaving: notes are taken back if wanted, the access is revoked, and every trace of the athlete is deleted."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from cryptography.fernet import InvalidToken

from integration.errors import AccessRevoked, BadSetting, Later, StravaError, Unreachable
from integration.store import athletes, ledger
from integration.store.tables import Athlete, Note
from integration.strava.budget import Lane
from workers import annotate
from workers.resources import Resources
from workers.visit import Visit

GIVES_UP_AFTER = timedelta(hours=24)
LEFT_STANDING_AFTER = timedelta(days=7)  # of failing to take one note back
PATIENCE = 3.0  # seconds with whoever reads the database; then `expire` does the rest
A_FEW = 3  # notes that are taken back at once; more leave other runs' notes their share of the budget

log = structlog.get_logger()


class Left(Exception):  # no error: the athlete is gone, and so is everything to attend to
    """Every row of the athlete is deleted."""


def take_back_asked(visit: Visit) -> None:
    """Takes back the notes that the athlete asked to have taken back.

    One that fails does not hold up the others; raises what it failed by at the end, for another try.
    """
    with visit.resources.store.read() as session:
        asked = ledger.to_remove(session, visit.athlete_id)
    lane: Lane = "live" if len(asked) <= A_FEW else "background"
    failure: Unreachable | None = None
    for note in asked:
        try:
            _take_back_one(visit, note, lane)
        except Unreachable as error:
            failure = error
            if visit.strava_is_away:
                break
    if failure is not None:
        raise failure


def _take_back_one(visit: Visit, note: Note, lane: Lane) -> None:
    """One note; a refusal for this activity alone leaves it as it stands."""
    try:
        state = annotate.take_back(visit, note, lane=lane)
    except Unreachable:
        if visit.now - note.changed_at < LEFT_STANDING_AFTER:
            raise
        state = "edited"
    except (Later, AccessRevoked):
        raise
    except StravaError:
        state = "edited"
    with visit.store() as session:
        ledger.move(session, visit.athlete_id, note.activity_id, state, visit.now)


def leave(visit: Visit, athlete: Athlete) -> None:
    """Goes on with leaving, as far as Strava lets us; raises Left at the end, Later when it must be gone on with."""
    if athlete.leave_with_notes:
        with visit.store() as session:
            ledger.ask_removal(session, athlete.id, visit.now)
        _as_far_as_possible(visit, athlete, lambda: take_back_asked(visit))
    _as_far_as_possible(visit, athlete, lambda: _revoke(visit))
    with visit.store() as session:
        athletes.forget(session, athlete.id)
    _leave_no_trace(visit.resources, athlete)
    raise Left


def _as_far_as_possible(visit: Visit, athlete: Athlete, step: Callable[[], None]) -> None:
    """Takes a step of leaving. After a day of trying, leaving goes on without it."""
    try:
        step()
    except AccessRevoked:
        pass  # nothing can be taken back any more, and nothing is left to revoke
    except (StravaError, BadSetting, InvalidToken) as error:
        if visit.now - (athlete.leaving_since or visit.now) < GIVES_UP_AFTER:
            raise
        log.warning("gave up on a step of leaving", error=type(error).__name__)


def check_deauthorization(visit: Visit, athlete: Athlete) -> None:
    """An event says that the athlete deauthorized us. It may be forged: only a refused refresh deletes; raises Left."""
    tokens = athletes.tokens(athlete, visit.resources.vault)
    try:
        visit.refresh(tokens)
    except AccessRevoked:
        if delete(visit.resources, athlete.id, lambda now: now.token_version == tokens.version):
            raise Left from None
    with visit.store() as session:
        athletes.answered(session, visit.lease, deauthorization_rung_at=None)


def delete(resources: Resources, athlete_id: int, still: Callable[[Athlete], bool]) -> bool:
    """Deletes every row of the athlete in one transaction, and every other trace; says whether.

    Not where `still` no longer holds of the row: the athlete has just come back.
    """
    with resources.store.write() as session:
        athlete = athletes.lock(session, athlete_id)
        if athlete is None or not still(athlete):
            return False
        athletes.forget(session, athlete_id)
    _leave_no_trace(resources, athlete)
    return True


def _leave_no_trace(resources: Resources, athlete: Athlete) -> None:
    if not resources.store.forget_for_good():
        log.warning("the database is too busy to be written anew; what was deleted goes from its file with the next")
    resources.marks.erase(athlete.key)
    log.info("an athlete left; everything was deleted")


def _revoke(visit: Visit) -> None:
    tokens = athletes.tokens(visit.athlete(), visit.resources.vault)
    visit.renew()
    with visit.resources.session() as session:
        visit.resources.oauth(session).revoke(tokens.refresh)
