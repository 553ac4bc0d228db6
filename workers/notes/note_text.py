"""The text of a note: the routine for the run, and the words around it."""

from content.moves import library
from content.notes.compose import compose
from content.notes.links import link_to, taps_link
from content.notes.target import Target
from content.routines.prescribe import on_way_back, prescribe
from workers.situation import Situation
from workers.work_item import WorkItem


def note_text(situation: Situation, item: WorkItem, target: Target) -> tuple[str, list[str]]:
    """Return the note for a run, and the ids of its moves. `target` decides about the link to pictures."""
    (run, review), profile, now = item.case.counted, situation.profile, situation.athlete_session.now
    notes = situation.notes()
    routine = prescribe(
        run, review.findings, library=library.load(), past=profile.past(notes), answers=profile.answers,
        now=now, recent=situation.history.canonical, severe=situation.severe(notes),
        thresholds=profile.thresholds,
        shoe_km=item.reading.shoe_km, tags=item.case.tags,
    )  # fmt: skip
    if profile.diary.way(now) is not None:
        routine = on_way_back(routine, library.load())
    moves = list(routine.move_ids)
    base = situation.athlete_session.resources.settings.public_url
    text = compose(
        run, review.findings, routine, units=profile.units, form=profile.form, now=now, language=profile.language,
        link=link_to(base, moves) if profile.links_in(target) else None,
        taps=taps_link(base, run.id) if profile.links_in(target) else None,
        effort_distance=profile.thresholds.effort_distance,
    )  # fmt: skip
    return text, moves
