"""The state of the back is one value, from what was told and when; note, page and plan follow it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import LIBRARY, NOON, a_run, answers, findings, pasts, runs, spike

from content.notes.compose import FORMS, compose
from content.routines.back import Back, asks_again, has_lasted, state_of, with_tag
from content.routines.daily import after_run, before_run, for_today, recall, rest_day
from content.routines.past import EarlierRoutine, LoggedSession, Past, ToldScore
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers, can_be_a_mistake, with_times, without_mistake
from content.routines.routine import Routine
from content.runs import Run
from content.signals.rules import Finding

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HURTS = Answers(hurts=True, hurts_at=NOON - DAY)
few = settings(deadline=None)


def scored(*scores: tuple[float, int | None]) -> Past:
    """Sessions so many days before noon, with how the back felt."""
    return Past(sessions=tuple(LoggedSession(NOON - days * DAY, strength=True, back=back) for days, back in scores))


def tagged(*days: float, **told: Any) -> Answers:
    """The answers after runs that said #back, so many days before noon."""
    answers = Answers(**told)
    for start in sorted(NOON - n * DAY for n in days):
        answers = with_tag(answers, {"#back"}, start, start + 2 * HOUR)
    return answers


@pytest.mark.parametrize(
    ("told", "past", "tags", "state"),
    [
        (Answers(), Past(), (), Back.QUIET),
        (Answers(), scored((1, 2)), (), Back.QUIET),
        (Answers(), scored((1, None)), (), Back.QUIET),
        (Answers(), scored((1, 3)), (), Back.IRRITABLE),
        (Answers(), scored((1, 4), (2, 0)), (), Back.IRRITABLE),
        (Answers(), scored((6.9, 4)), (), Back.IRRITABLE),
        (Answers(), scored((7, 4)), (), Back.QUIET),
        (Answers(), scored((6.9, 5)), (), Back.SORE),
        (Answers(), scored((7, 10)), (), Back.QUIET),
        (Answers(), scored((-1, 10)), (), Back.QUIET),  # of tomorrow
        (Answers(), Past(), ("#back",), Back.SORE),
        (Answers(), Past(), ("#backstride",), Back.QUIET),
        (Answers(hurts=True, hurts_at=NOON - 13.9 * DAY), Past(), (), Back.SORE),
        (Answers(hurts=True, hurts_at=NOON - 14 * DAY), Past(), (), Back.QUIET),
        (Answers(hurts=True), Past(), (), Back.SORE),  # without a time it counts as said now
        (Answers(hurts=False, hurts_at=NOON), scored((1, 6)), (), Back.SORE),  # a score counts as much as an answer
        (Answers(red_flags=frozenset({"night"})), scored((1, 6)), ("#back",), Back.ON_HOLD),
        # a score told by itself, after a run or on the morning after
        (Answers(), Past(felt=(ToldScore(NOON - 6.9 * DAY, 5),)), (), Back.SORE),
        (Answers(), Past(felt=(ToldScore(NOON - 7 * DAY, 5),)), (), Back.QUIET),
        (Answers(), replace(scored((1, 0)), felt=(ToldScore(NOON, 3),)), (), Back.IRRITABLE),
        # #back of an earlier run
        (tagged(6.9), Past(), (), Back.SORE),
        (tagged(7), Past(), (), Back.QUIET),
        (tagged(8, 4), Past(), (), Back.SORE),  # the second one extends the first
        (tagged(-0.1), Past(), (), Back.QUIET),  # of later on
        (tagged(2, hurts=False, hurts_at=NOON - DAY), Past(), (), Back.QUIET),  # well since
        (tagged(1, hurts=False, hurts_at=NOON - 2 * DAY), Past(), (), Back.SORE),
        (tagged(2, conditions=frozenset({"spine"})), Past(), (), Back.SORE),
        # a note without strength work says nothing by itself
        (Answers(), Past(given=(EarlierRoutine(NOON - DAY, ("cat-cow",), strength=False),)), (), Back.QUIET),
    ],
)
def test_the_state_follows_from_what_was_told_and_when(
    told: Answers, past: Past, tags: tuple[str, ...], state: Back
) -> None:
    assert state_of(told, past, NOON, tags=tags) is state


@pytest.mark.parametrize(("tags", "days"), [((), 1), (("#backstride",), 1), (("#back",), 7), (("#back",), -1)])
def test_without_the_tag_or_on_a_run_long_gone_nothing_is_told(tags: tuple[str, ...], days: float) -> None:
    assert with_tag(Answers(), tags, NOON - days * DAY, NOON) == Answers()


