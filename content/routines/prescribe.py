"""The routine of a note, from the run, its findings, earlier routines and the athlete's answers.

The rules and the moves that they call for are data (`rules.toml`, `slots.toml`); here is how they are applied. The same
input always gives the same routine.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Final

from content.moves.library import Library
from content.moves.models import Rule
from content.routines.back import Back, state_of
from content.routines.chooser import Chooser
from content.routines.facts import PARTICULAR, facts_of
from content.routines.next_run import HOLDS_FOR, NextRun, Outlook, outlook
from content.routines.past import NOTHING_YET, Past
from content.routines.plan import long_run_day, strength_begin
from content.routines.progression import is_easy_week, level
from content.routines.questionnaire import Answers, care_advice
from content.routines.reason import Reason
from content.routines.rest import (
    first_day,
    local,
    offset_of,
    rest_before_strength,
    run_end,
    strength_again,
    strength_at,
)
from content.routines.routine import ChosenTip, Item, Routine
from content.runs import Run
from content.signals.history import History
from content.signals.rules import Finding
from content.signals.thresholds import Thresholds

DEFAULTS: Final = Thresholds()
MOST_TIPS: Final = 4
WARM_UP: Final = "warm-up"  # the tip that is exercise too
OTHER_RUN: Final = Reason("Another run of these days still asks for its rest before strength.", "O", ())
LAST_SESSION: Final = Reason("Strength waits for the rest after your last strength session.", "O", ())
LONG_RUN_NEXT: Final = Reason("No strength on the day of your usual long run or the day before.", "O", ())
WAY_BACK: Final = Reason("You are on your way back to running: its next step is your next run.", "O", ())
EASY_WEEK: Final = Reason("Every fourth week is an easy one: one set less.", "O", ())


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
    thresholds: Thresholds = DEFAULTS,
    shoe_km: float | None = None,
    tags: Collection[str] = frozenset(),
) -> Routine:
    """Return the routine for a run. `now` is aware, `shoe_km` the distance on the run's shoes.

    `recent`: the athlete's canonical runs of 100 days or more, this and later ones or not; `severe`: `rest.severities`.
    """
    offset, past = offset_of(run, recent), past.before(now)
    back = state_of(answers, past, now, tags=tags)
    empty = Routine(warning_line=library.notices["warning-line"], offset=offset, back=back)
    if back is Back.ON_HOLD:
        return replace(empty, hold=care_advice(answers, library))
    severe = {**severe, run.id: max([severe.get(run.id, 0), *(finding.severity for finding in findings)])}
    facts = facts_of(run, findings, recent=recent, back=back, shoe_km=shoe_km)
    chooser = _chooser(library, answers, past, back, facts, now)
    known = History([*recent, run])
    ahead = outlook(known, thresholds, severe, now=now.astimezone(timezone(offset)))
    routine = replace(_chosen(empty, chooser, facts), next_run=_next_run(run, chooser, ahead))
    return _with_strength_day(routine, run, known, severe, past, now) if routine.strength else routine


def on_way_back(routine: Routine, library: Library) -> Routine:
    """Return the routine of who is on a way back to running: its step is the next run. A sore back keeps its words."""
    following = routine.next_run
    if following is None or routine.back is Back.SORE:
        return routine
    step = NextRun(library.next_runs["way-back"], Outlook(None, None), WAY_BACK, following.until)
    return replace(routine, next_run=step)


def _chooser(
    library: Library, answers: Answers, past: Past, back: Back, facts: Collection[str], now: datetime
) -> Chooser:
    """Return what chooses the moves: by the rules of these facts, and by how far the athlete has come."""
    rules = [rule for rule in library.rules.values() if not set(rule.when).isdisjoint(facts)]
    return Chooser(library, answers, past, level(past, now, back), back, is_easy_week(past, now), rules)


def _chosen(empty: Routine, chooser: Chooser, facts: Collection[str]) -> Routine:
    """Return the routine with what the rules call for: moves, tips and the reasons for them."""
    today, strength = tuple(chooser.items("today")), tuple(chooser.items("strength"))
    rules = [rule for rule in chooser.rules if _speaks(rule, chooser, [*today, *strength])]
    return replace(
        empty,
        today=today,
        strength=strength,
        tips=tuple(_tips(rules, facts, chooser.library, turn=len(chooser.past.given))),
        reasons=tuple(Reason.of(rule) for rule in sorted(rules, key=_gives_no_more_than_a_tip)),
        level=chooser.level,
        easy_week=chooser.easy,
        ask_first=chooser.answers.ask_first,
    )


def _with_strength_day(
    routine: Routine, run: Run, known: History, severe: Mapping[int, int], past: Past, now: datetime
) -> Routine:
    """Return the routine with the first day of its strength work, and the reason if that is later than usual."""
    offset = routine.offset
    own = run_end(run, offset) + rest_before_strength(run, severe[run.id])
    begin, late = _begin(own, strength_at(known.canonical, severe, now), strength_again(past.sessions, now))
    long_run = long_run_day(known.canonical, local(now, offset).date())
    planned = strength_begin(local(begin, offset), long_run, local(now, offset))
    late = late if planned == local(begin, offset) else (LONG_RUN_NEXT,)
    day, part = first_day(planned)
    return replace(
        routine,
        strength_at=planned,
        strength_from=day,
        strength_part=part,
        long_run_day=long_run,
        reasons=routine.reasons + late + ((EASY_WEEK,) if routine.easy_week else ()),
    )


def _begin(
    own: datetime, by_runs: datetime | None, by_sessions: datetime | None
) -> tuple[datetime, tuple[Reason, ...]]:
    """Return the last of these times, and the reason if it is later than the run itself asks for."""
    rested = max(own, by_runs or own)
    if by_sessions and by_sessions > rested:
        return by_sessions, (LAST_SESSION,)
    return rested, (OTHER_RUN,) if rested > own else ()


def _speaks(rule: Rule, chooser: Chooser, items: Collection[Item]) -> bool:
    """Return True if the rule has something to say: while moves are held back, none that calls for them in vain."""
    none_at_all = chooser.back is Back.SORE or chooser.answers.ask_first
    if not none_at_all and chooser.back is Back.QUIET:
        return True
    if rule is next((each for each in chooser.rules if each.next_run), None):
        return True
    if calls := {*rule.today, *rule.strength}:
        return any(item.called and item.move.id in calls for item in items)
    return not (none_at_all and WARM_UP in rule.tips)


def _gives_no_more_than_a_tip(rule: Rule) -> bool:
    return bool(rule.tips) and not (rule.today or rule.strength or rule.next_run)


def _tips(rules: Sequence[Rule], facts: Collection[str], library: Library, *, turn: int) -> list[ChosenTip]:
    """Return the tips of the rules, those about this very run first; of the others another one comes first each `turn`.

    Nearly every long run calls for the same ones: a runner who reads the same words each time reads none of them.
    """
    chosen: dict[str, ChosenTip] = {}
    for rule in rules:
        particular = bool(PARTICULAR.intersection(facts, rule.when))
        for name in rule.tips:
            chosen.setdefault(name, ChosenTip(library.tips[name], Reason.of(rule), particular))
    own = [tip for tip in chosen.values() if tip.particular]
    others = [tip for tip in chosen.values() if not tip.particular]
    said = [tip for tip in others if tip.tip.note]
    first = said[turn % len(said)] if said else None
    return [*own, *(tip for tip in others if tip is first), *(tip for tip in others if tip is not first)][:MOST_TIPS]


def _next_run(run: Run, chooser: Chooser, ahead: Outlook) -> NextRun | None:
    """Return the next run in the words of the first rule that has some. A sore back names no day and no length."""
    library, back = chooser.library, chooser.back
    rule = next((rule for rule in chooser.rules if rule.next_run), None)
    if rule is None or rule.next_run is None:
        return None
    if back is Back.SORE:
        ahead = Outlook(None, None)
    if rule.next_run == "comeback":  # a number beyond the first run back would invite to go there
        ahead = replace(ahead, spike_dm=None)
    words = "rest" if ahead.day is None and back is not Back.SORE else rule.next_run
    return NextRun(library.next_runs[words], ahead, Reason.of(rule), run.day + HOLDS_FOR)
