"""Events in any order and number, late or never, of old activities and of other people's: the end is the same."""

from datetime import timedelta

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from instance import ANNA, Instance

from content.notes import block

READ, GONE = ("GET", "/activities/", 200), ("GET", "/activities/", 404)
WRITE, LISTING = ("PUT", "/activities/", 200), ("GET", "/athlete/activities", 200)
SECRETIVE = "read,activity:read,activity:write"  # without activity:read_all


def big_run(instance: Instance, **told: object) -> int:
    """Twice as far as anything in the log, with words of the athlete's own."""
    return instance.strava.create_activity(ANNA, **{"km": 21, "description": "mine", **told})  # type: ignore[arg-type]


def blocks(instance: Instance, activity: int) -> int:
    """Return the number of notes there; the athlete's own words must stand there too."""
    description = instance.strava.description(activity) or ""
    assert block.strip(description) == "mine"
    return description.count(block.START)


def test_three_creates_at_once_are_one_note_for_one_read_and_one_write(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady, push=False)
    answers = [steady.push(run, "create") for _ in range(3)]
    steady.work()

    assert (answers, steady.calls()) == ([200, 200, 200], [READ, WRITE])
    assert blocks(steady, run) == 1


@examples(4)
@given(order=st.permutations(["create", "update", "create", "update"]), gap=st.integers(0, 40))
def test_create_and_update_in_any_order_and_number_are_one_note(steady: Instance, order: list[str], gap: int) -> None:
    if steady.athlete_state() is None:
        steady.connect(thresholds={"mute.days": 0})
    run = big_run(steady, push=False, km=21 + len(steady.strava.activities) / 10)
    for late, aspect in enumerate(order):
        updates = {"title": "Home"} if aspect == "update" else {}
        assert steady.push(run, aspect, updates, seconds_ago=abs(gap - 10 * late)) == 200
        if late % 2:
            steady.work()
    steady.work()

    assert steady.pending(run).outcome in {"noted", "muted"}
    assert blocks(steady, run) == (steady.pending(run).outcome == "noted")
    steady.strava.delete_activity(run)
    steady.work()


def test_an_update_before_its_create_waits_for_the_athletes_words_too(steady: Instance) -> None:
    steady.connect(delay=15)
    run = big_run(steady, push=False)
    steady.push(run, "update", {"title": "Early"})
    steady.push(run, "create", seconds_ago=2)
    steady.work()
    assert blocks(steady, run) == 0
    steady.later(minutes=16)

    assert blocks(steady, run) == 1
    assert steady.calls() == [READ, WRITE]


def test_words_written_during_the_delay_are_kept(steady: Instance) -> None:
    steady.connect(delay=5)
    run = big_run(steady, description="")
    steady.work()
    steady.strava.edit_activity(run, description="mine", name="Sunday")
    steady.later(minutes=6)

    assert blocks(steady, run) == 1


