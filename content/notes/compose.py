"""The note's text: what was noticed, today's moves, strength from when, the next run, red flags, how to switch off.

Plain text that fits its form's limit together with the block's marks. Whole moves are left out where it gets too long,
never a dose from its move; but one for today and one for strength always stand, and other words give way to them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final

from content.moves.library import load
from content.notes import block
from content.notes.formats import Formats, weekday
from content.notes.wording import Noticed
from content.routines.routine import Item, Reason, Routine, minutes
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
    draft = next((least for least in _beginnings(routine) if len(writer.write(least)) <= limit), _Draft())
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
    spared: int = 0  # how many kinds of words gave way, see below
    skipped: tuple[int, int] = (0, 0)  # how many moves, for today and for strength, were too long to stand


# What gives way, in this order, where a move would not stand otherwise.
NO_MINUTES, NO_LIMIT, NO_CONDITION = 1, 2, 3  # of today's moves; of the next run; that today's feel good


def _beginnings(routine: Routine) -> Iterator[_Draft]:
    """The least a note must say, and what gives way where not even that fits.

    First the minutes, then a long move of ours, then the next run's limit; at last even what is pinned.
    """
    least = _Draft(today=1, begin=1, strength=1)
    todays, strengths = (range(max(1, len(items))) for items in (routine.today, routine.strength))
    yield least
    for passed in strengths:
        if not any(item.pinned for item in routine.strength[:passed]):
            yield replace(least, spared=NO_MINUTES, skipped=(0, passed))
    yield replace(least, spared=NO_LIMIT)
    for skipped in product(todays, strengths):
        yield replace(least, spared=NO_CONDITION, skipped=skipped)
    for skipped in product(todays, (0,)):
        yield replace(least, spared=NO_CONDITION, strength=0, skipped=skipped)


def _growth(form: str) -> Iterator[str]:
    """What to say more of as long as it fits, most wanted first."""
    if form != "short":
        yield "numbers"
    yield from ("begin", "link")
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
        middle = [self._today(draft), self._strength(draft), self._link(draft), self._next_run(draft)]
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
        items = _some(self.routine.today, draft.today, draft.skipped[0])
        if not items:
            ask = self.routine.ask_first and (draft.closing or not self.short)
            return load().notices["moves-ask-first"] if ask else ""
        when = self._when_today()
        if self.routine.back_first and draft.spared < NO_CONDITION:
            when = f"{when}, if it feels good"
        time = f" ({minutes(items)} min)" if draft.spared < NO_MINUTES else ""
        return f"{when}{time}: {_list(items)}"

    def _when_today(self) -> str:
        now = self._local_now()
        tonight = now.date() == self.run.day and now.hour >= EVENING_HOUR
        return "Tonight" if tonight else "Today"

    def _strength(self, draft: _Draft) -> str:
        items = _some(self.routine.strength, draft.strength, draft.skipped[1])
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

    def _next_run(self, draft: _Draft) -> str:
        chosen = self.routine.next_run
        if chosen is None:
            return ""
        known = chosen.limit_dm if draft.spared < NO_LIMIT else None
        limit = None if known is None else self.formats.limit(known) + self._of_effort()
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


def _some(items: Sequence[Item], count: int, skipped: int) -> Sequence[Item]:
    return items[skipped : skipped + count]


def _list(items: Sequence[Item]) -> str:
    return " · ".join(f"{item.move.short} {item.dose.text}" for item in items)


def _source(reason: Reason) -> str:
    names = load().cite(reason.sources)
    return names if reason.link == "D" else f"our judgement; {names}" if names else "our judgement"
