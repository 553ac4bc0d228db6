"""Routines that no signal asks for: after any run, on a rest day, after days of running; and a note's, shown again.

For the pages only; a note is made by `prescribe`.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from content.moves.library import Library
from content.moves.models import Move
from content.routines.facts import RUN_DAYS, run_days
from content.routines.prescribe import LAST_SESSION, PINNED, Chooser
from content.routines.progression import in_order, level
from content.routines.questionnaire import Answers, care_advice, has_safety_hold
from content.routines.rest import local, offset_of, strength_again, strength_at
from content.routines.routine import NOTHING_YET, ChosenTip, Item, Past, Reason, Routine
from content.runs import Run

# S0's eight moves in their order, and what stands in where answers forbid one.
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
REST_DAY: Final = Reason("Eight moves for a rest day, in their order, as far as your answers allow.", "D", ("S0", "S2"))
TOO_SOON: Final = Reason("Strength waits until the last run is far enough behind you.", "O", ())
AFTER_RUN: Final = Reason("Static stretches belong after any run, even if only briefly.", "D", ("S1", "S3"))
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
) -> Routine:
    """What suits today: the static set on the day of a run, else the rest day's eight; after days of running, rest.

    `recent` are the athlete's kept runs, `now` is aware. `strength_from` (aware) is what `timing.strength_at` gives for
    these runs and what was found in them; without it they count as runs in which nothing was found. Strength waits for
    the rest after the last session of `past`, too.
    """
    last = max((run for run in recent if run.start <= now), key=lambda run: run.start, default=None)
    if last is None:
        return rest_day(library=library, answers=answers, now=now, past=past)
    offset = offset_of(last, recent)
    today = local(now, offset).date()
    tips: Collection[str] = ()
    if today - last.day <= timedelta(days=1) and run_days(last, recent) >= RUN_DAYS:
        tips = IN_A_ROW_TIPS
    if last.day == today:
        return after_run(library=library, answers=answers, now=now, tips=tips)
    begin = strength_from or strength_at(recent, {}, now) or now
    return rest_day(library=library, answers=answers, now=now, past=past, strength=begin <= now, tips=tips)


def after_run(*, library: Library, answers: Answers, now: datetime, tips: Collection[str] = ()) -> Routine:
    """The static set that belongs after any run."""
    if has_safety_hold(answers):
        return _held(library, answers)
    chooser = Chooser(library, answers, (), (), level(NOTHING_YET, answers, now))
    moves = [library.moves[name] for name in STATIC_SET]
    items = [*chooser.pinned("today"), *(chooser.item(move, AFTER_RUN) for move in moves if chooser.fits(move))]
    return _routine(library, answers, items, AFTER_RUN, tips)


def rest_day(
    *,
    library: Library,
    answers: Answers,
    now: datetime,
    past: Past = NOTHING_YET,
    strength: bool = True,
    tips: Collection[str] = (),
) -> Routine:
    """S0's eight moves in order, substitutes where the answers ask for them; `strength` False where a run forbids it.

    Strength stays out as well until the rest after the last session of `past` is over.
    """
    if has_safety_hold(answers):
        return _held(library, answers)
    chooser = Chooser(library, answers, (), in_order(past.given, now), level(past, answers, now))
    again = strength_again(past.sessions, now)
    reason = TOO_SOON if not strength else LAST_SESSION if again and again > now else REST_DAY
    items = [*chooser.pinned("today"), *chooser.pinned("strength")]
    items += [chooser.item(move, REST_DAY) for move in _eight(chooser)]
    if reason is not REST_DAY:
        items = [item for item in items if item.move.kind.gentle]
    return _routine(library, answers, items, reason, tips)


def recall(
    move_ids: Sequence[str],
    *,
    library: Library,
    answers: Answers,
    now: datetime,
    past: Past = NOTHING_YET,
) -> Routine:
    """A routine shown again from its move ids; unknown ids are left away, and so is what answers exclude by now.

    `now` is when it was given: with the same `past`, whatever came to it since, the doses are those of its note.
    """
    if has_safety_hold(answers):
        return _held(library, answers)
    chooser = Chooser(library, answers, (), (), level(past, answers, now))
    pins = {pin.move: pin for pin in answers.pins}
    moves = [library.moves[name] for name in dict.fromkeys(move_ids) if name in library.moves]
    moves = [move for move in moves if move.id in pins or not answers.exclude(move)]
    items = [chooser.item(move, PINNED if move.id in pins else SHOWN, pins.get(move.id)) for move in moves]
    return _routine(library, answers, items, None, ())


def _eight(chooser: Chooser) -> Iterator[Move]:
    chosen: set[str] = set()
    for choices in EIGHT:
        fit = (chooser.library.moves[name] for name in choices if name not in chosen)
        move = next((move for move in fit if chooser.fits(move)), None)
        if move is not None:
            chosen.add(move.id)
            yield move


def _routine(
    library: Library, answers: Answers, items: Sequence[Item], reason: Reason | None, tips: Collection[str]
) -> Routine:
    """Gentle moves first, each once: where the physio gave one, that is the one."""
    first: dict[str, Item] = {}
    for item in items:
        first.setdefault(item.move.id, item)
    once = first.values()
    reasons = [reason] if reason else []
    return Routine(
        today=tuple(item for item in once if item.move.kind.gentle),
        strength=tuple(item for item in once if not item.move.kind.gentle),
        tips=tuple(ChosenTip(library.tips[name], IN_A_ROW) for name in tips),
        reasons=tuple(reasons + ([IN_A_ROW] if tips else [])),
        red_flag=library.notices["red-flag-line"],
        ask_first=answers.ask_first,
    )


def _held(library: Library, answers: Answers) -> Routine:
    return Routine(red_flag=library.notices["red-flag-line"], hold=care_advice(answers, library))
