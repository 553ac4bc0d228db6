"""Every threshold of an athlete, and the notes that a setting would have given in the last year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator, Field, create_model
from werkzeug.datastructures import MultiDict

from content.signals import KNOBS, LEVELS, PRESETS, Knob, ThresholdError, Thresholds, backtest
from integration.athlete_profile import AthleteProfile
from integration.chosen_thresholds import set_thresholds, stored_thresholds
from integration.store import athletes
from integration.store.tables import Preferences
from integration.web import forms
from integration.web.auth import athlete, connected, profile, wants_json
from integration.web.formats import PageFormats, formats
from integration.web.forms import Form, FormError
from integration.web.run_views.history_loader import KnownRuns, Waiting, known_year
from integration.web.services import services
from integration.web.settings.threshold_format import within
from integration.web.settings.year import Year, listed, notes_in_year, year

pages = Blueprint("thresholds", __name__)

# How the knobs stand together on the page: heading → beginning of their names.
GROUPS: tuple[tuple[str, str], ...] = (
    ("A run longer than usual", "session_spike."),
    ("A bigger week than usual", "weekly_high."),
    ("A long run", "long_effort."),
    ("Coming back", "comeback."),
    ("How many notes", "mute."),
    ("Late runs", "note."),
    ("Hills", "effort_distance"),
)


NAMES = tuple(knob.name for knob in KNOBS)
MOST_NOTES = 9999  # in a year
NOTES_WANTED = f"give a whole number from 0 to {MOST_NOTES}"


def _within_limits(knob: Knob) -> BeforeValidator:
    """Hold a value to its limits. It stays text: Thresholds reads all of them together."""

    def check(text: str) -> str:
        try:
            knob.read(text)
        except ThresholdError as wrong:
            raise ValueError(wrong.limits) from None
        return text

    return BeforeValidator(check)


class ThresholdsForm(Form):
    """Every threshold by its outside name, and a preset that they stand over."""

    preset: Annotated[str | None, forms.one_of(PRESETS)] = None

    @classmethod
    def no_field(cls, name: str) -> str:
        """Name the threshold that was probably meant."""
        near = get_close_matches(name, NAMES, 1)
        return f"is no threshold; did you mean {near[0]}?" if near else f"is no threshold; there are {', '.join(NAMES)}"


_Notes = Annotated[int, BeforeValidator(lambda text: forms.whole(text, MOST_NOTES, NOTES_WANTED))]
_FIELDS: dict[str, Any] = {
    knob.field: (Annotated[str | None, _within_limits(knob)], Field(None, alias=knob.name)) for knob in KNOBS
}
PreviewForm: type[ThresholdsForm] = create_model("PreviewForm", __base__=ThresholdsForm, **_FIELDS)
LiveForm: type[ThresholdsForm] = create_model("LiveForm", __base__=PreviewForm, saved_notes=(_Notes | None, None))
SaveForm: type[ThresholdsForm] = create_model("SaveForm", __base__=PreviewForm, undo=(forms.YesOrNo, False))


@dataclass(frozen=True)
class Group:
    """Thresholds that stand together; the first two say in short how it is set."""

    heading: str
    knobs: Sequence[Knob]

    def touched(self, choice: "Choice", saved: Thresholds) -> bool:
        """Return True if a field is wrong or differs from what is saved: then the group is open."""
        chosen, before = choice.thresholds.as_mapping(), saved.as_mapping()
        return any(knob.name in choice.errors or chosen[knob.name] != before[knob.name] for knob in self.knobs)


@dataclass(frozen=True)
class Choice:
    """The thresholds that a form asks for, the fields as typed, and the errors by field.

    `saved_notes`: the notes of what is saved, if the page that asks has counted them.
    """

    thresholds: Thresholds
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    undo: bool = False
    saved_notes: int | None = None


@pages.get("/thresholds")
@connected
def page() -> ResponseReturnValue:
    """Show the sliders as saved, or as the preview button sent them."""
    mine = profile()
    choice = read(request.args, mine.thresholds)
    return _page(mine, choice), 400 if choice.errors else 200


@pages.post("/thresholds")
@connected
def save() -> ResponseReturnValue:
    """Store thresholds or a preset, or (`undo`) go back."""
    who = athlete()
    with services().store.write() as session:
        athletes.lock(session, who.id)  # fields that are absent stay as they are, not as they were
        kept = session.get_one(Preferences, who.id)
        choice = read(forms.request_fields(), stored_thresholds(kept.thresholds), SaveForm)
        if choice.errors:
            raise FormError(choice.errors, lambda _: _page(profile(), choice))
        said = _keep(kept, choice)
    flash(said)
    return redirect(url_for("thresholds.page"), 303)


def keep(kept: Preferences, chosen: Thresholds) -> bool:
    """Store the thresholds and return True if that changed any: only a change can be undone."""
    if chosen == stored_thresholds(kept.thresholds):
        return False
    set_thresholds(kept, chosen)
    return True


def _keep(kept: Preferences, choice: Choice) -> str:
    """Store the choice and return what happened, in words. Undone twice is done again."""
    if not choice.undo:
        return "Saved. Applies from your next run." if keep(kept, choice.thresholds) else "Nothing changed."
    before = kept.previous_thresholds
    if before is None:
        return "Nothing to undo."
    kept.previous_thresholds, kept.thresholds = kept.thresholds, before
    return "Undone."


@pages.get("/thresholds/preview")
@connected
def preview() -> ResponseReturnValue:
    """Show the notes that these fields would have given: a piece of the page, or the backtest's JSON."""
    who = athlete()
    mine = profile()
    choice = read(request.args, mine.thresholds, LiveForm)
    if wants_json():
        return _as_json(choice, known_year(who))
    return render_template(
        "settings/thresholds/preview.html", alone=True, **_shown(mine, choice, known_year(who))
    ), 400 if choice.errors else 200


