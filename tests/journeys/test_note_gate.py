"""One gate before every write: a warning sign, notes that are off and a pause keep a note away however it is asked."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from instance import ANNA, Instance
from web_site import Site, Visitor

from content.notes import block
from integration.store import ledger, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.tables import Note, Preferences

WRITE = ("PUT", "/activities/", 200)


def big_run(instance: Instance, **told: object) -> int:
    return instance.strava.create_activity(ANNA, **{"km": 21, "description": "mine", **told})  # type: ignore[arg-type]


def set_preferences(instance: Instance, **values: object) -> None:
    with instance.store.write() as session:
        told = session.get_one(Preferences, ANNA)
        for name, value in values.items():
            setattr(told, name, value)


def put_on_hold(instance: Instance) -> None:
    reported = json.dumps({"red_flags": ["night"]})
    set_preferences(instance, answers=instance.resources.vault.encrypt(reported))


def switch_notes_off(instance: Instance) -> None:
    set_preferences(instance, notes_on=False)


def pause(instance: Instance) -> None:
    set_preferences(instance, paused_until=instance.now() + timedelta(days=365))


CLOSES = [(put_on_hold, "on_hold"), (switch_notes_off, "notes_off")]


@pytest.mark.parametrize(("close", "outcome"), [*CLOSES, (pause, "paused")])
def test_a_long_run_gets_no_note_while_the_gate_is_closed(
    steady: Instance, close: Callable[[Instance], None], outcome: str
) -> None:
    steady.connect()
    close(steady)
    run = big_run(steady)
    steady.work()

    assert (steady.strava.description(run), steady.pending(run).outcome) == ("mine", outcome)


@pytest.mark.parametrize(("close", "outcome"), CLOSES)
def test_the_tag_asks_in_vain_for_a_note_while_the_gate_is_closed(
    steady: Instance, close: Callable[[Instance], None], outcome: str
) -> None:
    steady.connect()
    close(steady)
    run = big_run(steady, title="Tell me #backstride")
    steady.work()

    assert (steady.strava.description(run), steady.pending(run).outcome) == ("mine", outcome)


@pytest.mark.parametrize(("close", "outcome"), CLOSES)
def test_the_tag_asks_in_vain_for_a_removed_note_while_the_gate_is_closed(
    steady: Instance, close: Callable[[Instance], None], outcome: str
) -> None:
    steady.connect()
    run = big_run(steady)
    steady.work()
    steady.ask_to_remove_all()
    steady.work()
    steady.strava.forget_calls()
    close(steady)
    steady.strava.edit_activity(run, name="Tell me #backstride")
    steady.work()

    assert (steady.strava.description(run), steady.note_state(run)) == ("mine", "removed")
    assert WRITE not in steady.calls()
    assert steady.pending(run).outcome == outcome


def test_during_a_pause_the_tag_still_gets_a_note(steady: Instance) -> None:
    steady.connect()
    pause(steady)
    run = big_run(steady, title="Tell me #backstride")
    steady.work()

    assert block.carries(steady.strava.description(run))


@pytest.mark.parametrize(("close", "outcome"), [*CLOSES, (pause, "paused")])
def test_a_note_that_a_crash_left_half_written_is_removed_while_the_gate_is_closed(
    steady: Instance, close: Callable[[Instance], None], outcome: str
) -> None:
    steady.connect()
    run = big_run(steady)
    steady.work()
    half_written(steady, run)
    close(steady)
    steady.push(run, "update", {"type": "Run"}, seconds_ago=-1)
    steady.work()

    assert (steady.strava.description(run), steady.note_state(run)) == ("mine", None)
    assert steady.pending(run).outcome == outcome


def half_written(instance: Instance, run: int) -> None:
    """As after a crash between Strava's answer and our storing it."""
    with instance.store.write() as session:
        note = session.get_one(Note, (ANNA, run))
        note.state = type(note.state)("writing")


@pytest.mark.parametrize(("close", "outcome"), CLOSES)
def test_what_closes_the_gate_between_reading_and_writing_still_counts(
    steady: Instance, close: Callable[[Instance], None], outcome: str
) -> None:
    steady.connect()
    begun = [steady.now() - timedelta(hours=hours) for hours in (9, 3)]
    runs = [big_run(steady, start=start, title="#backstride", push=False) for start in begun]
    for run in runs:
        steady.push(run, "create")

    def after_the_first() -> None:
        if steady.note_state(runs[0]) == "writing":
            close(steady)

    steady.before_each_store(after_the_first)
    steady.work()

    assert block.carries(steady.strava.description(runs[0]))
    assert (steady.strava.description(runs[1]), steady.pending(runs[1]).outcome) == ("mine", outcome)


def test_no_note_can_be_tried_while_notes_are_off(site: Site, anna: Visitor) -> None:
    run = max(number for number, kept in site.strava.activities.items() if kept["sport_type"] == "Run")
    anna.post("/notes/switch", {"on": "false"}, of="/preferences")

    answer = anna.post(f"/notes/{run}/try", of="/notes")

    assert answer.status_code == 400
    assert "Notes are off. Switch them on to try one." in answer.text
    assert site.instance.note_state(run) is None


def test_a_tried_note_is_not_written_when_a_warning_sign_is_reported_before_it_is(site: Site, anna: Visitor) -> None:
    run = max(number for number, kept in site.strava.activities.items() if kept["sport_type"] == "Run")
    anna.post(f"/notes/{run}/try", of="/notes")
    put_on_hold(site.instance)
    site.instance.work()

    assert not block.carries(site.strava.description(run))
    with site.store.read() as session:
        assert ledger.find(session, ANNA, run) is None


def test_a_run_that_was_cropped_while_its_note_was_half_written_gets_none(steady: Instance) -> None:
    steady.connect()
    steady.strava.faults.add("error_page", on="PUT /activities/*")
    run = big_run(steady)
    steady.work()
    assert steady.note_state(run) == "writing"

    steady.strava.edit_activity(run, distance=9_000.0, push=False)
    steady.later(minutes=5)

    assert (steady.strava.description(run), steady.pending(run).outcome) == ("mine", "not_flagged")
    assert steady.note_state(run) is None


def test_a_note_tried_from_a_page_is_still_asked_for_when_another_event_came_before_it_stood(
    anna: Visitor,
) -> None:
    instance = anna.site.instance
    run = anna.site.strava.create_activity(ANNA, km=5, description="mine", push=False)
    instance.ask(ANNA, reconcile_requested=True)
    instance.work()
    anna.site.strava.faults.add("error_page", on="PUT /activities/*")
    assert anna.post(f"/notes/{run}/try", of="/notes").status_code == 303
    instance.work()
    pause(instance)
    with instance.store.write() as session:
        event = ActivityEvent(ANNA, run, "update:title", instance.now(), "push")
        pending_activities.record_event(session, event, now=instance.now(), due_at=instance.now())
    instance.later(minutes=5)

    assert instance.pending(run).kind == "update:title"
    assert instance.note_state(run) == "written"
    assert block.find(anna.site.strava.description(run))
