"""The lines of a note in their order, each in the words that a draft asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, zip_longest
from typing import Final, Protocol

from content.moves.library import load
from content.notes.formats import WEEKDAYS, Formats, weekday
from content.notes.wording import FindingsInWords
from content.routines.reason import Reason
from content.routines.routine import Item, Routine, minutes
from content.runs import Run
from content.signals.rules import Finding

EVENING_HOUR: Final = 17
NAMED_BY_DATE: Final = timedelta(days=6)  # from here on a bare weekday could be misread


class Parts(Protocol):
    """A draft: how often each optional part is said, and the moves that are."""

    def __getitem__(self, part: str) -> int: ...

    def of_today(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return today's moves that are said."""
        ...

    def of_strength(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return the strength moves that are said."""
        ...


@dataclass(frozen=True, slots=True)
class Lines:
    """Writes one note. `now` is aware; `link`, `taps`: None if none is to stand; `effort`: distances count climbs."""

    run: Run
    findings: Sequence[Finding]
    routine: Routine
    formats: Formats
    form: str
    now: datetime
    link: str | None
    taps: str | None
    effort: bool

    @property
    def short(self) -> bool:
        """True for the form that has little room."""
        return self.form == "short"

    def text(self, said: Parts) -> str:
        """Return the note that says these parts."""
        moves = [self._today(said), self._strength(said), self._pictures(said), self._next_run(said)]
        if self.routine.sore:
            lines = [self._findings(said), self._warning_signs(), *self._tips(said), *moves]
        else:
            lines = [self._findings(said), *moves, *self._tips(said), self._warning_signs()]
        return "\n".join(line for line in [*lines, *self._reasons(said), self._taps(said), self._off(said)] if line)

    def _findings(self, said: Parts) -> str:
        """Parts: `numbers`, all findings with their numbers; `closing`, what that asked of the body."""
        findings = FindingsInWords(self.run, self.findings, self.formats, self.effort)
        text = findings.text(short=not said["numbers"])
        return f"{text} {findings.closing()}" if said["closing"] and not self.routine.sore else text

    def _today(self, said: Parts) -> str:
        """Parts: `today`, one more move; `gently`, if it feels good; `minutes`; `hint`, a move's few words."""
        items = said.of_today(self.routine.today)
        if not items:
            ask = load().notices["moves-ask-first-short" if self.short else "moves-ask-first"]
            return ask if self.routine.ask_first else ""
        now = self.routine.local(self.now)
        when = "Tonight" if now.date() == self.run.day and now.hour >= EVENING_HOUR else "Today"
        gently = ", if it feels good" if self.routine.sore and said["gently"] else ""
        return f"{when}{gently}{self._time(said, items)}: {self._list(said, items)}"

    def _strength(self, said: Parts) -> str:
        """Parts: `strength`, one more move; `minutes`; `hint`; `soreness`, `apart`, `effort`, `eve`: how."""
        if self.routine.strength_from is None:
            return ""
        items = said.of_strength(self.routine.strength)
        how = ", 2–3×/week" + (" if not sore" if said["soreness"] else "")
        how += ", 48 h apart" if said["apart"] else ""
        counted = any(item.dose.unit == "reps" for item in items)
        how += ", stop with 2–3 good reps left" if said["effort"] and counted else ""
        eve = self.routine.long_run_day
        how += f", not the day before your {WEEKDAYS[eve]} long run" if said["eve"] and eve is not None else ""
        first = f"Strength{self._time(said, items)} from {self._from_when(self.routine.strength_from)}{how}"
        return f"{first}: {self._list(said, items)}" if items else f"{first}."

    def _from_when(self, day: date) -> str:
        now, part = self.routine.local(self.now), self.routine.strength_part
        begin = self.routine.strength_at
        if begin is not None and begin <= now:
            return "today"
        if day == now.date():
            return {"": "today", "midday": "midday today", "evening": "this evening"}[part]
        return self._named(day, part)

    def _named(self, day: date, part: str = "") -> str:
        named = f"{weekday(day)[:3] if self.short else weekday(day)} {part}".rstrip()
        if day - self.routine.local(self.now).date() < NAMED_BY_DATE:
            return named
        return f"{named} ({self.formats.day(day, short=self.short)})"

    def _pictures(self, said: Parts) -> str:
        """Part: `link`."""
        return f"Pictures: {self.link}" if self.link and said["link"] else ""

    def _taps(self, said: Parts) -> str:
        """Part: `taps`."""
        return f"How is your back? {self.taps}" if self.taps and said["taps"] else ""

    def _next_run(self, said: Parts) -> str:
        """Parts: `room`, the reason for a later day; `limit`, no longer than this; `until`, the longest of 30 days."""
        chosen = self.routine.next_run
        if chosen is None:
            return ""
        ahead, today = chosen.outlook, self.routine.local(self.now).date()
        day = "" if ahead.day is None else "today" if ahead.day <= today else self._named(ahead.day)
        full = f"{load().notices['full-week']} " if ahead.full_until is not None and said["room"] else ""
        text = f"Next run: {full}{chosen.words.say(day, short=self.short)}"
        if ahead.limit_dm is not None and said["limit"]:
            text += f", up to {self.formats.limit(ahead.limit_dm)}{self._of_effort()}"
        if ahead.spike_dm is not None and said["until"]:
            text += f"; until {self.formats.day(chosen.until)} nothing beyond {self.formats.limit(ahead.spike_dm)}"
        return f"{text}."

    def _of_effort(self) -> str:
        """Return what a limit is called if it counts climbs: on hills it is fewer kilometres than it says."""
        return (" effort" if self.short else " of effort") if self.effort else ""

    def _tips(self, said: Parts) -> list[str]:
        """Parts: `tip`, one about this very run; `aside`, one that fits many, in long notes beside the former."""
        tips = [chosen for chosen in self.routine.tips if chosen.tip.note]
        own = [chosen.tip.note for chosen in tips if chosen.particular]
        others = [chosen.tip.note for chosen in tips if not chosen.particular and (self.form == "long" or not own)]
        return own[: said["tip"]] + others[: said["aside"]]

    def _warning_signs(self) -> str:
        if not self.short:
            return self.routine.warning_line
        return load().notices["warning-line-sore" if self.routine.sore else "warning-line-short"]

    def _reasons(self, said: Parts) -> list[str]:
        """Part: `reason`, one more."""
        return [f"Why: {reason.text} ({_source(reason)})" for reason in self.routine.reasons[: said["reason"]]]

    def _off(self, said: Parts) -> str:
        """Part: `off`, in full."""
        return load().notices["off-line" if said["off"] else "off-line-short"]

    def _time(self, said: Parts, items: Sequence[Item]) -> str:
        return f" ({minutes(items)} min)" if said["minutes"] and items else ""

    def _list(self, said: Parts, items: Sequence[Item]) -> str:
        hinted = list(self._in_turn(said))[: said["hint"]]
        return " · ".join(_move(item, hint=any(item is other for other in hinted)) for item in items)

    def _in_turn(self, said: Parts) -> Iterator[Item]:
        """Yield the moves that are said, one of today and one of strength in turn."""
        both = zip_longest(said.of_today(self.routine.today), said.of_strength(self.routine.strength))
        return (item for item in chain.from_iterable(both) if item is not None)


def _move(item: Item, *, hint: bool) -> str:
    return f"{item.move.short}{f': {item.move.hint},' if hint else ''} {item.dose.text}"


def _source(reason: Reason) -> str:
    names = load().cite(reason.sources)
    return names if reason.link == "D" else f"our judgement; {names}" if names else "our judgement"
