"""From findings, run, earlier routines and answers to a Routine. The same input always gives the same routine.

The rules and the moves they call for are data (`rules.toml`, `slots.toml`); here is how they are applied.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from content.moves.dose import Dose
from content.moves.library import Library
from content.moves.models import Move, Rule, Slot
from content.routines.facts import LASTING_S, facts_of
from content.routines.progression import in_order, level
from content.routines.questionnaire import Answers, Pin, care_advice, has_safety_hold
from content.routines.rest import (
    first_day,
    local,
    offset_of,
    rest_before_strength,
    run_end,
    strength_again,
    strength_at,
)
from content.routines.routine import NOTHING_YET, ChosenTip, EarlierRoutine, Item, NextRunAdvice, Past, Reason, Routine
from content.runs import Run
from content.signals.rules import COMEBACK, LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH, Finding

MOST_TIPS: Final = 4
OTHER_RUN: Final = Reason("Another run of these days still asks for its rest before strength.", "O", ())
LAST_SESSION: Final = Reason("Strength waits for the rest after your last strength session.", "O", ())
PINNED: Final = Reason("Your physio gave you this.", "O", ())
NEVER: Final = 10**6
RUNGS: Final = 3  # levels on one move of the base before the next, harder one takes its place
LEAST_LIMIT_DM: Final = 20_000
HARDEST: Final = 3  # the base's moves beyond this one stand in where answers forbid the others, and are no step up


def prescribe(
    run: Run,
    findings: Sequence[Finding],
    *,
    library: Library,
    past: Past = NOTHING_YET,
    answers: Answers,
    now: datetime,
    recent: Sequence[Run] = (),
    severe: Mapping[int, int] = MappingProxyType({}),
    shoe_km: float | None = None,
    tags: Collection[str] = frozenset(),
) -> Routine:
    """The routine for a run.

    `now` is aware. `recent` are the athlete's runs of the last 90 days or more (this one and later ones may be among
    them), and `severe` how severe these are (`timing.severities`): strength waits for all of them, and for the rest
    after the last strength session of `past`. `shoe_km` is the distance on the run's shoes, `tags` what
    `block.tags_in` found in title and description.
    """
    offset = offset_of(run, recent)
    red_flag = library.notices["red-flag-line"]
    if has_safety_hold(answers):
        return Routine(hold=care_advice(answers, library), red_flag=red_flag, offset=offset)
    facts = facts_of(run, findings, recent=recent, answers=answers, shoe_km=shoe_km, tags=tags)
    rules = [rule for rule in library.rules.values() if facts & set(rule.when)]
    back_first = "back_tag" in facts
    reached = 0 if back_first else level(past, answers, now)
    chooser = Chooser(library, answers, rules, in_order(past.given, now), reached)
    strength = () if back_first else tuple(chooser.items("strength"))
    own = _own_rest(run, findings, severe, offset)
    begin, waits_for = _begin(own, strength_at(recent, severe, now), strength_again(past.sessions, now))
    day, part = first_day(local(begin, offset)) if strength else (None, "")
    return Routine(
        today=tuple(chooser.items("today")),
        strength=strength,
        strength_at=local(begin, offset) if strength else None,
        strength_from=day,
        strength_part=part,
        next_run=_next_run(run, findings, rules, library),
        tips=tuple(_tips(rules, library)),
        reasons=tuple(map(_reason, rules)) + (waits_for if strength else ()),
        red_flag=red_flag,
        level=reached,
        offset=offset,
        back_first=back_first,
        ask_first=answers.ask_first,
    )


def _own_rest(run: Run, findings: Sequence[Finding], severe: Mapping[int, int], offset: timedelta) -> datetime:
    """When the run itself would allow strength work (aware)."""
    severity = max([severe.get(run.id, 0), *(finding.severity for finding in findings)])
    return run_end(run, offset) + rest_before_strength(run, severity)


def _begin(
    own: datetime, by_runs: datetime | None, by_sessions: datetime | None
) -> tuple[datetime, tuple[Reason, ...]]:
    """The last of these moments, and why it is later than the run itself would have it."""
    rested = max(own, by_runs or own)
    if by_sessions and by_sessions > rested:
        return by_sessions, (LAST_SESSION,)
    return rested, (OTHER_RUN,) if rested > own else ()


@dataclass(frozen=True, slots=True)
class Chooser:
    """Fills the slots of a routine: what the physio pinned first, then what the run calls for and was not just done."""

    library: Library
    answers: Answers
    rules: Sequence[Rule]
    earlier: Sequence[EarlierRoutine]  # oldest first
    level: int

    def items(self, part: str) -> Iterator[Item]:
        """The moves for `part` ("today" or "strength"): pins, then slot by slot until there are enough."""
        pinned = list(self.pinned(part))
        yield from pinned
        chosen = {item.move.id for item in pinned}
        slots = [slot for slot in self.library.slots.values() if slot.part == part and slot.from_level <= self.level]
        for slot in slots + slots:  # the second round fills up where answers left a place empty
            best = self.pick(slot, chosen) if len(chosen) < len(slots) else None
            if best is not None:
                chosen.add(best.id)
                yield self.item(best, self.reason(slot, best))

    def pinned(self, part: str) -> Iterator[Item]:
        """What the physio gave for `part`."""
        for pin in self.answers.pins:
            move = self.library.moves[pin.move]
            if move.kind.gentle == (part == "today"):
                yield self.item(move, PINNED, pin)

    def pick(self, slot: Slot, chosen: Collection[str]) -> Move | None:
        """The best move for a slot; None where the answers leave none."""
        moves = (self.library.moves[name] for name in slot.moves)
        fit = [move for move in moves if move.id not in chosen and self.fits(move)]
        if slot.base:
            step = 0 if slot.part == "today" else self.level // RUNGS
            return fit[min(step, len(fit) - 1, HARDEST)] if fit else None
        return min(fit, key=lambda move: self._rank(slot, move), default=None)

    def fits(self, move: Move) -> bool:
        """Whether answers and progress allow the move."""
        return self.answers.allow(move) and move.from_level <= self.level

    def item(self, move: Move, reason: Reason, pin: Pin | None = None) -> Item:
        """The move with its dose: the physio's, or ours on the athlete's rung. Stretches have no ladder."""
        if pin is not None and pin.dose is not None:
            return Item(move, pin.dose, reason, pinned=True)
        rung = self._rung(move)
        dose: Dose = move.dose.at(rung)
        return Item(move, dose, reason, pinned=pin is not None, at_top=rung > 0 and dose == move.dose.at(NEVER))

    def _rung(self, move: Move) -> int:
        """How far up its own ladder of doses a move is: those of the base begin when the one before is through."""
        if move.kind.gentle:
            return 0
        base = next(slot for slot in self.library.slots.values() if slot.base and slot.part == "strength")
        steps = base.moves[: HARDEST + 1]
        return max(0, self.level - RUNGS * steps.index(move.id)) if move.id in steps else self.level

    def reason(self, slot: Slot, move: Move) -> Reason:
        """The rule that calls for the move, else what the slot is for."""
        rule = next((rule for rule in self.rules if move.id in _calls_for(rule, slot.part)), None)
        return _reason(rule) if rule else Reason(slot.why, slot.link, slot.sources)

    def _rank(self, slot: Slot, move: Move) -> tuple[bool, int, int, int]:
        """Not what the last routine had; then what the first rule calls for; then what was longest ago."""
        ago = next((n for n, past in enumerate(reversed(self.earlier)) if move.id in past.move_ids), NEVER)
        for place, rule in enumerate(self.rules):
            called = _calls_for(rule, slot.part)
            if move.id in called:
                return ago == 0, place, -ago, called.index(move.id)
        return ago == 0, NEVER, -ago, slot.moves.index(move.id)


def _calls_for(rule: Rule, part: str) -> tuple[str, ...]:
    return rule.today if part == "today" else rule.strength


def _reason(rule: Rule) -> Reason:
    return Reason(rule.why, rule.link, rule.sources)


def _tips(rules: Sequence[Rule], library: Library) -> Iterator[ChosenTip]:
    seen: set[str] = set()
    for rule in rules:
        for name in rule.tips:
            if name not in seen and len(seen) < MOST_TIPS:
                seen.add(name)
                yield ChosenTip(library.tips[name], _reason(rule))


def _next_run(run: Run, findings: Sequence[Finding], rules: Sequence[Rule], library: Library) -> NextRunAdvice | None:
    for rule in rules:
        if rule.next_run:
            return NextRunAdvice(library.next_runs[rule.next_run], _limit(run, findings, rule), _reason(rule))
    return None


def _limit(run: Run, findings: Sequence[Finding], rule: Rule) -> int | None:
    """The distance that the next run should stay under: what this one was measured against, or a short comeback's own.

    None where that is no help: a long comeback is no measure for the next run, a kilometre is none for anybody.
    """
    measured = {finding.signal: finding for finding in findings}
    for signal in (SESSION_SPIKE, WEEKLY_HIGH, LONG_EFFORT):
        finding = measured.get(signal)
        if finding is not None and signal in rule.when and finding.twice_reference_dm is not None:
            limit = finding.twice_reference_dm // 2
            return limit if limit >= LEAST_LIMIT_DM else None
    short = run.distance_dm >= LEAST_LIMIT_DM and run.moving_s < LASTING_S
    return run.distance_dm if short and COMEBACK in measured and COMEBACK in rule.when else None
