"""The first page: what this does, before anybody connects."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from integration.web import assets
from integration.web.account.example import example
from integration.web.auth import safe_path, visitor
from integration.web.formats import formats, guess_language, guess_units

pages = Blueprint("home", __name__)


@pages.get("/")
def page() -> ResponseReturnValue:
    """For visitors: what it does, what it reads, writes and keeps. For the connected: the way in."""
    language = guess_language(list(request.accept_languages.values()))
    fmt = formats(guess_units(language, None, None), language)
    return render_template(
        "account/home.html",
        athlete=visitor(),
        next=safe_path(request.args.get("next")),
        ended="ended" in request.args,
        example=example(fmt.units, language),
        fmt=fmt,
    )


@pages.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """For browsers that ask before they have read a page."""
    return redirect(assets.address("mark.svg"))


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What we read, write and keep, for how long, and how to get rid of it."""
    return render_template("account/privacy.html")
