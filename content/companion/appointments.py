"""The strength and rest days of the next weeks, as a calendar takes them. No distance, no figure, nothing of a run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from content.companion.twelve_weeks import PlannedWeek

AHEAD: Final = timedelta(weeks=4)  # the plan is made anew from what was run; farther days would seldom be right
STRENGTH, REST = "strength", "rest"
SUMMARIES: Final = {STRENGTH: "Strength for the back", REST: "Rest from strength"}


@dataclass(frozen=True, slots=True)
class Appointment:
    """A whole day of one kind. Its name is the same whenever the day is told again, so that a calendar replaces it."""

    day: date
    kind: str  # STRENGTH | REST

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.day.isoformat()}"

    @property
    def summary(self) -> str:
        return SUMMARIES[self.kind]


def appointments(weeks: Iterable[PlannedWeek], today: date, rest_until: date | None) -> Sequence[Appointment]:
    """Return the days from today on, earliest first: rest until strength may begin, then the plan's strength days."""
    resting = range(max(0, ((rest_until or today) - today).days))
    rest = [Appointment(today + timedelta(days=day), REST) for day in resting]
    due = [Appointment(day, STRENGTH) for week in weeks for day in week.due if today <= day < today + AHEAD]
    return sorted([*rest, *due], key=lambda each: each.day)
