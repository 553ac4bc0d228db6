"""The back and its load: two taps after a run and on the next morning, and what they add up to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator

from content.companion.association import LOOKS, Counts, ScoredRun, counts
from content.companion.back_and_load import KINDS, scored_runs, shoes_of
from content.companion.diary import AFTER, MOMENTS, MORNING, TIGHTENED, WORST, Diary, Tap
from content.companion.helped import helpful_first
from content.moves.library import load
from content.routines.back import SORE_BACK_FROM
from content.runs import LARGEST_ID, Run
from integration.athlete_profile import AthleteProfile, diary_of, set_diary
from integration.store.tables import Preferences
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.formats import formats
from integration.web.forms import Form, echo
from integration.web.run_views.history_loader import A_YEAR_AND_BEFORE, KnownRuns, Waiting, known_runs
from integration.web.run_views.run_view import RunViews
from integration.web.services import services

pages = Blueprint("back", __name__)
ASKED_FOR: Final = timedelta(days=3)  # after a run that is asked about
ASKED: Final = 3  # runs at most
CHARTED: Final = 182  # days
CUE_TIMES: Final = ("any run", "mid-run")
SAVED: Final = "Saved. It counts for your chart and for what comes next."
SORE: Final = "Saved. A back that hurts comes first: read the warning signs, and report one that is yours."
NO_ACTIVITY: Final = "give the number of one of your activities"
NOT_YET: Final = "is not here yet; say how the morning is when it has come"
NO_CONSENT: Final = "these are health data; tick that you agree to our keeping them"


def _score(text: str) -> int:
    return forms.whole(text, WORST, f"give a whole number from 0 (well) to {WORST} (you gave “{echo(text)}”)")


def _activity(text: str) -> int:
    return forms.whole(text, LARGEST_ID, NO_ACTIVITY)


def _cue(text: str) -> str | None:
    if text and text not in load().cues:
        raise ValueError(f"“{echo(text)}” is no cue of ours")
    return text or None


def _tightened(text: str) -> str | None:
    if text and text not in TIGHTENED:
        raise ValueError(f"choose one of {', '.join(TIGHTENED)}")
    return text or None


class TapForm(Form):
    """One answer for one run."""

    activity: Annotated[int | None, BeforeValidator(_activity)] = None
    moment: Annotated[str | None, forms.one_of(MOMENTS)] = None
    back: Annotated[int | None, BeforeValidator(_score)] = None
    tightened: Annotated[str | None, BeforeValidator(_tightened)] = None
    cue: Annotated[str | None, BeforeValidator(_cue)] = None
    consent: forms.Tick = False


@dataclass(frozen=True)
class Asked:
    """A run that is asked about, at which moment, and what was answered before."""

    run: Run
    moment: str
    tap: Tap | None


@dataclass(frozen=True)
class BackView:
    """The contents of the page. `load` and `scores` are paths in a box of `days` × 100: lines as long, dots as high."""

    asked: list[Asked]
    scored: list[tuple[Run, ScoredRun]]  # of the days that the chart shows, newest first
    counts: tuple[Counts, ...]
    shoes: dict[str, Run]  # the kinds of runs in one pair, with the last of them
    first: date
    days: int
    load: str
    scores: str
    sore: str  # those of the scores that count as sore


@pages.get("/back")
@connected
def page() -> ResponseReturnValue:
    """Show what is asked after the last runs, the chart of back and load, and the counts."""
    return _page(profile(), known_runs(athlete(), A_YEAR_AND_BEFORE), {})


@pages.get("/back/<activity:activity>")
@connected
def of_run(activity: int) -> ResponseReturnValue:
    """Show the same with the questions about one run first, as a note links to them; not found if it is not theirs."""
    known = known_runs(athlete(), A_YEAR_AND_BEFORE)
    if isinstance(known, KnownRuns) and known.history.get(activity) is None:
        abort(404)
    return _page(profile(), known, {}, first=activity)


@pages.post("/back")
@connected
def tap() -> ResponseReturnValue:
    """Keep one answer (`activity`, `moment`, `back` 0–10, `tightened`, `cue`), with consent."""
    mine, known = profile(), known_runs(athlete(), A_YEAR_AND_BEFORE)
    agreed = mine.answers_consented_at is not None
    sent = forms.read(
        TapForm, lambda errors: _page(mine, known, errors), lambda form: _check(form, known, agreed=agreed)
    )
    score = sent.back or 0  # never None here, nor are the others: that was refused
    told = Tap(services().now(), sent.activity or 0, sent.moment or AFTER, score, sent.tightened, sent.cue)
    change_diary(athlete().id, lambda diary: diary.with_tap(told), agreed=True)
    if score >= SORE_BACK_FROM:
        flash(SORE)
        return redirect(url_for("moves.safety"), 303)
    flash(SAVED)
    return redirect(url_for("back.page"), 303)


def change_diary(athlete_id: int, change: Callable[[Diary], Diary], *, agreed: bool = False) -> None:
    """Store the changed diary. `agreed`: the athlete agreed to its being kept, now or before."""
    parts = services()
    with parts.store.write() as session:
        row = session.get_one(Preferences, athlete_id, with_for_update=True)
        set_diary(row, parts.vault, change(diary_of(row, parts.vault)))
        if agreed:
            row.answers_consented_at = row.answers_consented_at or parts.now()


def _check(form: TapForm, known: KnownRuns | Waiting, *, agreed: bool) -> dict[str, str]:
    errors = _wrong_run(form, known)
    if form.back is None:
        errors["back"] = f"give a whole number from 0 (well) to {WORST}"
    if not (agreed or form.consent):
        errors["consent"] = NO_CONSENT
    return errors


def _wrong_run(form: TapForm, known: KnownRuns | Waiting) -> dict[str, str]:
    if form.activity is None:
        return {"activity": NO_ACTIVITY}
    if form.moment is None:
        return {"moment": f"choose one of {', '.join(MOMENTS)}"}
    if isinstance(known, Waiting):
        return {"activity": "your runs are not here now; tell us when this page shows them again"}
    run = known.history.get(form.activity)
    if run is None:
        return {"activity": "is none of your runs"}
    return {} if form.moment in _due(run, known.now) else {"moment": NOT_YET}


def _page(mine: AthleteProfile, known: KnownRuns | Waiting, errors: forms.Errors, *, first: int | None = None) -> str:
    return render_template(
        "companion/back.html",
        known=known,
        view=_view(RunViews(known, mine), first) if isinstance(known, KnownRuns) else None,
        fmt=formats(mine.units, mine.language).at(known.zone),
        consented=mine.answers_consented_at is not None,
        kinds=KINDS,
        looks=LOOKS,
        tightened=[(word, word.capitalize()) for word in TIGHTENED],
        cues=_cues(mine.diary),
        errors=errors,
    )


def _cues(diary: Diary) -> list[tuple[str, str]]:
    """Return the cues to choose from, those that helped before first."""
    cues = {cue.id: cue.name for cue in load().cues.values() if cue.when in CUE_TIMES}
    return [(name, cues[name]) for name in helpful_first(list(cues), diary.cues_that_helped)]


def _view(views: RunViews, linked: int | None) -> BackView:
    runs, diary, now = views.known.history.canonical, views.profile.diary, views.known.now
    scored = scored_runs(runs, diary.taps, views.past.sessions)
    first = now.date() - timedelta(days=CHARTED - 1)
    late = [(run, told) for run, told in scored if run.day >= first]
    shown = [run for run in runs if run.day >= first]
    longest = max((run.distance_dm for run in shown), default=1)
    shoes = shoes_of(scored)
    return BackView(
        asked=asked(views, linked),
        scored=late[::-1],
        counts=counts([told for _, told in scored], [*KINDS, *shoes]),
        shoes=shoes,
        first=first,
        days=CHARTED,
        load="".join(f"M{_x(run, first)} 100V{100 - 80 * run.distance_dm / longest:.1f}" for run in shown),
        scores="".join(_dot(run, told, first) for run, told in late if not told.sore),
        sore="".join(_dot(run, told, first) for run, told in late if told.sore),
    )


def _x(run: Run, first: date) -> str:
    return f"{(run.day - first).days + 0.5:g}"


def _dot(run: Run, told: ScoredRun, first: date) -> str:
    """Return a stroke of no length: with round caps it is a dot, round however the chart is stretched."""
    return f"M{_x(run, first)} {96 - 9.2 * told.score:.1f}h0"


def asked(views: RunViews, linked: int | None = None) -> list[Asked]:
    """Return the flagged runs of the last three days to ask about, newest first: on the day, and the morning after.

    The run that a link named comes first, however old it is and whatever was found in it.
    """
    now, noted = views.known.now, views.note_of
    late = [run for run in reversed(views.known.history.canonical) if run.start > now - ASKED_FOR]
    flagged = [run for run in late if run.id in views.flagged or run.id in noted][:ASKED]
    named = [run for run in views.known.history if run.id == linked]
    runs = named + [run for run in flagged if run.id != linked]
    return [Asked(run, moment, _tap_of(views.profile.diary, run, moment)) for run in runs for moment in _due(run, now)]


def _due(run: Run, now: datetime) -> list[str]:
    return [MORNING, AFTER] if now.date() > run.day else [AFTER]


def _tap_of(diary: Diary, run: Run, moment: str) -> Tap | None:
    return next((tap for tap in diary.taps if (tap.activity, tap.moment) == (run.id, moment)), None)
