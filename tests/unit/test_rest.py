"""No note and no page names a day for strength that another run of these days, or its note, does not allow yet."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import LIBRARY, NOON, a_run, runs

from content.notes.compose import compose
from content.routines.daily import for_today
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers
from content.routines.rest import offset_of, rest_before_strength, run_end, severities, strength_at, tells_the_clock
from content.routines.routine import Routine
from content.runs import HIDDEN_START, Run
from content.signals import History, Thresholds, backtest, review

DAY = timedelta(days=1)
MARATHON = a_run(42.3, minutes=230, race=True, start=NOON - 3 * DAY, id=1)  # on a Sunday
JOG = a_run(6, minutes=40)  # the Wednesday after it


def severe(known: Sequence[Run], noted: dict[int, int] | None = None) -> dict[int, int]:
    return severities(backtest(known, Thresholds()).flagged, noted or {}, History(known))


def routine_of(run: Run, known: Sequence[Run], now: datetime, noted: dict[int, int] | None = None) -> Routine:
    """As a worker gives it: the run is the newest that is known, or one that came late."""
    found = review(run, History(known), {}, Thresholds())
    return prescribe(
        run, found.findings, library=LIBRARY, answers=Answers(), now=now, recent=known, severe=severe(known, noted)
    )


def begin_of(routine: Routine) -> datetime:
    """The moment that a routine names, UTC without a zone."""
    assert routine.strength_from is not None
    hour = {"": 6, "midday": 12, "evening": 18}[routine.strength_part]
    return datetime.combine(routine.strength_from, datetime.min.time()) + timedelta(hours=hour) - routine.offset


def test_a_jog_after_a_marathon_allows_no_strength_before_the_marathon_does() -> None:
    now = JOG.start + timedelta(hours=1)
    routine = routine_of(JOG, [MARATHON, JOG], now)

    assert routine.strength_from == date(2025, 3, 9)
    assert "from Sunday evening" in compose(JOG, [], routine, now=now)
    assert "Another run of these days still asks for its rest before strength." in [
        reason.text for reason in routine.reasons
    ]


def test_a_run_that_comes_late_waits_for_what_was_run_since() -> None:
    late = a_run(6, minutes=40, start=NOON - 4 * DAY, id=3)

    assert routine_of(late, [late, MARATHON], NOON).strength_from == date(2025, 3, 9)


def test_what_a_note_said_holds_although_its_run_would_be_judged_milder_by_now() -> None:
    hard = a_run(12, minutes=70, start=NOON - DAY, id=1)

    milder = routine_of(JOG, [hard, JOG], NOON + timedelta(hours=1))
    as_said = routine_of(JOG, [hard, JOG], NOON + timedelta(hours=1), noted={1: 3})

    assert milder.strength_from == date(2025, 3, 6)
    assert as_said.strength_from == date(2025, 3, 7)


def test_a_note_whose_run_is_gone_says_no_more() -> None:
    assert severe([JOG], {1: 3}) == {}


def test_todays_routine_waits_for_the_marathon_too() -> None:
    after = a_run(6, minutes=40, start=NOON - 2 * DAY, id=2)

    assert for_today(library=LIBRARY, recent=[MARATHON, after], answers=Answers(), now=NOON).strength == ()


@pytest.mark.parametrize("seconds", [10**9, 10**14])
def test_a_watch_that_was_never_stopped_ends_no_calendar(seconds: int) -> None:
    left_on = a_run(6, minutes=40, start=NOON - DAY, id=1)._replace(elapsed_s=seconds)

    begin = strength_at([left_on], {}, NOON)

    assert begin == left_on.start + 8 * DAY


def test_a_hidden_start_keeps_its_clock_whatever_is_run_later() -> None:
    home = a_run(start=NOON - 3 * DAY, offset_h=2, id=1)
    hidden = a_run(start=NOON - DAY, id=2)._replace(start_local=datetime(2025, 3, 4, 0, 0, 1))
    away = a_run(offset_h=12, id=3)

    assert offset_of(hidden, [home, hidden, away]) == offset_of(hidden, [home]) == timedelta(hours=2)
    assert offset_of(hidden, [away]) == timedelta(hours=12)


def _log(drawn: Sequence[Run], gaps: Sequence[int]) -> list[Run]:
    """The drawn runs one after the other, with `gaps` in hours between an end and the next start."""
    log: list[Run] = []
    start = NOON
    for number, (run, gap) in enumerate(zip(drawn, gaps, strict=False), start=1):
        clock = run.start_local - run.start.replace(tzinfo=None)
        shown = start.replace(tzinfo=None) + clock
        hidden = run.hidden_start and number > 1  # of the first one the clock is known
        shown = shown.replace(hour=0, minute=0, second=1) if hidden else shown.replace(second=30)
        log.append(run._replace(id=number, start=start, start_local=shown))
        start += timedelta(seconds=max(run.elapsed_s, run.moving_s), hours=gap)
    return log


@settings(deadline=None)
@given(st.lists(runs, min_size=2, max_size=8), st.lists(st.integers(1, 70), min_size=8, max_size=8))
def test_no_note_names_an_earlier_day_than_an_earlier_note_or_any_runs_rule(drawn: list[Run], gaps: list[int]) -> None:
    known: list[Run] = []
    noted: dict[int, int] = {}
    said_before = datetime.min
    for run in _log(drawn, gaps):
        known.append(run)
        now = run_end(run, offset_of(run, known)) + timedelta(minutes=4)
        found = review(run, History(known), {}, Thresholds())
        noted[run.id] = found.severity
        routine = routine_of(run, known, now, noted)
        allowed = max(
            run_end(each, offset_of(each, known)) + rest_before_strength(each, noted[each.id]) for each in known
        )

        assert routine.strength_at is not None
        assert routine.strength_at - routine.offset >= allowed.replace(tzinfo=None)
        assert begin_of(routine) >= allowed.replace(tzinfo=None)
        assert routine.strength_at - routine.offset >= said_before
        on_pages = strength_at(known, severe(known, noted), now)
        assert on_pages is not None
        assert routine.strength_at - routine.offset == on_pages.replace(tzinfo=None)
        said_before = routine.strength_at - routine.offset


def test_runs_with_a_hidden_start_alone_do_not_tell_the_clock() -> None:
    hidden = JOG._replace(start_local=datetime.combine(JOG.day, HIDDEN_START))

    assert not tells_the_clock([])
    assert not tells_the_clock([hidden])
    assert tells_the_clock([JOG, hidden])
