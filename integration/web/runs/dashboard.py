"""The athlete's first page: what to do today, from where notes start, the last weeks, recent runs."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from content.companion.back_to_running import OnTheWay
from content.decision import gate
from content.outcomes import Outcome
from content.routines.back import Back, has_lasted
from content.signals import Context, Headroom, Mute, Thresholds, context, explain, headroom, mute_now
from integration.athlete_profile import AthleteProfile
from integration.store.tables import Athlete
from integration.web.auth import athlete, connected, profile
from integration.web.companion.recorded import lately
from integration.web.formats import PageFormats, formats
from integration.web.run_views.charts import WeeksChart, weeks_chart
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.run_view import RunView, RunViews
from integration.web.services import services
from integration.web.training.for_today import ForToday, routine_for_today

pages = Blueprint("dashboard", __name__)
RECENT = 5


class Standing(StrEnum):
    """The one thing that stands before or beside today's routine; of several the first of these."""

    ON_HOLD = "hold"
    DISCONNECTED = "disconnected"
    LOADING = "loading"
    NOTES_OFF = "off"
    PAUSED = "paused"
    MUTED = "muted"
    LEARNING = "learning"
    READY = "ready"


class Day(StrEnum):
    """The kind of day that the first card names; of several the first of these."""

    ASK_FIRST = "ask-first"
    DONE = "done"
    SORE = "sore"
    STRENGTH = "strength"
    REST = "rest"
    STRETCH = "stretch"
    FREE = "free"

    @property
    def headline(self) -> str:
        """The first words of the card."""
        return HEADLINES[self]


HEADLINES = {
    Day.ASK_FIRST: "Ask first",
    Day.DONE: "Done for today",
    Day.SORE: "Today: gentle moves",
    Day.REST: "Today is for rest",
    Day.STRENGTH: "Today: strength",
    Day.STRETCH: "Today: stretch",
    Day.FREE: "Nothing to do today",
}


@dataclass(frozen=True)
class Overview:
    """The runs as the page shows them."""

    headroom: Headroom
    context: Context
    chart: WeeksChart
    recent: list[RunView]
    today: ForToday
    mute: Mute | None
    muting_note_removed: bool  # the note that mutes was removed, which does not end the pause
    thresholds: Thresholds
    sore: bool
    has_lasted: bool  # the back has complained for two weeks
    way: OnTheWay | None  # back to running
    walks_first: bool  # after 42 km and more
    next_day: date | None  # of the next run, if it is later than today
    next_dm: float | None  # its length at most, rounded as notes round it

    @property
    def day(self) -> Day:
        """The kind of day that the first card names."""
        routine = self.today.routine
        is_true = {
            Day.ASK_FIRST: bool(routine.ask_first) and not routine.move_ids,
            Day.DONE: self.today.done,
            Day.SORE: self.sore,
            Day.REST: self.next_day is not None,
            Day.STRENGTH: bool(self.today.strength),
            Day.STRETCH: bool(self.today.items),
            Day.FREE: True,
        }
        return next(day for day in Day if is_true[day])

    def why(self, fmt: PageFormats) -> list[str]:
        """Return the reasons for the limit."""
        return explain(self.headroom, self.thresholds, fmt)


@pages.get("/dashboard")
@connected
def page() -> ResponseReturnValue:
    who = athlete()
    mine = profile()
    known = known_runs(who, TWELVE_WEEKS_AND_BEFORE)
    now = services().now()
    overview = _overview(known, mine) if isinstance(known, KnownRuns) else None
    return render_template(
        "runs/dashboard.html",
        athlete=who,
        preferences=mine,
        known=known,
        overview=overview,
        state=_standing(who, mine, overview),
        Standing=Standing,
        Day=Day,
        recorded=lately(mine, now),
        fmt=formats(mine.units, mine.language).at(known.zone),
        now=now,
    )


def _standing(who: Athlete, mine: AthleteProfile, overview: Overview | None) -> Standing:
    why_not = gate(mine.policy, asked=False, now=services().now())
    is_true = {
        Standing.ON_HOLD: why_not is Outcome.ON_HOLD,
        Standing.DISCONNECTED: who.state.is_disconnected,
        Standing.LOADING: overview is None,
        Standing.NOTES_OFF: why_not is Outcome.NOTES_OFF,
        Standing.PAUSED: why_not is Outcome.PAUSED,
        Standing.MUTED: overview is not None and overview.mute is not None,
        Standing.LEARNING: overview is not None and overview.headroom.learning,
        Standing.READY: True,
    }
    return next(standing for standing in Standing if is_true[standing])


def _overview(known: KnownRuns, profile: AthleteProfile) -> Overview:
    fmt = formats(profile.units, profile.language)
    judgement = RunViews(known, profile)
    noted = judgement.noted_outings()
    marks = {number: number in noted for number in judgement.flagged}
    ahead = judgement.next_run()
    later = ahead is not None and ahead.day is not None and ahead.day > known.now.date()
    mute = mute_now(known.history, judgement.noted, judgement.thresholds, now=known.now)
    return Overview(
        headroom=headroom(known.history, judgement.thresholds, at=known.now),
        context=context(known.history, judgement.thresholds, now=known.now),
        chart=weeks_chart(
            known.history.canonical, judgement.thresholds, marks, known.now.date(),
            first=fmt.first_weekday, unit_dm=fmt.unit_dm,
        ),
        recent=judgement.recent(RECENT),
        today=routine_for_today(judgement),
        mute=mute,
        muting_note_removed=mute is not None and _is_removed(judgement, mute),
        thresholds=judgement.thresholds,
        sore=judgement.back is Back.SORE,
        has_lasted=has_lasted(judgement.past, judgement.known.now),
        way=judgement.way,
        walks_first=judgement.walks_first,
        next_day=ahead.day if later and ahead else None,
        next_dm=profile.note_formats.limit_dm(ahead.limit_dm) if later and ahead and ahead.limit_dm else None,
    )  # fmt: skip


def _is_removed(judgement: RunViews, mute: Mute) -> bool:
    """Return whether the notes on the runs of the day that mutes are all removed."""
    runs = {note: judgement.known.history.canonical_for(note.activity_id) for note in judgement.notes}
    states = {note.state for note, run in runs.items() if run is not None and run.day == mute.last.day}
    return bool(states) and not any(state.stands for state in states)
