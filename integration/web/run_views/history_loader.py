"""The runs that a page can show now: the whole history, or how far the listing is that it waits for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from content.routines.rest import local_now
from content.runs import Run
from content.signals import History
from integration.store import athletes, histories
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete
from integration.web.services import services

LOOKED_AT = timedelta(days=460)  # a year, and what its first runs are compared with
A_YEAR_AND_BEFORE = LOOKED_AT + timedelta(days=31)  # and the days to the first of that month
TWELVE_WEEKS_AND_BEFORE = timedelta(days=130)


@dataclass(frozen=True)
class KnownRuns:
    """The athlete's counted runs, and the time where the athlete is."""

    runs: list[Run]
    history: History
    now: datetime  # aware, by the clock of the latest run's place
    activities: int  # of any sport, as far as a listing showed them

    @property
    def zone(self) -> tzinfo:
        """The zone of the athlete's clock."""
        return self.now.tzinfo or UTC


@dataclass(frozen=True)
class Waiting:
    """The runs are on their way: how much a listing has shown, and why it takes longer if it does."""

    pages: int
    activities: int
    trouble: str | None
    zone: tzinfo  # of the athlete's clock as far as runs tell it, else UTC


def known_runs(athlete: Athlete, reach: timedelta) -> KnownRuns | Waiting:
    """Return all runs if those since `reach` ago are here; else ask the workers for them, and return how far it is."""
    return _known_or_asked_for(athlete, reach, None)


def known_year(athlete: Athlete) -> KnownRuns | Waiting:
    """Return the runs that a look at the last year replays, and the one before them; else as `known_runs`.

    They begin with a month: whether a run gets a note depends on the note before, back to the first run, so the notes
    of a year would move from day to day if that one did.
    """
    since = (services().now() - LOOKED_AT).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return _known_or_asked_for(athlete, A_YEAR_AND_BEFORE, since)


def _known_or_asked_for(athlete: Athlete, reach: timedelta, since: datetime | None) -> KnownRuns | Waiting:
    now = services().now()
    with services().store.read() as session:
        if history := histories.fresh(session, athlete.id, now, since=now - reach):
            runs = histories.runs(session, athlete.id, since=since)
            return KnownRuns(runs, History(runs), local_now(runs, now), max(history.activities, len(runs)))
        row = histories.find(session, athlete.id)
        zone = local_now(histories.runs(session, athlete.id), now).tzinfo or UTC
        waiting = Waiting(row.pages if row else 0, row.activities if row else 0, athlete.request_error, zone)
    if athlete.state is AthleteState.CONNECTED:
        _ask(athlete, now, now - reach)
    return waiting


def _ask(athlete: Athlete, now: datetime, since: datetime) -> None:
    asked = athlete.history_requested_from
    if asked is None or asked > since + timedelta(days=1) or athlete.request_due_at is None:
        with services().store.write() as session:
            athletes.request(session, athlete.id, now, history_requested_from=min(since, asked or since))
    services().waker.wake(athlete.key)
