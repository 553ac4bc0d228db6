"""A routine fits the run, the athlete's answers and what was done before; and it can say why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import (
    LIBRARY,
    NOON,
    a_run,
    answers,
    comeback,
    doses,
    findings,
    high,
    long_one,
    moves,
    pasts,
    runs,
    spike,
    tags,
)

from content.moves.dose import Dose
from content.routines.back import Back
from content.routines.past import EarlierRoutine, LoggedSession, Past
from content.routines.prescribe import on_way_back, prescribe
from content.routines.questionnaire import Answers, Pin
from content.routines.routine import Item, Routine
from content.runs import Run
from content.signals.rules import Finding

HOUR = timedelta(hours=1)
flags = st.sampled_from([frozenset({name}) for name in LIBRARY.warning_signs])
few = settings(deadline=None)


def routine_for(
    run: Run | None = None, found: Sequence[Finding] = (), *, answers: Answers | None = None, **given_too: Any
) -> Routine:
    run = run or a_run()
    now = given_too.pop("now", run.start + timedelta(seconds=run.elapsed_s) + HOUR)
    return prescribe(run, found, library=LIBRARY, answers=answers or Answers(), now=now, **given_too)


def ids(items: Sequence[Item]) -> list[str]:
    return [item.move.id for item in items]


@few
@given(runs, findings, answers, pasts, tags)
def test_the_same_day_is_gentle_and_nothing_that_answers_exclude_is_prescribed(
    run: Run, found: tuple[Finding, ...], told: Answers, past: Past, tags: frozenset[str]
) -> None:
    routine = routine_for(run, found, answers=told, past=past, tags=tags)

    assert all(item.move.kind.gentle for item in routine.today)
    assert not any(item.move.kind.gentle for item in routine.strength)
    for item in (*routine.today, *routine.strength):
        assert item.pinned or (told.allow(item.move) and routine.back.allows(item.move))
        assert item.pinned or item.move.from_level <= routine.level
    assert len(set(routine.move_ids)) == len(routine.move_ids)


@few
@given(runs, findings, answers, pasts, tags)
def test_the_same_input_gives_the_same_routine(
    run: Run, found: tuple[Finding, ...], told: Answers, past: Past, tags: frozenset[str]
) -> None:
    once = routine_for(run, found, answers=told, past=past, tags=tags)

    told_otherwise = Past(past.given[::-1], past.sessions[::-1])
    assert routine_for(run, found, answers=told, past=told_otherwise, tags=tags) == once


@few
@given(runs, findings, answers)
def test_every_choice_says_why_and_a_documented_link_names_its_source(
    run: Run, found: tuple[Finding, ...], told: Answers
) -> None:
    routine = routine_for(run, found, answers=told)

    reasons = [item.reason for item in (*routine.today, *routine.strength)] + [tip.reason for tip in routine.tips]
    reasons += [routine.next_run.reason] if routine.next_run else []
    for reason in (*reasons, *routine.reasons):
        assert reason.text
        assert reason.link in ("D", "O")
        assert reason.sources or reason.link == "O"


@few
@given(runs, findings, st.builds(replace, answers, red_flags=flags), pasts, tags)
def test_on_hold_there_is_no_exercise_and_no_run_only_where_to_turn(
    run: Run, found: tuple[Finding, ...], told: Answers, past: Past, tags: frozenset[str]
) -> None:
    routine = routine_for(run, found, answers=told, past=past, tags=tags)

    assert routine.hold is not None
    assert (routine.today, routine.strength, routine.next_run, routine.tips) == ((), (), None, ())


@few
@given(runs, findings)
def test_strength_is_never_sooner_than_the_hours_after_the_runs_end(run: Run, found: tuple[Finding, ...]) -> None:
    routine = routine_for(run, found)
    hours = {0: 24, 1: 24, 2: 48, 3: 72}[max((finding.severity for finding in found), default=0)]
    hours = max(hours, 48 if run.moving_s >= 7200 else 0, 168 if run.distance_dm >= 420_000 else 0)
    end = run.start + timedelta(seconds=run.elapsed_s)

    assert routine.strength_at is not None
    assert routine.strength_from is not None
    assert routine.strength_at - routine.offset >= end.replace(tzinfo=None) + hours * HOUR
    named = {"": 0, "midday": 12, "evening": 18}[routine.strength_part]
    said = datetime(*routine.strength_from.timetuple()[:3]) + (named or 6) * HOUR
    assert said >= routine.strength_at


@pytest.mark.parametrize(
    ("run", "found", "day", "part"),
    [
        # Wednesday noon; the end is 110 minutes later
        (a_run(), [long_one()], date(2025, 3, 6), "evening"),
        (a_run(), [spike(band="small")], date(2025, 3, 6), "evening"),
        (a_run(), [spike(band="moderate")], date(2025, 3, 7), "evening"),
        (a_run(), [spike(band="large")], date(2025, 3, 8), "evening"),
        (a_run(), [high()], date(2025, 3, 7), "evening"),
        (a_run(minutes=120), [long_one()], date(2025, 3, 7), "evening"),
        (a_run(42.2, minutes=240), [spike(42.2)], date(2025, 3, 12), "evening"),
        (a_run(minutes=110, elapsed_min=8 * 60), [long_one()], date(2025, 3, 7), ""),  # ends at 20:00: not that evening
        (a_run(start=NOON - 8 * HOUR, minutes=60), [long_one()], date(2025, 3, 6), ""),  # ends at 5:00
        (a_run(start=NOON - 4 * HOUR, minutes=60), [long_one()], date(2025, 3, 6), "midday"),
        (a_run(offset_h=-11), [long_one()], date(2025, 3, 6), ""),  # 1:00 local on the 5th
        (a_run(offset_h=12.75), [long_one()], date(2025, 3, 7), ""),  # 0:45 local on the 6th
    ],
)
def test_strength_starts_on_the_athletes_own_weekday(run: Run, found: list[Finding], day: date, part: str) -> None:
    routine = routine_for(run, found)

    assert (routine.strength_from, routine.strength_part) == (day, part)


def test_a_hidden_start_counts_from_the_end_of_its_day_by_the_clock_of_the_runs_before() -> None:
    hidden = a_run()._replace(start_local=datetime(2025, 3, 5, 0, 0, 1), start=NOON.replace(hour=0))
    before = a_run(start=NOON - timedelta(days=3), offset_h=-5, id=1)

    routine = routine_for(hidden, [long_one()], recent=[before])

    assert routine.offset == -5 * HOUR
    assert routine.strength_at == datetime(2025, 3, 7)


@few
@given(runs, findings, pasts)
def test_no_two_routines_in_a_row_begin_alike(run: Run, found: tuple[Finding, ...], past: Past) -> None:
    now = run.start + timedelta(seconds=run.elapsed_s) + HOUR
    before = tuple(routine for routine in past.given if routine.at < now)
    first = routine_for(run, found, past=Past(before, past.sessions), now=now)
    just_given = EarlierRoutine(now, first.move_ids)
    second = routine_for(run, found, past=Past((*before, just_given), past.sessions), now=now + HOUR)

    if first.back is Back.QUIET:  # a sore back gets the moves that ease it, again and again
        assert set(ids(first.today)) != set(ids(second.today))
        assert set(ids(first.strength)) != set(ids(second.strength))
        assert first.today[0].move != second.today[0].move
        assert first.strength[0].move != second.strength[0].move


@pytest.mark.parametrize(
    ("run", "found", "expected"),
    [
        (a_run(climb_m=400), [spike()], {"split-squat", "hip-flexor-stretch", "dead-bug"}),
        (a_run(sport="TrailRun"), [long_one()], {"side-plank", "hip-cars"}),
        (a_run(cadence=150.0), [high()], {"hip-flexor-stretch"}),
        (a_run(8.2), [comeback()], {"glute-bridge", "squat", "hip-cars"}),
        (a_run(race=True), [spike()], {"hip-flexor-stretch"}),
    ],
)
def test_moves_match_what_the_run_was(run: Run, found: list[Finding], expected: set[str]) -> None:
    usual = [a_run(start=NOON - timedelta(days=day), id=day) for day in range(1, 9)]

    assert set(routine_for(run, found, recent=usual).move_ids) >= expected


@pytest.mark.parametrize(
    ("run", "given_too", "tip"),
    [
        (a_run(minutes=90), {}, "drink"),
        (a_run(8, minutes=40, temperature=24.0), {}, "drink"),
        (a_run(sport="TrailRun"), {}, "trail-backs"),
        (a_run(trainer=True), {"answers": Answers(hurts=True)}, "treadmill-incline"),
        (a_run(), {"shoe_km": 500.0}, "check-shoes"),
        (a_run(), {"tags": {"#back"}}, "comfort-first"),
        (a_run(race=True), {}, "posture-check"),
    ],
)
def test_tips_match_what_the_run_was(run: Run, given_too: dict[str, Any], tip: str) -> None:
    routine = routine_for(run, [high()], **given_too)

    assert tip in [chosen.tip.id for chosen in routine.tips]


@pytest.mark.parametrize(
    "run", [a_run(8, minutes=40, temperature=23.9), a_run(8, minutes=40, trainer=True), a_run(8, minutes=40)]
)
def test_without_a_cause_there_is_no_tip(run: Run) -> None:
    assert routine_for(run, [high()], shoe_km=499.9).tips == ()


def test_few_steps_count_only_at_the_usual_pace() -> None:
    run = a_run(10, minutes=60, cadence=150.0)
    usual = [a_run(10, minutes=58, start=NOON - timedelta(days=3), id=1)]
    faster = [a_run(10, minutes=45, start=NOON - timedelta(days=3), id=1)]

    tips = [routine_for(run, [high()], recent=recent).tips for recent in (usual, faster, [])]

    assert [bool(found) for found in tips] == [True, False, False]


def test_of_the_tips_that_fit_many_runs_another_one_comes_first_in_each_note() -> None:
    long = a_run(minutes=100)
    given_before = [EarlierRoutine(NOON - timedelta(days=20 * n), ()) for n in range(1, 4)]
    first = [
        routine_for(long, [long_one()], past=Past(given=tuple(given_before[:number]))).tips[0].tip.id
        for number in range(4)
    ]

    assert first == ["drink", "posture-check", "run-walk", "drink"]


def test_on_a_way_back_its_next_step_is_the_next_run_unless_the_back_is_sore() -> None:
    way = on_way_back(routine_for(a_run(), [spike()]), LIBRARY)
    sore = on_way_back(routine_for(a_run(), [spike()], tags=frozenset({"#back"})), LIBRARY)

    assert way.next_run
    assert (way.next_run.words.id, way.next_run.outlook.limit_dm) == ("way-back", None)
    assert sore.next_run
    assert sore.next_run.words.id == "back"


def test_three_run_days_in_a_row_call_for_rest() -> None:
    run = a_run(8, minutes=40)
    before = [a_run(start=NOON - timedelta(days=day), id=day) for day in (1, 2)]

    assert [tip.tip.id for tip in routine_for(run, [high()], recent=before).tips] == ["rest-day"]
    assert routine_for(run, [high()], recent=before[1:]).tips == ()


STRETCHES = {"figure-4", "hip-flexor-stretch", "toe-touch", "childs-pose", "trunk-rotation", "downward-dog"}
CORE = {"dead-bug", "plank", "bird-dog", "bear", "side-plank"}
HIPS = {"glute-bridge", "clamshell", "hip-thrust", "side-plank"}
LEGS = {"squat", "step-up", "lunge", "split-squat"}
DAYS_BEFORE = [a_run(10, minutes=60, start=NOON - timedelta(days=day), id=day) for day in (1, 2)]


@pytest.mark.parametrize(
    ("run", "found", "told", "today", "strength", "tip", "next_run"),
    [
        # one line for each signal; each set holds one move or more of the routine
        (a_run(), [spike()], {}, [STRETCHES], [CORE, HIPS, LEGS], None, "spike"),
        (a_run(8, minutes=45), [high()], {}, [STRETCHES], [CORE, HIPS, LEGS], None, "weekly"),
        (a_run(), [long_one()], {}, [STRETCHES, {"figure-4"}], [LEGS], "posture-check", "long"),
        (a_run(10, minutes=42, race=True), [high()], {}, [STRETCHES], [CORE], "posture-check", "race"),
        (a_run(8.2, minutes=50), [comeback()], {}, [{"hip-cars", "cat-cow"}], [LEGS], "return-gradually", "comeback"),
        (a_run(10), [high()], {"recent": DAYS_BEFORE}, [STRETCHES], [CORE], "rest-day", "weekly"),
        (a_run(climb_m=400), [], {}, [{"hip-flexor-stretch"}], [{"split-squat"}], None, "easy"),
        (a_run(sport="TrailRun"), [], {}, [{"hip-cars"}], [{"side-plank"}], "trail-backs", "easy"),
        (a_run(trainer=True), [], {"answers": Answers(hurts=True)}, [], None, "treadmill-incline", "back"),
        (a_run(10, minutes=60, cadence=150.0), [], {"recent": DAYS_BEFORE}, [{"hip-flexor-stretch"}], [],
         "quicker-steps", "easy"),
        (a_run(8, minutes=40, temperature=24.0), [], {}, [], [], "drink", "easy"),
        (a_run(8, minutes=40), [], {"shoe_km": 500.0}, [], [], "check-shoes", "easy"),
        (a_run(), [spike()], {"tags": {"#back"}}, [{"cat-cow"}, {"knees-to-chest"}], None, "comfort-first", "back"),
        (a_run(42.2, race=True), [spike(42.2)], {"tags": {"#back"}}, [], None, "heat", "back"),
    ],
)  # fmt: skip
def test_what_each_signal_calls_for(
    run: Run,
    found: list[Finding],
    told: dict[str, Any],
    today: list[set[str]],
    strength: list[set[str]] | None,
    tip: str | None,
    next_run: str,
) -> None:
    routine = routine_for(run, found, **told)

    assert all(moves & set(ids(routine.today)) for moves in today)
    assert bool(routine.strength) == (strength is not None)
    assert all(moves & set(ids(routine.strength)) for moves in strength or [])
    assert tip is None or tip in [chosen.tip.id for chosen in routine.tips]
    assert routine.next_run is not None
    assert routine.next_run.words.id == next_run


@few
@given(runs, findings, answers, pasts)
def test_back_leaves_all_strength_out_whatever_else_is_so(
    run: Run, found: tuple[Finding, ...], told: Answers, past: Past
) -> None:
    routine = routine_for(run, found, answers=told, past=past, tags={"#back"}, recent=DAYS_BEFORE)

    assert (routine.strength, routine.strength_at, routine.strength_from) == ((), None, None)
    assert all(item.move.kind.gentle for item in routine.today)


def test_back_puts_self_care_first_and_leaves_strength_out() -> None:
    routine = routine_for(found=[spike()], tags={"#back"}, answers=Answers(pins=(Pin("squat"),)))

    assert routine.sore
    assert (routine.strength, routine.strength_at) == ((), None)
    assert [tip.tip.id for tip in routine.tips] == ["comfort-first", "treadmill-incline", "heat", "rest-day"]


def test_moves_that_arch_come_only_when_arching_was_answered_fine() -> None:
    extension = {move.id for move in LIBRARY.moves.values() if move.extension}
    others = tuple(move for move in LIBRARY.moves if move not in extension)
    past = Past((EarlierRoutine(NOON - timedelta(days=3), others),))  # so that the rotation reaches what is left

    unasked = routine_for(found=[long_one()], past=past).move_ids
    fine = routine_for(found=[long_one()], past=past, answers=Answers(arching="fine")).move_ids

    assert not extension & set(unasked)
    assert extension & set(fine) == {"sphinx", "superman"}


def test_bending_that_hurts_leaves_bending_out() -> None:
    routine = routine_for(found=[spike()], answers=Answers(bending="worse"))

    assert "childs-pose" not in routine.move_ids
    assert len(routine.today) == 3


def test_without_getting_down_to_the_floor_there_is_a_standing_routine() -> None:
    routine = routine_for(found=[spike()], answers=Answers(floor=False))

    assert len(routine.today) == 3
    assert len(routine.strength) == 3
    assert not any(item.move.floor for item in (*routine.today, *routine.strength))


def test_an_ask_first_condition_leaves_only_what_the_physio_gave() -> None:
    told = Answers(conditions=frozenset({"osteoporosis"}), pins=(Pin("squat"),))

    routine = routine_for(found=[spike()], answers=told)

    assert routine.ask_first
    assert routine.move_ids == ("squat",)


def test_once_cleared_moves_come_back_but_those_unfit_for_the_condition_do_not() -> None:
    routine = routine_for(found=[spike()], answers=Answers(conditions=frozenset({"osteoporosis"}), cleared=True))

    assert len(routine.today) == 3
    assert not any("osteoporosis" in item.move.leave_out for item in (*routine.today, *routine.strength))


@few
@given(moves, doses)
def test_what_the_physio_pinned_comes_first_with_the_physios_dose(move: str, dose: Dose) -> None:
    told = Answers(floor=False, equipment=frozenset(), arching="worse", pins=(Pin(move, dose),))

    routine = routine_for(found=[spike()], answers=told)

    first = (routine.today if LIBRARY.moves[move].kind.gentle else routine.strength)[0]
    assert (first.move.id, first.dose, first.pinned) == (move, dose, True)


@pytest.mark.parametrize(
    ("run", "found", "words"),
    [
        (a_run(), [spike(), high(), long_one()], "spike"),
        (a_run(), [high(), long_one()], "weekly"),
        (a_run(), [long_one()], "long"),
        (a_run(8.2, minutes=50), [comeback()], "comeback"),
        (a_run(42.2, minutes=240), [comeback(42.2)], "marathon"),
        (a_run(race=True), [spike()], "race"),
        (a_run(42.2, race=True), [spike(42.2)], "marathon"),
        (a_run(), [], "easy"),
    ],
)
def test_the_words_for_the_next_run_follow_from_the_findings(run: Run, found: list[Finding], words: str) -> None:
    chosen = routine_for(run, found).next_run

    assert chosen is not None
    assert chosen.words.id == words


@few
@given(st.lists(runs, max_size=5), runs)
def test_later_runs_change_nothing_but_the_days_of_strength_and_of_the_next_run(others: list[Run], run: Run) -> None:
    later = [other for other in others if (other.start, other.id) > (run.start, run.id) and not other.hidden_start]
    visible = run._replace(start_local=run.start.replace(tzinfo=None))

    alone, among_them = routine_for(visible, []), routine_for(visible, [], recent=later)

    assert among_them.strength_at is not None
    assert alone.strength_at is not None
    assert among_them.strength_at >= alone.strength_at
    day = {"strength_at": None, "strength_from": None, "strength_part": "", "reasons": (), "next_run": None}
    assert replace(among_them, **day) == replace(alone, **day)  # type: ignore[arg-type]  # keyword arguments of different types


def test_a_move_that_two_rules_call_for_does_for_both() -> None:
    hilly = a_run(16, minutes=100, climb_m=400)

    routine = routine_for(hilly, [spike(16, 12, "small"), long_one(16, 9)])

    assert [item.move.id for item in routine.today if item.called] == ["hip-flexor-stretch"]


def test_no_move_is_given_in_more_than_half_of_the_routines_while_there_is_another() -> None:
    often = EarlierRoutine(NOON - timedelta(days=40), ("hip-flexor-stretch", "downward-dog"))
    given = (often, replace(often, at=NOON - timedelta(days=30)), EarlierRoutine(NOON - timedelta(days=20), ("saw",)))

    routine = routine_for(a_run(16, climb_m=400), past=Past(given))

    assert [item.move.id for item in routine.today if item.called] == ["figure-4"]


def test_the_reasons_of_moves_and_of_the_next_run_stand_before_those_of_a_tip_alone() -> None:
    worn = routine_for(a_run(16, climb_m=400), [spike()], shoe_km=700.0)

    assert [reason.text.split()[0] for reason in worn.reasons[:2]] == ["Hills:", "A"]
    assert "Support fades" in worn.reasons[2].text or "Warm or long" in worn.reasons[2].text


def test_the_length_of_the_next_run_after_a_comeback_names_nothing_beyond_it() -> None:
    before = [a_run(6, minutes=36, start=NOON - timedelta(days=n), id=100 + n) for n in range(30, 90, 3)]

    routine = routine_for(a_run(17, minutes=85), [comeback(17)], recent=before)

    assert routine.next_run
    assert routine.next_run.outlook.limit_dm == 60_000
    assert routine.next_run.outlook.spike_dm is None


HILLY_TRAIL = a_run(16, minutes=100, climb_m=400, sport="TrailRun", temperature=2.0)


@pytest.mark.parametrize("told", [{"tags": {"#back"}}, {"answers": Answers(conditions=frozenset({"pregnancy"}))}])
def test_where_no_exercise_of_ours_is_given_neither_a_tip_nor_a_reason_speaks_of_it(told: dict[str, Any]) -> None:
    routine = routine_for(HILLY_TRAIL, [spike(16, 12, "small")], **told)

    said = {tip.tip.id for tip in routine.tips}
    assert said.isdisjoint({"warm-up", "trail-backs"})
    assert [
        reason.text for reason in routine.reasons if reason.text.startswith(("Hills", "Trails", "Before the"))
    ] == []
    assert routine.next_run
    assert routine.next_run.reason in routine.reasons


def test_an_irritable_back_hears_of_no_move_that_it_does_not_get() -> None:
    past = Past(sessions=(LoggedSession(NOON - timedelta(days=1), strength=True, back=4),))

    routine = routine_for(HILLY_TRAIL, [spike(16, 12, "small")], past=past)

    assert not any(reason.text.startswith(("Hills", "Trails")) for reason in routine.reasons)
    assert "keep-it-easy" in {tip.tip.id for tip in routine.tips}
