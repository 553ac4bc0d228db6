"""Six made-up runners for the simulation: their running, their backs, and how far they follow what they read. Pure.

The days are counted from the first Monday of the simulation; days before it are negative. No real person is in here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType

WEEK = 7
MARATHON = 42.2


@dataclass(frozen=True)
class Intent:
    """A run as the runner's own plan has it. `climb`: m per km."""

    km: float
    pace_min: float = 6.0
    climb: float = 4.0
    sport: str = "Run"
    race: bool = False


@dataclass(frozen=True)
class Spell:
    """Days on which the back hurts, from `first` on, with the score that is told (0–10)."""

    first: int
    days: int
    score: int


Plan = Callable[[int, int], Intent | None]  # week, weekday (0: Monday)


@dataclass(frozen=True)
class Character:
    """One runner. Shares are from 0 (never) to 1 (always)."""

    name: str
    athlete: int
    seed: int
    who: str
    plan: Plan
    before: int = 150  # days of running before the first
    heeds: float = 0.8  # share of runs that follow the note's next day and length
    trains: float = 0.0  # share of due strength sessions that are done
    sessions: int = 2  # a week, of the plan
    plan_from: int | None = None  # day on which twelve weeks begin; they begin anew when they are over
    spells: tuple[Spell, ...] = ()
    says: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))  # day -> an act of `simulation.ACTS`
    felt: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # move -> better, same or worse
    way_back: bool = False  # goes the way back to running once the page offers it

    def pain(self, day: int, draw: Random) -> int:
        """Return the score of the back on that day: of its spells, else 0 to 2."""
        scores = [spell.score for spell in self.spells if spell.first <= day < spell.first + spell.days]
        return max(scores) if scores else draw.choice((0, 0, 0, 1, 1, 2))


def _week_of(*km: float, trail: int | None = None, hilly: int | None = None) -> Callable[[int], Intent | None]:
    """Return the runs of a week by weekday; 0 km is no run."""

    def of(weekday: int) -> Intent | None:
        if not km[weekday]:
            return None
        if weekday == trail:
            return Intent(km[weekday], 7.0, 28, "TrailRun")
        return Intent(km[weekday], climb=20 if weekday == hilly else 4)

    return of


def steady(week: int, weekday: int) -> Intent | None:
    """Four runs a week, a half marathon in week 31, a week on the sea in week 52."""
    if week == 31 and weekday == 6:
        return Intent(21.1, 5.4, race=True)
    if week == 52:
        return None
    long = 12 if week % 4 == 3 else {28: 16, 29: 17.5}.get(week, 14)
    return _week_of(0, 8, 0, 8, 0, 6, long, hilly=3 if week % 5 == 2 else None)(weekday)


def builder(week: int, weekday: int) -> Intent | None:
    """From three short runs to five, a little more each month, too much at times."""
    grown = 1 + min(max(week, 0), 70) / 40
    factor = grown * (1.0, 1.12, 1.25, 0.75)[week % 4] * (1.3 if week in (9, 26, 27, 45, 63) else 1)
    km = [0, 5, 0, 5 if week < 40 else 6, 0, 4 if week > 20 else 0, 8]
    if week > 50:
        km[4] = 4
    return _week_of(*(each * factor for each in km), trail=6 if week % 6 == 5 else None)(weekday)


LONG_RUNS = (18, 20, 22, 18, 24, 26, 28, 22, 29, 30, 32, 24, 32, 22, 14, MARATHON)  # sixteen weeks to a marathon
MARATHONS = (20, 66)


def marathoner(week: int, weekday: int) -> Intent | None:
    """Five runs a week and two marathons, each after sixteen weeks, with two weeks of taper and two of rest."""
    for last in MARATHONS:
        if week == last and weekday == 6:
            return Intent(MARATHON, 5.6, race=True)
        if last < week <= last + 2:
            return None
        if last + 2 < week <= last + 5:
            return _week_of(0, 5, 0, 6, 0, 0, 8 + 2 * (week - last - 3))(weekday)
        if last - 16 < week <= last:
            taper = {last: 0.5, last - 1: 0.7}.get(week, 1.0)
            return _week_of(0, 10 * taper, 12 * taper, 0, 8 * taper, 0, LONG_RUNS[week - last + 15])(weekday)
    return _week_of(0, 10, 0, 10, 7, 0, 16)(weekday)


