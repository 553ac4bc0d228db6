"""What an athlete tells after a session: read and checked, and kept with consent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from content.moves import library
from content.routines.questionnaire import PLACES, AnswersError
from integration.store import session_log
from integration.store.session_log import Entry
from integration.store.tables import Preferences
from integration.web.forms import echo, ticked
from integration.web.services import services

WORST = 10
LONGEST_MARK = 15  # digits of a browser's clock in milliseconds


@dataclass(frozen=True)
class SessionTold:
    """One sending of the form below a routine."""

    done: bool
    consent: bool
    back: int | None  # how the back feels, 0 (well) to 10
    where: tuple[str, ...]
    red_flags: frozenset[str]
    moves: tuple[str, ...]  # that were in the session; none where who sent it did not say
    answered_ms: int | None  # by the browser's clock: what tells two sendings of one answer


def read(form: MultiDict[str, str]) -> SessionTold:
    """AnswersError names every field that is wrong; then nothing of the form counts."""
    errors: dict[str, str] = {}
    told_now = SessionTold(
        done=ticked(form, "done", errors),
        consent=ticked(form, "consent", errors),
        back=_back(form.get("back", ""), errors),
        where=tuple(_known(form, "where", PLACES, errors)),
        red_flags=frozenset(_known(form, "red_flags", library.load().red_flags, errors)),
        moves=_moves(form.get("moves", ""), errors),
        answered_ms=_mark(form.get("answered", ""), errors),
    )
    if errors:
        raise AnswersError(errors)
    return told_now


def keep(athlete_id: int, activity: int | None, session_told: SessionTold, *, moves: Sequence[str]) -> None:
    """Logs what was told, which the athlete agreed to; a second sending of the same changes nothing.

    `activity` is whose note gave the routine, None for the day's own; `moves` is what was done.
    """
    parts, now = services(), services().now()
    entry = Entry(
        at=now,
        activity=activity,
        moves=tuple(moves),
        strength=session_log.has_strength(moves, library.load()),
        back=session_told.back,
        where=session_told.where if session_told.back is not None else (),
        answered_ms=session_told.answered_ms,
    )
    with parts.store.write() as session:
        kept = session.get_one(Preferences, athlete_id, with_for_update=True)
        kept.answers_consented_at = kept.answers_consented_at or now
        if entry.moves or entry.back is not None:
            session_log.add(kept, parts.vault, entry)


def _moves(text: str, errors: dict[str, str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, text.split(","))))
    unknown = [name for name in names if name not in library.load().moves]
    if unknown:
        errors["moves"] = f"“{echo(unknown[0])}” is no move of ours"
    return names


def _mark(text: str, errors: dict[str, str]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_MARK:
        return int(text)
    errors["answered"] = f"give milliseconds since 1970 (you gave “{echo(text)}”)"
    return None


def _back(text: str, errors: dict[str, str]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(WORST)) and int(text) <= WORST:
        return int(text)
    errors["back"] = f"give a whole number from 0 (well) to {WORST} (you gave “{echo(text)}”)"
    return None


def _known(form: MultiDict[str, str], name: str, known: Collection[str], errors: dict[str, str]) -> list[str]:
    """What was chosen, in our order."""
    sent = set(filter(None, form.getlist(name)))
    unknown = sorted(sent - set(known))
    if unknown:
        errors[name] = f"“{echo(unknown[0])}” is not known here; choose from {', '.join(known)}"
    return [value for value in known if value in sent]
