"""From runs to findings to notes: one run as it arrives, or a whole history replayed. Both judge with the same code."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from content.runs import Run
from content.signals.history import History, Lookback, order
from content.signals.rules import BANDS, LONG_EFFORT, SESSION_SPIKE, Finding, band_rank, findings
from content.signals.thresholds import Thresholds

# Why a flagged run got no note, for people; {…} are thresholds.
REASONS: Mapping[str, str] = {
    "muted": "A note came within the {mute_days} days before, and this was no bigger spike.",
    "long_effort_muted": "A long run alone is noted at most every {long_effort_mute_days} days.",
    "too_old": "The run reached us {note_max_age_days} days or more after its start.",
    "other_recording": "The other recording of this outing has a note.",
}


@dataclass(frozen=True, slots=True)
class Review:
    """What a run gave. `reason` is a key of REASONS where something fired and there is no note, else None."""

    run: Run
    findings: tuple[Finding, ...] = ()
    reason: str | None = None

    @property
    def note(self) -> bool:
        """Whether the run gets a note."""
        return bool(self.findings) and self.reason is None

    @property
    def severity(self) -> int:
        """The highest of its findings, 0 without any."""
        return max((finding.severity for finding in self.findings), default=0)

    @property
    def spike_band(self) -> str | None:
        """The band of its session_spike: what `noted` wants to hold for a run that got a note."""
        return next((finding.band for finding in self.findings if finding.signal == SESSION_SPIKE), None)

    def as_json(self) -> dict[str, object]:
        """One of the backtest's findings."""
        return {
            "id": self.run.id,
            "start": f"{self.run.start:%Y-%m-%dT%H:%M:%SZ}",
            "severity": self.severity,
            "note": self.note,
            "reason": self.reason,
            "signals": [finding.as_json() for finding in self.findings],
        }


def why_no_note(reason: str, thresholds: Thresholds) -> str:
    """The sentence for a reason."""
    days = {name: getattr(thresholds, name) for name in ("mute_days", "long_effort_mute_days", "note_max_age_days")}
    return REASONS[reason].format(**days)


@dataclass(frozen=True, slots=True)
class Noted:
    """The last run that got a note: its day, and its session_spike's band if it had one."""

    day: date
    band: str | None


def review(
    run: Run,
    history: History,
    noted: Mapping[int, str | None],
    thresholds: Thresholds,
    *,
    received: datetime | None = None,
) -> Review:
    """Judges one run by the runs before it; `history` may hold the run itself and later ones.

    `noted` holds, by activity id, the session_spike band (or None) of the notes that were written or shown. Those of
    runs that `history` does not hold do not count; those of a recording that gave way count for the one that was kept.
    `received` (aware, UTC) is when we first heard of the run: None leaves its age out of account.
    """
    history = history.with_run(run)
    kept = history.canonical_for(run.id)
    if kept is None or kept.id != run.id:
        return Review(run)
    runs = history.canonical
    before = Lookback(runs, [thresholds.distance(other) for other in runs])
    before.move(bisect_left(runs, order(run), key=order), run.start)
    found = findings(run, before, thresholds)
    if not found:
        return Review(run)
    own, last = _noted_so_far(run, history, noted)
    if own:
        return Review(run, found, "other_recording")
    if received is not None and received - run.start >= timedelta(days=thresholds.note_max_age_days):
        return Review(run, found, "too_old")
    return Review(run, found, muted(run, found, last, thresholds))


@dataclass(frozen=True, slots=True)
class Mute:
    """What the last note means for the runs of a day. `until` is the last day for which it means that."""

    reason: str  # "muted": nothing but a bigger spike gets a note; "long_effort_muted": a long effort alone gets none
    last: Noted
    until: date

    @property
    def absolute(self) -> bool:
        """Whether there is no spike that is bigger."""
        return self.reason == "muted" and band_rank(self.last.band) == len(BANDS)

    def silences(self, found: Sequence[Finding]) -> bool:
        """Whether a run with these findings stays without a note."""
        if self.reason == "muted":
            return max(band_rank(finding.band) for finding in found) <= max(1, band_rank(self.last.band))
        return all(finding.signal == LONG_EFFORT for finding in found)


