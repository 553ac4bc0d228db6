"""From a push to a note, and from whatever happens next to what follows from it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from instance import ANNA, Instance
from sqlalchemy import event

from content.notes import block

READ, WRITE = ("GET", "/activities/", 200), ("PUT", "/activities/", 200)


def long_run(instance: Instance, **told: object) -> int:
    """A run far beyond anything in the last thirty days."""
    return instance.strava.create_activity(ANNA, **{"km": 45, "minutes": 280, **told})  # type: ignore[arg-type]


def easy_run(instance: Instance, **told: object) -> int:
    return instance.strava.create_activity(ANNA, **{"km": 5, "minutes": 30, **told})  # type: ignore[arg-type]


def note_in(instance: Instance, activity: int) -> str | None:
    return block.find(instance.strava.description(activity))


def test_a_long_run_gets_one_note_under_the_athletes_own_words_for_one_read_and_one_write(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance, description="Felt great.\r\n\nNever again ")
    instance.work()

    description = instance.strava.description(run) or ""
    assert description.startswith("Felt great.\r\n\nNever again ")
    assert block.strip(description) == "Felt great.\r\n\nNever again "
    assert description.count(block.START) == 1
    assert instance.calls() == [READ, WRITE]


def test_a_usual_run_costs_one_read_and_says_nothing(instance: Instance) -> None:
    instance.connect()
    run = easy_run(instance)
    instance.work()

    assert note_in(instance, run) is None
    assert instance.calls() == [READ]
    assert instance.pending(run).outcome == "not_flagged"


def test_nothing_is_written_before_notes_are_switched_on(instance: Instance) -> None:
    instance.connect(notes_on=False)
    run = long_run(instance)
    instance.work()

    assert note_in(instance, run) is None
    assert instance.pending(run).outcome == "notes_off"


def test_the_second_event_and_our_own_echo_change_nothing(instance: Instance) -> None:
    instance.connect()
    instance.strava.options.echo_description = True
    instance.strava.faults.add("push_duplicate", times=None)
    run = long_run(instance)
    instance.work()
    described = instance.strava.description(run)
    for title in ("Sunday", "Sunday long run"):
        instance.strava.edit_activity(run, name=title)
        instance.work()
    instance.later(hours=1)

    assert instance.strava.description(run) == described
    assert instance.calls().count(WRITE) == 1


def test_a_title_edit_that_touches_no_tag_of_ours_costs_nothing(instance: Instance) -> None:
    instance.connect()
    run = easy_run(instance)
    instance.work()
    instance.strava.forget_calls()
    instance.strava.edit_activity(run, name="With Ben")
    instance.strava.edit_activity(run, private=True)
    instance.work()

    assert instance.calls() == []


def test_nonote_keeps_a_note_away_and_added_later_removes_it(instance: Instance) -> None:
    instance.connect()
    silent = long_run(instance, description="quiet please #nonote")
    instance.work()
    loud = long_run(instance, km=95, minutes=600, title="Ultra", description="wow")
    instance.work()
    assert note_in(instance, silent) is None
    assert note_in(instance, loud)
    instance.strava.edit_activity(loud, name="Ultra #NoNote")
    instance.work()

    assert instance.strava.description(loud) == "wow"
    instance.strava.edit_activity(loud, name="Ultra")
    instance.work()
    assert instance.strava.description(loud) == "wow"


def test_backstride_in_the_title_asks_for_a_note_on_any_run(instance: Instance) -> None:
    instance.connect()
    run = easy_run(instance)
    instance.work()
    assert note_in(instance, run) is None
    instance.strava.edit_activity(run, name="Home #backstride")
    instance.work()

    assert note_in(instance, run)


def test_a_block_the_athlete_deleted_is_not_put_back(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance, description="mine")
    instance.work()
    instance.strava.edit_activity(run, description="mine")
    instance.strava.edit_activity(run, name="Other", sport_type="TrailRun")
    instance.work()

    assert instance.strava.description(run) == "mine"


def test_a_block_the_athlete_edited_is_left_alone(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance)
    instance.work()
    edited = (instance.strava.description(run) or "").replace(block.END, f"and stretch!\n{block.END}")
    instance.strava.edit_activity(run, description=edited)
    instance.strava.edit_activity(run, sport_type="Ride")
    instance.work()

    assert instance.strava.description(run) == edited
    assert instance.note_state(run) == "edited"


def test_a_run_that_turns_out_a_ride_loses_its_note_and_gets_it_when_it_is_a_run_again(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance, description="hm")
    instance.work()
    instance.strava.edit_activity(run, sport_type="Ride")
    instance.work()
    assert instance.strava.description(run) == "hm"
    instance.strava.edit_activity(run, sport_type="Run")
    instance.work()

    assert note_in(instance, run)


def test_a_deleted_run_with_a_note_costs_one_read_and_leaves_history_and_ledger(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance)
    instance.work()
    instance.strava.forget_calls()
    instance.strava.delete_activity(run)
    instance.work()
    again = long_run(instance)
    instance.work()

    assert instance.calls() == [("GET", "/activities/", 404), READ, WRITE]
    assert note_in(instance, again)
    assert instance.note_state(run) == "gone"
    assert run not in instance.runs()


def test_a_404_right_after_the_upload_only_delays_the_note(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance, absent_calls=2)
    instance.work()
    assert note_in(instance, run) is None
    for seconds in (6, 31):
        instance.later(seconds=seconds)

    assert note_in(instance, run)


def test_a_put_whose_answer_is_lost_is_not_repeated(instance: Instance) -> None:
    instance.connect()
    instance.strava.faults.add("cut_after", on="PUT /activities/*")
    run = long_run(instance, description="words")
    instance.work()
    instance.later(minutes=2)

    assert (instance.strava.description(run) or "").count(block.START) == 1
    assert len([call for call in instance.calls() if call[0] == "PUT"]) == 1
    assert instance.note_state(run) == "written"


def test_one_bad_activity_never_blocks_the_others(instance: Instance) -> None:
    instance.connect()
    bad = easy_run(instance)
    instance.strava.faults.add("error_page", on=f"GET /activities/{bad}", times=None)
    good = long_run(instance)
    instance.work()

    assert note_in(instance, good)
    assert instance.pending(bad).attempts == 1


def test_without_the_scope_to_write_the_note_stands_on_the_pages_only(instance: Instance) -> None:
    instance.connect(scopes="read,activity:read,activity:read_all")
    run = long_run(instance)
    instance.work()

    assert note_in(instance, run) is None
    assert instance.note_state(run) == "pages"
    assert instance.calls() == [READ]


def test_expired_tokens_are_refreshed_and_the_rotated_one_is_kept(instance: Instance) -> None:
    instance.connect()
    for hours_ago in (30, 12):
        instance.strava.expire_tokens(ANNA)
        run = easy_run(instance, title="Home #backstride", start=datetime.now(UTC) - timedelta(hours=hours_ago))
        instance.work()
        assert note_in(instance, run)

    assert len(instance.strava.calls("POST", "/oauth/token")) == 2


def test_a_dead_refresh_token_disconnects_and_nothing_is_asked_any_more(instance: Instance) -> None:
    instance.connect()
    long_run(instance)
    instance.strava.pushes.settle()
    instance.strava.deauthorize(ANNA, push=False)
    instance.work()
    assert instance.athlete_state() == "disconnected"
    instance.strava.forget_calls()
    instance.ask(history_requested_from=instance.resources.now())
    instance.later(hours=1)

    assert instance.strava.calls() == []


def test_a_deauthorization_is_checked_and_a_forged_one_harms_nobody(instance: Instance) -> None:
    instance.connect()
    instance.ask(deauthorization_received_at=instance.resources.now())
    instance.work()
    assert instance.athlete_state() == "connected"
    instance.strava.deauthorize(ANNA)
    instance.work()

    assert instance.athlete_state() is None


def test_a_bulk_upload_costs_one_listing_and_two_calls_for_each_note(instance: Instance) -> None:
    instance.connect()
    for _ in range(30):
        easy_run(instance)
    noted = long_run(instance)
    instance.work()

    assert note_in(instance, noted)
    assert instance.calls().count(("GET", "/athlete/activities", 200)) <= 3
    assert instance.calls().count(READ) == instance.calls().count(WRITE) == 1


def test_a_run_is_stored_once_however_often_it_is_shown_alike(instance: Instance) -> None:
    instance.connect()
    stored: list[object] = []

    def watch(*of: Any) -> None:
        _, _, statement, values, _, many = of
        if statement.startswith("INSERT INTO runs"):
            stored.extend(values if many else [values])

    event.listen(instance.resources.store.engine, "before_cursor_execute", watch)
    for _ in range(5):
        easy_run(instance)
    instance.work()

    assert len(stored) == 5


def test_lost_pushes_are_found_by_a_listing(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance, push=False)
    instance.work()
    assert note_in(instance, run) is None
    instance.reconcile_after(hours=7)

    assert note_in(instance, run)


def test_leaving_removes_the_notes_revokes_and_deletes(instance: Instance) -> None:
    instance.connect()
    run = long_run(instance, description="still mine")
    instance.work()
    instance.ask_to_remove_all()
    instance.ask(state="leaving", leaving_since=instance.resources.now(), leave_with_notes=True)
    instance.work()

    assert instance.strava.description(run) == "still mine"
    assert instance.athlete_state() is None
    assert instance.strava.calls("POST", "/oauth/revoke")
