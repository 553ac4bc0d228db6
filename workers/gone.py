"""Forget activities that are gone from Strava: deleted there, or hidden from us."""

from collections.abc import Sequence

from content.outcomes import Outcome
from integration.store import histories, ledger, pending_activities
from integration.store.pending_activities import Processed
from integration.store.tables import PendingActivity
from workers.athlete_session import AT_ONCE, AthleteSession


def forget(athlete_session: AthleteSession, pending: Sequence[PendingActivity]) -> None:
    """Drop activities from the history; their notes count no more."""
    for first in range(0, len(pending), AT_ONCE):
        batch = pending[first : first + AT_ONCE]
        with athlete_session.store() as session:
            ids = [each.activity_id for each in batch]
            histories.drop(session, athlete_session.athlete_id, *ids)
            histories.update_recorded(session, athlete_session.athlete_id, gone=ids, now=athlete_session.now)
            noted = {note.activity_id for note in ledger.notes(session, athlete_session.athlete_id)}
            for each in batch:
                if each.activity_id in noted:
                    ledger.mark_gone(session, each.athlete_id, each.activity_id, athlete_session.now)
            gone = [Processed(each, Outcome.GONE) for each in batch]
            pending_activities.mark_processed(session, gone, athlete_session.now)
