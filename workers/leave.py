"""Leaving: notes are taken back if wanted, the access is revoked, and every trace of the athlete is deleted."""

from datetime import timedelta

import structlog

from integration.errors import AccessRevoked, Later, StravaError
from integration.store import athletes, ledger
from integration.store.tables import Athlete, Note
from workers import annotate
from workers.resources import Resources
from workers.visit import Visit

GIVES_UP_AFTER = timedelta(hours=24)

log = structlog.get_logger()


class Left(Exception):
    """Every row of the athlete is deleted."""


def take_back_asked(visit: Visit) -> None:
    """Takes back the notes that the athlete asked to have taken back."""
    with visit.resources.store.read() as session:
        asked = ledger.to_remove(session, visit.athlete_id)
    for note in asked:
        take_back_one(visit, note)


def take_back_one(visit: Visit, note: Note) -> None:
    """One note; a refusal for this activity alone leaves it as it stands."""
    try:
        state = annotate.take_back(visit, note)
    except (Later, AccessRevoked):
        raise
    except StravaError:
        state = "edited"
    with visit.store() as session:
        ledger.move(session, visit.athlete_id, note.activity_id, state, visit.now)


def leave(visit: Visit, athlete: Athlete) -> None:
    """Goes on with leaving, as far as Strava lets us; raises Left at the end, Later when it must be gone on with."""
    started = athlete.leaving_since or visit.now
    try:
        if athlete.leave_with_notes:
            take_back_asked(visit)
        _revoke(visit)
    except AccessRevoked:
        pass  # nothing can be taken back any more, and nothing is left to revoke
    except Later:
        if visit.now - started < GIVES_UP_AFTER:
            raise
    delete(visit.resources, athlete.id)
    raise Left


def check_deauthorization(visit: Visit, athlete: Athlete) -> None:
    """An event says that the athlete deauthorized us. It may be forged: only a refused refresh deletes; raises Left."""
    try:
        visit.refresh(athletes.tokens(athlete, visit.resources.vault))
    except AccessRevoked:
        delete(visit.resources, athlete.id)
        raise Left from None
    with visit.store() as session:
        athletes.answered(session, visit.lease, deauthorization_rung_at=None)


def delete(resources: Resources, athlete_id: int) -> None:
    """Deletes every row of the athlete in one transaction, and what the database's log still holds of it."""
    with resources.store.write() as session:
        athletes.forget(session, athlete_id)
    resources.store.leave_no_trace()
    log.info("an athlete left; everything was deleted")


def _revoke(visit: Visit) -> None:
    tokens = athletes.tokens(visit.athlete(), visit.resources.vault)
    visit.renew()
    with visit.resources.session() as session:
        visit.resources.oauth(session).revoke(tokens.refresh)
