"""What every template may call."""

from math import isfinite
from urllib.parse import urljoin

from flask import Flask

from content.moves.dose import Beat
from content.moves.library import load
from content.moves.routine import Item, minutes
from content.signals import Knob
from integration.web import figures, unsent
from integration.web.formats import Formats
from integration.web.hold import held_by
from integration.web.identity import visitor
from integration.web.judged import noticed
from integration.web.navigation import navigation
from integration.web.trouble import strava_trouble, trouble_words
from integration.web.wiring import wired

UNITS = {"times": "times", "runs": "runs", "minutes": "minutes", "days": "days"}


def prepare(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        visitor=visitor,
        held_by=held_by,
        unsent_of=lambda who: unsent.tag(who.key),
        unsent_to_drop=unsent.to_drop,
        notices=lambda: load().notices,
        navigation=navigation,
        on_strava=on_strava,
        trouble_words=trouble_words,
        strava_trouble=strava_trouble,
        reading=reading,
        noticed=noticed,
        minutes=minutes,
        beats=beats,
        figure=figures.inside,
        picture=figures.linked,
    )


def on_strava(activity: int) -> str:
    """The address of an activity's page, on whichever Strava this instance is connected to."""
    return urljoin(wired().settings.strava_oauth_url, f"/activities/{activity}")


def reading(knob: Knob, value: object, fmt: Formats) -> str:
    """A threshold's value as a person reads it; what was typed wrong stays as it is."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    if not isfinite(number):
        return str(value)
    if knob.unit == "share":
        return fmt.share(number)
    if knob.unit == "km":
        return fmt.from_km(number)
    digits = 1 if knob.unit == "times" else 0
    return f"{fmt.number(number, digits)}\N{NO-BREAK SPACE}{UNITS[knob.unit]}"


def beats(item: Item) -> list[dict[str, object]]:
    """What a guided session counts: for each part of the dose its words, unit, count, seconds and set."""
    return [_beat(item, beat) for beat in item.dose.beats()]


def _beat(item: Item, beat: Beat) -> dict[str, object]:
    one = beat.unit.removesuffix("s")
    total = f"{beat.count} {beat.unit if beat.count > 1 else one}"
    number = f"set {beat.set_number} of {item.dose.sets}" if item.dose.sets > 1 else ""
    return {
        "words": ", ".join(filter(None, (beat.part, number, total))),
        "change": f"Now {beat.part}" if beat.part else "Change over",
        "one": one,
        "unit": beat.unit,
        "count": beat.count,
        "seconds": beat.seconds,
        "set": beat.set_number,
    }
