"""The routines that an athlete was given and the sessions that were logged: everything later routines build on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class EarlierRoutine:
    """A routine that a note gave, as the ledger has it. `strength`: strength work was part of it."""

    at: datetime  # aware
    move_ids: tuple[str, ...]
    strength: bool = True


@dataclass(frozen=True, slots=True)
class LoggedSession:
    """A session that the athlete logged. `strength`: strength work was part of it. `back`: its score, 0 to 10."""

    at: datetime  # aware: when it was logged
    strength: bool = False
    back: int | None = None


@dataclass(frozen=True, slots=True)
class ToldScore:
    """A score of the back, 0 to 10, that was told by itself: after a run, or on the next morning."""

    at: datetime  # aware: when it was told
    back: int


@dataclass(frozen=True, slots=True)
class Past:
    """Routines, sessions and scores in any order. Those later than the moment in question count for nothing."""

    given: tuple[EarlierRoutine, ...] = ()
    sessions: tuple[LoggedSession, ...] = ()
    felt: tuple[ToldScore, ...] = ()  # beside the sessions
    plan_since: date | None = None  # the first day of the athlete's plan of strength, if there is one

    def before(self, moment: datetime) -> "Past":
        """Return the part that is earlier than `moment` (aware), oldest first."""
        given = (routine for routine in self.given if routine.at < moment)
        sessions = (session for session in self.sessions if session.at < moment)
        return Past(
            tuple(sorted(given, key=lambda routine: (routine.at, routine.move_ids, routine.strength))),
            tuple(sorted(sessions, key=lambda session: (session.at, session.strength, session.back or 0))),
            tuple(sorted((felt for felt in self.felt if felt.at < moment), key=lambda felt: (felt.at, felt.back))),
            self.plan_since,
        )


NOTHING_YET: Final = Past()
