"""The athlete's first page: what to do today, from where notes start, the last weeks, recent runs."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from content.decision import gate
from content.outcomes import Outcome
from content.routines.back import Back
from content.signals import Context, Headroom, Mute, Thresholds, context, explain, headroom, mute_now
from integration.athlete_profile import AthleteProfile
from integration.store.tables import Athlete, AthleteState
from integration.web.auth import athlete, connected, profile
from integration.web.formats import PageFormats, formats
from integration.web.run_views.charts import WeeksChart, weeks_chart
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.run_view import RunView, RunViews
from integration.web.services import services
from integration.web.training.for_today import ForToday, routine_for_today

pages = Blueprint("dashboard", __name__)
RECENT = 5


@dataclass(frozen=True)
class Overview:
    """The runs as the page shows them."""

    headroom: Headroom
    context: Context
    chart: WeeksChart
    recent: list[RunView]
    today: ForToday
    mute: Mute | None
    mute_taken_back: bool  # the note that mutes was removed, which does not end the pause
    thresholds: Thresholds
    sore: bool
    next_day: date | None  # of the next run, if it is later than today
    next_dm: float | None  # its length at most, rounded as notes round it

    @property
    def day(self) -> str:
        """The kind of day that the first card names."""
        routine = self.today.routine
        kinds = {
            "ask-first": bool(routine.ask_first) and not routine.move_ids,
            "done": self.today.done,
            "sore": self.sore,
            "rest": self.next_day is not None,
            "strength": bool(self.today.strength),
            "stretch": bool(self.today.items),
        }
        return next((kind for kind, holds in kinds.items() if holds), "free")

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
        state=_state(who, mine, overview),
        fmt=formats(mine.units, mine.language).at(known.zone),
        now=now,
    )


def _state(who: Athlete, mine: AthleteProfile, overview: Overview | None) -> str:
    """Return the one state that the first card tells; of several that which decides most."""
    why_not = gate(mine.policy, asked=False, now=services().now())
    states = {
        "hold": why_not is Outcome.ON_HOLD,
        "disconnected": who.state is AthleteState.DISCONNECTED,
        "loading": overview is None,
        "off": why_not is Outcome.NOTES_OFF,
        "paused": why_not is Outcome.PAUSED,
        "muted": overview is not None and overview.mute is not None,
        "learning": overview is not None and overview.headroom.learning,
    }
    return next((state for state, holds in states.items() if holds), "ready")


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
            known.history.canonical,
            judgement.thresholds,
            marks,
            known.now.date(),
            first=fmt.first_weekday,
            unit_dm=fmt.unit_dm,
        ),
        recent=judgement.recent(RECENT),
        today=routine_for_today(judgement),
        mute=mute,
        mute_taken_back=mute is not None and _taken_back(judgement, mute),
        thresholds=judgement.thresholds,
        sore=judgement.back is Back.SORE,
        next_day=ahead.day if later and ahead else None,
        next_dm=profile.note_formats.limit_dm(ahead.limit_dm) if later and ahead and ahead.limit_dm else None,
    )


def _taken_back(judgement: RunViews, mute: Mute) -> bool:
    """Return whether the notes on the runs of the day that mutes are all removed."""
    runs = {note: judgement.known.history.canonical_for(note.activity_id) for note in judgement.notes}
    states = {note.state for note, run in runs.items() if run is not None and run.day == mute.last.day}
    return bool(states) and not any(state.stands for state in states)
