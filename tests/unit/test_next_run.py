"""The next run comes after its rest, easy, and no place names more than the limit of its day."""

import re
from datetime import date, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_notes import Written, notes_of, runner
from made_runs import NOON, a_run

from content.notes.formats import Formats
from content.routines.next_run import outlook, rest_days
from content.routines.questionnaire import Answers
from content.runs import Run
from content.signals.headroom import headroom_on
from content.signals.history import History
from content.signals.thresholds import Thresholds

DAY = timedelta(days=1)
LIMIT = re.compile(r"Next run: .*?, up to (\d+(?:\.\d+)?) km")
UNTIL = re.compile(r"nothing beyond (\d+(?:\.\d+)?) km")
STATES = [Answers(), Answers(hurts=True), Answers(arching="worse"), Answers(bending="fine", floor=False)]


def habit(days: int = 100, km: float = 8.0) -> list[Run]:
    """A run every other day up to yesterday's yesterday."""
    return [a_run(km, minutes=round(6 * km), start=NOON - n * DAY, id=n) for n in range(2, days, 2)]


@pytest.mark.parametrize(
    ("run", "severity", "days"),
    [
        (a_run(8, minutes=48), 0, 0),
        (a_run(12, minutes=70), 1, 0),
        (a_run(14, minutes=80), 2, 1),  # a moderate spike, or a bigger week
        (a_run(20, minutes=120), 0, 1),
        (a_run(30, minutes=170), 3, 2),
        (a_run(42.2, minutes=200), 3, 6),
    ],
)
def test_rest_comes_first(run: Run, severity: int, days: int) -> None:
    assert rest_days(run, severity) == days


def test_an_easy_run_takes_no_rest_from_a_hard_one_before() -> None:
    hard, easy = a_run(16, minutes=95, start=NOON - DAY, id=901), a_run(4, minutes=24, id=902)

    ahead = outlook(History([*habit(), hard, easy]), Thresholds(), {901: 3}, now=NOON + DAY / 12)

    assert ahead.day == date(2025, 3, 7)


def test_a_full_week_moves_the_next_run_to_the_first_day_with_room() -> None:
    full = [a_run(18, minutes=108, start=NOON - n * DAY + DAY / 24, id=910 + n) for n in range(5)]
    history = History([*habit(), *full])
    now = NOON + DAY / 6

    ahead = outlook(history, Thresholds(), {}, now=now)

    assert ahead.day is not None
    earlier = headroom_on(history, Thresholds(), ahead.day - DAY, now=now).dm
    assert earlier is None or earlier < 30_000
    assert ahead.full_until == ahead.day - DAY


def test_rest_alone_is_no_full_week() -> None:
    hard = a_run(16, minutes=95, start=NOON - DAY, id=901)

    assert outlook(History([*habit(), hard]), Thresholds(), {901: 3}, now=NOON).full_until is None


@pytest.mark.parametrize(("km", "names_a_length"), [(41.0, True), (42.2, False), (73.6, False)])
def test_after_a_marathon_or_more_the_next_run_has_a_day_and_no_length(km: float, names_a_length: bool) -> None:
    far = a_run(km, minutes=round(7 * km), start=NOON - DAY / 2, id=901)

    ahead = outlook(History([*habit(km=34), far]), Thresholds(), {901: 3}, now=NOON)

    assert ahead.day is not None
    assert (ahead.limit_dm is not None) == names_a_length
    assert names_a_length or ahead.spike_dm is None


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(STATES), st.sampled_from(["short", "standard", "long"]))
def test_no_note_names_more_than_the_limit_of_its_day(seed: int, answers: Answers, form: str) -> None:
    for written in notes_of(runner(seed), 30, form=form, answers=answers):
        now = written.now.astimezone(timezone(written.routine.offset))
        ahead = outlook(written.history, Thresholds(), severe_of(written), now=now)
        for named in [*LIMIT.findall(written.text), *UNTIL.findall(written.text)]:
            assert ahead.day is not None
            limit = headroom_on(written.history, Thresholds(), ahead.day, now=now).dm
            assert limit is None or float(named) * 10_000 <= limit
        if named := LIMIT.findall(written.text):
            assert ahead.limit_dm is not None
            assert float(named[0]) * 10_000 == Formats("km").limit_dm(ahead.limit_dm)  # the dashboard's number
        if written.routine.sore:
            assert not LIMIT.search(written.text)


def severe_of(written: Written) -> dict[int, int]:
    return written.severe
