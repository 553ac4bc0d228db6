"""Findings and notes of one run as it arrives, or of a whole history replayed. Both use the same code."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from content.runs import Run
from content.signals.history import History, Lookback, lately, order
from content.signals.mute import Noted, mutes_later_runs, notes_in, severity, why_muted
from content.signals.rules import SESSION_SPIKE, Finding, findings, lookback
from content.signals.thresholds import Thresholds


class Review(NamedTuple):
    """The findings of a run. `reason` is a key of REASONS if something fired and there is no note, else None."""

    run: Run
    findings: tuple[Finding, ...] = ()
    reason: str | None = None

    @property
    def note(self) -> bool:
        """True if the run gets a note."""
        return bool(self.findings) and self.reason is None

    @property
    def severity(self) -> int:
        """The highest of its findings, 0 without any."""
        return severity(self.findings)

    @property
    def spike_band(self) -> str | None:
        """The band of its session_spike, None without one."""
        return next((finding.band for finding in self.findings if finding.signal == SESSION_SPIKE), None)

    def as_json(self) -> dict[str, object]:
        """Return one of the backtest's findings."""
        return {
            "id": self.run.id,
            "start": f"{self.run.start:%Y-%m-%dT%H:%M:%SZ}",
            "severity": self.severity,
            "note": self.note,
            "reason": self.reason,
            "signals": [finding.as_json() for finding in self.findings],
        }


def review(
    run: Run,
    history: History,
    noted: Mapping[int, int],
    thresholds: Thresholds,
    *,
    received: datetime | None = None,
) -> Review:
    """Review one run by the runs before it; `history` may hold the run itself and later ones.

    `noted` holds, by activity id, the severity with which each note mutes, 0 for one that mutes nothing.
    Notes of runs that `history` does not hold do not count. A note on a recording that gave way to another of the same
    outing counts for that one. `received` (aware, UTC) is when we first heard of the run; without it age is ignored.
    """
    history = history.with_run(run)
    canonical = history.canonical_for(run.id)
    if canonical is None or canonical.id != run.id:
        return Review(run)
    before = _before(run, history.canonical, thresholds)
    found = findings(run, before, thresholds)
    if not found:
        return Review(run)
    others = notes_in(history, {activity: note for activity, note in noted.items() if activity != run.id})
    if any(other.id == run.id for other, _ in others):
        return Review(run, found, "other_recording")
    if received is not None and received - run.start >= timedelta(days=thresholds.note_max_age_days):
        return Review(run, found, "too_old")
    earlier = [note for other, note in others if note.severity and order(other) < order(run)]
    return Review(run, found, why_muted(run, found, earlier, thresholds))


def _before(run: Run, canonical: Sequence[Run], thresholds: Thresholds) -> Lookback:
    """Return a Lookback that stands before a run of `canonical`."""
    before = lookback(thresholds)
    before.take(lately(canonical[: bisect_left(canonical, order(run), key=order)], run.start))
    before.stand(run.start, run.start_local.toordinal())
    return before


@dataclass(frozen=True, slots=True)
class Backtest:
    """A history replayed: every flagged run in order of start."""

    counted: int  # both recordings of an outing included
    first: date | None  # the earliest and the latest day of a counted run, None without any
    last: date | None
    flagged: tuple[Review, ...]

    @property
    def months(self) -> int:
        """Calendar months from the first to the last counted run, both included."""
        if self.first is None or self.last is None:
            return 0
        return 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1

    @property
    def notes(self) -> int:
        """The number of runs that would have got a note."""
        return sum(found.note for found in self.flagged)

    @property
    def notes_per_month(self) -> float:
        """Notes per calendar month, months without a run included; 0 without any run."""
        return self.notes / self.months if self.months else 0.0

    def as_json(self, activities: int, unreadable: Sequence[Mapping[str, object]] = ()) -> dict[str, object]:
        """Return the output of `backtest --json`: km, unrounded. `activities` counts the readable rows of the file."""
        return {
            "activities": activities,
            "counted": self.counted,
            "unreadable": list(unreadable),
            "notes": self.notes,
            "notes_per_month": self.notes_per_month,
            "findings": [found.as_json() for found in self.flagged],
        }


def backtest(runs: Iterable[Run], thresholds: Thresholds) -> Backtest:
    """Replay counted runs in order of start, each reviewed as if it had just come; its age is ignored."""
    history = runs if isinstance(runs, History) else History(runs)
    before = lookback(thresholds)
    flagged: list[Review] = []
    notes: list[Noted] = []
    for run in before.walk(history.canonical):
        found = findings(run, before, thresholds)
        if not found:
            continue
        reason = why_muted(run, found, notes, thresholds)
        flagged.append(Review(run, found, reason))
        if reason is None and mutes_later_runs(found):
            notes.append(Noted(run.day, severity(found)))
    days = [run.start_local for run in history]
    first, last = (min(days).date(), max(days).date()) if days else (None, None)
    return Backtest(len(history), first, last, tuple(flagged))
