"""Runs, findings, answers and earlier routines made up by Hypothesis: any state that a routine and a note can meet."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from content.moves.dose import SIDES, UNITS, Dose
from content.moves.library import load
from content.moves.vocabulary import EQUIPMENT
from content.routines.past import EarlierRoutine, LoggedSession, Past
from content.routines.questionnaire import Answers, Pin
from content.runs import Run
from content.signals.rules import BANDS, COMEBACK, LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH, Finding

LIBRARY = load()
NOON = datetime(2025, 3, 5, 12, 0, tzinfo=UTC)  # a Wednesday
moves = st.sampled_from(sorted(LIBRARY.moves))


def a_run(
    km: float = 21.8,
    *,
    minutes: int = 110,
    start: datetime = NOON,
    offset_h: float = 0,
    elapsed_min: int | None = None,
    climb_m: int = 0,
    sport: str = "Run",
    race: bool = False,
    trainer: bool = False,
    cadence: float | None = None,
    temperature: float | None = None,
    id: int = 7,  # noqa: A002 - it is the field's name
) -> Run:
    """A run as a person would describe it."""
    return Run(
        id=id,
        start=start,
        start_local=start.replace(tzinfo=None) + timedelta(hours=offset_h),
        sport=sport,
        distance_dm=round(km * 10_000),
        moving_s=minutes * 60,
        elapsed_s=(elapsed_min or minutes) * 60,
        climb_dm=climb_m * 10,
        race=race,
        trainer=trainer,
        cadence=cadence,
        temperature=temperature,
    )


def spike(km: float = 21.8, longest: float = 16.1, band: str = "moderate") -> Finding:
    """A session_spike."""
    return Finding(SESSION_SPIKE, round(km * 10_000), round(longest * 20_000), band=band, when=date(2025, 2, 20))


def high(km: float = 57.6, best: float = 39.9) -> Finding:
    """A weekly_high."""
    return Finding(WEEKLY_HIGH, round(km * 10_000), round(best * 20_000), when=date(2025, 2, 20))


def long_one(km: float = 21.8, usual: float = 12.8) -> Finding:
    """A long_effort."""
    return Finding(LONG_EFFORT, round(km * 10_000), round(usual * 20_000))


def comeback(km: float = 8.2, last: date = date(2024, 12, 3)) -> Finding:
    """A comeback."""
    return Finding(COMEBACK, round(km * 10_000), when=last, reference_id=1)


def _run(start_min: int, offset_quarters: int, hidden: bool, distance_dm: int, moving_s: int, more: int) -> Run:
    start = NOON + timedelta(minutes=start_min)
    local = start.replace(tzinfo=None) + timedelta(minutes=15 * offset_quarters)
    return Run(
        id=1 + abs(start_min),
        start=start,
        start_local=local.replace(hour=0, minute=0, second=1) if hidden else local,
        sport=("Run", "TrailRun", "VirtualRun")[more % 3],
        distance_dm=distance_dm,
        moving_s=moving_s,
        elapsed_s=moving_s + more,
        climb_dm=(0, 3_000, 90_000)[more // 3 % 3],
        race=more % 5 == 0,
        trainer=more % 7 == 0,
        cadence=(None, 150.0, 172.0)[more // 2 % 3],
        temperature=(None, 8.0, 31.0)[more // 5 % 3],
    )


# Any counted run, from a jog to an ultra.
runs = st.builds(
    _run,
    st.integers(-500_000, 500_000),
    st.integers(-48, 56),
    st.integers(0, 3).map(lambda drawn: drawn == 3),
    st.integers(5_000, 3_500_000),
    st.integers(120, 30 * 3600),
    st.integers(0, 40_000),
)


far = st.integers(5_000, 9_000_000)
days = st.dates(date(2014, 1, 1), date(2034, 12, 31))
# Every field is given: of a named tuple Hypothesis makes up what is left out.
spikes = st.builds(Finding, st.just(SESSION_SPIKE), far, far, st.sampled_from(BANDS), days, st.none())
highs = st.builds(Finding, st.just(WEEKLY_HIGH), far, far, st.none(), days, st.none())
longs = st.builds(Finding, st.just(LONG_EFFORT), far, far, st.none(), st.none(), st.none())
comebacks = st.builds(Finding, st.just(COMEBACK), far, st.none(), st.none(), days, st.just(1))
# Any combination that can fire together: a comeback alone, none, or some of the other three.
findings = st.one_of(
    st.just(()),
    st.tuples(comebacks),
    st.tuples(spikes),
    st.tuples(highs),
    st.tuples(longs),
    st.tuples(highs, longs),
    st.tuples(spikes, highs, longs),
)

doses = st.builds(
    Dose, st.integers(1, 10), st.integers(1, 300), st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(SIDES))
)


some_moves = st.lists(moves, max_size=8).map(frozenset)


def _answers(left_out: frozenset[str], pins: list[Pin], **told: Any) -> Answers:
    chosen = {pin.move: pin for pin in pins if pin.move not in left_out}
    return Answers(left_out=left_out, pins=tuple(chosen.values()), **told)


# Anything an athlete may have answered, but for a warning sign.
answers = st.builds(
    _answers,
    some_moves,
    st.lists(st.builds(Pin, moves, st.none() | doses), max_size=4),
    hurts=st.sampled_from([None, True, False]),
    arching=st.sampled_from([None, "fine", "worse"]),
    bending=st.sampled_from([None, "fine", "worse"]),
    floor=st.sampled_from([None, True, False]),
    equipment=st.sampled_from([None, frozenset(), frozenset({"weight"}), frozenset(EQUIPMENT)]),
    conditions=st.sampled_from([frozenset(), frozenset(), *(frozenset({name}) for name in LIBRARY.conditions)]),
    cleared=st.booleans(),
)
moments = st.datetimes(datetime(2024, 10, 1), datetime(2025, 3, 5), timezones=st.just(UTC))
given = st.builds(EarlierRoutine, moments, st.lists(moves, max_size=6).map(tuple), st.booleans())
sessions = st.builds(LoggedSession, moments, st.booleans(), st.none() | st.integers(0, 10))
pasts = st.builds(Past, st.lists(given, max_size=4).map(tuple), st.lists(sessions, max_size=12).map(tuple))
tags = st.frozensets(st.sampled_from(["#back", "#backstride"]))
