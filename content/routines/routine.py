"""A routine: the moves for today, the strength work and its first day, the next run, and the reason for each of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from content.moves.dose import Dose
from content.moves.models import CareAdvice, Move, Tip
from content.routines.back import Back
from content.routines.next_run import NextRun
from content.routines.reason import Reason

REST_S: Final = {"strength": 45, "trunk hold": 15}  # between sets; the gentle kinds need none
CHANGE_S: Final = 10  # to get into the next move


@dataclass(frozen=True, slots=True)
class Item:
    """A move with its dose in this routine.

    `called`: a rule called for it because of the run. `at_top`: the dose can rise no more, time for the harder move.
    """

    move: Move
    dose: Dose
    reason: Reason
    pinned: bool = False
    called: bool = False
    at_top: bool = False

    @property
    def rest_s(self) -> int:
        """Seconds of rest between sets."""
        return REST_S.get(self.move.kind, 0)

    @property
    def seconds(self) -> int:
        """Seconds that it takes, getting into position included."""
        return self.dose.seconds(self.rest_s) + CHANGE_S


@dataclass(frozen=True, slots=True)
class ChosenTip:
    """A tip and the reason for giving it now. `particular`: it is about this very run."""

    tip: Tip
    reason: Reason
    particular: bool = False


@dataclass(frozen=True, slots=True)
class Routine:
    """Everything that a note or a page shows. An empty part means: none of that now, and `reasons` says why."""

    today: tuple[Item, ...] = ()
    strength: tuple[Item, ...] = ()
    strength_at: datetime | None = None  # naive wall time of the athlete: not sooner
    strength_from: date | None = None  # the day to name: at or after `strength_at`
    strength_part: str = ""  # from which part of that day on: "", "midday" or "evening"
    long_run_day: int | None = None  # weekday (0: Monday) of the usual long run; no strength on the day before
    next_run: NextRun | None = None
    tips: tuple[ChosenTip, ...] = ()
    reasons: tuple[Reason, ...] = ()  # one for each rule that spoke: first of those that give more than a tip
    warning_line: str = ""
    level: int = 0
    easy_week: bool = False
    offset: timedelta = timedelta(0)  # how far the athlete's clock is ahead of UTC
    back: Back = Back.QUIET
    ask_first: bool = False  # a condition of the ask-first list: nothing but the physio's own moves
    hold: CareAdvice | None = None  # a warning sign: no exercise, only how soon to be seen

    @property
    def sore(self) -> bool:
        """True if self-care and warning signs come first, and no strength work."""
        return self.back is Back.SORE

    def local(self, moment: datetime) -> datetime:
        """Return an aware moment as the athlete's wall time (naive)."""
        return moment.astimezone(UTC).replace(tzinfo=None) + self.offset

    @property
    def move_ids(self) -> tuple[str, ...]:
        """The moves by id, today's first: enough to show the routine again."""
        return tuple(item.move.id for item in (*self.today, *self.strength))


def minutes(items: Iterable[Item]) -> int:
    """Return the whole minutes that the items take together, rounded up."""
    return -(-sum(item.seconds for item in items) // 60)
