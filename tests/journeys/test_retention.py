"""Nothing is kept too long, and whoever leaves takes everything along."""

from datetime import timedelta

import pytest
from instance import ANNA, Instance
from sqlalchemy import func, select

from content.notes import block
from integration.store import activity_events, athletes, deletions, instance_facts, ledger
from integration.store.athlete_states import DeletionReason
from integration.store.tables import Athlete, Note, PendingActivity, Preferences, StoredRun, Table

HOURS_24 = timedelta(hours=24)


def noted_run(at: Instance, **told: object) -> int:
    run = at.strava.create_activity(ANNA, **{"km": 21, "description": "mine", **told})  # type: ignore[arg-type]
    at.work()
    assert stands(at, run)
    return run


def stands(at: Instance, run: int) -> bool:
    description = at.strava.description(run) or ""
    assert block.strip(description) == "mine"
    return block.START in description


def leave(at: Instance, *, with_notes: bool) -> None:
    """Do what the page does that ends it."""
    at.ask(state="leaving", leaving_since=at.now(), leave_with_notes=with_notes)


def revoked(at: Instance) -> bool:
    return ANNA not in at.strava.app.grants


def rows(at: Instance) -> int:
    """Of all tables but the instance's own facts, and the register of deletions."""
    tables = [table for table in Table.metadata.sorted_tables if table.name not in {"facts", "deletions"}]
    with at.store.read() as session:
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_after_a_week_nothing_of_stravas_is_left_but_what_we_did_ourselves(steady: Instance) -> None:
    steady.connect()
    run = noted_run(steady)
    steady.expire_after(days=7, minutes=1)

    with steady.store.read() as session:
        assert session.query(StoredRun).count() == session.query(PendingActivity).count() == 0
        note = ledger.find(session, ANNA, run)
    assert note
    assert (note.state, note.severity, note.spike_band) == ("written", 3, "large")


def test_an_activity_that_waits_for_more_than_a_week_keeps_nothing_of_what_was_read(steady: Instance) -> None:
    steady.connect()
    run = noted_run(steady)
    steady.strava.edit_activity(run, sport_type="TrailRun")
    steady.strava.pushes.settle()
    steady.expire_after(days=7, minutes=1)

    waiting = steady.pending(run)
    assert (waiting.received > waiting.processed, waiting.judged_as, waiting.outcome) == (True, None, None)
    steady.work()
    assert stands(steady, run)


def test_what_is_set_aside_keeps_ids_attempts_and_the_kind_of_error_alone(steady: Instance) -> None:
    steady.connect()
    run = noted_run(steady, title="Long #backstride")
    steady.strava.faults.add("error_page", times=None)
    steady.strava.edit_activity(run, sport_type="TrailRun")
    for _ in range(8 * 8):
        steady.later(hours=3)

    pending = steady.pending(run)
    assert (bool(pending.failed_at), pending.last_error, pending.judged_as, pending.tags) == (
        True,
        "Unreachable",
        None,
        "",
    )


def test_whoever_is_disconnected_for_a_fortnight_is_deleted(steady: Instance) -> None:
    steady.connect()
    noted_run(steady)
    steady.strava.deauthorize(ANNA, push=False)
    steady.strava.expire_tokens()
    steady.wait(hours=7)
    steady.ask(reconcile_requested=True)
    steady.work()
    steady.expire_after(days=13)
    assert steady.athlete_state() == "disconnected"
    steady.expire_after(days=1, hours=1)

    assert steady.athlete_state() is None
    assert rows(steady) == 0


def test_who_comes_back_at_the_last_moment_stays(steady: Instance) -> None:
    steady.connect()
    with steady.store.write() as session:
        athletes.disconnect(session, ANNA, over=1, now=steady.now())
    steady.wait(days=15)
    steady.before_each_store(lambda: steady.connect(work=False) if steady.athlete_state() == "disconnected" else None)
    steady.expire_after(seconds=1)

    assert steady.athlete_state() == "connected"


def test_leaving_removes_the_notes_if_wanted_and_leaves_edited_ones(steady: Instance) -> None:
    steady.connect(thresholds={"mute.days": 0})
    kept = noted_run(steady, start=steady.now() - timedelta(hours=20))
    mine = noted_run(steady, km=44, title="#backstride")
    edited = (steady.strava.description(kept) or "").replace(block.END, f"stretched!\n{block.END}")
    steady.strava.edit_activity(kept, description=edited)
    leave(steady, with_notes=True)
    steady.work()

    assert (stands(steady, mine), steady.strava.description(kept)) == (False, edited)
    assert (revoked(steady), rows(steady)) == (True, 0)


