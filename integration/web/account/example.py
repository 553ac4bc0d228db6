"""A real note as an example for the first page, made by the same rules as every note: of a made-up long run."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from content.moves.library import load
from content.notes import block
from content.notes.compose import compose
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers
from content.routines.rest import run_end
from content.runs import Run
from content.signals import History, Thresholds, review

SUNDAY = datetime(2026, 5, 10, 8, 30, tzinfo=UTC)
WEEKS = 12
LONG_KM, LATE_KM, EASY_KM = 16.0, 21.4, 8.0
PACE_S_PER_KM = 345


@dataclass(frozen=True)
class ExampleActivity:
    """An activity as it could stand in somebody's feed."""

    title: str
    run: Run
    description: str  # own words, and the note after them


@cache
def example(units: str, language: str) -> ExampleActivity:
    """The example in the reader's units."""
    run, history = _run(SUNDAY, LATE_KM, climb_m=180), History(_training())
    found = review(run, history, {}, Thresholds())
    now = run_end(run, timedelta()) + timedelta(minutes=9)
    routine = prescribe(run, found.findings, library=load(), answers=Answers(), now=now, recent=history.canonical)
    note = compose(run, found.findings, routine, units=units, now=now, language=language)
    return ExampleActivity(
        "Along the river and back", run, block.put("First half marathon distance since autumn!", note)
    )


def _training() -> list[Run]:
    """Three runs a week, the longest on Sunday."""
    days = [(timedelta(weeks=week, days=day), km) for week in range(1, WEEKS) for day, km in _week()]
    return [_run(SUNDAY - ago, km) for ago, km in days]


def _week() -> tuple[tuple[int, float], ...]:
    return (0, LONG_KM), (3, EASY_KM), (5, EASY_KM)


def _run(start: datetime, km: float, climb_m: int = 40) -> Run:
    seconds = round(km * PACE_S_PER_KM)
    return Run(
        id=int(start.timestamp()), start=start, start_local=start.replace(tzinfo=None), sport="Run",
        distance_dm=round(km * 10_000), moving_s=seconds, elapsed_s=seconds, climb_dm=climb_m * 10,
    )  # fmt: skip
