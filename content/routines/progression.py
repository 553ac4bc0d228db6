"""The level of the athlete's strength work, from the sessions logged before.

A strength session after which the back was well raises the level by one, once in 48 hours at most. Strength that was
prescribed and left undone lowers it by one, a sore back after a session too. Three weeks off cost two levels, every
further week one more. The level builds on nothing that is later than `now`, so a note can be shown again at any time.
"""

from datetime import date, datetime, timedelta
from typing import Final

from content.routines.back import IRRITABLE_FROM, SORE_BACK_FROM, Back
from content.routines.past import LoggedSession, Past
from content.routines.rest import APART

TOP: Final = 11
DUE_WITHIN: Final = timedelta(days=10)  # so long a routine may still be done before it counts as left undone
LAPSE: Final = timedelta(weeks=3)  # from here on time off costs levels
WEEK: Final = timedelta(weeks=1)
EASY_WEEK: Final = 4  # every fourth


def level(past: Past, now: datetime, back: Back = Back.QUIET) -> int:
    """Return 0 to TOP: 0 at the start and while the back is sore, one less than reached while it is irritable."""
    if back.rules_out_training:
        return 0
    return max(0, _reached(past, now) - (back is Back.IRRITABLE))


def is_easy_week(past: Past, now: datetime) -> bool:
    """Return True in every fourth week: of the plan, else of strength work without a break of three weeks (ours).

    So a plan and the doses of its days agree.
    """
    if past.plan_since is not None and past.plan_since <= now.date():
        return is_easy_in_plan(past.plan_since, now.date())
    first: datetime | None = None
    last: datetime | None = None
    for session in past.before(now).sessions:
        if session.strength:
            first = session.at if first is None or last is None or session.at - last >= LAPSE else first
            last = session.at
    if first is None or last is None or now - last >= LAPSE:
        return False
    return (now - first) // WEEK % EASY_WEEK == EASY_WEEK - 1


def is_easy_in_plan(since: date, day: date) -> bool:
    """Return True in every fourth calendar week of a plan that began on `since`."""
    monday = since - timedelta(days=since.weekday())
    return (day - monday) // WEEK % EASY_WEEK == EASY_WEEK - 1


def _reached(past: Past, now: datetime) -> int:
    ladder = _Ladder()
    for at, session in _events(past, now):
        ladder.pause(at)
        if session is None:
            ladder.leave_undone()
        else:
            ladder.log(session)
    ladder.pause(now)
    return ladder.level


class _Ladder:
    """The level while time goes on. A pause costs its weeks or what was left undone in it, whichever is more."""

    def __init__(self) -> None:
        self.level = 0
        self._trained: datetime | None = None  # the last strength session
        self._rose: datetime | None = None
        self._paid = 0  # levels that the present pause has cost
        self._undone = 0

    def pause(self, at: datetime) -> None:
        """Lower the level for the time since the last strength session."""
        if self._trained is None:
            return
        due = max(_cost(at - self._trained), self._undone)
        self.level = max(0, self.level - max(0, due - self._paid))
        self._paid = max(due, self._paid)

    def leave_undone(self) -> None:
        """Count a prescription that was left undone."""
        self._undone += 1

    def log(self, session: LoggedSession) -> None:
        """Count a session."""
        score = session.back or 0
        if score >= SORE_BACK_FROM:
            self.level = max(0, self.level - 1)
        elif session.strength and score < IRRITABLE_FROM and (self._rose is None or session.at - self._rose >= APART):
            self.level, self._rose = min(TOP, self.level + 1), session.at
        if session.strength:
            self._trained, self._paid, self._undone = session.at, 0, 0


def _cost(off: timedelta) -> int:
    """Return the levels that a pause costs: 2 for three weeks, 3 for four, and so on."""
    return off // WEEK - 1 if off >= LAPSE else 0


def _events(past: Past, now: datetime) -> list[tuple[datetime, LoggedSession | None]]:
    """Return the sessions before `now`, and None for each prescription left undone, in order of time."""
    known = past.before(now)
    trained = [session.at for session in known.sessions if session.strength]
    events: list[tuple[datetime, LoggedSession | None]] = [(session.at, session) for session in known.sessions]
    for routine in known.given:
        due = routine.at + DUE_WITHIN
        if routine.strength and due <= now and not any(routine.at <= at < due for at in trained):
            events.append((due, None))
    return sorted(events, key=lambda event: (event[0], event[1] is not None))
