"""The pause after a note: the runs that stay without one, for how long, and the reasons in words.

A note mutes later runs unless it was asked for or is a comeback's. Notes are given as a mapping from activity id to the
severity with which the note mutes, 0 for one that mutes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from content.runs import Run
from content.signals.history import History, order
from content.signals.rules import COMEBACK, LONG_EFFORT, Finding
from content.signals.thresholds import Thresholds

# Why a flagged run got no note, for people; {…} are thresholds.
REASONS: Mapping[str, str] = {
    "muted": "Paused: you had a note in the {mute_days} before.",
    "long_effort_muted": "At most one long-run note every {long_effort_mute_days}.",
    "too_old": "The run reached us {note_max_age_days} or more after its start.",
    "other_recording": "The other recording of this run has the note.",
}
HIGHEST = 3  # severity
DATE_LINE_DAYS = 2  # by which the dates of two runs may stand against the order of their starts


def why_no_note(reason: str, thresholds: Thresholds) -> str:
    """Return the sentence for a key of REASONS."""
    names = ("mute_days", "long_effort_mute_days", "note_max_age_days")
    return REASONS[reason].format(**{name: _days(getattr(thresholds, name)) for name in names})


def severity(found: Iterable[Finding]) -> int:
    """Return the highest severity of the findings, 0 without any."""
    return max([finding.severity for finding in found], default=0)


def mutes_later_runs(found: Iterable[Finding], *, asked: bool = False) -> bool:
    """Return whether a note on these findings mutes later runs: not if it was asked for, nor after a lay-off."""
    return not asked and all(finding.signal != COMEBACK for finding in found)


class Noted(NamedTuple):
    """A run with a note: its day and the severity with which the note mutes."""

    day: date
    severity: int


class Mute(NamedTuple):
    """The pause after the last note, as it is for the runs of one day."""

    reason: str  # "muted": only a higher severity gets a note; "long_effort_muted": a long effort alone gets none
    last: Noted
    severity: int  # the highest of the notes that mute
    days: int  # after the last note

    @property
    def until(self) -> date:
        """The last day of this pause."""
        return self.last.day + timedelta(days=self.days)

    @property
    def of_long_runs_alone(self) -> bool:
        """True if only runs stay without a note that are long in minutes and nothing else."""
        return self.reason == "long_effort_muted"

    @property
    def absolute(self) -> bool:
        """True if no run can speak through it."""
        return self.reason == "muted" and self.severity >= HIGHEST

    def silences(self, found: Sequence[Finding]) -> bool:
        """Return whether a run with these findings stays without a note."""
        if self.reason == "muted":
            return severity(found) <= self.severity
        return all(finding.signal == LONG_EFFORT for finding in found)


def mutes_on(day: date, notes: Sequence[Noted], thresholds: Thresholds) -> Iterator[Mute]:
    """Yield the pauses that hold on that day after these notes, which are in order of their runs' start."""
    if not notes:
        return
    last = notes[-1]
    age = (day - last.day).days
    for reason, days in (("muted", thresholds.mute_days), ("long_effort_muted", thresholds.long_effort_mute_days)):
        if 0 < days >= age:
            yield Mute(reason, last, _highest(day, notes, days), days)


def mute_now(history: History, noted: Mapping[int, int], thresholds: Thresholds, *, now: datetime) -> Mute | None:
    """Return the pause that a run now would meet first; `now` is aware, in the athlete's time zone."""
    begun = [note for run, note in notes_in(history, noted) if run.start <= now and note.severity]
    return next(mutes_on(now.date(), begun, thresholds), None)


def why_muted(run: Run, found: Sequence[Finding], notes: Sequence[Noted], thresholds: Thresholds) -> str | None:
    """Return the reason for which a flagged run stays without a note after these earlier ones, or None."""
    for mute in mutes_on(run.day, notes, thresholds):
        if mute.silences(found):
            return mute.reason
    return None


def notes_in(history: History, noted: Mapping[int, int]) -> list[tuple[Run, Noted]]:
    """Return the runs with a note, in order of start: the canonical run of each outing, and what its note mutes.

    Notes of runs that the history does not hold are left out.
    """
    runs = ((history.canonical_for(activity), severity) for activity, severity in noted.items())
    found = [(run, Noted(run.day, severity)) for run, severity in runs if run is not None]
    return sorted(found, key=lambda note: order(note[0]))


def _highest(day: date, notes: Sequence[Noted], days: int) -> int:
    highest = 0
    for note in reversed(notes):
        age = (day - note.day).days
        if age > days + DATE_LINE_DAYS:
            break
        if age <= days:
            highest = max(highest, note.severity)
    return highest


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
