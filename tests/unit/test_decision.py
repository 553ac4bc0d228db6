"""The decision about one run, as a table: what is so, and what follows from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from made_runs import a_run, spike

from content.decision import (
    Act,
    Case,
    NotePolicy,
    after_removal,
    basis,
    decide,
    gate,
    hindsight,
    may_try,
    not_counted,
    outcome_to_show,
    state_once_back,
)
from content.outcomes import NoteState, Outcome
from content.runs import counted_run
from content.signals import REASONS
from content.signals.review import Review

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = NotePolicy(notes_on_at=NOW - 24 * HOUR, paused_until=None, on_hold=False, leaving=False)
RUN = a_run()
EASY, FLAGGED = Review(RUN), Review(RUN, (spike(),))
MUTED = Review(RUN, (spike(),), "muted")
ASKED, REFUSED = frozenset({"#backstride"}), frozenset({"#nonote"})

EASY_RUN = Case(
    run=RUN, review=EASY, not_counted=None, title_tags=frozenset(), tags=frozenset(), first_received=NOW - HOUR,
    judged_as="Run:100000:", judged_before=None, outcome_before=None, note=None,
)  # fmt: skip
LONG_RUN = replace(EASY_RUN, review=FLAGGED)
RIDE = replace(EASY_RUN, run=None, review=None, not_counted=Outcome.NOT_A_RUN)
ASKED_RUN = replace(EASY_RUN, title_tags=ASKED, tags=ASKED)

HOLD = replace(OPEN, on_hold=True)
OFF = replace(OPEN, notes_on_at=None)
PAUSED = replace(OPEN, paused_until=NOW + HOUR)
LEAVING = replace(OPEN, leaving=True)

WRITE, REMOVE, NOTHING = Act.WRITE, Act.REMOVE, Act.NOTHING
STANDING = (NoteState.WRITTEN, NoteState.PAGES)


def given(case: Case, policy: NotePolicy = OPEN, **changes: Any) -> tuple[Act, Outcome]:
    decision = decide(replace(case, **changes), policy, NOW)
    return decision.act, decision.outcome


@pytest.mark.parametrize(
    ("case", "policy", "expected"),
    [
        # Nothing calls for a note.
        (EASY_RUN, OPEN, (NOTHING, Outcome.NOT_FLAGGED)),
        (EASY_RUN, HOLD, (NOTHING, Outcome.NOT_FLAGGED)),
        (RIDE, OPEN, (NOTHING, Outcome.NOT_A_RUN)),
        (replace(RIDE, not_counted=Outcome.NOT_COUNTED), OPEN, (NOTHING, Outcome.NOT_COUNTED)),
        # A flagged run.
        (LONG_RUN, OPEN, (WRITE, Outcome.NOTED)),
        (LONG_RUN, HOLD, (NOTHING, Outcome.ON_HOLD)),
        (LONG_RUN, OFF, (NOTHING, Outcome.NOTES_OFF)),
        (LONG_RUN, PAUSED, (NOTHING, Outcome.PAUSED)),
        (LONG_RUN, replace(PAUSED, paused_until=NOW), (WRITE, Outcome.NOTED)),
        (LONG_RUN, LEAVING, (NOTHING, Outcome.LEAVING)),
        (replace(LONG_RUN, review=MUTED), OPEN, (NOTHING, Outcome.MUTED)),
        (replace(LONG_RUN, first_received=NOW - 25 * HOUR), OPEN, (NOTHING, Outcome.BEFORE_NOTES)),
        (replace(LONG_RUN, tags=REFUSED), OPEN, (NOTHING, Outcome.NONOTE)),
        # A run that the athlete asks about: past signals, mute, pause and age, and past nothing else.
        (ASKED_RUN, OPEN, (WRITE, Outcome.NOTED)),
        (replace(ASKED_RUN, review=MUTED), OPEN, (WRITE, Outcome.NOTED)),
        (replace(ASKED_RUN, first_received=NOW - 25 * HOUR), OPEN, (WRITE, Outcome.NOTED)),
        (ASKED_RUN, PAUSED, (WRITE, Outcome.NOTED)),
        (ASKED_RUN, HOLD, (NOTHING, Outcome.ON_HOLD)),
        (ASKED_RUN, OFF, (NOTHING, Outcome.NOTES_OFF)),
        (ASKED_RUN, LEAVING, (NOTHING, Outcome.LEAVING)),
        (replace(ASKED_RUN, tags=ASKED | REFUSED), OPEN, (NOTHING, Outcome.NONOTE)),
        (replace(RIDE, title_tags=ASKED, tags=ASKED), OPEN, (NOTHING, Outcome.NOT_A_RUN)),
    ],
)
def test_a_run_without_a_note_gets_one_when_it_is_flagged_or_asked_about_and_nothing_forbids_it(
    case: Case, policy: NotePolicy, expected: tuple[Act, Outcome]
) -> None:
    assert given(case, policy) == expected


@pytest.mark.parametrize("before", [None, Outcome.MUTED, Outcome.ON_HOLD])
def test_a_run_is_judged_once_unless_its_type_distance_or_tags_change(before: Outcome | None) -> None:
    judged = replace(LONG_RUN, judged_before=LONG_RUN.judged_as, outcome_before=before)

    assert given(judged) == (NOTHING, before or Outcome.NOT_FLAGGED)
    assert given(judged, judged_as="TrailRun:100000:") == (WRITE, Outcome.NOTED)


@pytest.mark.parametrize("note", STANDING)
@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (LONG_RUN, None),
        (EASY_RUN, None),
        (replace(LONG_RUN, tags=REFUSED), Outcome.NONOTE),
        (RIDE, Outcome.NOT_A_RUN),
        (replace(EASY_RUN, judged_before="Run:300000:"), Outcome.NOT_FLAGGED),
        (replace(LONG_RUN, judged_before="Run:300000:"), None),
        (replace(ASKED_RUN, judged_before="Run:300000:#backstride"), None),
    ],
)
@pytest.mark.parametrize("policy", [OPEN, HOLD, OFF, PAUSED, LEAVING])
def test_a_note_that_stands_is_removed_only_by_a_tag_or_by_a_change_of_the_run(
    note: NoteState, case: Case, expected: Outcome | None, policy: NotePolicy
) -> None:
    stays = (NOTHING, Outcome.PAGES if note is NoteState.PAGES else Outcome.NOTED)

    assert given(case, policy, note=note) == ((REMOVE, expected) if expected else stays)


ASKED_AGAIN = replace(ASKED_RUN, note=NoteState.REMOVED, judged_before="Run:100000:")


@pytest.mark.parametrize(
    ("case", "policy", "expected"),
    [
        (replace(LONG_RUN, note=NoteState.REMOVED), OPEN, (NOTHING, Outcome.REMOVED)),
        (ASKED_AGAIN, OPEN, (WRITE, Outcome.NOTED)),
        (ASKED_AGAIN, PAUSED, (WRITE, Outcome.NOTED)),
        (ASKED_AGAIN, HOLD, (NOTHING, Outcome.ON_HOLD)),
        (ASKED_AGAIN, OFF, (NOTHING, Outcome.NOTES_OFF)),
        (ASKED_AGAIN, LEAVING, (NOTHING, Outcome.LEAVING)),
        (replace(ASKED_AGAIN, run=None, not_counted=Outcome.NOT_A_RUN), OPEN, (NOTHING, Outcome.NOT_A_RUN)),
        (replace(ASKED_AGAIN, tags=ASKED | REFUSED), OPEN, (NOTHING, Outcome.REMOVED)),
        (replace(ASKED_AGAIN, judged_before="Run:100000:#backstride"), OPEN, (NOTHING, Outcome.REMOVED)),
        (replace(ASKED_AGAIN, judged_before=None), OPEN, (NOTHING, Outcome.REMOVED)),
    ],
)
def test_a_removed_note_comes_back_only_when_the_tag_that_asks_is_new_and_the_gate_is_open(
    case: Case, policy: NotePolicy, expected: tuple[Act, Outcome]
) -> None:
    assert given(case, policy) == expected


HALF = replace(LONG_RUN, note=NoteState.WRITING)


@pytest.mark.parametrize(
    ("case", "policy", "expected"),
    [
        (HALF, OPEN, (WRITE, Outcome.NOTED)),
        (replace(HALF, review=EASY), OPEN, (REMOVE, Outcome.NOT_FLAGGED)),  # it was cropped meanwhile
        (replace(HALF, review=EASY, asked_on_page=True), OPEN, (WRITE, Outcome.NOTED)),
        (replace(HALF, review=EASY, title_tags=ASKED, tags=ASKED), OPEN, (WRITE, Outcome.NOTED)),
        (replace(HALF, review=EASY), HOLD, (REMOVE, Outcome.NOT_FLAGGED)),
        (HALF, PAUSED, (REMOVE, Outcome.PAUSED)),
        (replace(HALF, asked_on_page=True), PAUSED, (WRITE, Outcome.NOTED)),
        (replace(HALF, asked_on_page=True), HOLD, (REMOVE, Outcome.ON_HOLD)),
        (replace(HALF, asked_on_page=True), OFF, (REMOVE, Outcome.NOTES_OFF)),
        (HALF, LEAVING, (REMOVE, Outcome.LEAVING)),
        (replace(HALF, tags=REFUSED), OPEN, (REMOVE, Outcome.NONOTE)),
        (replace(HALF, run=None, not_counted=Outcome.NOT_A_RUN), OPEN, (REMOVE, Outcome.NOT_A_RUN)),
    ],
)
def test_a_half_written_note_is_finished_if_something_calls_for_it_and_the_gate_is_open_and_else_removed(
    case: Case, policy: NotePolicy, expected: tuple[Act, Outcome]
) -> None:
    assert given(case, policy) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        (NoteState.EDITED, (NOTHING, Outcome.EDITED)),
        (NoteState.NO_PERMISSION, (NOTHING, Outcome.NOT_REMOVED)),
        (NoteState.REFUSED, (NOTHING, Outcome.NOT_REMOVED)),
        (NoteState.REMOVING, (REMOVE, Outcome.REMOVED)),
        (NoteState.GONE, (NOTHING, Outcome.GONE)),
        (NoteState.GONE_UNREMOVED, (NOTHING, Outcome.GONE)),
    ],
)
def test_what_stands_on_strava_against_our_will_is_never_written_over(
    note: NoteState, expected: tuple[Act, Outcome]
) -> None:
    for case in (LONG_RUN, ASKED_AGAIN):
        assert given(case, note=note) == expected


@pytest.mark.parametrize("policy", [HOLD, OFF, LEAVING])
def test_on_hold_with_notes_off_or_leaving_nothing_is_written_whatever_else_is_so(policy: NotePolicy) -> None:
    for note, tags, on_page, review, before in product(
        (None, *NoteState),
        (frozenset[str](), ASKED, REFUSED, ASKED | REFUSED),
        (False, True),
        (EASY, FLAGGED, MUTED),
        (None, "Run:100000:", "Run:300000:#backstride"),
    ):
        case = replace(
            EASY_RUN, note=note, tags=tags, title_tags=tags, asked_on_page=on_page, review=review, judged_before=before
        )

        assert decide(case, policy, NOW).act is not WRITE, case


def test_the_gate_names_what_weighs_most() -> None:
    closed = NotePolicy(notes_on_at=None, paused_until=NOW + HOUR, on_hold=True, leaving=True)
    opened = (closed, replace(closed, leaving=False), replace(closed, leaving=False, on_hold=False), PAUSED, OPEN)

    assert [gate(policy, asked=False, now=NOW) for policy in opened] == [
        Outcome.LEAVING, Outcome.ON_HOLD, Outcome.NOTES_OFF, Outcome.PAUSED, None,
    ]  # fmt: skip
    assert gate(closed, asked=True, now=NOW, not_counted=Outcome.NOT_A_RUN) is Outcome.NOT_A_RUN


def test_after_a_removal_the_row_stays_if_the_athlete_wanted_it_or_the_note_still_stands() -> None:
    assert after_removal(Outcome.NONOTE, NoteState.REMOVED) is NoteState.REMOVED
    assert after_removal(Outcome.REMOVED, NoteState.REMOVED) is NoteState.REMOVED
    assert after_removal(Outcome.NOT_A_RUN, NoteState.REMOVED) is None
    assert after_removal(Outcome.NOT_A_RUN, NoteState.EDITED) is NoteState.EDITED
    assert after_removal(Outcome.NOT_FLAGGED, NoteState.NO_PERMISSION) is NoteState.NO_PERMISSION


def test_a_note_whose_activity_is_back_goes_on_as_before_and_a_wanted_removal_too() -> None:
    gone, unremoved = NoteState.GONE, NoteState.GONE_UNREMOVED

    assert state_once_back(gone, on_pages=False, block_stands=True) is NoteState.WRITTEN
    assert state_once_back(gone, on_pages=False, block_stands=False) is NoteState.REMOVED
    assert state_once_back(gone, on_pages=True, block_stands=False) is NoteState.PAGES
    assert state_once_back(unremoved, on_pages=False, block_stands=True) is NoteState.REMOVING
    assert state_once_back(unremoved, on_pages=False, block_stands=False) is NoteState.REMOVED
    assert [state for state in NoteState if state.once_gone is unremoved] == [
        NoteState.REMOVING, NoteState.NO_PERMISSION, NoteState.REFUSED, NoteState.GONE_UNREMOVED,
    ]  # fmt: skip


def test_in_hindsight_a_run_is_explained_by_the_time_at_which_notes_were_switched_on() -> None:
    since = NOW - 24 * HOUR
    assert hindsight(LONG_RUN, since, NOW) is Outcome.FORGOTTEN
    assert hindsight(EASY_RUN, since, NOW) is Outcome.NOT_FLAGGED
    assert hindsight(replace(LONG_RUN, review=MUTED), since, NOW) is Outcome.MUTED
    assert hindsight(replace(LONG_RUN, first_received=NOW - 25 * HOUR), since, NOW) is Outcome.BEFORE_NOTES
    assert hindsight(LONG_RUN, None, NOW) is Outcome.NOTES_OFF


@pytest.mark.parametrize(
    ("outcome", "flagged", "gave_way", "shown"),
    [
        (Outcome.NOT_FLAGGED, False, False, Outcome.NOT_FLAGGED),
        (Outcome.NOT_FLAGGED, True, False, Outcome.JUDGED_BEFORE),
        (Outcome.NOT_FLAGGED, True, True, Outcome.GAVE_WAY),
        (Outcome.NOTES_OFF, True, True, Outcome.GAVE_WAY),
        (Outcome.NONOTE, True, True, Outcome.NONOTE),
        (Outcome.MUTED, True, False, Outcome.MUTED),
    ],
)
def test_a_page_shows_the_outcome_unless_another_recording_or_new_settings_explain_more(
    outcome: Outcome, flagged: bool, gave_way: bool, shown: Outcome
) -> None:
    assert outcome_to_show(outcome, flagged=flagged, gave_way=gave_way) is shown


def test_what_is_no_counted_run_is_no_run_or_a_run_that_does_not_count() -> None:
    activity = {
        "id": 7, "sport_type": "Run", "start_date": "2026-11-21T09:00:00Z",
        "start_date_local": "2026-11-21T10:00:00Z", "distance": 9000.0, "moving_time": 2900,
    }  # fmt: skip

    run = counted_run(activity)
    short, ride = activity | {"distance": 90.0}, activity | {"sport_type": "Ride"}

    assert not_counted(activity, run) is None
    assert not_counted(short, counted_run(short)) is Outcome.NOT_COUNTED
    assert not_counted(ride, counted_run(ride)) is Outcome.NOT_A_RUN
    assert basis(activity, run, ASKED) == "Run:90000:#backstride"
    assert len(basis(activity | {"sport_type": "R" * 90}, None, ASKED | REFUSED)) == 64


def test_every_reason_of_a_review_is_an_outcome_and_an_unknown_one_is_forgotten() -> None:
    assert {Outcome(reason) for reason in REASONS} <= set(Outcome) - {Outcome.FORGOTTEN}
    assert Outcome("put_back_not") is Outcome.FORGOTTEN


def test_every_state_says_of_itself_all_that_others_ask() -> None:
    said = {
        name: {state.value for state in NoteState if getattr(state, name)}
        for name in (
            "stands",
            "on_strava",
            "removable",
            "is_moving",
            "is_begun",
            "is_gone",
            "counts_for_mute",
            "stays_with_athlete",
        )
    }

    assert said == {
        "stands": {"writing", "written", "pages", "edited"},
        "on_strava": {"writing", "written", "removing", "edited", "no_permission", "refused"},
        "removable": {"writing", "written", "pages", "no_permission", "refused"},
        "is_moving": {"writing", "removing"},
        "is_begun": {"writing"},
        "is_gone": {"gone", "gone_unremoved"},
        "counts_for_mute": {
            "writing", "written", "pages", "removing", "removed", "edited", "no_permission", "refused",
        },
        "stays_with_athlete": {"edited", "no_permission", "refused", "gone_unremoved"},
    }  # fmt: skip


@pytest.mark.parametrize("state", NoteState)
def test_the_outcome_of_a_state_is_what_the_decision_says_of_a_run_with_such_a_note(state: NoteState) -> None:
    assert given(LONG_RUN, note=state)[1] is state.outcome


@pytest.mark.parametrize(
    ("note", "outcome", "may"),
    [
        (None, None, True),
        (None, Outcome.NOT_FLAGGED, True),
        (None, Outcome.WAITING, False),
        (None, Outcome.GAVE_WAY, False),
        (NoteState.REMOVED, None, True),
        (NoteState.REMOVING, None, False),
        (NoteState.WRITTEN, None, False),
        (NoteState.EDITED, None, False),
        (NoteState.GONE, None, False),
    ],
)
def test_a_note_may_be_tried_on_a_checked_run_that_has_none(
    note: NoteState | None, outcome: Outcome | None, may: bool
) -> None:
    assert may_try(note, outcome) is may
