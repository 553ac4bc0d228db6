"""The plan of twelve weeks: strength days around the runner's own long and hard days."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator

from content.companion.diary import SESSIONS
from content.companion.strength_days import asks_first
from content.companion.twelve_weeks import PlannedWeek, UsualWeek
from content.moves import library
from content.routines.back import Back
from integration.athlete_profile import AthleteProfile
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.companion.back import NO_CONSENT, change_diary
from integration.web.companion.recorded import lately
from integration.web.formats import formats
from integration.web.forms import Form, NoFields
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, Waiting, known_runs
from integration.web.run_views.run_view import RunViews
from integration.web.run_views.strength import planned
from integration.web.services import services

pages = Blueprint("plan", __name__)
BEGUN = "Your plan has begun. A missed day moves by itself."
ENDED = "The plan has ended. What you did stays logged."


def _sessions(text: str) -> int:
    if text not in map(str, SESSIONS):
        raise ValueError(f"choose one of {', '.join(map(str, SESSIONS))}")
    return int(text)


class PlanForm(Form):
    """A plan's beginning, or another number of sessions a week."""

    sessions: Annotated[int, BeforeValidator(_sessions)] = SESSIONS[0]
    consent: forms.Tick = False


@dataclass(frozen=True)
class PlanView:
    """The plan as of today. `waits`: the back, or a condition to ask about first, keeps strength away."""

    weeks: tuple[PlannedWeek, ...]
    usual: UsualWeek
    today: date
    back: Back
    sessions: int
    rest_until: date  # the first day on which the last runs and sessions allow strength
    part: str  # of that day: "midday" or "evening" while they ask for rest until then, else ""
    waits: bool
    asks_first: bool  # a clinician is to be asked before any strength

    @property
    def done(self) -> int:
        """The sessions that were done."""
        return sum(len(week.done) for week in self.weeks)

    @property
    def next(self) -> date | None:
        """The next day of strength; None while the plan waits, and when it is over."""
        due = [day for week in self.weeks for day in week.due]
        return None if self.waits else min(due, default=None)


@pages.get("/plan")
@connected
def page() -> ResponseReturnValue:
    """Show the plan, or how to begin one."""
    return _page(profile(), known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE), {})


@pages.post("/plan")
@connected
def begin() -> ResponseReturnValue:
    """Begin a plan today, with consent; of one that runs, change the `sessions` a week (2 or 3)."""
    mine, known = profile(), known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    agreed = mine.answers_consented_at is not None
    sent = forms.read(
        PlanForm,
        lambda errors: _page(mine, known, errors),
        lambda form: {} if agreed or form.consent else {"consent": NO_CONSENT},
    )
    today = services().now().astimezone(known.zone).date()
    change_diary(athlete().id, lambda diary: diary.with_plan(diary.plan_since or today, sent.sessions), agreed=True)
    flash(BEGUN)
    return redirect(url_for("plan.page"), 303)


@pages.post("/plan/end")
@connected
def end() -> ResponseReturnValue:
    """End the plan; sessions stay logged."""
    forms.read(NoFields)
    change_diary(athlete().id, lambda diary: diary.with_plan(None, diary.plan_sessions))
    flash(ENDED)
    return redirect(url_for("plan.page"), 303)


def plan_of(views: RunViews) -> PlanView | None:
    """Return the athlete's plan as of now; None without one."""
    since = views.profile.diary.plan_since
    return None if since is None else plan_from(views, since)


def plan_from(views: RunViews, since: date) -> PlanView:
    """Return a plan that began on that day, as of now."""
    days, now = planned(views, since), views.known.now
    sessions = views.profile.diary.plan_sessions
    return PlanView(
        days.weeks, days.usual, now.date(), views.back, sessions, days.rest_until, days.part,
        waits=not views.strength_may_be,
        asks_first=asks_first(views.profile.answers, library.load().moves),
    )  # fmt: skip


def _page(mine: AthleteProfile, known: KnownRuns | Waiting, errors: forms.Errors) -> str:
    here = isinstance(known, KnownRuns)
    return render_template(
        "companion/plan.html",
        known=known,
        here=here,
        plan=plan_of(RunViews(known, mine)) if isinstance(known, KnownRuns) else None,
        recorded=lately(mine, services().now()),
        choices=SESSIONS,
        fmt=formats(mine.units, mine.language).at(known.zone),
        consented=mine.answers_consented_at is not None,
        errors=errors,
    )
