"""The text of a note on our pages: worded anew from the runs, since we keep no text of it."""

from dataclasses import dataclass
from datetime import datetime

from content.moves import library
from content.notes import block
from content.notes.compose import compose
from content.notes.links import link_to, taps_link
from content.notes.target import Target
from content.routines.prescribe import on_way_back, prescribe
from content.runs import Run
from integration.store.tables import Note
from integration.web.run_views.run_view import RunViews
from integration.web.services import services


@dataclass(frozen=True)
class NoteText:
    """A note's words. `exact`: they are those that we wrote; else what told them has changed since."""

    words: str
    exact: bool = True


def text_of(note: Note, views: RunViews) -> NoteText | None:
    """Return the text of a note that stands; None if its run is no longer here."""
    run = views.known.history.get(note.activity_id)
    if run is None or not note.state.stands:
        return None
    words = worded(run, views, at=note.written_at, target=note.target)
    return NoteText(words, exact=note.block_hash in (None, block.fingerprint(words)))


def worded(run: Run, views: RunViews, *, at: datetime, target: Target) -> str:
    """Return the note that a run gets at a moment (aware), for a target."""
    profile, findings = views.profile, views.view(run).findings
    known = [other for other in views.known.history.canonical if other.start <= at]
    routine = prescribe(
        run, findings, library=library.load(), past=views.past, answers=profile.answers, now=at, recent=known,
        severe=views.severe(), thresholds=views.thresholds,
    )  # fmt: skip
    if profile.diary.way(at) is not None:
        routine = on_way_back(routine, library.load())
    base = services().settings.public_url
    return compose(
        run, findings, routine, units=profile.units, form=profile.form, now=at, language=profile.language,
        link=link_to(base, list(routine.move_ids)) if profile.links_in(target) else None,
        taps=taps_link(base, run.id) if profile.links_in(target) else None,
        effort_distance=views.thresholds.effort_distance,
    )  # fmt: skip
