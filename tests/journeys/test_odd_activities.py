"""An activity of any odd shape is that activity's own affair: all others are served."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from instance import ANNA, CLIENT_ID, CLIENT_SECRET, PATIENCE_S, Instance
from odd_strava import OddStrava
from steady import add_steady_runner
from structlog.testing import capture_logs

from content.notes import block
from content.runs import counted_run
from integration.sandbox import Application, RateLimits, Sandbox
from integration.strava.activity_answer import activity_in

HALF = "half a \ud83d character"
TEXTS = st.sampled_from(["", "NUL \x00 inside", HALF, "x" * 100_000, "Run", "0", "2026-13-45T99:99:99Z", "0001-01-01"])
NUMBERS = st.sampled_from([0, -1, 2**63 - 1, 2**63, 10**400, 1e308, -1e308, float("nan"), float("inf"), 0.1, 10**14])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "distance", "\x00"]), inner, max_size=2)
    ),
    max_leaves=3,
)
FIELDS = (
    "id", "name", "description", "private_note", "gear", "athlete", "splits_metric", "sport_type", "start_date",
    "start_date_local", "distance", "moving_time", "elapsed_time", "total_elevation_gain", "workout_type", "flagged",
    "trainer", "average_cadence", "average_temp",
)  # fmt: skip
CHANGES = st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=3)
REMOVED = st.sets(st.sampled_from(FIELDS), max_size=2)
ODD = st.tuples(CHANGES, REMOVED) | VALUES
READABLE = {
    "id": 7, "sport_type": "Run", "start_date": "2026-11-21T08:00:00Z", "start_date_local": "2026-11-21T09:00:00Z",
    "distance": 21_000.0, "moving_time": 7000, "name": "Long", "description": "mine",
}  # fmt: skip


def shaped(odd: object, activity: dict[str, Any]) -> object:
    """The activity with the changes and without what is removed; or something else altogether."""
    if not isinstance(odd, tuple):
        return odd
    changes, removed = odd
    return {name: value for name, value in (activity | changes).items() if name not in removed}


@pytest.fixture
def strava() -> Iterator[OddStrava]:
    app = Application(CLIENT_ID, CLIENT_SECRET, RateLimits((10**6, 10**7), (10**6, 10**7)), seats=10)
    sandbox = Sandbox(applications=[app], retry_after=(0.05, 0.1), push_workers=1)
    sandbox.add_athlete(athlete_id=ANNA, timezone="Europe/Vienna")
    add_steady_runner(sandbox, ANNA)
    sandbox.pushes.timeout = PATIENCE_S
    with OddStrava(sandbox) as server:
        yield server


@pytest.fixture
def instance(strava: OddStrava, tmp_path: Path, redis_url: str) -> Iterator[Instance]:
    with Instance(strava, tmp_path / "var", redis_url).subscribed() as running:
        running.connect(thresholds={"mute.days": 0})
        yield running


@pytest.fixture
def on_each_database(strava: OddStrava, tmp_path: Path, redis_url: str, database_url: str) -> Iterator[Instance]:
    with Instance(strava, tmp_path / "var", redis_url, DATABASE_URL=database_url).subscribed() as running:
        running.connect(thresholds={"mute.days": 0})
        yield running


def made_odd(strava: OddStrava, shapes: list[object], *, push: bool, before: timedelta) -> list[int]:
    """Runs that Strava tells of in these shapes; they began so long ago and before."""
    ids = []
    for number, odd in enumerate(shapes):
        start = strava.strava.now() - before - timedelta(hours=number + 1)
        run = strava.strava.create_activity(ANNA, km=9, start=start, push=push)
        strava.odd[run] = shaped(odd, strava.strava.activities[run])
        ids.append(run)
    return ids


def noted(instance: Instance, run: int) -> int:
    return (instance.strava.description(run) or "").count(block.START)


@examples(5)
@given(shapes=st.lists(ODD, min_size=1, max_size=12), push=st.booleans())
def test_activities_of_every_wrong_shape_hold_up_no_other(
    strava: OddStrava, on_each_database: Instance, shapes: list[object], push: bool
) -> None:
    instance = on_each_database
    odd = made_odd(strava, shapes, push=push, before=timedelta(hours=1))
    good = instance.strava.create_activity(ANNA, km=21, title="#backstride", push=push)
    with capture_logs() as log:
        if push:
            instance.work()
        else:
            instance.reconcile_after(hours=7)

    assert noted(instance, good) == 1
    assert [line for line in log if line["log_level"] in {"error", "critical"}] == []
    for run in (*odd, good):
        strava.odd.pop(run, None)
        instance.strava.delete_activity(run)
    instance.work()


def test_a_listing_of_two_hundred_with_an_odd_one_gives_the_others_and_one_line(
    strava: OddStrava, instance: Instance
) -> None:
    odd = made_odd(strava, [{"id": 2**63}], push=False, before=timedelta(days=1))
    others = [  # a tenth of them are runs, which cost us most
        instance.strava.create_activity(
            ANNA, km=3, start=strava.strava.now() - timedelta(minutes=40 * place), push=False,
            sport="Ride" if place % 10 else "Run",
        )
        for place in range(1, 200)
    ]  # fmt: skip
    with capture_logs() as log:
        instance.reconcile_after(hours=7)

    assert set(others[9::10]) <= instance.runs()
    assert not set(odd) & instance.runs()
    assert [line["rows"] for line in log if "no activity" in line["event"]] == [1]


def test_a_number_of_thousands_of_digits_is_the_affair_of_its_activity_alone(
    strava: OddStrava, instance: Instance
) -> None:
    start = strava.strava.now() - timedelta(hours=5)
    odd = [instance.strava.create_activity(ANNA, km=3, start=start, push=False) for _ in range(2)]
    for run, name in zip(odd, ("id", "average_watts"), strict=True):
        strava.digits[run] = {name: "9" * 5000}
    good = instance.strava.create_activity(ANNA, km=21, title="#backstride", push=False)
    instance.reconcile_after(hours=7)

    assert noted(instance, good) == 1
    assert set(odd) & instance.runs() == {odd[1]}


@pytest.mark.parametrize(
    "odd", [{"id": 8}, {"id": 2**63}, {"id": "7"}, {"id": True}, {"sport_type": None}, {"start_date": "soon"}]
)
def test_an_answer_that_is_not_the_activity_is_asked_for_again_and_nothing_follows_from_it(
    strava: OddStrava, instance: Instance, odd: dict[str, object]
) -> None:
    run = instance.strava.create_activity(ANNA, km=21, push=False)
    strava.odd[run] = instance.strava.activities[run] | odd
    instance.push(run, "create")
    instance.work()
    pending = instance.pending(run)
    assert (pending.attempts, pending.last_error, pending.outcome) == (1, "OddAnswer", None)

    strava.odd.clear()
    instance.later(minutes=1)
    assert noted(instance, run) == 1


def test_activities_whose_rows_in_a_listing_are_odd_are_never_taken_for_gone(
    strava: OddStrava, instance: Instance
) -> None:
    runs = made_odd(strava, [({}, {"start_date"})] * 4, push=False, before=timedelta(hours=1))
    for run in runs:
        instance.push(run, "create")
    instance.work()
    for _ in range(3):
        instance.later(minutes=16)
    pending = [instance.pending(run) for run in runs]
    assert {(each.last_error, each.outcome) for each in pending} == {("OddAnswer", None)}
    assert {each.attempts for each in pending} == {4}

    strava.odd.clear()
    instance.later(minutes=61)
    assert set(runs) <= instance.runs()


def test_words_that_could_not_be_written_back_are_left_alone(strava: OddStrava, instance: Instance) -> None:
    run = instance.strava.create_activity(ANNA, km=21, description="mine", push=False)
    strava.odd[run] = instance.strava.activities[run] | {"description": HALF}
    instance.push(run, "create")
    instance.work()

    assert instance.strava.description(run) == "mine"
    assert instance.pending(run).attempts == 1


@examples(100)
@given(ODD)
def test_what_is_made_clean_is_safe_to_store_and_to_reason_about(odd: object) -> None:
    activity = activity_in(shaped(odd, READABLE))

    if activity is not None:
        assert 0 < activity["id"] < 2**63
        assert all("\x00" not in activity.get(name, "") for name in ("name", "sport_type"))
        "".join(str(value) for value in activity.values()).encode()
        counted_run(activity)
