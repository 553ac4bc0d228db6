"""The note's text within its form's limit: the essentials, then optional parts by priority as long as they fit.

Plain text. The essentials are what was found, a move for today, one for strength with its first day, the next run,
the warning signs and how to switch notes off. What the run called for stands first among the moves. A move is left out
whole, never cut from its dose.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from content.notes import block
from content.notes.formats import Formats
from content.notes.lines import Lines
from content.routines.routine import Item, Routine
from content.runs import Run
from content.signals.rules import Finding

FORMS: Final = {"short": 300, "standard": 600, "long": 1200}  # characters in the description, the marks included

# The optional parts of each form, most wanted first; a part that is named again says more of the same. `lines` says
# what each of them is; `called` is the next strength move if the run called for it. Each is added as long as the note
# fits.
PARTS: Final[Mapping[str, Sequence[str]]] = {
    "short": (
        "gently", "limit", "soreness", "minutes", "link", "today", "strength", *["strength", "today"] * 8, "taps",
    ),
    "standard": (
        "gently", "numbers", "limit", "room", "soreness", "link", "tip", "taps", "called", "hint", "hint", "effort",
        "minutes", "strength", "aside", "today", "hint", "hint", "hint", "eve", "strength", "today", "until",
        *["hint"] * 2, *["strength", "today"] * 8, "closing", "off",
    ),
    "long": (
        "gently", "numbers", "soreness", "limit", "room", "minutes", "link", "taps", "tip", "effort", "apart",
        *["today", "strength"] * 2,
        *["hint"] * 6, "eve", "until", "aside", "closing", "off", *["strength", "today"] * 8, *["hint"] * 4,
        *["reason"] * 2, "tip", "aside", *["reason"] * 5,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """The number of times each optional part is said, and of moves that were too long to stand."""

    parts: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[int, int] = (0, 0)
    strength: bool = True  # at least one strength move is named

    def __getitem__(self, part: str) -> int:
        return self.parts.get(part, 0)

    def plus(self, part: str) -> "Draft":
        """Return the draft that says more of `part`."""
        return replace(self, parts={**self.parts, part: self[part] + 1})

    def of_today(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return today's moves that are said."""
        return items[self.skipped[0] : self.skipped[0] + 1 + self["today"]]

    def of_strength(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return the strength moves that are said."""
        said = 1 + self["strength"] if self.strength else 0
        return items[self.skipped[1] : self.skipped[1] + said]


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
    taps: str | None = None,
    effort_distance: bool = False,
) -> str:
    """Return the text for `block.put`; empty while the athlete is on hold, for on Strava a hold shows nothing.

    `now` (aware) is when it is written: days are named from there. `link` leads to pictures of the moves, `taps` to the
    questions about the back; None for athletes who did not ask for them. `effort_distance` says that the findings'
    distances count climbs. Raises ValueError for an unknown form or unit.
    """
    if form not in FORMS:
        raise ValueError(f"form: {form!r} is none of: {', '.join(FORMS)}")
    lines = Lines(run, findings, routine, Formats(units, language), form, now, link, taps, effort_distance)
    if routine.hold is not None:
        return ""
    limit = FORMS[form] - block.overhead()
    draft = next((least for least in _essentials(routine) if len(lines.text(least)) <= limit), Draft(strength=False))
    return lines.text(_filled(draft, lines, routine, form))


def _filled(draft: Draft, lines: Lines, routine: Routine, form: str) -> Draft:
    """Return the draft with all optional parts that fit. What did not fit once will not beside even more."""
    limit = FORMS[form] - block.overhead()
    every = {"today": len(routine.today), "strength": len(routine.strength)}
    over: set[str] = set()
    for name in PARTS[form]:
        part = _called(draft, routine) if name == "called" else name
        if part in over or (part == "limit" and draft[part]) or (part in every and draft[part] >= every[part]):
            continue
        more = draft.plus(part)
        if len(lines.text(more)) <= limit:
            draft = more
        else:
            over.add(part)
    return draft


def _called(draft: Draft, routine: Routine) -> str:
    """Return the part that says one more strength move if the run called for that one, else one that says nothing."""
    following = routine.strength[draft.skipped[1] + 1 + draft["strength"] :]
    return "strength" if following and following[0].called else "called"


def _essentials(routine: Routine) -> Iterator[Draft]:
    """Yield the least that a note says, and what gives way if not even that fits: a longer move to a shorter one.

    First strength moves of ours, then today's, at last those of the physio and the strength moves altogether. Where one
    that nobody called for is too long for the next run's length to stand beside it, a shorter one takes its place.
    """
    todays, strengths = range(max(1, len(routine.today))), range(max(1, len(routine.strength)))
    ours = [n for n in strengths if not any(item.pinned for item in routine.strength[:n])]
    if routine.next_run is not None and routine.next_run.outlook.limit_dm is not None:
        uncalled = [n for n in ours if not any(item.called for item in routine.strength[:n])]
        yield from (Draft({"limit": 1}, skipped=(0, n)) for n in uncalled)
    yield from (Draft(skipped=(0, n)) for n in ours)
    yield from (Draft(skipped=(n, m)) for n in todays for m in strengths)
    yield from (Draft(skipped=(n, 0), strength=False) for n in todays)
