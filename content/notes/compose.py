"""The note's text: what was noticed, today's moves, strength from when, the next run, red flags, how to switch off.

Plain text that fits its form's limit together with the block's marks. Whole moves are left out where it gets too long,
never a dose from its move.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from content.moves.library import load
from content.moves.routine import Item, Reason, Routine, minutes
from content.notes import block
from content.notes.formats import Formats, weekday
from content.notes.noticed import Noticed
from content.runs import Run
from content.signals.rules import Finding

FORMS: Final = {
    "short": 300,
    "standard": 600,
    "long": 1200,
}  # characters in the description, the block's marks included
TIPS: Final = {"short": 0, "standard": 1, "long": 4}
EVENING_HOUR: Final = 17
NAMED_BY_DATE: Final = timedelta(days=6)  # from here on a bare weekday could be misread


def compose(
    run: Run,
    findings: Sequence[Finding],
    routine: Routine,
    *,
    units: str = "km",
    form: str = "standard",
    now: datetime,
    language: str = "en-GB",
    link: str | None = None,
    effort_distance: bool = False,
) -> str:
    """The text for `block.put`; empty while the athlete is on hold, for on Strava a hold shows nothing.

    `now` (aware) is when it is written: days are named from there. `link` leads to pictures of the moves and is given
    only where the athlete asked for links. `effort_distance` says that the findings' distances count climbs.
    """
    if form not in FORMS:
        raise ValueError(f"form: {form!r} is none of: {', '.join(FORMS)}")
    if routine.hold is not None:
        return ""
    writer = _Writer(run, findings, routine, Formats(units, language), form, now, link, effort_distance)
    limit = FORMS[form] - block.overhead()
    draft = _Draft()
    for larger in _growth(form):
        grown = replace(draft, **{larger: getattr(draft, larger) + 1})
        if len(writer.write(grown)) <= limit:
            draft = grown
    return writer.write(draft)


@dataclass(frozen=True, slots=True)
class _Draft:
    """How much of each part is said; 0 is the least."""

    numbers: int = 0
    today: int = 0
    begin: int = 0  # from when strength may begin and how often, then also under which condition
    strength: int = 0
    link: int = 0
    foot: int = 0  # the lines on red flags and on switching off in full
    closing: int = 0
    tips: int = 0
    reasons: int = 0


def _growth(form: str) -> Iterator[str]:
    """What to say more of as long as it fits, most wanted first."""
    if form != "short":
        yield "numbers"
    yield from ("begin", "today", "strength", "begin", "link")
    if form != "short":
        yield "foot"
    yield from ("today", "strength", "closing")
    yield from ["strength", "today"] * 8  # more than three where the physio pinned them
    yield from ["tips"] * TIPS[form]
    if form == "long":
        yield from ["reasons"] * 6


@dataclass(frozen=True, slots=True)
class _Writer:
    run: Run
    findings: Sequence[Finding]
    routine: Routine
    formats: Formats
    form: str
    now: datetime
    link: str | None
    effort: bool

    @property
    def short(self) -> bool:
        return self.form == "short"

    def write(self, draft: _Draft) -> str:
        tips = self._tips(draft)
        first = [self._noticed(draft)]
        middle = [self._today(draft), self._strength(draft), self._link(draft), self._next_run()]
        if self.routine.back_first:
            lines = [*first, self._red_flags(draft), *tips, *middle]
        else:
            lines = [*first, *middle, *tips, self._red_flags(draft)]
        return "\n".join(line for line in [*lines, *self._reasons(draft), self._off(draft)] if line)

    def _noticed(self, draft: _Draft) -> str:
        said = Noticed(self.run, self.findings, self.formats, self.effort)
        text = said.text(short=not draft.numbers)
        closing = draft.closing and not self.short and not self.routine.back_first
        return f"{text} {said.closing()}" if closing else text

    def _today(self, draft: _Draft) -> str:
        items = self.routine.today[: draft.today]
        if not items:
            ask = self.routine.ask_first and (draft.closing or not self.short)
            return load().notices["moves-ask-first"] if ask else ""
        when = self._when_today()
        if self.routine.back_first:
            when = f"{when}, if it feels good"
        return f"{when} ({minutes(items)} min): {_list(items)}"

    def _when_today(self) -> str:
        now = self._local_now()
        tonight = now.date() == self.run.day and now.hour >= EVENING_HOUR
        return "Tonight" if tonight else "Today"

    def _strength(self, draft: _Draft) -> str:
        items = self.routine.strength[: draft.strength]
        if not draft.begin or self.routine.strength_from is None:
            return ""
        when = self._from_when(self.routine.strength_from, self.routine.strength_part)
        if self.short:
            said = f"Strength from {when}{' unless sore' if draft.begin > 1 else ''}, 2–3×/week"
        else:
            time = f" ({minutes(items)} min)" if items else ""
            said = f"Strength{time} from {when}, 2–3× a week, 48 h apart, once soreness is gone"
        return f"{said}: {_list(items)}" if items else f"{said}."

    def _from_when(self, day: date, part: str) -> str:
        now = self._local_now()
        begin = self.routine.strength_at
        if begin is not None and begin <= now:
            return "today"
        if day == now.date():
            return {"": "today", "midday": "midday today", "evening": "this evening"}[part]
        named = f"{weekday(day)[:3] if self.short else weekday(day)} {part}".rstrip()
        if day - now.date() < NAMED_BY_DATE:
            return named
        return f"{named} ({self.formats.day(day, short=self.short)})"

    def _next_run(self) -> str:
        chosen = self.routine.next_run
        if chosen is None:
            return ""
        limit = None if chosen.limit_dm is None else self.formats.limit(chosen.limit_dm) + self._of_effort()
        return f"Next run: {chosen.advice.say(limit, short=self.short)}."

    def _of_effort(self) -> str:
        """What to call a limit that was taken from what counts climbs: on hills it is fewer kilometres than it says."""
        measured = any(finding.twice_reference_dm for finding in self.findings)
        return (" effort" if self.short else " of effort") if self.effort and measured else ""

    def _tips(self, draft: _Draft) -> list[str]:
        said = [chosen.tip.note for chosen in self.routine.tips if chosen.tip.note]
        return said[: draft.tips]

    def _reasons(self, draft: _Draft) -> list[str]:
        return [f"Why: {reason.text} ({_source(reason)})" for reason in self.routine.reasons[: draft.reasons]]

    def _link(self, draft: _Draft) -> str:
        return f"Pictures: {self.link}" if self.link and draft.link else ""

    def _red_flags(self, draft: _Draft) -> str:
        return load().notices["red-flag-line" if draft.foot else "red-flag-line-short"]

    def _off(self, draft: _Draft) -> str:
        return load().notices["off-line" if draft.foot else "off-line-short"]

    def _local_now(self) -> datetime:
        return self.routine.local(self.now)


def _list(items: Sequence[Item]) -> str:
    return " · ".join(f"{item.move.short} {item.dose.text}" for item in items)


def _source(reason: Reason) -> str:
    names = "; ".join(load().names(reason.sources))
    return names if reason.link == "D" else f"our judgement; {names}" if names else "our judgement"