def test_a_title_edit_right_after_the_upload_is_one_note_and_one_read(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.strava.edit_activity(run, name="Long one")
    steady.work()

    assert blocks(steady, run) == 1
    assert steady.calls() == [READ, WRITE]


def test_nonote_added_while_the_note_is_on_its_way_wins(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.strava.edit_activity(run, name="Long one #nonote")
    steady.work()

    assert blocks(steady, run) == 0
    assert steady.pending(run).outcome == "nonote"


def test_nonote_taken_away_again_lets_the_note_come(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady, title="Quiet #nonote")
    steady.work()
    steady.strava.edit_activity(run, name="Not so quiet")
    steady.work()

    assert blocks(steady, run) == 1


def test_backstride_in_the_title_brings_back_a_note_that_was_removed(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.work()
    steady.ask_to_remove_all()
    steady.work()
    assert blocks(steady, run) == 0
    steady.strava.edit_activity(run, name="Do tell #backstride")
    steady.work()

    assert blocks(steady, run) == 1


def test_an_old_activity_makes_history_and_no_note(steady: Instance) -> None:
    steady.connect()
    old = big_run(steady, start=steady.now() - timedelta(days=3, minutes=1))
    steady.work()

    assert blocks(steady, old) == 0
    assert (steady.pending(old).outcome, old in steady.runs()) == ("too_old", True)


def test_a_run_that_waited_for_strava_is_not_too_old_for_that(steady: Instance) -> None:
    steady.connect()
    steady.sandbox.stop()
    run = big_run(steady)
    for _ in range(5):
        steady.later(days=1)
    steady.sandbox.start()
    steady.later(days=1)

    assert blocks(steady, run) == 1


def test_an_activity_of_somebody_else_is_left_alone(steady: Instance) -> None:
    steady.connect()
    steady.strava.add_athlete(athlete_id=2002, timezone="Europe/Vienna")
    theirs = steady.strava.create_activity(2002, km=30, description="mine", push=False)
    steady.push(theirs, "create")
    for hours in (0, 1, 1, 1, 1, 1, 1):
        steady.later(hours=hours)

    assert blocks(steady, theirs) == 0
    assert steady.pending(theirs).outcome == "gone"
    assert steady.calls() == [GONE] * 6


def test_deleting_and_uploading_again_is_one_note_on_what_is_there(steady: Instance) -> None:
    steady.connect()
    first = big_run(steady)
    steady.work()
    steady.strava.delete_activity(first)
    second = big_run(steady)
    steady.work()

    assert blocks(steady, second) == 1
    assert (steady.note_state(first), first in steady.runs()) == ("gone", False)


def test_a_deletion_before_we_looked_costs_nothing(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.strava.delete_activity(run)
    steady.work()

    assert (steady.calls(), steady.pending(run).outcome) == ([], "gone")


def test_a_deletion_that_overtook_its_create_is_believed(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady, push=False)
    steady.strava.delete_activity(run, push=False)
    steady.push(run, "delete")
    steady.work()
    steady.push(run, "create", seconds_ago=60)
    steady.work()

    assert (steady.calls(), steady.pending(run).outcome) == ([], "gone")


def test_a_run_that_hides_and_comes_back_keeps_its_one_note(steady: Instance) -> None:
    steady.connect(scopes=SECRETIVE)
    run = big_run(steady)
    steady.work()
    for private in (True, False):
        steady.strava.edit_activity(run, private=private)
        steady.work()
        assert steady.note_state(run) == ("gone" if private else "written")

    assert blocks(steady, run) == 1
    assert steady.calls() == [READ, WRITE, GONE, READ]


def test_a_run_that_comes_back_after_its_row_died_keeps_its_one_note(steady: Instance) -> None:
    steady.connect(scopes=SECRETIVE)
    run = big_run(steady)
    steady.work()
    steady.strava.edit_activity(run, private=True)
    steady.work()
    steady.expire_after(hours=49)
    assert steady.note_state(run) is None
    steady.strava.edit_activity(run, private=False)
    steady.work()

    assert blocks(steady, run) == 1
    assert steady.calls().count(WRITE) == 1


def test_a_hidden_run_whose_note_was_deleted_meanwhile_is_not_written_under_again(steady: Instance) -> None:
    steady.connect(scopes=SECRETIVE)
    run = big_run(steady)
    steady.work()
    steady.strava.edit_activity(run, private=True)
    steady.work()
    steady.strava.edit_activity(run, private=False, description="mine")
    steady.work()

    assert (blocks(steady, run), steady.note_state(run)) == (0, "removed")


def test_a_ride_that_becomes_a_run_is_judged_then(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady, sport="Ride")
    steady.work()
    assert steady.pending(run).outcome == "not_a_run"
    steady.strava.edit_activity(run, sport_type="Run")
    steady.work()

    assert blocks(steady, run) == 1


def test_our_own_write_starts_no_loop_even_if_strava_echoes_it(steady: Instance) -> None:
    steady.strava.options.echo_description = True
    steady.strava.options.tidy_descriptions = True
    steady.connect()
    run = big_run(steady)
    for _ in range(3):
        steady.later(minutes=1)

    assert blocks(steady, run) == 1
    assert steady.calls() == [READ, WRITE, READ]


def test_both_recordings_of_an_outing_get_one_note_between_them(steady: Instance) -> None:
    steady.connect()
    start = steady.now() - timedelta(hours=3)
    watch, phone = big_run(steady, start=start), big_run(steady, start=start + timedelta(seconds=40), km=20.8)
    steady.work()

    assert (blocks(steady, watch), blocks(steady, phone)) == (1, 0)
    late = big_run(steady, start=start + timedelta(seconds=80), km=21.4)
    steady.work()
    assert blocks(steady, late) == 0


def test_a_note_of_a_deleted_run_does_not_mute_the_next(steady: Instance) -> None:
    steady.connect()
    first = big_run(steady, start=steady.now() - timedelta(hours=5))
    steady.work()
    second = big_run(steady, km=13, start=steady.now() - timedelta(hours=2))
    steady.work()
    assert steady.pending(second).outcome == "muted"
    steady.strava.delete_activity(first)
    third = big_run(steady, km=21.5)
    steady.work()

    assert blocks(steady, third) == 1


def test_runs_that_come_together_are_judged_in_the_order_in_which_they_were_run(steady: Instance) -> None:
    steady.connect()
    later, earlier = (big_run(steady, start=steady.now() - timedelta(hours=h), km=km) for h, km in ((3, 21), (9, 20)))
    steady.work()

    assert (blocks(steady, earlier), blocks(steady, later)) == (1, 0)


@pytest.mark.parametrize(
    ("aspect", "km", "left"), [("delete", 21, True), ("create", 21, True), ("delete", 9, False), ("create", 9, True)]
)
def test_a_forged_event_only_makes_us_forget_a_run_without_a_note_until_the_next_listing(
    steady: Instance, aspect: str, km: int, left: bool
) -> None:
    steady.connect()
    run = big_run(steady, km=km)
    steady.work()
    steady.push(run, aspect, seconds_ago=-5)
    steady.work()
    assert (run in steady.runs()) == left
    steady.reconcile_after(hours=7)

    assert run in steady.runs()
    assert (blocks(steady, run), steady.note_state(run)) == ((1, "written") if km == 21 else (0, None))


def test_an_event_that_comes_after_the_listing_began_is_not_answered_by_it(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady, push=False, km=9)
    steady.wait(hours=7)
    seen: list[int] = []

    def changed_meanwhile() -> None:  # Strava has listed, we have not stored it yet
        if steady.calls()[-1:] == [LISTING] and not seen:
            seen.append(run)
            steady.strava.activities[run]["distance"] = 21_000.0
            steady.push(run, "update", {"type": "Run"}, seconds_ago=-1)

    steady.before_each_store(changed_meanwhile)
    steady.reconcile_after(seconds=0)

    assert seen
    assert blocks(steady, run) == 1
