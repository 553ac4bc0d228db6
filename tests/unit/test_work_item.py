"""The case of one activity, as the decision gets it: what Strava tells, what we know, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from content.outcomes import NoteState, Outcome
from content.runs import counted_run
from content.signals import History, Thresholds, review
from integration.store.activity_events import ASKED, CREATED
from integration.store.tables import Note, PendingActivity
from workers.work_item import case_of

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
RUN = {
    "id": 7, "sport_type": "Run", "distance": 10_000.0, "moving_time": 3600, "name": "Evening #backstride",
    "description": "Easy. #nonote", "start_date": NOW.isoformat(), "start_date_local": NOW.isoformat(),
}  # fmt: skip


def pending(kind: str = CREATED) -> PendingActivity:
    return PendingActivity(activity_id=7, kind=kind, first_received=NOW - timedelta(hours=1), judged_as="before")


def test_a_run_comes_with_its_review_its_tags_and_what_was_decided_before() -> None:
    run = counted_run(RUN)
    assert run is not None
    reviewed = review(run, History([run]), {}, Thresholds())

    case = case_of(pending(), RUN, None, run, reviewed)

    assert case.counted == (run, reviewed)
    assert case.title_tags == {"#backstride"}
    assert case.tags == {"#backstride", "#nonote"}
    assert (case.judged_before, case.first_received) == ("before", NOW - timedelta(hours=1))
    assert (case.note, case.not_counted) == (None, None)


def test_a_ride_is_no_counted_run_and_says_so() -> None:
    case = case_of(pending(), {**RUN, "sport_type": "Ride"}, None, None, None)

    assert (case.run, case.review, case.not_counted) == (None, None, Outcome.NOT_A_RUN)


@pytest.mark.parametrize(
    ("kind", "note", "asked"),
    [
        (CREATED, None, False),
        (ASKED, None, True),
        (CREATED, Note(state=NoteState.WRITING, asked_on_page=True), True),  # another event came before it was written
        (CREATED, Note(state=NoteState.WRITING, asked_on_page=False), False),
        (CREATED, Note(state=NoteState.WRITTEN, asked_on_page=True), False),
    ],
)
def test_a_note_is_asked_for_on_a_page_by_an_event_of_a_page_or_by_the_row_that_was_begun_there(
    kind: str, note: Note | None, asked: bool
) -> None:
    fields: dict[str, Any] = {**RUN, "name": "Evening"}

    assert case_of(pending(kind), fields, note, None, None).asked_on_page is asked
