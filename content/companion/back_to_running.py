"""The way back to running after a sore spell: run-walk steps, from half an hour with mostly walking to the usual run.

The steps are ours, after ASTEROID 2024 (a graded run-walk programme in runners with low back pain; pain up to 3 of 10
was let be). The next step comes when the worst pain was 3 or less and had settled within 24 hours, the step before when
not. No source gives these very minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

PAIN_AT_MOST: Final = 3  # of 0–10
APART: Final = timedelta(hours=48)  # between two steps: a day without one
SESSION_MIN: Final = 30
RUN_WALK: Final = ((1, 4), (2, 3), (3, 2), (4, 1), (9, 1))  # minutes of running and of walking, in turn
LONGER: Final = 1.1  # times the minutes of the last step, once all of it is running: no step is a long run by our rules
LIVES_FOR: Final = timedelta(days=21)  # after the last step a way back is no longer gone
LEAST_USUAL_MIN: Final = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One run: `times` times `run` minutes of easy running and `walk` minutes of walking."""

    run: int
    walk: int = 0
    times: int = 1

    @property
    def minutes(self) -> int:
        """All minutes together."""
        return self.times * (self.run + self.walk)


@dataclass(frozen=True, slots=True)
class Tried:
    """A step that was run. `pain`: its worst, 0–10. `settled`: as before within 24 hours; None: not known yet."""

    at: datetime  # aware
    pain: int
    settled: bool | None = None


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """The place on the way. `number` counts from 1; `step` is None once the usual run is reached."""

    number: int
    step: Step | None
    no_sooner: datetime | None = None  # aware; None: at once
    asks: bool = False  # the last step waits for the answer whether the back has settled


def steps(usual_min: int) -> tuple[Step, ...]:
    """Return the steps up to a usual run of so many minutes, that one last."""
    usual = max(LEAST_USUAL_MIN, usual_min)
    half_hour = min(SESSION_MIN, usual)
    found = [Step(run, walk, max(1, half_hour // (run + walk))) for run, walk in RUN_WALK if run < half_hour]
    minutes = half_hour
    while minutes < usual:
        found.append(Step(minutes))
        minutes = min(usual, int(minutes * LONGER))
    return (*found, Step(usual))


def place(tried: Iterable[Tried], usual_min: int) -> OnTheWay:
    """Return the place on the way after what was tried, in any order.

    A step of which nobody knows yet whether the back settled is neither passed nor failed, unless its pain was too
    much: then the step before follows at once.
    """
    way, at = steps(usual_min), 0
    last: Tried | None = None
    for last in sorted(tried, key=lambda one: one.at):
        if last.pain > PAIN_AT_MOST or last.settled is False:
            at = max(0, at - 1)
        elif last.settled:
            at += 1
        if at == len(way):
            return OnTheWay(len(way), None)
    waits = last is not None and last.settled is None and last.pain <= PAIN_AT_MOST
    return OnTheWay(at + 1, way[at], last.at + APART if last else None, waits)


def ended(tried: Iterable[Tried], usual_min: int) -> bool:
    """Return True once the usual run was reached."""
    return place(tried, usual_min).step is None
