"""Notes of made-up runners over a year or more: the same code as for everyone, from habits drawn by a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from content.moves.library import load
from content.notes.compose import compose
from content.notes.links import link_to, taps_link
from content.routines.past import EarlierRoutine, LoggedSession, Past
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers
from content.routines.rest import run_end, severities
from content.routines.routine import Routine
from content.runs import Run
from content.signals.history import History
from content.signals.review import backtest
from content.signals.thresholds import Thresholds

LIBRARY = load()
MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Runner:
    """A habit. `km`: usual run; `days`: weekdays with a run; `long`: weekday of the long run."""

    seed: int
    km: float
    days: tuple[int, ...]
    long: int
    sport: str
    climb: int  # m per km on the long run
    pace_s: int
    hour: int
    offset_h: int
    trains: bool
    answers: Answers


@dataclass(frozen=True)
class Written:
    """A note, and what it was made from."""

    run: Run
    routine: Routine
    text: str
    form: str
    now: datetime
    history: History
    severe: dict[int, int]


def runner(seed: int) -> Runner:
    """Return the runner of this seed."""
    draw = random.Random(seed)
    days = tuple(sorted(draw.sample(range(7), draw.choice([2, 3, 3, 4, 5, 6]))))
    return Runner(
        seed=seed,
        km=draw.choice([4.0, 6.5, 8.2, 10.0, 13.0]),
        days=days,
        long=draw.choice(days),
        sport=draw.choice(["Run", "Run", "Run", "TrailRun"]),
        climb=draw.choice([2, 5, 9, 16, 30]),
        pace_s=draw.choice([290, 330, 360, 400]),
        hour=draw.choice([6, 7, 9, 12, 18]),
        offset_h=draw.choice([-8, -5, 0, 1, 2, 10]),
        trains=draw.random() < 0.5,
        answers=draw.choice(
            [Answers(), Answers(), Answers(), Answers(arching="fine"), Answers(bending="fine"),
             Answers(arching="worse"), Answers(bending="worse"),
             Answers(equipment=frozenset({"mat", "chair", "step", "weight", "band"}))]
        ),
    )  # fmt: skip


def runs_of(who: Runner, weeks: int) -> list[Run]:
    """Return the runs of so many weeks, with swings, spikes, a lay-off, races and weather."""
    draw = random.Random(who.seed * 7919 + 1)
    swing, off_until = 1.0, -1
    runs: list[Run] = []
    for week in range(weeks):
        swing = min(1.6, max(0.6, swing * draw.uniform(0.9, 1.12)))
        if draw.random() < 0.025:
            off_until = week + draw.randint(3, 5)
        if week < off_until:
            continue
        for day in who.days:
            if draw.random() < 0.85:
                runs.append(_run(who, draw, week, day, swing, len(runs) + 1))
    return runs


def _run(who: Runner, draw: random.Random, week: int, day: int, swing: float, number: int) -> Run:
    long = day == who.long
    km = who.km * swing * (draw.uniform(1.5, 2.0) if long else draw.uniform(0.8, 1.15))
    if draw.random() < 0.05:
        km *= draw.uniform(1.2, 2.2)
    start = MONDAY + (7 * week + day) * DAY + timedelta(hours=who.hour - who.offset_h, minutes=draw.randint(0, 50))
    moving = round(km * who.pace_s * draw.uniform(0.95, 1.06))
    return Run(
        id=number,
        start=start,
        start_local=start.replace(tzinfo=None) + timedelta(hours=who.offset_h),
        sport=who.sport if long else "Run",
        distance_dm=round(km * 10_000),
        moving_s=moving,
        elapsed_s=moving + draw.randint(0, 900),
        climb_dm=round(10 * km * (who.climb if long else 3)),
        race=draw.random() < 0.03,
        cadence=draw.choice([None, 152.0, 168.0, 176.0]),
        temperature=draw.choice([None, 2.0, 12.0, 18.0, 27.0]),
    )


def notes_of(
    who: Runner, weeks: int = 60, *, form: str = "standard", answers: Answers | None = None, base: str = ""
) -> Iterator[Written]:
    """Yield the notes of these weeks, each four minutes after its run; who trains logs strength as it is allowed.

    `base` is where links lead to, if they are on.
    """
    draw = random.Random(who.seed * 104_729)
    runs, past = runs_of(who, weeks), Past()
    flagged = backtest(runs, Thresholds()).flagged
    for found in flagged:
        if not found.note:
            continue
        now = run_end(found.run, timedelta(hours=who.offset_h)) + timedelta(minutes=4)
        history = History([run for run in runs if found.run.start - 130 * DAY <= run.start <= now])
        severe = severities([each for each in flagged if each.run.start <= now], {}, history)
        past = replace(past, sessions=(*past.sessions, *_sessions(draw, past, now)) if who.trains else past.sessions)
        routine = prescribe(
            found.run, found.findings, library=LIBRARY, past=past, answers=answers or who.answers, now=now,
            recent=history.canonical, severe=severe,
        )  # fmt: skip
        link, taps = link_to(base, routine.move_ids), taps_link(base, 14_000_000_000 + found.run.id)
        text = compose(found.run, found.findings, routine, form=form, now=now, link=link, taps=taps)
        yield Written(found.run, routine, text, form, now, history, severe)
        past = replace(past, given=(*past.given, EarlierRoutine(now, routine.move_ids, bool(routine.strength))))


def _sessions(draw: random.Random, past: Past, now: datetime) -> Iterator[LoggedSession]:
    """Yield strength every three or four days since the last one."""
    at = past.sessions[-1].at if past.sessions else now - 14 * DAY
    while (at := at + draw.choice([3, 4]) * DAY) < now - 2 * DAY:
        yield LoggedSession(at, strength=True, back=draw.choice([None, 0, 1, 2]))
