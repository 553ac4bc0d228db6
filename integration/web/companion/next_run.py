"""Before the next long run: the limit of its day, two cues, and what a wished distance would get."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from content.companion.helped import helpful_first
from content.companion.wish import HORIZON_DAYS, Wish, wish
from content.moves.library import Library, load
from content.moves.models import Cue
from content.routines.back import state_of
from content.routines.plan import is_eve, long_run_day
from content.signals import Headroom, explain, headroom_on, run_of
from integration.athlete_profile import AthleteProfile
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.errors import wrong_fields
from integration.web.formats import DM_PER_UNIT, PageFormats, formats
from integration.web.forms import Form, echo
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.run_view import RunViews, findings_in_words

pages = Blueprint("next_run", __name__)
CUES: Final = 2
CUE_TIMES: Final = ("any run", "mid-run")
LEAST_DM, MOST_DM = 5_000, 4_000_000  # half a kilometre to 400


class WishForm(Form):
    """A wished run as it was typed: how far and when is reckoned by the athlete's unit and day."""

    distance: str = ""
    day: str = ""


@dataclass(frozen=True)
class BeforeRun:
    """Everything to know before the next long run, on the day asked for or, without one, the next that has a limit."""

    day: date
    limit: Headroom  # of that day
    why: list[str]
    cues: list[Cue]
    helped: frozenset[str]  # the ids of cues that helped before
    eve: date  # no strength on it
    wish: Wish | None
    said: str  # of the wish, in the words of a note; "" if nothing would be


@pages.get("/next-run")
@connected
def page() -> ResponseReturnValue:
    """Show the limit of a day (`day`, ISO) and what a wished `distance`, in the athlete's unit, would get."""
    mine, known = profile(), known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    fmt = formats(mine.units, mine.language)
    if not isinstance(known, KnownRuns):
        return _render(known=known, fmt=fmt.at(known.zone))
    fmt = fmt.at(known.zone)
    views = RunViews(known, mine)
    back = state_of(mine.answers, views.past, known.now)
    if back.rules_out_training:
        return _render(known=known, fmt=fmt, back=back)
    if views.way is not None or views.walks_first:
        return _render(known=known, fmt=fmt, back=back, way=views.way, walks_first=views.walks_first)
    form, errors = forms.parse(WishForm, request.args)
    day, dm = _day(form.day, known.now.date(), errors), _distance(form.distance, fmt, errors)
    shown = _before(views, mine, fmt, day=day, dm=dm)
    if errors:
        return wrong_fields(errors, lambda: _render(known=known, fmt=fmt, back=back, before=shown, errors=errors))
    return _render(known=known, fmt=fmt, back=back, before=shown)


def _render(**shown: object) -> str:
    nothing: dict[str, object] = {"before": None, "back": None, "way": None, "walks_first": False, "errors": {}}
    return render_template("companion/next_run.html", **{**nothing, **shown})


def _before(views: RunViews, mine: AthleteProfile, fmt: PageFormats, *, day: date | None, dm: int | None) -> BeforeRun:
    history, now = views.known.history, views.known.now
    day = day or _next_long_run(views)
    limit = headroom_on(history, views.thresholds, day, now=now)
    wished = None if dm is None else wish(history, views.thresholds, dm=dm, day=day, now=now)
    return BeforeRun(
        day,
        limit,
        explain(limit, views.thresholds, fmt),
        _cues(load(), mine),
        frozenset(mine.diary.cues_that_helped),
        day - timedelta(days=1),
        wished,
        _findings_in_words(views, wished) if wished and wished.findings else "",
    )


def _findings_in_words(views: RunViews, wished: Wish) -> str:
    noon = datetime.combine(wished.day, time(12), views.known.zone)
    run = run_of(views.known.history, views.thresholds, wished.dm, at=noon)
    return findings_in_words(run, wished.findings, views.profile.note_formats, effort=views.thresholds.effort_distance)


def _next_long_run(views: RunViews) -> date:
    """Return the next usual long-run day, not before the rest is over; without a usual one the day of the next run."""
    ahead, today = views.next_run(), views.known.now.date()
    first = ahead.day if ahead is not None and ahead.day is not None else today
    usual = long_run_day(views.known.history.canonical, today)
    days = (first + timedelta(days=n) for n in range(7))
    return next((day for day in days if is_eve(day - timedelta(days=1), usual)), first)


def _cues(library: Library, mine: AthleteProfile) -> list[Cue]:
    """Return two cues: those that helped come first, then the mid-run sequence in its order."""
    cues = sorted((cue for cue in library.cues.values() if cue.when in CUE_TIMES), key=lambda cue: cue.order or 99)
    names = helpful_first([cue.id for cue in cues], mine.diary.cues_that_helped)
    return [library.cues[name] for name in names[:CUES]]


def _day(text: str, today: date, errors: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if today <= day <= today + timedelta(days=HORIZON_DAYS):
        return day
    errors["day"] = (
        f"day: give a day from today on, within half a year, as {today.isoformat()} (you gave “{echo(text)}”)"
    )
    return None


def _distance(text: str, fmt: PageFormats, errors: dict[str, str]) -> int | None:
    """Return tenths of a metre from a number in the athlete's unit, with a point or a comma."""
    if not text:
        return None
    try:
        dm = round(float(text.replace(",", ".")) * DM_PER_UNIT[fmt.units])
    except (ValueError, OverflowError):
        dm = 0
    if LEAST_DM <= dm <= MOST_DM:
        return dm
    limits = f"{fmt.units} from {fmt.in_units(LEAST_DM)} to {fmt.in_units(MOST_DM, 0)}"
    errors["distance"] = f"distance: give {limits} (you gave “{echo(text)}”)"
    return None
