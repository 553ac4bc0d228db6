"""The sheet for the physiotherapist: two pages to print. Nothing of it is sent or shared by us."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from content.companion.diary import Tap
from content.moves.library import Library, load
from content.runs import Run
from content.signals import Review
from integration.athlete_profile import AthleteProfile
from integration.store.session_log import Entry
from integration.web.auth import athlete, connected, profile
from integration.web.formats import formats
from integration.web.run_views.history_loader import TWELVE_WEEKS_AND_BEFORE, KnownRuns, known_runs
from integration.web.run_views.run_view import RunViews, findings_in_words

pages = Blueprint("sheet", __name__)
WEEKS: Final = 12
MOST_SCORES: Final = 24


@dataclass(frozen=True)
class WeekOfRuns:
    """Seven days: how many runs, how far, the longest, in tenths of a metre."""

    ends: date
    runs: int
    dm: int
    longest_dm: int


@dataclass(frozen=True)
class Score:
    """One score of the back, 0–10, with what was told beside it."""

    day: date
    back: int
    told: str


@dataclass(frozen=True)
class SheetView:
    """The contents of both pages."""

    weeks: list[WeekOfRuns]  # newest first
    flagged: list[tuple[Run, str]]  # newest first, with the finding in words
    scores: list[Score]  # newest first
    places: list[tuple[str, int]]  # most often first
    moves: list[tuple[str, int]]  # names, most often first
    answers: list[tuple[str, str]]


@pages.get("/sheet")
@connected
def page() -> ResponseReturnValue:
    """Show twelve weeks of runs, spikes, scores, places, moves and answers, to print."""
    mine, known = profile(), known_runs(athlete(), TWELVE_WEEKS_AND_BEFORE)
    return render_template(
        "companion/sheet.html",
        known=known,
        view=_view(RunViews(known, mine)) if isinstance(known, KnownRuns) else None,
        today=known.now.date() if isinstance(known, KnownRuns) else None,
        fmt=formats(mine.units, mine.language).at(known.zone),
    )


def _view(views: RunViews) -> SheetView:
    now, mine = views.known.now, views.profile
    since = now.date() - timedelta(weeks=WEEKS)
    entries = [entry for entry in mine.sessions if entry.at.astimezone(now.tzinfo).date() > since]
    flagged = [found for found in views.flagged.values() if found.run.day > since]
    return SheetView(
        weeks=[_week(views.known.history.canonical, now.date() - timedelta(weeks=back)) for back in range(WEEKS)],
        flagged=[(found.run, _findings_in_words(found, mine)) for found in reversed(flagged)],
        scores=_scores(entries, mine.diary.taps, since)[:MOST_SCORES],
        places=Counter(place for entry in entries for place in entry.where).most_common(),
        moves=_moves(entries, load()),
        answers=_answers(mine, load()),
    )


def _week(runs: Sequence[Run], ends: date) -> WeekOfRuns:
    mine = [run for run in runs if ends - timedelta(days=7) < run.day <= ends]
    far = [run.distance_dm for run in mine]
    return WeekOfRuns(ends, len(mine), sum(far), max(far, default=0))


def _findings_in_words(found: Review, mine: AthleteProfile) -> str:
    return findings_in_words(found.run, found.findings, mine.note_formats, effort=mine.thresholds.effort_distance)


def _scores(entries: list[Entry], taps: tuple[Tap, ...], since: date) -> list[Score]:
    scores = [Score(entry.at.date(), entry.back, ", ".join(entry.where)) for entry in entries if entry.back is not None]
    scores += [
        Score(tap.at.date(), tap.back, f"tightened: {tap.tightened}" if tap.tightened else "")
        for tap in taps
        if tap.at.date() > since
    ]
    return sorted(scores, key=lambda score: score.day, reverse=True)


def _moves(entries: list[Entry], library: Library) -> list[tuple[str, int]]:
    done = Counter(move for entry in entries for move in entry.moves if move in library.moves)
    return [(library.moves[move].name, times) for move, times in done.most_common()]


def _answers(mine: AthleteProfile, library: Library) -> list[tuple[str, str]]:
    """Return the questions that were answered, in words."""
    given = mine.given_answers
    words = {True: "yes", False: "no", None: ""}
    asked = [
        ("Hurts now", words[given.hurts]),
        ("Arching the back", given.arching or ""),
        ("Bending forward", given.bending or ""),
        ("Gets down to the floor", words[given.floor]),
        ("To ask a clinician about", ", ".join(library.conditions[name].label for name in sorted(given.conditions))),
        ("Moves left out", ", ".join(library.moves[name].name for name in sorted(mine.answers.left_out))),
        ("Moves from a physio", ", ".join(library.moves[pin.move].name for pin in given.pins)),
    ]
    return [(question, said) for question, said in asked if said]
