"""Routines that no note gave: after any run, on a rest day, before a run; and a note's own, shown again.

For the pages only; a note's routine is made by `prescribe`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from content.moves.library import Library
from content.routines.back import Back, state_of
from content.routines.chooser import PINNED, Chooser
from content.routines.facts import RUN_DAYS, run_days
from content.routines.past import NOTHING_YET, Past
from content.routines.plan import is_kept_free, long_run_day
from content.routines.prescribe import EASY_WEEK, LAST_SESSION, LONG_RUN_NEXT
from content.routines.progression import is_easy_week, level
from content.routines.questionnaire import Answers, care_advice
from content.routines.reason import Reason
from content.routines.rest import local, offset_of, strength_again, strength_at
from content.routines.routine import ChosenTip, Item, Routine
from content.runs import Run

# S0's eight moves in their order, each with those that stand in if answers forbid it.
EIGHT: Final = (
    ("childs-pose", "knees-to-chest"),
    ("trunk-rotation", "cat-cow"),
    ("sphinx", "thoracic-rotations"),
    ("downward-dog", "toe-touch"),
    ("superman", "bird-dog", "dead-bug"),
    ("bear", "plank", "dead-bug"),
    ("hip-hinge", "glute-bridge"),
    ("split-squat", "squat"),
)
STATIC_SET: Final = ("childs-pose", "figure-4", "hip-flexor-stretch", "toe-touch", "downward-dog", "sphinx")
WARM_UP: Final = ("leg-swings", "butt-kicks", "ankle-drills", "glute-squeezes", "core-holds")
REST_DAY: Final = Reason("Eight moves for a rest day, in their order, as far as your answers allow.", "D", ("S0", "S2"))
LIBRARY_DAY: Final = Reason("Something else today: the next moves of the library at your level.", "O", ("S1", "S2"))
TOO_SOON: Final = Reason("Strength waits until the last run is far enough behind you.", "O", ())
OTHER_DAY: Final = Reason("Your plan has strength on another day.", "O", ())
AFTER_RUN: Final = Reason("Static stretches belong after any run, even if only briefly.", "D", ("S1", "S3"))
BEFORE_RUN: Final = Reason("A few minutes of easy, moving warm-up before you run.", "D", ("S0", "S1", "S2", "S3"))
IN_A_ROW: Final = Reason("Three days or more in a row with a run: rest, swim or cycle.", "D", ("S1",))
SHOWN: Final = Reason("Part of this routine.", "O", ())
IN_A_ROW_TIPS: Final = ("rest-day", "swimming", "cycling")


def for_today(
    *,
    library: Library,
    recent: Sequence[Run],
    answers: Answers,
    now: datetime,
    past: Past = NOTHING_YET,
    strength_from: datetime | None = None,
    planned: date | None = None,
) -> Routine:
    """Return the routine that suits today: the static set on the day of a run, else that of a rest day.

    `recent` are the athlete's canonical runs, `now` is aware. `strength_from` (aware) is what `rest.strength_at` gives
    for these runs and their findings; without it they count as runs without findings. Strength waits for the rest after
    the last session of `past`, too, and stays out on the day of the usual long run and the day before. `planned` is the
    next strength day of the athlete's plan, if there is one: before it there is none.
    """
    last = max((run for run in recent if run.start <= now), key=lambda run: run.start, default=None)
    if last is None:
        return rest_day(library=library, answers=answers, now=now, past=past)
    today = local(now, offset_of(last, recent)).date()
    in_a_row = today - last.day <= timedelta(days=1) and run_days(last, recent) >= RUN_DAYS
    tips: Collection[str] = IN_A_ROW_TIPS if in_a_row else ()
    if last.day == today:
        return after_run(library=library, answers=answers, now=now, past=past, tips=tips)
    begin = strength_from or strength_at(recent, {}, now) or now
    waits = TOO_SOON if begin > now else _why_strength_waits(today, recent, planned)
    return rest_day(library=library, answers=answers, now=now, past=past, waits=waits, tips=tips)


def _why_strength_waits(today: date, recent: Sequence[Run], planned: date | None) -> Reason | None:
    """Return the reason for which strength is on another day, or None."""
    if is_kept_free(today, long_run_day(recent, today)):
        return LONG_RUN_NEXT
    return OTHER_DAY if planned is not None and planned > today else None


def after_run(
    *, library: Library, answers: Answers, now: datetime, past: Past = NOTHING_YET, tips: Collection[str] = ()
) -> Routine:
    """Return the static set that belongs after any run."""
    chooser = _chooser(library, answers, past, now)
    return _routine(chooser, [*chooser.pinned("today"), *_all(chooser, STATIC_SET, AFTER_RUN)], AFTER_RUN, tips)


def before_run(*, library: Library, answers: Answers, now: datetime, past: Past = NOTHING_YET) -> Routine:
    """Return the warm-up of five minutes, in full from the start; an irritable back gets the least of each move.

    A sore back gets its own moves: there is no run.
    """
    chooser = _chooser(library, answers, past, now)
    step = 0 if chooser.back is Back.IRRITABLE else -1
    moves = [replace(item, dose=item.move.dose.ladder[step]) for item in _all(chooser, WARM_UP, BEFORE_RUN)]
    routine = _routine(chooser, moves, BEFORE_RUN, ())
    return routine if chooser.back.rules_out_training else replace(routine, today=tuple(moves), strength=())


def rest_day(
    *,
    library: Library,
    answers: Answers,
    now: datetime,
    past: Past = NOTHING_YET,
    waits: Reason | None = None,
    tips: Collection[str] = (),
) -> Routine:
    """Return the routine of a day without a run: S0's eight in order, or every other time moves of the library.

    `waits` is the reason for which strength stays out. It does so as well until the rest after the last session of
    `past` is over.
    """
    chooser = _chooser(library, answers, past, now)
    again = strength_again(past.sessions, now)
    waits = waits or (LAST_SESSION if again and again > now else None)
    turn = sum(session.strength for session in chooser.past.sessions)
    items, reason = [*chooser.pinned("today"), *chooser.pinned("strength")], REST_DAY
    if chooser.back is Back.IRRITABLE:
        items += [*chooser.items("today"), *chooser.items("strength")]
    elif turn % 2 and not waits:
        items, reason = [*items, *_of_library(chooser, turn // 2)], LIBRARY_DAY
    else:
        items += _eight(chooser)
    if waits:
        items = [item for item in items if item.move.kind.gentle]
    return _routine(chooser, items, waits or reason, tips)


def recall(
    move_ids: Sequence[str],
    *,
    library: Library,
    answers: Answers,
    given_at: datetime,
    now: datetime | None = None,
    past: Past = NOTHING_YET,
) -> Routine:
    """Return a routine again by its move ids, without unknown ones and without what answers exclude by now.

    `given_at` is when it was given: with the same `past`, whatever came to it since, the doses are those of its note.
    `now` is when it is shown. A sore back gets its own moves then, an irritable one lower doses.
    """
    before, back = past.before(given_at), state_of(answers, past, now or given_at)
    lower = back if back is Back.IRRITABLE else state_of(answers, before, given_at)
    chooser = Chooser(library, answers, before, level(before, given_at, lower), back, is_easy_week(before, given_at))
    pins = {pin.move: pin for pin in answers.pins}
    moves = [library.moves[name] for name in dict.fromkeys(move_ids) if name in library.moves]
    moves = [move for move in moves if move.id in pins or (back.allows(move) and not answers.exclude(move))]
    items = [chooser.item(move, PINNED if move.id in pins else SHOWN, pins.get(move.id)) for move in moves]
    return _routine(chooser, items, None, ())


def _chooser(library: Library, answers: Answers, past: Past, now: datetime) -> Chooser:
    before, back = past.before(now), state_of(answers, past, now)
    return Chooser(library, answers, before, level(before, now, back), back, is_easy_week(before, now))


def _all(chooser: Chooser, names: Sequence[str], reason: Reason) -> list[Item]:
    """Return all of these moves that fit."""
    moves = (chooser.library.moves[name] for name in names)
    return [chooser.item(move, reason) for move in moves if chooser.fits(move)]


def _eight(chooser: Chooser) -> Iterator[Item]:
    """Yield S0's eight moves, or those that stand in for them."""
    chosen: set[str] = set()
    for names in EIGHT:
        fit = _all(chooser, [name for name in names if name not in chosen], REST_DAY)
        if fit:
            chosen.add(fit[0].move.id)
            yield fit[0]


