"""A backtest for people: the flagged runs with their numbers, their note or the reason for none, notes per month."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from content.counted import counted
from content.runs import Run
from content.signals import COMEBACK, LONG_EFFORT, WEEKLY_HIGH, Backtest, Finding, Review, Thresholds, why_no_note
from integration.archive import Archive

KM_PER_MILE = 1.609344
BAR = "█"
REASON_WORDS = {
    "muted": "paused",
    "long_effort_muted": "paused for long runs",
    "too_old": "too late",
    "other_recording": "recorded twice",
}
SHOWN_ROWS = 20  # of unreadable ones; --json lists them all


def report(
    file: str, archive: Archive, replayed: Backtest, thresholds: Thresholds, *, units: str, timezone: str
) -> Iterator[str]:
    """Yield the lines of the whole report. `units` is "km" or "mi"."""
    activities = counted(archive.activities, "activity", "activities")
    yield f"{file}: {activities}, {counted(replayed.counted, 'counted run')}{_span(replayed)}."
    yield _total(replayed)
    yield from _years(replayed)
    if changed := _changed(thresholds):
        yield f"Thresholds other than the standard: {changed}."
    if not archive.local_times:
        yield f"An export has no local time: the day of a run is its date in {timezone} (--timezone changes that)."
    yield from archive.assumptions
    if thresholds.effort_distance:
        yield "Distances are effort distances: every metre climbed counts as ten metres more."
    yield ""
    for flagged in replayed.flagged:
        yield from _flagged_lines(flagged, units)
    yield from _legend(replayed, thresholds)
    yield from _months(replayed)
    yield from _unreadable(archive)


def _span(replayed: Backtest) -> str:
    if replayed.first is None or replayed.last is None:
        return ""
    return f" from {_day(replayed.first)} to {_day(replayed.last)}"


def _changed(thresholds: Thresholds) -> str:
    standard = Thresholds().as_mapping()
    changed = (f"{name} {value}" for name, value in thresholds.as_mapping().items() if value != standard[name])
    return ", ".join(changed).replace("True", "true").replace("False", "false")


def _flagged_lines(flagged: Review, units: str) -> Iterator[str]:
    run = flagged.run
    outcome = "NOTE" if flagged.note else f"no note: {_words(flagged.reason)}"
    race = "  race" if run.race else ""
    yield f"{run.day}  {_distance(run.distance_dm / 10_000, units):>8}  {outcome}{race}"
    for finding in flagged.findings:
        yield f"{'':12}{_measured(finding, run, units)}"


def _measured(finding: Finding, run: Run, units: str) -> str:
    if finding.signal == COMEBACK:
        gap = (run.day - finding.when).days if finding.when else 0
        return f"comeback: the first run after {gap} days"
    beyond = f"{100 * ((finding.ratio or 1) - 1):.0f} % beyond"
    reference = _distance(finding.reference_km or 0, units)
    if finding.signal == LONG_EFFORT:
        hours, minutes = divmod(run.moving_s // 60, 60)
        return (
            f"long in minutes: {hours} h {minutes:02} min, {finding.ratio:.2f} × the median of {reference} in 90 days"
        )
    when = _day(finding.when) if finding.when else ""
    if finding.signal == WEEKLY_HIGH:
        return f"bigger week: {_distance(finding.km, units)} in 7 days, {beyond} {reference} in the 7 days to {when}"
    return f"long run, {finding.band}: {beyond} {reference}, the longest of 30 days, on {when}"


def _legend(replayed: Backtest, thresholds: Thresholds) -> Iterator[str]:
    reasons = sorted({flagged.reason for flagged in replayed.flagged if flagged.reason})
    if reasons:
        yield ""
    for reason in reasons:
        yield why_no_note(reason, thresholds)


def _months(replayed: Backtest) -> Iterator[str]:
    """Yield a bar of notes for every calendar month from the first to the last counted run."""
    if replayed.first is None:
        return
    notes = Counter((flagged.run.day.year, flagged.run.day.month) for flagged in replayed.flagged if flagged.note)
    yield ""
    yield "Notes per month"
    for months in range(replayed.months):
        years, month = divmod(replayed.first.month - 1 + months, 12)
        count = notes[replayed.first.year + years, month + 1]
        yield f"{replayed.first.year + years}-{month + 1:02}  {BAR * count}{' ' if count else ''}{count}"


def _years(replayed: Backtest) -> Iterator[str]:
    """Yield a bar of notes for every calendar year from the first to the last counted run."""
    if replayed.first is None or replayed.last is None:
        return
    notes = Counter(flagged.run.day.year for flagged in replayed.flagged if flagged.note)
    for year in range(replayed.first.year, replayed.last.year + 1):
        yield f"{year}  {BAR * notes[year]}{' ' if notes[year] else ''}{notes[year]}"


def _total(replayed: Backtest) -> str:
    flagged = len(replayed.flagged)
    beyond = counted(flagged, "run")
    share = f" ({100 * flagged / replayed.counted:.0f} % of the counted runs)" if replayed.counted else ""
    notes = counted(replayed.notes, "note")
    return f"{beyond} beyond the usual{share}, {notes}, {replayed.notes_per_month:.2f} a month."


def _unreadable(archive: Archive) -> Iterator[str]:
    if not archive.unreadable:
        return
    yield f"\n{len(archive.unreadable)} could not be read:"
    for row in archive.unreadable[:SHOWN_ROWS]:
        yield f"  {'place' if archive.local_times else 'line'} {row.line}: {row.why}"
    if len(archive.unreadable) > SHOWN_ROWS:
        yield f"  and {len(archive.unreadable) - SHOWN_ROWS} more; --json lists all"


def _words(reason: str | None) -> str:
    return REASON_WORDS.get(reason or "", "")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _distance(km: float, units: str) -> str:
    return f"{km if units == 'km' else km / KM_PER_MILE:.1f} {units}"
