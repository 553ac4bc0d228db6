"""The functions that every template may call."""

from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urljoin

from flask import Flask

from content.devices import DERIVED
from content.moves.dose import Beat
from content.moves.library import load
from content.routines.routine import Item, minutes
from integration.store import histories
from integration.web import hold_words, offline_queue
from integration.web.auth import visitor
from integration.web.navigation import main_pages, other_pages
from integration.web.run_views.run_view import findings_in_words
from integration.web.runs.trouble import strava_trouble, trouble_words
from integration.web.services import services
from integration.web.settings.threshold_format import reading
from integration.web.training import figures
from integration.web.training.safety_hold import held_by, may_be_mistake


def prepare(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        visitor=visitor,
        held_by=held_by,
        may_be_mistake=may_be_mistake,
        hold_words=hold_words,
        unsent_of=lambda who: offline_queue.tag(who.key),
        unsent_to_drop=offline_queue.to_drop,
        notices=lambda: load().notices,
        main_pages=main_pages,
        other_pages=other_pages,
        on_strava=on_strava,
        public_address=public_address,
        garmin_derived=garmin_derived,
        receipt_address=lambda receipt: f"{services().settings.public_url}/deleted/{receipt}",
        on_strava_settings=on_strava_settings,
        trouble_words=trouble_words,
        strava_trouble=strava_trouble,
        reading=reading,
        findings_in_words=findings_in_words,
        minutes=minutes,
        beats=beats,
        day_after=day_after,
        numeral=numeral,
        figure=figures.inside,
        picture=figures.linked,
    )


NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def day_after(day: date) -> date:
    """Return the day after `day`."""
    return day + timedelta(days=1)


def numeral(number: int) -> str:
    """Return a small number as a word."""
    return NUMERALS[number] if number < len(NUMERALS) else str(number)


def public_address(path: str) -> str:
    """Return the whole address of a path, for who reads it elsewhere."""
    return urljoin(services().settings.public_url, path)


def on_strava(activity: int) -> str:
    """Return the address of an activity's page, on whichever Strava this instance is connected to."""
    return f"{_strava(services().settings.strava_oauth_url)}activities/{activity}"


def garmin_derived() -> str:
    """Return the sentence that Garmin asks for if numbers come from its devices; empty for everybody else."""
    who = visitor()
    if who is None:
        return ""
    with services().store.read() as session:
        return DERIVED if histories.any_device(session, who.id) else ""


def on_strava_settings() -> str:
    """Return the address of the page where an application's owner asks for seats."""
    return f"{_strava(services().settings.strava_oauth_url)}settings/api"


@lru_cache(maxsize=1)  # a page may name a hundred activities
def _strava(oauth_url: str) -> str:
    """Return the address that all paths of that Strava begin with."""
    return urljoin(oauth_url, "/")


def beats(item: Item) -> list[dict[str, object]]:
    """Return what a guided session counts: for each part of the dose its words, unit, count, seconds and set."""
    return [_beat(item, beat) for beat in item.dose.beats()]


def _beat(item: Item, beat: Beat) -> dict[str, object]:
    number = f"set {beat.set_number}/{item.dose.sets}" if item.dose.sets > 1 else ""
    held = f"{beat.count} seconds" if beat.unit == "seconds" else ""
    words = " · ".join(filter(None, (beat.part, number, held)))
    return {
        "words": words[:1].upper() + words[1:],
        "change": f"Now {beat.part}" if beat.part else "Change over",
        "side": beat.part,
        "one": beat.unit.removesuffix("s"),
        "unit": beat.unit,
        "count": beat.count,
        "seconds": beat.seconds,
        "set": beat.set_number,
    }
