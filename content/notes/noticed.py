"""The first words of a note: what was noticed, with its numbers. No percentage, no risk, and 7 days are no week."""

from collections.abc import Mapping, Sequence

from content.moves.facts import hilly
from content.notes.formats import Formats, duration
from content.runs import Run
from content.signals.rules import COMEBACK, LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH, Finding

Signals = Mapping[str, Finding]


def noticed(
    run: Run, findings: Sequence[Finding], formats: Formats, *, effort: bool = False, short: bool = False
) -> str:
    """One or two sentences. `effort` says that the findings' distances count climbs."""
    signals = {finding.signal: finding for finding in findings}
    if COMEBACK in signals:
        return _comeback(run, signals[COMEBACK], formats, short)
    sentences = [_distance(run, signals, formats, effort, short), _seven_days(signals, formats, effort, short)]
    if short:
        sentences = [sentence for sentence in sentences if sentence][:1]
    said = " ".join(sentence for sentence in sentences if sentence)
    return said or _asked(run, formats, short)


def closing(run: Run, findings: Sequence[Finding]) -> str:
    """What it means, without a promise or a threat."""
    if not findings:
        return "The usual care will do."
    if any(finding.signal == COMEBACK for finding in findings):
        return "Legs and trunk need longer than the lungs to follow."
    that = "That and the climbs" if hilly(run) else "That"
    return f"{that} asked a lot of your trunk and hips."


def _what(run: Run) -> str:
    words = ["hilly"] if hilly(run) else []
    words += ["trail"] if run.sport == "TrailRun" else []
    words += ["race"] if run.race else ["run"] if words else []
    return " ".join(words)


def _opening(run: Run, formats: Formats, distance_dm: float, effort: bool) -> str:
    what = _what(run)
    distance = formats.distance(distance_dm) + (" of effort, climb counted" if effort else "")
    return f"{what[0].upper()}{what[1:]}, {distance}" if what else distance


def _distance(run: Run, signals: Signals, formats: Formats, effort: bool, short: bool) -> str:
    spike, long = signals.get(SESSION_SPIKE), signals.get(LONG_EFFORT)
    if spike is not None:
        longest = formats.distance(_reference(spike))
        if short:
            return f"{formats.distance(spike.dm)}; longest of the 30 days before: {longest}."
        time = f" in {duration(run.moving_s)}" if long is not None else ""
        return f"{_opening(run, formats, spike.dm, effort)}{time}: your longest of the 30 days before was {longest}."
    if long is not None:
        usual = formats.distance(_reference(long))
        if short:
            return f"{formats.distance(long.dm)} in {duration(run.moving_s)}; your usual: {usual}."
        return f"{_opening(run, formats, long.dm, effort)} in {duration(run.moving_s)}: your usual run is {usual}."
    return ""


def _seven_days(signals: Signals, formats: Formats, effort: bool, short: bool) -> str:
    high = signals.get(WEEKLY_HIGH)
    if high is None:
        return ""
    total, best = formats.distance(high.dm), formats.distance(_reference(high))
    if short:
        return f"Last 7 days {total}; best 7 of the 35 before: {best}."
    counted = " of effort, climb counted," if effort and len(signals) == 1 else ""
    return f"{total}{counted} in the last 7 days: your best 7 of the 35 before came to {best}."


def _comeback(run: Run, finding: Finding, formats: Formats, short: bool) -> str:
    distance = formats.distance(run.distance_dm)
    since = ""
    if finding.when is not None:
        since = f" since {formats.day(finding.when, year=finding.when.year != run.day.year)}"
    if short:
        return f"{distance}, your first run{since}."
    what = _what(run) or "run"
    return f"{distance}, your first {what}{since}. Welcome back."


def _asked(run: Run, formats: Formats, short: bool) -> str:
    opening = f"{_opening(run, formats, run.distance_dm, effort=False)} in {duration(run.moving_s)}"
    return f"{opening}." if short else f"{opening}: within your usual range. You asked, so here is a routine."


def _reference(finding: Finding) -> float:
    return (finding.twice_reference_dm or 0) / 2
