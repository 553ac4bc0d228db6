"""The athlete's first page: from where notes start, the last weeks, today's routine, recent runs, the connection."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from content.decision import gate
from content.notes.target import Target
from content.signals import Context, Headroom, Mute, Thresholds, context, explain, headroom, mute_now
from integration.athlete_profile import AthleteProfile
from integration.errors import Later
from integration.store import histories, pending_activities
from integration.store.tables import Athlete, PendingActivity, StoredHistory
from integration.web.auth import athlete, connected, profile
from integration.web.formats import PageFormats, formats
from integration.web.run_views.charts import WeeksChart, weeks_chart
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.messages import NOTES_STOPPED
from integration.web.run_views.run_view import RunView, RunViews
from integration.web.services import services
from integration.web.training.for_today import ForToday, routine_for_today

pages = Blueprint("dashboard", __name__)
RECENT = 7
NOTES_IN = {Target.DESCRIPTION: "under the run", Target.PRIVATE: "in private notes", Target.PAGES: "on these pages"}


@dataclass(frozen=True)
class Overview:
    """The runs as the page shows them."""

    headroom: Headroom
    context: Context
    chart: WeeksChart
    recent: list[RunView]
    today: ForToday
    noted_ever: bool
    mute: Mute | None
    mute_taken_back: bool  # the note that mutes was removed, which does not end the pause
    thresholds: Thresholds
    next_day: date | None  # of the next run, if it is later than today
    next_dm: float | None  # its length at most, rounded as notes round it

    def why(self, fmt: PageFormats) -> list[str]:
        """Return the reasons for the limit."""
        return explain(self.headroom, self.thresholds, fmt)


@dataclass(frozen=True)
class Connection:
    """The state of the connection to Strava."""

    waiting: int  # activities not processed yet
    history: StoredHistory | None
    budget: list[int] | None  # [used, limit] of today's calls, None while nobody knows


@pages.get("/dashboard")
@connected
def page() -> ResponseReturnValue:
    who = athlete()
    mine = profile()
    known = known_runs(who, TWELVE_WEEKS_AND_BEFORE)
    now = services().now()
    return render_template(
        "runs/dashboard.html",
        athlete=who,
        preferences=mine,
        known=known,
        overview=_overview(known, mine) if isinstance(known, KnownRuns) else None,
        connection=_connection(who),
        paused=mine.policy.is_paused(now),
        notes_now=_notes_now(mine, now),
        fmt=formats(mine.units, mine.language).at(known.zone),
        now=now,
    )


def _notes_now(mine: AthleteProfile, now: datetime) -> str:
    """Return in a few words where the next note goes, or why none comes."""
    why_not = gate(mine.policy, asked=False, now=now)
    if why_not is not None:
        return NOTES_STOPPED[why_not]
    return NOTES_IN[mine.written_to]


def _overview(known: KnownRuns, profile: AthleteProfile) -> Overview:
    judgement = RunViews(known, profile)
    noted = judgement.noted_outings()
    marks = {number: number in noted for number in judgement.flagged}
    ahead = judgement.next_run()
    later = ahead is not None and ahead.day is not None and ahead.day > known.now.date()
    mute = mute_now(known.history, judgement.noted, judgement.thresholds, now=known.now)
    return Overview(
        headroom=headroom(known.history, judgement.thresholds, at=known.now),
        context=context(known.history, judgement.thresholds, now=known.now),
        chart=weeks_chart(known.history.canonical, judgement.thresholds, marks, known.now.date()),
        recent=judgement.recent(RECENT),
        today=routine_for_today(judgement),
        noted_ever=bool(judgement.notes),
        mute=mute,
        mute_taken_back=mute is not None and _taken_back(judgement, mute),
        thresholds=judgement.thresholds,
        next_day=ahead.day if later and ahead else None,
        next_dm=profile.note_formats.limit_dm(ahead.limit_dm) if later and ahead and ahead.limit_dm else None,
    )


def _taken_back(judgement: RunViews, mute: Mute) -> bool:
    """Return whether the notes on the runs of the day that mutes are all removed."""
    runs = {note: judgement.known.history.canonical_for(note.activity_id) for note in judgement.notes}
    states = {note.state for note, run in runs.items() if run is not None and run.day == mute.last.day}
    return bool(states) and not any(state.stands for state in states)


def _connection(who: Athlete) -> Connection:
    with services().store.read() as session:
        mine = select(func.count()).where(PendingActivity.athlete_id == who.id, pending_activities.waiting())
        return Connection(session.scalar(mine) or 0, histories.find(session, who.id), _budget())


def _budget() -> list[int] | None:
    try:
        return services().budget.usage()["overall"]["day"]
    except Later:
        return None
