"""Strength work rises and falls with what was logged; when it may follow the last session, and notes told again."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import (
    LIBRARY,
    NOON,
    a_run,
    answers,
    comeback,
    findings,
    pasts,
    runs,
    sessions,
    spike,
    tags,
)
from made_runs import given as given_routines

from content.routines.back import Back
from content.routines.chooser import Chooser
from content.routines.daily import for_today, recall, rest_day
from content.routines.dose_ladder import dose_of
from content.routines.past import EarlierRoutine, LoggedSession, Past
from content.routines.prescribe import LAST_SESSION, prescribe
from content.routines.progression import DUE_WITHIN, TOP, is_easy_week, level
from content.routines.questionnaire import Answers
from content.routines.rest import APART, strength_again
from content.routines.routine import Routine
from content.runs import Run
from content.signals.rules import Finding

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
many = settings(deadline=None)


def trained(*days_ago: float, back: int | None = None) -> Past:
    """Strength sessions so many days before noon."""
    return Past(sessions=tuple(LoggedSession(NOON - days * DAY, strength=True, back=back) for days in days_ago))


def reached(past: Past) -> int:
    return level(past, NOON)


def routine_after(past: Past) -> Routine:
    run = a_run(start=NOON - 3 * HOUR)
    return prescribe(run, [spike()], library=LIBRARY, answers=Answers(), past=past, now=NOON)


def foundation_at(level: int) -> list[str]:
    """The moves of the foundation that are in play, each in its turn."""
    chooser, found = Chooser(LIBRARY, Answers(), Past(), level), []
    for days in range(3):
        item = next(item for item in chooser.items("strength") if item.move.id in LIBRARY.slots["strength-core"].moves)
        found.append(item.move.id)
        given = (*chooser.past.given, EarlierRoutine(NOON + days * DAY, (item.move.id,)))
        chooser = Chooser(LIBRARY, Answers(), Past(given), level)
    return found


def doses(routine: Routine) -> list[tuple[str, str]]:
    return [(item.move.id, item.dose.text) for item in (*routine.today, *routine.strength)]


class TestLevel:
    def test_who_keeps_at_it_steps_up_to_the_next_harder_base(self) -> None:
        steps = [set(foundation_at(level)) for level in (0, 3, 6, 9)]

        assert steps == [
            {"pelvic-tilts", "dead-bug", "bird-dog"}, {"dead-bug", "bird-dog", "plank"},
            {"bird-dog", "plank", "side-plank"}, {"plank", "side-plank", "bear"},
        ]  # fmt: skip

    def test_every_move_of_the_foundation_reaches_its_top_and_never_falls_back(self) -> None:
        slot = LIBRARY.slots["strength-core"]
        for move in map(LIBRARY.moves.__getitem__, slot.moves):
            grown = [dose_of(move, slot, level=level, sessions=0, easy=False) for level in range(TOP + 1)]
            work = [dose.sets * dose.amount for dose, _ in grown]

            assert grown[-1] == (move.dose.ladder[-1], True)
            assert work == sorted(work)

    def test_every_fourth_week_is_an_easy_one_with_one_set_less(self) -> None:
        weeks = [is_easy_week(trained(*range(day, 1, -3), 1), NOON) for day in range(2, 58, 7)]
        usual, easy = (
            dose_of(LIBRARY.moves["dead-bug"], LIBRARY.slots["strength-core"], level=2, sessions=0, easy=easy)
            for easy in (False, True)
        )

        assert weeks == [False, False, False, True, False, False, False, True]
        assert (usual[0].sets, easy[0].sets) == (5, 4)
        assert routine_after(trained(*range(1, 25, 3))).easy_week

    def test_a_stretch_grows_with_the_sessions_logged_from_one_set_to_its_sources_three(self) -> None:
        pose, slot = LIBRARY.moves["childs-pose"], LIBRARY.slots["strength-core"]
        doses = [dose_of(pose, slot, level=0, sessions=count, easy=False)[0].text for count in (0, 8, 16, 80)]

        assert doses == ["5 breaths each way", "8 breaths each way", "10 breaths each way", "3×10 breaths each way"]

    def test_the_top_is_reached_and_is_the_end(self) -> None:
        assert [reached(trained(*range(1, 3 * count, 3))) for count in (8, 9, 30)] == [8, 9, TOP]

    def test_two_days_bring_one_step_at_most(self) -> None:
        assert reached(trained(3, 2.9, 2.5, 1.1)) == 1
        assert reached(trained(3, 1)) == 2

    def test_a_session_of_stretches_alone_is_no_step(self) -> None:
        stretched = LoggedSession(NOON - 3 * DAY, back=0)

        assert reached(Past(sessions=(*trained(9).sessions, stretched))) == 1

    @pytest.mark.parametrize(
        ("felt", "expected"),
        [
            ([0, 2], 2),
            ([0, None], 2),
            ([0, 3], 1),  # a back that complains halts
            ([0, 5], 0),  # and one that hurts steps back
        ],
    )
    def test_how_the_back_felt_decides_about_the_next_step(self, felt: Sequence[int | None], expected: int) -> None:
        told = [LoggedSession(NOON - (6 - 3 * n) * DAY, strength=True, back=back) for n, back in enumerate(felt)]

        assert reached(Past(sessions=tuple(told))) == expected
        assert level(Past(sessions=tuple(told)), NOON, Back.SORE) == 0

    def test_a_back_that_hurts_after_stretches_steps_back_too(self) -> None:
        told = LoggedSession(NOON - DAY, back=6)

        assert reached(Past(sessions=(*trained(6, 3).sessions, told))) == 1

    def test_strength_that_was_prescribed_and_left_undone_steps_back_after_ten_days(self) -> None:
        done = trained(18, 15, 12).sessions

        def left(days_ago: float, *, strength: bool = True) -> Past:
            return Past((EarlierRoutine(NOON - days_ago * DAY, (), strength),), done)

        assert reached(left(11)) == 2
        assert reached(left(9)) == 3  # there is time still
        assert reached(left(11, strength=False)) == 3
        assert reached(left(13)) == 3  # done a day later, in whichever session

    def test_three_weeks_off_cost_two_levels_and_each_further_week_one_more(self) -> None:
        assert reached(trained(37, 34, 31, 28, 25, 22)) == 4
        assert reached(trained(35, 32, 29, 26, 23, 20)) == 6
        assert reached(trained(44, 41, 38, 35, 32, 29)) == 3
        assert reached(trained(58, 55, 52, 49, 46, 43, 2)) == 3

    def test_what_was_left_undone_in_the_pause_costs_nothing_on_top(self) -> None:
        done = trained(37, 34, 31, 28, 25, 22).sessions
        left = tuple(EarlierRoutine(NOON - days * DAY, ()) for days in (21, 18))

        assert reached(Past(left, done)) == 4

    def test_a_comeback_to_running_takes_nothing_from_who_kept_at_strength(self) -> None:
        run = a_run(8.2, start=NOON - 3 * HOUR)

        levels = [
            prescribe(run, [comeback()], library=LIBRARY, answers=Answers(), past=past, now=NOON).level
            for past in (trained(9, 6, 3), trained(90, 80, 70, 60))
        ]

        assert levels == [3, 0]

    @many
    @given(pasts, sessions)
    def test_it_stays_on_the_ladder_and_nothing_later_counts(self, past: Past, later: LoggedSession) -> None:
        now = later.at

        assert 0 <= level(past, now) <= TOP
        assert level(Past(past.given, (*past.sessions, later)), now) == level(past, now)


@many
@given(runs, findings, answers, pasts, tags, st.lists(sessions, max_size=4), st.lists(given_routines, max_size=3))
def test_a_page_shows_the_doses_of_its_note_whatever_was_done_since(
    run: Run,
    found: tuple[Finding, ...],
    told: Answers,
    past: Past,
    tagged: frozenset[str],
    done: list[LoggedSession],
    more: list[EarlierRoutine],
) -> None:
    now = NOON - 30 * DAY
    note = prescribe(run, found, library=LIBRARY, answers=told, past=past, now=now, tags=tagged)
    since = tuple(session for session in done if session.at >= now)
    by_now = Past((*past.given, *(each for each in more if each.at >= now)), (*past.sessions, *since))

    page = recall(note.move_ids, library=LIBRARY, answers=told, given_at=now, past=by_now)

    assert doses(page) == doses(note)


class TestAgain:
    def test_strength_follows_strength_after_48_hours_at_the_earliest(self) -> None:
        assert strength_again(trained(1).sessions, NOON) == NOON + DAY
        assert strength_again((LoggedSession(NOON),), NOON) is None
        assert strength_again((), NOON) is None

    def test_seven_days_have_three_strength_sessions_at_most(self) -> None:
        assert strength_again(trained(6, 4, 2).sessions, NOON) == NOON + DAY
        assert strength_again(trained(9, 4, 2).sessions, NOON) == NOON

    def test_the_days_own_routine_has_strength_again_when_that_is_over(self) -> None:
        def today(past: Past) -> Routine:
            return for_today(library=LIBRARY, recent=[], answers=Answers(), now=NOON, past=past)

        assert today(trained(1.9)).strength == ()
        assert today(trained(1.9)).reasons[0] == LAST_SESSION
        assert len(today(trained(2)).strength) == 3  # of the library
        assert len(today(trained(4, 2)).strength) == 4  # of S0's eight
        assert rest_day(library=LIBRARY, answers=Answers(), now=NOON, past=trained(1)).strength == ()

    def test_a_note_names_the_day_after_that_and_says_why(self) -> None:
        run = a_run(5, minutes=30, start=NOON - HOUR)

        late, soon = (
            prescribe(run, [], library=LIBRARY, answers=Answers(), past=past, now=NOON)
            for past in (trained(0.1), trained(3))
        )

        assert late.strength_at == (NOON - 0.1 * DAY + APART).replace(tzinfo=None)
        assert soon.strength_at == (NOON + DAY - HOUR / 2).replace(tzinfo=None)
        assert LAST_SESSION in late.reasons
        assert LAST_SESSION not in soon.reasons

    @many
    @given(st.lists(st.integers(0, 400), max_size=12))
    def test_who_trains_whenever_it_is_offered_never_trains_too_often(self, hours: list[int]) -> None:
        done: list[LoggedSession] = []
        for hour in sorted(hours):
            now = NOON + hour * HOUR
            if (strength_again(done, now) or now) <= now:
                done.append(LoggedSession(now, strength=True))

        days = [session.at for session in done]
        assert all(later - sooner >= APART for sooner, later in pairwise(days))
        assert all(fourth - first >= 7 * DAY for first, fourth in zip(days, days[3:], strict=False))
        assert DUE_WITHIN > APART


@pytest.mark.parametrize("name", sorted(LIBRARY.moves))
def test_an_irritable_back_takes_every_move_one_step_below_the_dose_it_had(name: str) -> None:
    move, foundation = LIBRARY.moves[name], LIBRARY.slots["strength-core"]
    ladder = move.dose.ladder

    had, _ = dose_of(move, foundation, level=TOP, sessions=80)
    eased, at_top = dose_of(move, foundation, level=TOP, sessions=80, back_off=True)

    assert ladder.index(eased) == max(0, ladder.index(had) - 1)
    assert not at_top