def _of_library(chooser: Chooser, turn: int) -> Iterator[Item]:
    """Yield a move for each open place of the library, another one every turn."""
    chosen: set[str] = set()
    for slot in chooser.library.slots.values():
        fit = [item for item in _all(chooser, slot.moves, LIBRARY_DAY) if item.move.id not in chosen]
        if fit and slot.from_level <= chooser.level:
            item = fit[turn % len(fit)]
            chosen.add(item.move.id)
            yield item


def _routine(chooser: Chooser, items: Sequence[Item], reason: Reason | None, tips: Collection[str]) -> Routine:
    """Return a routine of these moves, each once and the gentle ones first.

    With a sore back it has the moves that ease it and no others, on hold none.
    """
    library, answers, back = chooser.library, chooser.answers, chooser.back
    routine = Routine(warning_line=library.notices["warning-line"], back=back, ask_first=answers.ask_first)
    if back is Back.ON_HOLD:
        return replace(routine, hold=care_advice(answers, library), ask_first=False)
    reasons = [(tips, IN_A_ROW)] if tips else []
    if back is Back.SORE:
        items, reason = chooser.items("today"), Reason.of(library.rules["back"])
        reasons = [(library.rules["back"].tips, reason)]
    once = {item.move.id: item for item in reversed(items)}
    ordered = [once.pop(item.move.id) for item in items if item.move.id in once]
    return replace(
        routine,
        today=tuple(item for item in ordered if item.move.kind.gentle),
        strength=tuple(item for item in ordered if not item.move.kind.gentle),
        tips=tuple(ChosenTip(library.tips[name], why) for names, why in reasons for name in names),
        reasons=tuple(_once([reason, EASY_WEEK if chooser.easy else None, *(why for _, why in reasons)])),
        level=chooser.level,
        easy_week=chooser.easy,
    )


def _once(reasons: Sequence[Reason | None]) -> list[Reason]:
    return [reason for reason in dict.fromkeys(reasons) if reason is not None]