def test_an_older_run_that_comes_late_takes_nothing_from_a_newer_one() -> None:
    newer = with_tag(Answers(), ("#back",), NOON - DAY, NOON)

    assert with_tag(newer, ("#back",), NOON - 3 * DAY, NOON) == newer


def test_it_hurts_now_expires_after_two_weeks_and_is_then_asked_again() -> None:
    assert not asks_again(HURTS, NOON)
    assert asks_again(HURTS, NOON + 14 * DAY)
    assert not asks_again(Answers(hurts=False, hurts_at=NOON - 30 * DAY), NOON)


Maker = Callable[..., Routine]


def _note(**told: Any) -> Routine:
    return prescribe(a_run(climb_m=900, start=NOON - timedelta(hours=3)), [spike()], library=LIBRARY, now=NOON, **told)


def _today(**told: Any) -> Routine:
    return for_today(library=LIBRARY, recent=[], now=NOON, **told)


def _after_run(**told: Any) -> Routine:
    return after_run(library=LIBRARY, now=NOON, **told)


def _rest_day(**told: Any) -> Routine:
    return rest_day(library=LIBRARY, now=NOON, **told)


def _shown_again(**told: Any) -> Routine:
    moves = ["toe-touch", "childs-pose", "sphinx", "split-squat", "deadlift"]
    return recall(moves, library=LIBRARY, given_at=NOON - 2 * DAY, now=NOON, **told)


MAKERS = [_note, _today, _after_run, _rest_day, _shown_again]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("told", "past"), [(HURTS, Past()), (Answers(), scored((1, 5)))])
def test_a_sore_back_gets_what_eases_it_and_no_strength_anywhere(make: Maker, told: Answers, past: Past) -> None:
    routine = make(answers=told, past=past)

    assert routine.back is Back.SORE
    assert routine.strength == ()
    assert routine.today[0].move.id == "cat-cow"
    assert "toe-touch" not in routine.move_ids
    assert routine.tips[0].tip.id == "comfort-first"


@pytest.mark.parametrize("make", MAKERS)
def test_an_irritable_back_gets_base_moves_only_and_no_loaded_bending(make: Maker) -> None:
    strong = Past(sessions=tuple(LoggedSession(NOON - days * DAY, strength=True) for days in range(9, 36, 3)))
    past = Past(sessions=(*strong.sessions, LoggedSession(NOON - 3 * DAY, strength=True, back=4)))
    weights = Answers(bending="fine", arching="fine", equipment=frozenset({"mat", "chair", "step", "weight"}))

    quiet, irritable = make(answers=weights, past=strong), make(answers=weights, past=past)

    assert irritable.back is Back.IRRITABLE
    assert not any(item.move.flexion or item.move.extension for item in (*irritable.today, *irritable.strength))
    assert irritable.level in (0, quiet.level - 1)
    if make in (_note, _today, _rest_day):
        base = {move for slot in LIBRARY.slots.values() if slot.base for move in slot.moves}
        assert set(irritable.move_ids) <= base
        assert irritable.strength


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ({}, "cat-cow"),
        ({"arching": "fine"}, "cat-cow"),
        ({"arching": "worse"}, "knees-to-chest"),
        ({"bending": "worse"}, "trunk-rotation"),
        ({"bending": "worse", "arching": "worse"}, "trunk-rotation"),
        ({"floor": False}, "hip-circles"),
    ],
)
def test_the_first_move_for_a_sore_back_is_one_that_eases(told: dict[str, Any], first: str) -> None:
    assert _note(answers=Answers(hurts=True, **told)).today[0].move.id == first


BENDING = {"roll-ups", "saw", "straight-leg-stretch", "toe-touch", "good-morning", "deadlift", "romanian-deadlift"}


def test_bending_is_gated_as_arching_is() -> None:
    assert {move.id for move in LIBRARY.moves.values() if move.flexion} == BENDING


@few
@given(runs, findings, answers, pasts)
def test_no_bending_under_load_without_a_quiet_back_and_none_where_it_is_worse(
    run: Run, found: tuple[Finding, ...], told: Answers, past: Past
) -> None:
    routine = prescribe(run, found, library=LIBRARY, answers=told, past=past, now=run.start + timedelta(hours=9))

    pinned = {pin.move for pin in told.pins}
    if routine.back is not Back.QUIET or told.bending == "worse":
        assert not (BENDING - pinned) & set(routine.move_ids)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_sore_note_says_warning_signs_first_and_names_the_emergency_in_every_form(form: str) -> None:
    run = a_run(start=NOON - timedelta(hours=3))
    lines = compose(run, [spike()], _note(answers=HURTS), form=form, now=NOON).split("\n")

    assert "emergency" in lines[1]
    assert "bladder" in lines[1]
    assert not any(line.startswith("Strength") for line in lines)
    assert any(line.startswith("Next run: ") and "quiet" in line for line in lines)


