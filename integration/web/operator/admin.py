"""The owner's page: how the instance does, who is connected (id and state), retry, invitations. No activity data."""

from collections.abc import Mapping
from typing import Annotated

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from integration.overview import overview
from integration.store import activity_events, instance_facts, pending_activities
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete, PendingActivity
from integration.web import forms
from integration.web.auth import owners_only, profile
from integration.web.formats import formats
from integration.web.forms import Form, NoFields
from integration.web.services import services

pages = Blueprint("admin", __name__)
GREATEST_ID = 10**18 - 1
WHICH = "give an athlete's number, or leave the field away for all"


class RetryForm(Form):
    """The athlete whose activities are tried again; None: everybody's."""

    athlete: Annotated[int | None, BeforeValidator(lambda text: forms.whole(text, GREATEST_ID, WHICH))] = None


@pages.get("/admin")
@owners_only
def page() -> ResponseReturnValue:
    return _page({})


def _page(errors: Mapping[str, str]) -> str:
    parts, mine = services(), profile()
    with parts.store.read() as database:
        everybody = list(database.scalars(select(Athlete).order_by(Athlete.connected_at)))
        waiting = _waiting(database)
    return render_template(
        "operator/admin.html",
        numbers=overview(parts.store, parts.budget, parts.now()),
        everybody=everybody,
        waiting=waiting,
        errors=errors,
        invitation=session.pop("invitation", None),
        settings=parts.settings,
        fmt=formats(mine.units, mine.language),
        now=parts.now(),
    )


@pages.post("/admin/retry")
@owners_only
def retry() -> ResponseReturnValue:
    """Take up what was set aside, of one athlete or of all."""
    parts = services()
    one = forms.read(RetryForm, _page).athlete  # a slip of the pen would take up everybody's
    with parts.store.write() as database:
        number = pending_activities.retry(database, one, parts.now())
        whose = Athlete.state == AthleteState.CONNECTED if one is None else Athlete.id == one
        keys = list(database.scalars(select(Athlete.key).where(whose)))
    for key in keys if number else ():
        parts.waker.wake(key)
    flash(f"Trying again: {number}.")
    return redirect(url_for("admin.page"), 303)


@pages.post("/admin/invite")
@owners_only
def invite() -> ResponseReturnValue:
    """Make a link that lets one athlete connect; it is shown once."""
    forms.read(NoFields, _page)
    with services().store.write() as database:
        token = instance_facts.invite(database, "guest", services().now())
    session["invitation"] = f"{services().settings.public_url}/connect?invite={token}"
    return redirect(url_for("admin.page"), 303)


def _waiting(database: Session) -> dict[int, tuple[int, int]]:
    """Return athlete → (activities waiting, activities set aside)."""
    waits, aside = (
        func.count().filter(condition)
        for condition in (activity_events.waiting(), PendingActivity.failed_at.is_not(None))
    )
    rows = database.execute(select(PendingActivity.athlete_id, waits, aside).group_by(PendingActivity.athlete_id))
    return {athlete_id: (waiting, failed) for athlete_id, waiting, failed in rows}
