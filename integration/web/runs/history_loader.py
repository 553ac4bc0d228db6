"""What a page can know of an athlete's runs now: the whole history, or how far the listing is that it waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy.orm import Session

from content.routines.rest import offset_of
from content.runs import Run
from content.signals import History
from integration.store import athletes, histories
from integration.store.tables import Athlete
from integration.store.tables import History as Listing
from integration.web.services import services

A_YEAR_AND_BEFORE = timedelta(days=460)  # a year to look at, and what its first runs are compared with
TWELVE_WEEKS_AND_BEFORE = timedelta(days=130)


@dataclass(frozen=True)
class KnownRuns:
    """The athlete's counted runs, and the time where the athlete is."""

    runs: list[Run]
    history: History
    now: datetime  # aware, by the clock of the latest run's place
    activities: int  # of any sport, as far as a listing showed them


@dataclass(frozen=True)
class Waiting:
    """The runs are on their way: how much a listing has shown, and why it takes longer if it does."""

    pages: int
    activities: int
    trouble: str | None


def known_runs(athlete: Athlete, reach: timedelta) -> KnownRuns | Waiting:
    """The runs since `reach` ago if they are here; else asks the workers to fetch them and says how far they are."""
    now = services().now()
    with services().store.read() as session:
        if history := histories.fresh(session, athlete.id, now, since=now - reach):
            return _known(session, history, now)
        row = histories.find(session, athlete.id)
        waiting = Waiting(row.pages if row else 0, row.activities if row else 0, athlete.request_error)
    if athlete.state == "connected":
        _ask(athlete, now, now - reach)
    return waiting


def local_now(runs: list[Run], now: datetime) -> datetime:
    """`now` by the clock of the place where the latest run was; UTC before there is one."""
    return now.astimezone(timezone(offset_of(runs[-1], runs))) if runs else now


def _known(session: Session, history: Listing, now: datetime) -> KnownRuns:
    runs = histories.runs(session, history.athlete_id)
    return KnownRuns(runs, History(runs), local_now(runs, now), max(history.activities, len(runs)))


def _ask(athlete: Athlete, now: datetime, since: datetime) -> None:
    asked = athlete.history_requested_from
    if asked is None or asked > since + timedelta(days=1) or athlete.request_due_at is None:
        with services().store.write() as session:
            athletes.request(session, athlete.id, now, history_requested_from=min(since, asked or since))
    services().waker.wake(athlete.key)
