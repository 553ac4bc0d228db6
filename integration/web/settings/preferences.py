"""The settings of notes (target, form, delay, links), units and language. An absent field stays unchanged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any

from babel import Locale
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator
from sqlalchemy import func, select

from content.decision import gate
from content.notes.target import Target
from content.notes.writing_delay import DELAYS
from content.routines.rest import local_now
from integration.athlete_profile import FORMS, TARGETS, UNITS, AthleteProfile, set_target
from integration.store import activity_events, histories
from integration.store.tables import Athlete, PendingActivity, Preferences
from integration.web import forms
from integration.web.auth import athlete, connected, is_owner, profile
from integration.web.formats import LANGUAGES, formats, locale_of
from integration.web.forms import Form
from integration.web.run_views.messages import NOTES_STOPPED
from integration.web.services import services

pages = Blueprint("preferences", __name__)
NOTES_IN = {Target.DESCRIPTION: "under the run", Target.PRIVATE: "in private notes", Target.PAGES: "on these pages"}


def _language(text: str) -> str:
    if str(locale_of(text)).replace("_", "-") != text:
        raise ValueError("give a language as in en-GB")
    return text


def _minutes(text: str) -> int:
    if text not in map(str, DELAYS):
        raise ValueError(f"choose one of {', '.join(map(str, DELAYS))}")
    return int(text)


class TargetForm(Form):
    """The target of notes."""

    target: Annotated[str | None, forms.one_of(TARGETS)] = None


class PreferencesForm(TargetForm):
    """Every setting of the page."""

    form: Annotated[str | None, forms.one_of(FORMS)] = None
    delay: Annotated[int | None, BeforeValidator(_minutes)] = None
    units: Annotated[str | None, forms.one_of(UNITS)] = None
    links: forms.YesOrNo | None = None
    private_links: forms.YesOrNo | None = None
    language: Annotated[str | None, BeforeValidator(_language)] = None


def check_target(form: TargetForm, mine: AthleteProfile) -> forms.Errors:
    """Let only an athlete who lets us write choose to have notes on Strava."""
    if form.target in (None, "pages") or mine.can_write:
        return {}
    return {"target": "to write under your runs, connect again and allow writing first"}


@pages.get("/preferences")
@connected
def page() -> ResponseReturnValue:
    return _page({}, {})


@pages.post("/preferences")
@connected
def save() -> ResponseReturnValue:
    """Store the settings that were sent, or nothing if one is wrong."""
    mine = profile()
    form = forms.read(
        PreferencesForm, lambda errors: _page(request.form, errors), lambda form: check_target(form, mine)
    )
    with services().store.write() as session:
        kept = session.get_one(Preferences, athlete().id)
        for name, value in form.sent.items():
            set_target(kept, value) if name == "target" else setattr(kept, name, value)
    flash("Saved.")
    return redirect(url_for("preferences.page"), 303)


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    mine, connection = profile(), _connection(athlete())
    fmt = formats(mine.units, mine.language).at(connection.zone)
    offered = dict.fromkeys((*LANGUAGES, str(fmt.locale).replace("_", "-")))
    names = {tag: Locale.parse(tag.replace("-", "_")).get_display_name("en") for tag in offered}
    return render_template(
        "settings/preferences.html", preferences=mine, typed=typed, errors=errors, fmt=fmt, languages=names,
        can_write=mine.can_write, now=services().now(), example=_example(fmt.day, fmt.number),
        owner=is_owner(athlete()),
        tells=bool(services().settings.athlete_notify_schemes), connection=connection, notes_now=_notes_now(mine),
    )  # fmt: skip


@dataclass(frozen=True)
class Connection:
    """The state of the connection to Strava."""

    state: str
    last_event_at: datetime | None
    waiting: int  # activities not processed yet
    fetched_at: datetime | None  # when the runs were loaded
    error: str | None  # the kind of what went wrong with the last request, if it did
    zone: tzinfo  # of the athlete's clock as far as runs tell it, else UTC


def _notes_now(mine: AthleteProfile) -> str:
    """Return in a few words where the next note goes, or why none comes."""
    why_not = gate(mine.policy, asked=False, now=services().now())
    return NOTES_STOPPED[why_not] if why_not is not None else NOTES_IN[mine.written_to]


def _connection(who: Athlete) -> Connection:
    with services().store.read() as session:
        mine = select(func.count()).where(PendingActivity.athlete_id == who.id, activity_events.waiting())
        kept = histories.find(session, who.id)
        waiting = session.scalar(mine) or 0
        zone = local_now(histories.runs(session, who.id), services().now()).tzinfo or UTC
    return Connection(who.state, who.last_event_at, waiting, kept.fetched_at if kept else None, who.request_error, zone)


def _example(day: Callable[[Any], str], number: Callable[[float, int], str]) -> str:
    now: datetime = services().now()
    return f"{day(now.date())} · {number(1234.5, 1)}"