def test_leaving_without_a_word_leaves_the_notes_where_they_are(steady: Instance) -> None:
    steady.connect()
    run = noted_run(steady)
    leave(steady, with_notes=False)
    steady.work()

    assert stands(steady, run)
    assert (revoked(steady), rows(steady)) == (True, 0)


def test_whoever_leaves_gets_no_new_notes(steady: Instance) -> None:
    steady.connect()
    steady.strava.faults.add("error_page", on="POST /oauth/revoke", times=1)
    leave(steady, with_notes=False)
    steady.work()
    run = steady.strava.create_activity(ANNA, km=21, description="mine")
    steady.work()
    assert not stands(steady, run)
    steady.later(minutes=5)

    assert not stands(steady, run)
    assert rows(steady) == 0


def test_leaving_waits_for_strava_but_not_for_more_than_a_day(steady: Instance) -> None:
    steady.connect()
    run = noted_run(steady)
    leave(steady, with_notes=True)
    steady.strava.faults.add("error_page", on="* /activities/*", times=None)
    for _ in range(23):
        steady.later(hours=1)
    assert steady.athlete_state() == "leaving"
    steady.later(hours=1, minutes=20)

    assert stands(steady, run)
    assert (revoked(steady), rows(steady)) == (True, 0)


def test_leaving_ends_even_if_strava_is_away_for_good(steady: Instance) -> None:
    steady.connect()
    noted_run(steady)
    leave(steady, with_notes=True)
    steady.sandbox.stop()
    for _ in range(26):
        steady.later(hours=1)

    assert rows(steady) == 0


def test_leaving_with_a_dead_token_ends_at_once(steady: Instance) -> None:
    steady.connect()
    noted_run(steady)
    steady.strava.deauthorize(ANNA, push=False)
    leave(steady, with_notes=True)
    steady.work()

    assert rows(steady) == 0


@pytest.mark.usefixtures("within_a_window")
def test_many_notes_are_removed_beside_the_live_activities_of_others(steady: Instance) -> None:
    steady.connect()
    run = noted_run(steady)
    with steady.store.write() as session:
        for number in range(40):
            session.add(Note(
                athlete_id=ANNA, activity_id=500 + number, state="written", written_at=steady.now(), severity=1,
                spike_band=None, block_hash="f", moves=[], changed_at=steady.now(),
            ))  # fmt: skip
    steady.strava.spend(50)
    steady.ask_to_remove_all()
    steady.work()

    used, limit = steady.resources.budget.usage()["read"]["15min"]
    assert 60 <= used <= 0.7 * limit  # the rest of the window is for live pendings
    steady.wait(minutes=15)
    for _ in range(3):
        steady.later(minutes=15)
    assert not stands(steady, run)
    with steady.store.read() as session:
        assert ledger.to_remove(session, ANNA) == []


def test_a_deletion_on_strava_is_forgotten_within_two_days(steady: Instance) -> None:
    steady.connect()
    run = noted_run(steady)
    steady.strava.delete_activity(run)
    steady.work()
    assert run not in steady.runs()
    steady.expire_after(hours=48, minutes=1)

    assert steady.note_state(run) is None


def test_what_was_killed_before_the_last_trace_went_is_made_up_for(steady: Instance) -> None:
    steady.connect()
    with steady.store.write() as session:
        deletions.forget(session, ANNA, DeletionReason.LEFT, steady.now())
    with steady.store.read() as session:
        assert instance_facts.fact(session, instance_facts.SOMEBODY_LEFT)
    with steady.store.read() as reading:  # somebody else, just then
        athletes.find(reading, ANNA)
        steady.expire_after(minutes=10)
    steady.expire_after(minutes=10)

    with steady.store.read() as session:
        assert instance_facts.fact(session, instance_facts.SOMEBODY_LEFT) is None


def test_answers_and_thresholds_stay_until_the_athlete_leaves(steady: Instance) -> None:
    steady.connect(thresholds={"mute.days": 3}, answers=steady.resources.vault.encrypt("{}"))
    for _ in range(30):
        steady.expire_after(days=1)

    with steady.store.read() as session:
        told = session.get_one(Preferences, ANNA)
        assert session.get_one(Athlete, ANNA).state == "connected"
        assert session.scalars(select(PendingActivity).where(activity_events.waiting())).all() == []
    assert (told.thresholds, steady.resources.vault.decrypt(told.answers or "")) == ({"mute.days": 3}, "{}")
