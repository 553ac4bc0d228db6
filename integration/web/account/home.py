"""The first page, and the page about privacy."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from integration.web import assets
from integration.web.account.example import example
from integration.web.auth import safe_path, visitor
from integration.web.formats import formats_of_a_stranger
from integration.web.services import services

pages = Blueprint("home", __name__)


@pages.get("/")
def page() -> ResponseReturnValue:
    """Show strangers what this does, reads, writes and stores; whoever is connected goes on to what to do today."""
    if visitor():
        return redirect(url_for("dashboard.page"))
    fmt = formats_of_a_stranger(list(request.accept_languages.values()))
    return render_template(
        "account/home.html",
        next=safe_path(request.args.get("next")),
        ended="ended" in request.args,
        example=example(fmt.units, fmt.tag),
        fmt=fmt,
    )


@pages.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Serve browsers that ask for an icon before they have read a page."""
    return redirect(assets.address("mark.svg"))


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Show what we read, write and store, for how long, and how to delete it."""
    return render_template("account/privacy.html", contact=services().settings.contact)
