"""Remove the notes that an athlete asked to remove: one by one, all at once, or on leaving."""

from content.outcomes import NoteState
from integration.errors import StravaError, Unreachable
from integration.store import ledger
from integration.store.tables import Note
from integration.strava.rate_limit import Priority
from workers import retry
from workers.athlete_session import AthleteSession
from workers.notes import note_field

A_FEW = 3  # notes that are removed at once; more leave other runs' notes their share of the budget


def remove_requested(athlete_session: AthleteSession) -> None:
    """Remove the notes that the athlete asked to remove.

    One that fails does not hold up the others. Raises at the end what it failed by, for another try.
    """
    with athlete_session.resources.store.read() as session:
        requested = ledger.to_remove(session, athlete_session.athlete_id)
    priority: Priority = "live" if len(requested) <= A_FEW else "background"
    failure: Unreachable | None = None
    for note in requested:
        try:
            _remove_one(athlete_session, note, priority)
        except Unreachable as error:
            failure = error
            if athlete_session.strava_is_away:
                break
    if failure is not None:
        raise failure


def _remove_one(athlete_session: AthleteSession, note: Note, priority: Priority) -> None:
    """Remove one note. A refusal for this activity alone leaves it as it stands."""
    try:
        state = note_field.remove(athlete_session, note, priority=priority)
    except StravaError as error:
        if not retry.gives_up(error, athlete_session.now - note.changed_at, retry.GIVE_UP_REMOVING):
            raise
        state = NoteState.REFUSED
    with athlete_session.store() as session:
        ledger.move(session, athlete_session.athlete_id, note.activity_id, state, athlete_session.now)
