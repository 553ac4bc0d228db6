"""The back beside the load: which score tells of which run, and the kinds of load that a run belongs to."""

from datetime import timedelta

import pytest
from running_log import MONDAY, activity, counted, on_days

from content.companion.association import ScoredRun
from content.companion.back_and_load import kinds_of, scored_runs, shoes_of
from content.companion.diary import Tap
from content.routines.past import LoggedSession

RUNS = counted(*on_days(0, 2, 4, 6, km=8))


def test_the_worst_score_of_a_run_counts() -> None:
    taps = [Tap(MONDAY, RUNS[1].id, "after", 2), Tap(MONDAY, RUNS[1].id, "morning", 6)]

    assert scored_runs(RUNS, taps, []) == [(RUNS[1], ScoredRun(6))]


def test_a_session_tells_of_the_last_run_before_it_and_only_soon_after() -> None:
    soon = LoggedSession(RUNS[3].start + timedelta(hours=30), back=5)
    late = LoggedSession(RUNS[3].start + timedelta(hours=40), back=9)
    unscored = LoggedSession(RUNS[0].start + timedelta(hours=3))

    assert scored_runs(RUNS, [], [soon, late, unscored]) == [(RUNS[3], ScoredRun(5))]


def test_a_tap_for_a_run_that_is_no_longer_here_says_nothing() -> None:
    assert scored_runs(RUNS, [Tap(MONDAY, 999, "after", 8)], []) == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"km": 8.0}, set()),
        ({"km": 12.1}, {"far"}),
        ({"km": 20.0}, {"far", "long"}),
        ({"km": 8.0, "total_elevation_gain": 200.0}, {"hilly"}),
        ({"km": 8.0, "sport_type": "TrailRun"}, {"trail"}),
        ({"km": 8.0, "gear_id": "g7"}, {"shoe:g7"}),
        ({"km": 8.0, "gear_id": 7}, set()),
    ],
)
def test_a_run_is_of_every_kind_of_load_that_it_shows(changes: dict[str, object], kinds: set[str]) -> None:
    [run] = counted(activity(99, MONDAY + timedelta(days=8), **changes))  # type: ignore[arg-type]

    assert kinds_of(run, [*RUNS, run]) == kinds


def test_nothing_is_far_before_something_is_usual() -> None:
    assert kinds_of(RUNS[1], RUNS[:2]) == frozenset()


def test_a_third_day_in_a_row_and_those_after_it_are_a_kind() -> None:
    runs = counted(*on_days(0, 1, 2, 3, 5, km=8))

    assert ["days" in kinds_of(run, runs) for run in runs] == [False, False, True, True, False]


def test_a_week_counts_as_full_beyond_1_3_times_the_mean_of_the_four_before() -> None:
    usual = on_days(*range(0, 28, 7), km=20)
    [*_, same] = runs = counted(*usual, *on_days(28, km=20))
    assert "week" not in kinds_of(same, runs)

    [*_, first, more] = runs = counted(*usual, *on_days(26, 28, km=20))
    assert ["week" in kinds_of(run, runs) for run in (first, more)] == [True, True]
    assert "week" not in kinds_of(runs[1], runs)  # nothing is usual yet


def test_shoes_are_told_apart_by_number_and_known_by_their_last_run() -> None:
    old = counted(*(activity(n, MONDAY + timedelta(days=n), km=8.0, gear_id="g1") for n in (1, 3)))
    [new] = counted(activity(5, MONDAY + timedelta(days=5), km=8.0, gear_id="g2"))
    runs = [*old, new]
    scored = scored_runs(runs, [Tap(MONDAY, run.id, "after", 1) for run in runs], [])

    assert list(shoes_of(scored).items()) == [("shoe:g2", new), ("shoe:g1", old[1])]
    assert [told.kinds for _, told in scored] == [{"shoe:g1"}, {"shoe:g1"}, {"shoe:g2"}]
