"""The form that logs a session, below each routine: its fields, their checks, and `keep`, which stores it with consent.

`routine.py` answers it; the log itself is `integration/store/session_log.py`.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from content.companion.helped import Effect, Felt
from content.moves import library
from content.routines.questionnaire import PLACES
from integration.athlete_profile import diary_of, set_diary
from integration.store import session_log
from integration.store.session_log import WORST, Entry
from integration.store.tables import Preferences
from integration.web import forms
from integration.web.forms import Form, echo
from integration.web.services import services

LONGEST_MARK = 10**15 - 1  # of a browser's clock, in milliseconds
AHEAD = timedelta(minutes=5)  # of ours a browser's clock may be


def _score(text: str) -> int | None:
    remedy = f"give a whole number from 0 (well) to {WORST} (you gave “{echo(text)}”)"
    return forms.whole(text, WORST, remedy) if text else None


def _mark(text: str) -> int | None:
    remedy = f"give milliseconds since 1970 (you gave “{echo(text)}”)"
    return forms.whole(text, LONGEST_MARK, remedy) if text else None


def _moves(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, text.split(","))))
    unknown = [name for name in names if name not in library.load().moves]
    if unknown:
        raise ValueError(f"“{echo(unknown[0])}” is no move of ours")
    return names


def _felt(texts: list[str]) -> tuple[tuple[str, Felt], ...]:
    """Return the effect of each move in texts such as "plank:worse"; empty ones say nothing."""
    felt: dict[str, Felt] = {}
    for text in filter(None, texts):
        move, _, word = text.partition(":")
        if move not in library.load().moves or word not in set(Felt):
            raise ValueError(f"“{echo(text)}” is no move of ours with {', '.join(Felt)}, as in plank:{Felt.WORSE}")
        if felt.setdefault(move, Felt(word)) != word:
            raise ValueError(f"says two things of {move}; send it once")
    return tuple(felt.items())


class SessionForm(Form):
    """One sending of the form below a routine."""

    several: ClassVar = ("where", "red_flags", "felt")

    done: forms.Tick = False
    consent: forms.Tick = False
    back: Annotated[int | None, BeforeValidator(_score)] = None  # how the back feels, 0 (well) to 10
    where: Annotated[tuple[str, ...], forms.words_of(lambda: PLACES)] = ()
    red_flags: Annotated[tuple[str, ...], forms.words_of(lambda: library.load().warning_signs)] = ()
    felt: Annotated[tuple[tuple[str, Felt], ...], BeforeValidator(_felt)] = ()  # the effects of moves
    moves: Annotated[tuple[str, ...], BeforeValidator(_moves)] = ()  # in the session; none if the sender knew none
    answered: Annotated[int | None, BeforeValidator(_mark)] = None  # by the browser's clock: tells two sendings of one
    owner: str | None = None  # whose answers they are, as `offline_queue.tag` names it
    late: forms.Tick = False  # it waited in the browser


def check(form: SessionForm) -> forms.Errors:
    """Refuse a time in the future. A warning sign counts whatever the browser's clock says."""
    latest = (services().now() + AHEAD).timestamp() * 1000
    if form.answered is None or form.red_flags or form.answered <= latest:
        return {}
    return {"answered": "lies in the future; set the clock of this device, then send it again"}


def keep(athlete_id: int, activity: int | None, form: SessionForm, *, moves: Sequence[str]) -> None:
    """Log a session of an athlete who agreed to it; a second sending of the same changes nothing.

    `activity`: its note gave the routine; None: the day's own. `moves`: those that were done.
    """
    parts, now = services(), services().now()
    entry = Entry(
        at=now,
        activity=activity,
        moves=tuple(moves),
        strength=session_log.has_strength(moves, library.load()),
        back=form.back,
        where=form.where if form.back is not None else (),
        answered_ms=form.answered,
    )
    with parts.store.write() as session:
        row = session.get_one(Preferences, athlete_id, with_for_update=True)
        row.answers_consented_at = row.answers_consented_at or now
        if entry.moves or entry.back is not None:
            session_log.add(row, parts.vault, entry)
        effects = tuple(Effect(now, move, felt) for move, felt in form.felt)
        set_diary(row, parts.vault, diary_of(row, parts.vault).with_effects(effects))