def read(fields: MultiDict[str, str], saved: Thresholds, kind: type[ThresholdsForm] = PreviewForm) -> Choice:
    """Return the saved thresholds, over them a preset if one is named, over that every field that is there."""
    form, errors = forms.parse(kind, fields)
    values = form.sent
    undo, preset, saved_notes = (values.pop(name, None) for name in ("undo", "preset", "saved_notes"))
    if undo and any(name in fields for name in PreviewForm.names()):
        errors["undo"] = "undo: send it alone"
    chosen = Thresholds.from_mapping(values, PRESETS[preset] if preset else saved)
    typed = {name: fields.getlist(name)[-1] for name in kind.names() if name in fields}
    return Choice(chosen, typed, errors, bool(undo), saved_notes)


def _as_json(choice: Choice, known: KnownRuns | Waiting) -> ResponseReturnValue:
    if choice.errors:
        return jsonify(error="; ".join(choice.errors.values()), errors=choice.errors), 400
    if isinstance(known, Waiting):
        return jsonify(error="the runs are on their way, ask again in a moment"), 503, {"Retry-After": "2"}
    return jsonify(backtest(known.history, choice.thresholds).as_json(known.activities))


def _wrong(choice: Choice, fmt: PageFormats) -> dict[str, str]:
    """Return the errors by field as the page shows them: with the field's label and, beyond its limits, in its unit."""
    said = dict(choice.errors)
    for knob in KNOBS:
        if knob.name not in said:
            continue
        if knob.unit != "switch" and said[knob.name] == f"{knob.name}: {knob.limits}":
            said[knob.name] = f"{knob.label}: {within(knob, choice.typed[knob.name], fmt)}"
        elif typed := choice.typed[knob.name]:
            said[knob.name] += f" (you gave {forms.echo(typed)})"
    return said


def _page(mine: AthleteProfile, choice: Choice) -> str:
    shown = _shown(mine, choice, known_year(athlete()))
    fields_there = (*NAMES, "preset")
    return render_template(
        "settings/thresholds/page.html", groups=_groups(), names=fields_there, can_undo=mine.can_undo,
        levels=[_by_field(level) for level in LEVELS],
        level=LEVELS.index(choice.thresholds) if choice.thresholds in LEVELS else None, **shown,
    )  # fmt: skip


def _by_field(thresholds: Thresholds) -> dict[str, object]:
    """Return the values by the ids of their fields, for the script that fills the form."""
    values = thresholds.as_mapping()
    return {knob.field: values[knob.name] for knob in KNOBS}


def _shown(mine: AthleteProfile, choice: Choice, known: KnownRuns | Waiting) -> dict[str, object]:
    saved, fmt = mine.thresholds, formats(mine.units, mine.language)
    chosen = year(known, choice.thresholds, fmt.unit_dm) if isinstance(known, KnownRuns) else None
    effort = choice.thresholds.effort_distance
    return {
        "known": known,
        "choice": choice,
        "wrong": _wrong(choice, fmt),
        "saved": saved,
        "values": choice.thresholds.as_mapping() | dict(choice.typed),
        "year": chosen,
        "noted": listed(chosen.noted, fmt, mine.note_formats, effort=effort) if chosen else [],
        "silent": listed(chosen.silent, fmt, mine.note_formats, effort=effort) if chosen else [],
        "saved_notes": _saved_notes(saved, choice, known, chosen),
        "fmt": fmt,
        "preset": next((name for name, preset in PRESETS.items() if preset == choice.thresholds), None),
        "changed": choice.thresholds != saved,
    }


def _saved_notes(saved: Thresholds, choice: Choice, known: KnownRuns | Waiting, chosen: Year | None) -> int | None:
    """Return the notes in the year of what is saved; replays it only if neither the page nor the choice tells."""
    if chosen is None or isinstance(known, Waiting):
        return None
    if choice.thresholds == saved:
        return len(chosen.noted)
    return notes_in_year(known, saved) if choice.saved_notes is None else choice.saved_notes


def _groups() -> list[Group]:
    return [Group(heading, [knob for knob in KNOBS if knob.name.startswith(start)]) for heading, start in GROUPS]