def comeback(week: int, weekday: int) -> Intent | None:
    """Thirty km a week; seven weeks off for a broken toe, and later five for work."""
    for first, weeks, begins in ((14, 7, 5.0), (50, 5, 8.0)):
        if first <= week < first + weeks:
            return None
        since = week - first - weeks
        if 0 <= since < 8:
            part = (0.55, 0.6, 0.65, 0.7, 0.8, 0.85, 0.9, 0.95)[since]
            return _week_of(0, begins if since == 0 else 7 * part, 0, 7 * part, 0, 0, 13 * part)(weekday)
    return _week_of(0, 7, 0, 7, 0, 5, 13)(weekday)


def four_runs(week: int, weekday: int) -> Intent | None:
    """Four runs a week with the long one on Sunday; a far one in week 21."""
    long = 24 if week == 21 else (15, 16, 17, 12)[week % 4]
    return _week_of(0, 8, 0, 9, 0, 6, long)(weekday)


def three_runs(week: int, weekday: int) -> Intent | None:
    """Three runs a week, as far as the back lets be."""
    return _week_of(0, 7, 0, 7, 0, 0, 12 if week % 3 else 14)(weekday)


def _moved(day: int, acts: Mapping[int, str]) -> Mapping[int, str]:
    return MappingProxyType({day + later: act for later, act in acts.items()})


CHARACTERS = (
    Character(
        "Stella", 2001, 1, "steady: four runs a week, reads her notes and mostly follows them, does her strength days",
        steady, heeds=0.9, trains=0.8, plan_from=21, felt={"childs-pose": "better", "plank": "same"},
    ),
    Character(
        "Bruno", 2002, 2, "builder: from 20 km a week to 60, keen, follows every other note",
        builder, before=75, heeds=0.5, trains=0.5, sessions=3, plan_from=35,
    ),
    Character(
        "Marta", 2003, 3, "marathoner: two marathons, sixteen weeks each, keeps to her own plan more than to notes",
        marathoner, heeds=0.3, trains=0.6, plan_from=14,
    ),
    Character(
        "Conrad", 2004, 4, "comeback: seven weeks off for a broken toe, later five for work",
        comeback, heeds=0.8, trains=0.4, plan_from=7,
    ),
    Character(
        "Mila", 2005, 5, "sore back that mends: a long run too far, ten sore days, the way back, quiet since",
        four_runs, heeds=0.8, trains=0.7, plan_from=21, way_back=True,
        spells=(
            Spell(21 * WEEK + 6, 10, 6), Spell(22 * WEEK + 9, 6, 4), Spell(23 * WEEK + 8, 5, 3), Spell(60 * WEEK, 4, 4),
        ),
        says=_moved(21 * WEEK, {7: "hurts", 21: "hurts no more"}),
    ),
    Character(
        "Nora", 2006, 6, "sore back that does not mend: weeks of 5 and 6, a warning sign, a physio, and 3 or 4 since",
        three_runs, heeds=0.7, trains=0.5, plan_from=14, way_back=True,
        spells=(
            Spell(12 * WEEK, 21, 5), Spell(15 * WEEK, 35, 6), Spell(20 * WEEK, 42, 7), Spell(26 * WEEK, 60, 4),
            Spell(38 * WEEK, 12, 6), Spell(40 * WEEK, 70, 3), Spell(60 * WEEK, 20, 5), Spell(63 * WEEK, 105, 3),
        ),
        says=MappingProxyType({
            12 * WEEK + 1: "hurts", 15 * WEEK: "hurts", 20 * WEEK + 2: "night pain", 26 * WEEK + 1: "cleared",
            26 * WEEK + 2: "hurts no more", 38 * WEEK + 1: "hurts", 60 * WEEK + 3: "tag",
        }),
        felt={"bird-dog": "worse", "glute-bridge": "better", "hip-hinge": "worse"},
    ),
)  # fmt: skip
