"""What an athlete tells after a session: read and checked, and kept with consent."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from content.moves import library
from content.moves.answers import PLACES, AnswersError
from integration.store.tables import Note, Preferences
from integration.web import told
from integration.web.fields import echo, ticked
from integration.web.wiring import wired

WORST = 10


@dataclass(frozen=True)
class SessionTold:
    """One sending of the form below a routine."""

    done: bool
    consent: bool
    back: int | None  # how the back feels, 0 (well) to 10
    where: tuple[str, ...]
    red_flags: frozenset[str]


def read(form: MultiDict[str, str]) -> SessionTold:
    """AnswersError names every field that is wrong; then nothing of the form counts."""
    errors: dict[str, str] = {}
    told_now = SessionTold(
        done=ticked(form, "done", errors),
        consent=ticked(form, "consent", errors),
        back=_back(form.get("back", ""), errors),
        where=tuple(_known(form, "where", PLACES, errors)),
        red_flags=frozenset(_known(form, "red_flags", library.load().red_flags, errors)),
    )
    if errors:
        raise AnswersError(errors)
    return told_now


def keep(athlete_id: int, activity: int, session_told: SessionTold, *, done: bool) -> None:
    """Logs what was told, which the athlete agreed to; a second sending of the same changes nothing."""
    parts, now = wired(), wired().now()
    with parts.store.write() as session:
        note = session.get_one(Note, (athlete_id, activity))
        kept = session.get_one(Preferences, athlete_id, with_for_update=True)
        if done:
            note.done_at = note.done_at or now
        kept.answers_consented_at = kept.answers_consented_at or now
        if session_told.back is not None:
            felt = {"back": session_told.back, "where": list(session_told.where)}
            kept.back_log = parts.vault.lock(json.dumps(told.back_log(kept) | {str(activity): felt}))


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
