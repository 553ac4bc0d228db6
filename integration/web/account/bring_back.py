"""An athlete brings settings, answers, sessions and diary back from a download of theirs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from integration.errors import BadInput
from integration.own_data.own_import import Upload, bring_back, read_upload
from integration.web import forms
from integration.web.auth import athlete, connected, profile
from integration.web.forms import Form
from integration.web.services import services

pages = Blueprint("bring_back", __name__)
FILE = "file"
NO_CONSENT = "tick it: the file tells about your health, and we keep that only if you agree"
NOTHING = "Nothing new was in it."


class BringBackForm(Form):
    """A download, and the consent to keep what it tells about health."""

    file: str = ""  # what the form reader sees of it: the file itself is read from the request
    consent: forms.Tick = False


@pages.get("/bring-back")
@connected
def page() -> ResponseReturnValue:
    return _page({})


@pages.post("/bring-back")
@connected
def bring() -> ResponseReturnValue:
    """Store what a download of ours holds; where notes go, and whether they are on, stays as it is."""
    found: list[Upload] = []
    forms.read(BringBackForm, _page, lambda form: _wrong(form, found))
    with services().store.write() as session:
        back = bring_back(session, services().vault, athlete().id, found[0], services().now())
    flash(f"Brought back: {', '.join(back)}." if back else NOTHING)
    return redirect(url_for("preferences.page"), 303)


def _wrong(form: BringBackForm, found: list[Upload]) -> forms.Errors:
    sent = request.files.get(FILE)
    if sent is None or not sent.filename:
        return {FILE: "choose the zip that you downloaded, or backstride.json out of it"}
    try:
        found.append(read_upload(sent.read()))
    except BadInput as error:
        return {FILE: str(error)}
    agreed = form.consent or profile().answers_consented_at is not None
    return {"consent": NO_CONSENT} if found[0].about_health and not agreed else {}


def _page(errors: forms.Errors) -> str:
    return render_template(
        "account/bring_back.html", errors=errors, consented=profile().answers_consented_at is not None
    )