def mute_on(day: date, last: Noted | None, thresholds: Thresholds) -> Mute | None:
    """The mute under which runs of that day stand after the last one that got a note."""
    if last is None:
        return None
    for reason, days in (("muted", thresholds.mute_days), ("long_effort_muted", thresholds.long_effort_mute_days)):
        if days and (day - last.day).days <= days:
            return Mute(reason, last, last.day + timedelta(days=days))
    return None


def mute_now(
    history: History, noted: Mapping[int, str | None], thresholds: Thresholds, *, now: datetime
) -> Mute | None:
    """The mute under which a run now would stand. `now` is aware, in the athlete's time zone; `noted` as for review."""
    begun = [(kept, band) for kept, band in _notes(history, noted) if kept.start <= now]
    return mute_on(now.date(), _last(begun), thresholds)


def muted(run: Run, found: Sequence[Finding], last: Noted | None, thresholds: Thresholds) -> str | None:
    """The reason for which a flagged run stays without a note after the last one that got one, or None."""
    mute = mute_on(run.day, last, thresholds)
    return mute.reason if mute is not None and mute.silences(found) else None


def _noted_so_far(run: Run, history: History, noted: Mapping[int, str | None]) -> tuple[bool, Noted | None]:
    """Whether another recording of this very outing has a note, and the last run before it that got one."""
    notes = _notes(history, {activity: band for activity, band in noted.items() if activity != run.id})
    before = [(kept, band) for kept, band in notes if order(kept) < order(run)]
    return any(kept.id == run.id for kept, _ in notes), _last(before)


def _last(notes: Iterable[tuple[Run, str | None]]) -> Noted | None:
    """The last of these runs; of two notes on one outing that with the bigger spike."""
    last = max(notes, key=lambda note: (order(note[0]), band_rank(note[1])), default=None)
    return None if last is None else Noted(last[0].day, last[1])


def _notes(history: History, noted: Mapping[int, str | None]) -> list[tuple[Run, str | None]]:
    """The runs whose notes count, each the recording that was kept of its outing."""
    return [(kept, band) for activity, band in noted.items() if (kept := history.canonical_for(activity)) is not None]


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
        """How many runs would have got a note."""
        return sum(found.note for found in self.flagged)

    @property
    def notes_per_month(self) -> float:
        """Notes per calendar month, months without a run included; 0 without any run."""
        return self.notes / self.months if self.months else 0.0

    def as_json(self, activities: int, unreadable: Sequence[Mapping[str, object]] = ()) -> dict[str, object]:
        """What `backtest --json` prints: km, unrounded. `activities` counts what was readable in the file."""
        return {
            "activities": activities,
            "counted": self.counted,
            "unreadable": list(unreadable),
            "notes": self.notes,
            "notes_per_month": self.notes_per_month,
            "findings": [found.as_json() for found in self.flagged],
        }


def backtest(runs: Iterable[Run], thresholds: Thresholds) -> Backtest:
    """Replays counted runs in order of start, each judged as if it had just come; how old it is plays no part."""
    history = History(runs)
    kept = history.canonical
    before = Lookback(kept, [thresholds.distance(run) for run in kept])
    flagged: list[Review] = []
    last: Noted | None = None
    for place, run in enumerate(kept):
        before.move(place, run.start)
        found = findings(run, before, thresholds)
        if not found:
            continue
        judged = Review(run, found, muted(run, found, last, thresholds))
        flagged.append(judged)
        if judged.note:
            last = Noted(run.day, judged.spike_band)
    days = sorted(run.start_local for run in history)
    return Backtest(len(history), days[0].date() if days else None, days[-1].date() if days else None, tuple(flagged))
