"""The moments at which a crash would hurt most, one by one: a real process is killed, or stands still, right there."""

from datetime import timedelta

import pytest
from instance import ANNA, Instance
from waiting import wait_until
from worker_process import WorkerProcess

from content.notes import block
from integration.errors import LeaseLost
from integration.store import athletes, leases
from integration.store.athletes import Tokens
from integration.store.tables import Athlete, Preferences
from workers.athlete_session import AthleteSession

pytestmark = pytest.mark.processes

AFTER_THE_LEASE = 31  # seconds


def big_run(instance: Instance, **told: object) -> int:
    run = instance.strava.create_activity(ANNA, **{"km": 21, "description": "mine", **told})  # type: ignore[arg-type]
    instance.strava.pushes.settle()
    return run


def has_one_note(instance: Instance, run: int) -> bool:
    description = instance.strava.description(run) or ""
    return block.strip(description) == "mine" and description.count(block.START) == 1


def puts(instance: Instance) -> int:
    return len(instance.strava.calls("PUT"))


def test_killed_between_commit_and_wake_the_sweep_finds_the_activity(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)  # this instance's callback never wakes anybody

    assert not has_one_note(steady, run)
    steady.work()
    assert has_one_note(steady, run)


def test_killed_after_the_ledger_said_writing_and_before_the_put_the_note_is_written_once(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    worker = WorkerProcess(steady, stall_before_call=2)
    worker.wait_until_it_stands_still()
    assert steady.note_state(run) == "writing"
    worker.kill()
    steady.later(seconds=AFTER_THE_LEASE)

    assert has_one_note(steady, run)
    assert (puts(steady), steady.note_state(run)) == (1, "written")


def test_killed_after_the_put_and_before_the_ledger_the_note_is_not_written_again(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.strava.faults.add("slow_after", on="PUT /activities/*", seconds=PATIENTLY)
    worker = WorkerProcess(steady)
    wait_until(lambda: has_one_note(steady, run))
    worker.kill()
    steady.strava.faults.clear()
    assert steady.note_state(run) == "writing"
    steady.later(seconds=AFTER_THE_LEASE)

    assert has_one_note(steady, run)
    assert (steady.note_state(run), steady.pending(run).outcome) == ("written", "noted")
    assert puts(steady) == 0  # the stand-in notes a call when it has answered, and that one it could not


def test_killed_after_removing_a_note_and_before_the_ledger_it_is_removed_once(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    steady.work()
    steady.ask_to_remove_all()
    steady.strava.faults.add("slow_after", on="PUT /activities/*", seconds=PATIENTLY)
    worker = WorkerProcess(steady)
    wait_until(lambda: steady.strava.description(run) == "mine")
    worker.kill()
    steady.strava.edit_activity(run, description="mine, and a new thought")
    steady.later(seconds=AFTER_THE_LEASE)

    assert steady.strava.description(run) == "mine, and a new thought"
    assert steady.note_state(run) == "removed"


def test_killed_between_the_refresh_and_its_storing_the_athlete_is_asked_to_connect_again(steady: Instance) -> None:
    steady.connect()
    steady.strava.expire_tokens(ANNA)
    run = big_run(steady)
    steady.strava.faults.add("slow_after", on="POST /oauth/token", seconds=PATIENTLY)
    before = steady.strava.app.grants[ANNA].refresh_token
    worker = WorkerProcess(steady)
    wait_until(lambda: steady.strava.app.grants[ANNA].refresh_token != before)
    worker.kill()
    steady.strava.faults.clear()
    steady.strava.forget_calls()
    for _ in range(3):
        steady.later(seconds=AFTER_THE_LEASE)

    assert steady.athlete_state() == "disconnected"
    assert [call.status for call in steady.strava.calls("POST", "/oauth/token")] == [400]
    steady.connect()
    assert has_one_note(steady, run)


def test_a_refresh_whose_lease_ran_out_meanwhile_is_stored_all_the_same(steady: Instance) -> None:
    steady.connect()
    steady.strava.expire_tokens(ANNA)
    run = big_run(steady)
    steady.strava.faults.add("slow_after", on="POST /oauth/token", seconds=1.0)
    before = steady.strava.app.grants[ANNA].refresh_token
    worker = WorkerProcess(steady)
    wait_until(lambda: steady.strava.app.grants[ANNA].refresh_token != before)
    worker.stop()
    steady.later(seconds=AFTER_THE_LEASE)
    assert steady.athlete_state() == "disconnected"  # another worker was refused with the token that is dead now
    worker.go_on(after=AFTER_THE_LEASE)
    assert worker.ends_well()
    steady.later(seconds=1)

    assert steady.athlete_state() == "connected"
    assert has_one_note(steady, run)


def test_a_worker_that_stalls_past_its_lease_writes_nothing_any_more(steady: Instance) -> None:
    steady.connect()
    run = big_run(steady)
    stalled = WorkerProcess(steady, stall_before_call=2)  # it has read, and says that it writes: the PUT is next
    stalled.wait_until_it_stands_still()
    steady.later(seconds=AFTER_THE_LEASE)
    assert has_one_note(steady, run)
    steady.strava.edit_activity(run, description=f"{steady.strava.description(run)}\nwhat came to mind since")
    words = steady.strava.description(run)
    stalled.go_on(after=AFTER_THE_LEASE)
    assert stalled.ends_well()

    assert steady.strava.description(run) == words
    assert puts(steady) == 1
    assert steady.note_state(run) == "written"


def test_a_worker_that_stalls_begins_no_call_that_could_outlive_its_lease(steady: Instance) -> None:
    steady.connect()
    big_run(steady)
    stalled = WorkerProcess(steady, stall_before_call=2)
    stalled.wait_until_it_stands_still()
    stalled.go_on(after=19)  # nobody took the lease yet, but eleven seconds are too few for a call
    assert stalled.ends_well()

    assert puts(steady) == 0


def test_whoever_lost_the_lease_stores_nothing(steady: Instance) -> None:
    steady.connect()
    with steady.store.write() as session:
        first = leases.take(session, ANNA, steady.now())
    assert first
    athlete_session = AthleteSession(steady.resources, first)
    steady.wait(seconds=AFTER_THE_LEASE)
    with steady.store.write() as session:
        assert leases.take(session, ANNA, steady.now())

    with pytest.raises(LeaseLost), athlete_session.store() as session:
        session.get_one(Preferences, ANNA).notes_on = False
    with pytest.raises(LeaseLost):
        athlete_session.renew()


def test_a_long_visit_keeps_its_lease_by_what_it_stores(steady: Instance) -> None:
    steady.connect()
    with steady.store.write() as session:
        held = leases.take(session, ANNA, steady.now())
    assert held
    athlete_session = AthleteSession(steady.resources, held)
    for _ in range(4):
        steady.wait(seconds=20)
        with athlete_session.store():
            pass

    with steady.store.write() as session:
        assert leases.take(session, ANNA, steady.now()) is None


def test_a_reconnect_during_a_refresh_is_not_overwritten(steady: Instance) -> None:
    steady.connect()
    steady.strava.expire_tokens(ANNA)
    run = big_run(steady)
    steady.strava.faults.add("slow_after", on="POST /oauth/token", seconds=1.0)
    before = steady.strava.app.grants[ANNA].refresh_token
    worker = WorkerProcess(steady)
    wait_until(lambda: steady.strava.app.grants[ANNA].refresh_token != before)
    grant = steady.strava.connect(ANNA)
    access, expires = grant.newest()
    with steady.store.write() as session:
        tokens = Tokens(access, grant.refresh_token, expires)
        athletes.connect(session, steady.resources.vault, ANNA, tokens, ",".join(grant.scopes), steady.now())
    assert worker.ends_well()

    with steady.store.read() as session:
        kept = athletes.tokens(session.get_one(Athlete, ANNA), steady.resources.vault)
    assert (kept.access, kept.refresh) == (access, grant.refresh_token)
    steady.work()
    assert has_one_note(steady, run)


def test_who_comes_back_while_a_deauthorization_is_checked_stays(steady: Instance) -> None:
    steady.connect()
    steady.strava.deauthorize(ANNA, push=False)
    steady.ask(deauthorization_received_at=steady.now())
    steady.strava.faults.add("slow_after", on="POST /oauth/token", seconds=1.0)
    worker = WorkerProcess(steady)
    wait_until(lambda: not steady.strava.faults.active)
    steady.connect(work=False)
    assert worker.ends_well()

    assert steady.athlete_state() == "connected"


def test_killed_while_a_deauthorization_is_carried_out_the_athlete_is_deleted_later(steady: Instance) -> None:
    steady.connect()
    steady.strava.deauthorize(ANNA, push=False)
    steady.ask(deauthorization_received_at=steady.now())
    with steady.store.write() as session:  # as far as a worker had come: refused, and not deleted yet
        athletes.disconnect(session, ANNA, over=1, now=steady.now())
    steady.later(seconds=1)

    assert steady.athlete_state() is None


PATIENTLY = timedelta(minutes=1).total_seconds()
