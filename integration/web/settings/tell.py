"""An address of the athlete's own, where they are told of a note or a strength day. The owner allows kinds of it."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from integration.athlete_profile import set_tell_address, tell_address
from integration.notify import addresses, scheme_of
from integration.store.tables import Preferences
from integration.web import forms
from integration.web.auth import athlete, connected
from integration.web.forms import Form
from integration.web.services import services

pages = Blueprint("tell", __name__)
LONGEST = 500


class TellForm(Form):
    """The address; an empty one ends it."""

    address: str = ""


@pages.get("/tell")
@connected
def page() -> ResponseReturnValue:
    return _page({})


@pages.post("/tell")
@connected
def save() -> ResponseReturnValue:
    """Keep the address, encrypted, or forget it."""
    form = forms.read(TellForm, _page, _wrong)
    address = _only_address(form)
    with services().store.write() as session:
        row = session.get_one(Preferences, athlete().id)
        set_tell_address(row, services().vault, address)
    flash("You hear there when a note is ready, and on strength days." if address else "We tell you nothing any more.")
    return redirect(url_for("tell.page"), 303)


def _wrong(form: TellForm) -> forms.Errors:
    kinds, address = _kinds(), _only_address(form)
    if not form.address.strip() or (address and scheme_of(address) in kinds):
        return {}
    return {"address": f"give one address that begins with {' or '.join(f'{kind}://' for kind in kinds)}"}


def _only_address(form: TellForm) -> str | None:
    """Return the address as it is kept; None if there is none, or more than one, also one within another."""
    try:
        found = addresses(form.address) if len(form.address) <= LONGEST else ()
    except ValueError:
        return None
    return found[0] if len(found) == 1 and found[0].count("://") == 1 else None


def _kinds() -> tuple[str, ...]:
    return services().settings.athlete_notify_schemes or abort(404)


def _page(errors: forms.Errors) -> str:
    kinds = _kinds()
    with services().store.read() as session:
        there = tell_address(session.get_one(Preferences, athlete().id), services().vault)
    kind = scheme_of(there) if there else None
    return render_template("settings/tell.html", errors=errors, kinds=kinds, kind=kind)
