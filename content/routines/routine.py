"""A routine: what to do today, what to strengthen from when, how the next run should be, and why each of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from content.moves.dose import Dose
from content.moves.models import CareAdvice, Move, NextRun, Tip

REST_S: Final = {"strength": 45, "trunk hold": 15}  # between sets; the gentle kinds need none
CHANGE_S: Final = 10  # to get into the next move


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was chosen. `link` is "D" where a source makes the connection, "O" where we do."""

    text: str
    link: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A move with its dose in this routine. `at_top`: the dose can rise no more, time for the harder one."""

    move: Move
    dose: Dose
    reason: Reason
    pinned: bool = False
    at_top: bool = False

    @property
    def rest_s(self) -> int:
        """Seconds of rest between sets."""
        return REST_S.get(self.move.kind, 0)

    @property
    def seconds(self) -> int:
        """How long it takes, getting into position included."""
        return self.dose.seconds(self.rest_s) + CHANGE_S


@dataclass(frozen=True, slots=True)
class ChosenTip:
    """A tip and why it is given now."""

    tip: Tip
    reason: Reason


@dataclass(frozen=True, slots=True)
class NextRunAdvice:
    """How the next run should be; `limit_dm` (tenths of a metre) fills {limit} of `advice.text`, None means `plain`."""

    advice: NextRun
    limit_dm: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class EarlierRoutine:
    """A routine that a note gave: what the ledger kept of it. `strength`: whether strength work was part of it."""

    at: datetime  # aware
    move_ids: tuple[str, ...]
    strength: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """What the athlete logged as done. `strength`: strength work was part of it. `back`: how the back felt, 0 to 10."""

    at: datetime  # aware: when it was logged
    strength: bool = False
    back: int | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What was given, and what was done, in any order; what is later than the moment in question counts for nothing."""

    given: tuple[EarlierRoutine, ...] = ()
    sessions: tuple[Session, ...] = ()


NOTHING_YET: Final = Past()


@dataclass(frozen=True, slots=True)
class Routine:
    """Everything a note or a page shows. Empty parts mean: none of that now, and `reasons` says why."""

    today: tuple[Item, ...] = ()
    strength: tuple[Item, ...] = ()
    strength_at: datetime | None = None  # naive wall time of the athlete: not sooner
    strength_from: date | None = None  # the day to name: at or after `strength_at`
    strength_part: str = ""  # from which part of that day on: "", "midday" or "evening"
    next_run: NextRunAdvice | None = None
    tips: tuple[ChosenTip, ...] = ()
    reasons: tuple[Reason, ...] = ()  # what the run was, and what follows: one for each rule that spoke
    red_flag: str = ""
    level: int = 0
    offset: timedelta = timedelta(0)  # how far the athlete's clock is ahead of UTC
    back_first: bool = False  # the athlete wrote #back: self-care and red flags come first
    ask_first: bool = False  # a condition of the ask-first list: nothing but the physio's own moves
    hold: CareAdvice | None = None  # a red flag: no exercise, only where to turn

    def local(self, moment: datetime) -> datetime:
        """An aware moment as the athlete's wall time (naive)."""
        return moment.astimezone(UTC).replace(tzinfo=None) + self.offset

    @property
    def move_ids(self) -> tuple[str, ...]:
        """The moves by id, today's first: enough to show the routine again."""
        return tuple(item.move.id for item in (*self.today, *self.strength))


def minutes(items: Iterable[Item]) -> int:
    """Whole minutes that the items take together, rounded up."""
    return -(-sum(item.seconds for item in items) // 60)
