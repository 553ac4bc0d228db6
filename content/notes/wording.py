"""The first words of a note: the findings with their numbers. No percentage, no risk, and 7 days are no week."""

from collections.abc import Sequence
from dataclasses import dataclass

from content.notes.formats import Formats, duration
from content.routines.facts import hilly
from content.runs import Run
from content.signals.rules import COMEBACK, LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH, Finding


@dataclass(frozen=True, slots=True)
class FindingsInWords:
    """A run's findings in words. `effort`: their distances count climbs."""

    run: Run
    findings: Sequence[Finding]
    formats: Formats
    effort: bool = False

    def text(self, *, short: bool = False) -> str:
        """Return one or two sentences; in short only the first finding."""
        if comeback := self._found(COMEBACK):
            return self._comeback(comeback, short)
        spike, high, long = (self._found(signal) for signal in (SESSION_SPIKE, WEEKLY_HIGH, LONG_EFFORT))
        terse = short or (high is not None and len(self.findings) > 1)
        said = []
        if spike is not None:
            said.append(self._spike(spike, short, terse))
        elif long is not None:
            said.append(self._long(long, short, terse))
        if high is not None:
            said.append(self._seven_days(high, short, terse))
        return " ".join(said[: 1 if short else 2]) or self._asked(short)

    def closing(self) -> str:
        """Return what it asked of the body, without a promise or a threat."""
        if not self.findings:
            return "The usual care will do."
        if self._found(COMEBACK):
            return "Legs and trunk need longer than the lungs to follow."
        return f"{'That and the climbs' if hilly(self.run) else 'That'} asked a lot of your trunk and hips."

    def _found(self, signal: str) -> Finding | None:
        return next((finding for finding in self.findings if finding.signal == signal), None)

    def _spike(self, spike: Finding, short: bool, terse: bool) -> str:
        longest = self.formats.distance(_reference(spike))
        if short:
            effort = " effort" if self.effort else ""
            return f"{self.formats.distance(spike.dm)}{effort}; 30-day longest: {longest}."
        opening = self._opening(spike.dm, timed=self._found(LONG_EFFORT) is not None)
        if terse:
            return f"{opening} (30-day longest {longest})."
        return f"{opening}: your longest of the 30 days before was {longest}."

    def _long(self, long: Finding, short: bool, terse: bool) -> str:
        usual = self.formats.distance(_reference(long))
        if short:
            return f"{self.formats.distance(long.dm)} in {duration(self.run.moving_s)}; your usual: {usual}."
        opening = self._opening(long.dm, timed=True)
        return f"{opening} (your usual {usual})." if terse else f"{opening}: your usual run is {usual}."

    def _seven_days(self, high: Finding, short: bool, terse: bool) -> str:
        total, best = self.formats.distance(high.dm), self.formats.distance(_reference(high))
        effort = " of effort" if self.effort else ""
        if short:
            return f"Last 7 days: {total}{effort}; best before: {best}."
        if terse:
            return f"{total}{effort} in the last 7 days (best before {best})."
        counted = f"{effort} (climb counted)" if self.effort else ""
        return f"{total}{counted} in the last 7 days; your best 7 days of the 35 before: {best}."

    def _comeback(self, finding: Finding, short: bool) -> str:
        since = ""
        if finding.when is not None:
            year = finding.when.year != self.run.day.year
            since = f" since {self.formats.day(finding.when, year=year, short=short)}"
        if short:
            return f"{self.formats.distance(self.run.distance_dm)}, your first run{since}."
        opening = self._opening(self.run.distance_dm, timed=False)
        return f"{opening}{':' if self._what() else ','} your first run{since}. Welcome back."

    def _asked(self, short: bool) -> str:
        opening = self._opening(self.run.distance_dm, timed=True)
        return f"{opening}." if short else f"{opening}. You asked, so here is a routine."

    def _opening(self, dm: float, *, timed: bool) -> str:
        what = self._what()
        measured = any(finding.twice_reference_dm for finding in self.findings)  # else `dm` is the plain distance
        distance = self.formats.distance(dm) + (" of effort (climb counted)" if self.effort and measured else "")
        time = f" in {duration(self.run.moving_s)}" if timed else ""
        return f"{what[0].upper()}{what[1:]}, {distance}{time}" if what else f"{distance}{time}"

    def _what(self) -> str:
        words = ["hilly"] if hilly(self.run) else []
        words += ["trail"] if self.run.sport == "TrailRun" else []
        words += ["race"] if self.run.race else ["run"] if words else []
        return " ".join(words)


def _reference(finding: Finding) -> float:
    return (finding.twice_reference_dm or 0) / 2
