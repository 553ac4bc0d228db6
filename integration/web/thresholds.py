"""What counts for this athlete: every threshold, and what a setting would have said of the last year."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from content.signals import KNOBS, PRESETS, Knob, ThresholdError, Thresholds, backtest
from integration.store.tables import Preferences
from integration.web import told
from integration.web.error_pages import wrong_fields
from integration.web.identity import athlete, connected, wants_json
from integration.web.known_runs import A_YEAR_AND_BEFORE, KnownRuns, Waiting, known_runs
from integration.web.wiring import wired
from integration.web.year import year

pages = Blueprint("thresholds", __name__)

# How the knobs stand together on the page: heading → beginning of their names.
GROUPS: tuple[tuple[str, str], ...] = (
    ("A run longer than usual", "session_spike."),
    ("More in seven days than usual", "weekly_high."),
    ("A long effort", "long_effort."),
    ("Coming back", "comeback."),
    ("How often it may speak", "mute."),
    ("Late runs", "note."),
    ("Hills", "effort_distance"),
)


@dataclass(frozen=True)
class Choice:
    """What a form asks for: the thresholds, what was typed, and by field what is wrong with it."""

    thresholds: Thresholds
    typed: Mapping[str, str]
    errors: Mapping[str, str]


@pages.get("/thresholds")
@connected
def page() -> ResponseReturnValue:
    """The sliders as saved, or as the preview button sent them."""
    preferences = told.preferences(athlete())
    return _page(preferences, read(request.args, told.thresholds(preferences)))


@pages.post("/thresholds")
@connected
def save() -> ResponseReturnValue:
    """Keeps thresholds, a preset, or (`undo`) what was set before. What is wrong is said beside its field."""
    who = athlete()
    preferences = told.preferences(who)
    choice = read(request.form, told.thresholds(preferences))
    if choice.errors:
        return wrong_fields(choice.errors, lambda: _page(preferences, choice))
    with wired().store.write() as session:
        kept = session.get_one(Preferences, who.id)
        new = (kept.previous_thresholds or {}) if request.form.get("undo") else told.differing(choice.thresholds)
        kept.previous_thresholds, kept.thresholds = kept.thresholds, new
    flash("Put back as it was." if request.form.get("undo") else "Saved. It counts from the next run on.")
    return redirect(url_for("thresholds.page"), 303)


@pages.get("/thresholds/preview")
@connected
def preview() -> ResponseReturnValue:
    """What the fields would have said of the runs: a piece of the page, or the backtest's JSON."""
    who = athlete()
    preferences = told.preferences(who)
    choice = read(request.args, told.thresholds(preferences))
    known = known_runs(who, A_YEAR_AND_BEFORE)
    if wants_json():
        return _as_json(choice, known)
    return render_template(
        "thresholds/preview.html", **_shown(preferences, choice, known)
    ), 400 if choice.errors else 200


def read(fields: MultiDict[str, str], saved: Thresholds) -> Choice:
    """The saved thresholds, over them a preset if one is named, over that every field that is there."""
    preset = fields.get("preset") or ""
    errors = {} if preset in PRESETS or not preset else {"preset": f"preset: choose one of {', '.join(PRESETS)}"}
    chosen = PRESETS.get(preset, saved)
    # A switch that is off sends nothing, so a hidden field before it says false: the last of a name counts.
    typed = {knob.name: fields.getlist(knob.name)[-1] for knob in KNOBS if knob.name in fields}
    for name, value in typed.items():
        try:
            chosen = Thresholds.from_mapping({name: value}, chosen)
        except ThresholdError as error:
            errors[name] = str(error)
    return Choice(chosen, typed, errors)


def _as_json(choice: Choice, known: KnownRuns | Waiting) -> ResponseReturnValue:
    if choice.errors:
        return jsonify(error="; ".join(choice.errors.values()), errors=choice.errors), 400
    if isinstance(known, Waiting):
        return jsonify(error="the runs are on their way, ask again in a moment"), 503, {"Retry-After": "2"}
    return jsonify(backtest(known.history, choice.thresholds).as_json(known.activities))


def _page(preferences: Preferences, choice: Choice) -> str:
    shown = _shown(preferences, choice, known_runs(athlete(), A_YEAR_AND_BEFORE))
    return render_template(
        "thresholds/page.html", groups=_groups(), can_undo=preferences.previous_thresholds is not None, **shown
    )


def _shown(preferences: Preferences, choice: Choice, known: KnownRuns | Waiting) -> dict[str, object]:
    saved = told.thresholds(preferences)
    return {
        "known": known,
        "choice": choice,
        "values": choice.thresholds.as_mapping() | dict(choice.typed),
        "year": year(known, choice.thresholds) if isinstance(known, KnownRuns) else None,
        "saved_year": year(known, saved) if isinstance(known, KnownRuns) else None,
        "fmt": told.formats_of(preferences),
        "note_fmt": told.note_formats(preferences),
        "preset": next((name for name, preset in PRESETS.items() if preset == choice.thresholds), None),
        "changed": choice.thresholds != saved,
    }


def _groups() -> list[tuple[str, list[Knob]]]:
    return [(heading, [knob for knob in KNOBS if knob.name.startswith(start)]) for heading, start in GROUPS]