@pytest.mark.parametrize("form", ["standard", "long"])
def test_every_standard_and_long_note_names_the_emergency(form: str) -> None:
    run = a_run(start=NOON - timedelta(hours=3))

    assert "emergency" in compose(run, [spike()], _note(answers=Answers()), form=form, now=NOON)


def test_the_run_walk_of_a_sore_back_names_its_trial() -> None:
    run = a_run(start=NOON - timedelta(hours=3))

    assert "ASTEROID" in compose(run, [spike()], _note(answers=HURTS), now=NOON)


def test_the_warm_up_takes_five_minutes_and_a_sore_back_gets_none() -> None:
    quiet = before_run(library=LIBRARY, answers=Answers(), now=NOON)
    sore = before_run(library=LIBRARY, answers=HURTS, now=NOON)

    assert [item.move.id for item in quiet.today] == [
        "leg-swings", "butt-kicks", "ankle-drills", "glute-squeezes", "core-holds",
    ]  # fmt: skip
    assert 4 * 60 <= sum(item.seconds for item in quiet.today) <= 5 * 60
    assert "butt-kicks" not in sore.move_ids


def test_the_warm_up_follows_a_logged_score_too() -> None:
    irritable = before_run(library=LIBRARY, answers=Answers(), now=NOON, past=scored((1, 4)))
    sore = before_run(library=LIBRARY, answers=Answers(), now=NOON, past=scored((1, 6)))

    assert [item.dose for item in irritable.today] == [item.move.dose.ladder[0] for item in irritable.today]
    assert sore.back is Back.SORE
    assert "butt-kicks" not in sore.move_ids


class TestMistake:
    def test_for_ten_minutes_a_report_can_be_removed_without_a_clinician(self) -> None:
        told = with_times(Answers(), Answers(red_flags=frozenset({"night"})), {"red_flags"}, NOON)

        assert can_be_a_mistake(told, NOON + 9 * MINUTE)
        assert without_mistake(told, NOON + 9 * MINUTE) == Answers()
        assert without_mistake(told, NOON + 10 * MINUTE) == told

    def test_earlier_reports_stay(self) -> None:
        first = with_times(Answers(), Answers(red_flags=frozenset({"night"})), {"red_flags"}, NOON)
        second = with_times(first, Answers(red_flags=frozenset({"night", "fall"})), {"red_flags"}, NOON + 30 * MINUTE)

        assert without_mistake(second, NOON + 31 * MINUTE).red_flags == {"night"}
        assert not can_be_a_mistake(without_mistake(second, NOON + 31 * MINUTE), NOON + 32 * MINUTE)

    def test_the_end_of_a_hold_leaves_no_trace_of_the_report(self) -> None:
        told = with_times(Answers(), Answers(red_flags=frozenset({"night"})), {"red_flags"}, NOON)

        assert with_times(told, Answers(), {"red_flags"}, NOON + DAY) == Answers()


@few
@given(st.booleans() | st.none(), answers)
def test_it_hurts_now_counts_from_when_it_was_last_sent(hurts: bool | None, before: Answers) -> None:
    sent = with_times(before, Answers(hurts=hurts), {"hurts"}, NOON)
    not_sent = with_times(before, before, {"floor"}, NOON)

    assert sent.hurts_at == (None if hurts is None else NOON)
    assert not_sent.hurts_at == before.hurts_at


@pytest.mark.parametrize(
    ("past", "lasts"),
    [
        (scored((1, 5), (8, 6), (15, 5)), True),
        (scored((1, 3), (8, 4), (15, 3)), True),
        (scored((1, 5), (8, 6), (13, 5)), False),  # not yet two weeks
        (scored((1, 5), (8, 2), (15, 5)), False),  # well in between
        (scored((8, 5), (15, 5), (22, 5)), False),  # nothing told for a week
        (Past(felt=(ToldScore(NOON - 15 * DAY, 4), ToldScore(NOON - DAY, 4))), True),
        (scored((1, None), (2, 5), (20, 5)), True),
        (Past(), False),
    ],
)
def test_a_back_that_complains_for_two_weeks_is_for_a_clinician_to_see(past: Past, lasts: bool) -> None:
    assert has_lasted(past, NOON) is lasts
