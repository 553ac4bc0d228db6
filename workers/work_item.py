"""One activity at work: what waits of it, what Strava says of it, its note, and the case that these make for us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.decision import Case, basis, not_counted
from content.notes.tags import tags_in
from content.notes.target import Target
from content.runs import Run
from content.signals.review import Review
from integration.store import activity_events
from integration.store.tables import Note, PendingActivity
from workers.reading import Reading


@dataclass(frozen=True)
class WorkItem:
    """A pending activity on its way from Strava's answer to what we do about it. `note`: its row in the ledger."""

    pending: PendingActivity
    reading: Reading
    note: Note | None
    case: Case

    @property
    def begun(self) -> Note | None:
        """The row of a note that a crash left half written, whose block may stand on Strava."""
        note = self.note
        return note if note is not None and note.state.is_begun and note.block_hash else None


def case_of(
    pending: PendingActivity,
    activity: Mapping[str, Any],
    note: Note | None,
    run: Run | None,
    reviewed: Review | None,
    *,
    private: bool = False,
) -> Case:
    """Return the case of one activity as Strava tells it. Pure; `run` and `reviewed` are None for no counted run.

    Tags in the private note count if notes are `private`: one that others read must not answer to them.
    """
    title_tags = tags_in(activity.get("name"))
    fields = (Target.DESCRIPTION, Target.PRIVATE) if private else (Target.DESCRIPTION,)
    return Case(
        run=run,
        review=reviewed,
        not_counted=not_counted(activity, run),
        title_tags=title_tags,
        tags=title_tags.union(*(tags_in(activity.get(target.field)) for target in fields)),
        first_received=pending.first_received,
        judged_as=basis(activity, run, title_tags),
        judged_before=pending.judged_as,
        outcome_before=pending.outcome,
        note=note.state if note else None,
        asked_on_page=_asked_on_page(pending, note),
    )


def _asked_on_page(pending: PendingActivity, note: Note | None) -> bool:
    """True for a note that the athlete tried from a page, also once another event came before it was written."""
    return pending.kind == activity_events.ASKED or (note is not None and note.state.is_begun and note.asked_on_page)
