"""The doorbell, the lease and the ledger keep their promises alike on SQLite and PostgreSQL."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from content.runs import Run
from integration.config import load_settings
from integration.errors import LeaseLost, StoreUnavailable
from integration.store import (
    Store,
    Vault,
    athletes,
    deletions,
    histories,
    instance_facts,
    leases,
    ledger,
    pending_activities,
)
from integration.store.activity_events import ActivityEvent
from integration.store.athlete_states import DeletionReason
from integration.store.athletes import Tokens
from integration.store.pending_activities import Processed
from integration.store.tables import Deletion, Fact, Note, PendingActivity, Preferences, Table
from integration.web.account import access_policy

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
ANNA = 1001


@pytest.fixture
def anna(store: Store, vault: Vault) -> str:
    """An athlete who is connected, by her key."""
    with store.write() as session:
        athlete = athletes.connect(session, vault, ANNA, Tokens("access", "refresh", NOW + DAY), "read", NOW)
        session.flush()
        athletes.request(session, ANNA, NOW, request_due_at=None)
        return athlete.key


def ring(store: Store, kind: str = "create", at: datetime = NOW, *, activity: int = 7, **told: object) -> bool:
    with store.write() as session:
        heard = ActivityEvent(ANNA, activity, kind, at, "push", **told)  # type: ignore[arg-type]  # keyword by keyword
        return pending_activities.record_event(session, heard, now=NOW, due_at=NOW)


def pending(store: Store, activity: int = 7) -> PendingActivity:
    with store.read() as session:
        return session.get_one(PendingActivity, (ANNA, activity))


@pytest.mark.usefixtures("anna")
def test_a_repeat_and_an_older_event_are_not_recorded_again(store: Store) -> None:
    first = ring(store, "update:type", NOW)
    repeat, older, newer = ring(store, "update:type", NOW), ring(store, "create", NOW - SECOND), ring(store, "delete")

    assert (first, repeat, older, newer) == (True, False, False, True)
    assert pending(store).received == 2


def processed(store: Store, judged_as: str | None, outcome: str) -> None:
    with store.write() as session:
        pending = session.get_one(PendingActivity, (ANNA, 7))
        pending_activities.mark_processed(session, [Processed(pending, outcome, judged_as)], NOW)


@pytest.mark.usefixtures("anna")
def test_a_create_told_again_is_recorded_only_where_the_activity_is_not_known(store: Store) -> None:
    ring(store, "create", NOW - 9 * SECOND)
    ring(store, "create", NOW - 8 * SECOND)
    assert pending(store).received == 1
    processed(store, "Run:100:", "not_flagged")
    when_judged = ring(store, "create", NOW - 7 * SECOND)
    processed(store, None, "gone")
    when_not_found = ring(store, "create", NOW - 6 * SECOND)
    ring(store, "delete", NOW - 5 * SECOND)
    after_a_delete = ring(store, "create", NOW - 4 * SECOND)

    assert (when_judged, when_not_found, after_a_delete) == (False, True, True)


@pytest.mark.usefixtures("anna")
def test_a_deletion_older_than_a_create_that_overtook_it_is_not_believed(store: Store) -> None:
    """Hidden and shown again, to who may not see hidden ones."""
    ring(store, "create", NOW - 9 * SECOND)
    processed(store, "Run:100:", "noted")
    shown_again, hidden = ring(store, "create", NOW - SECOND), ring(store, "delete", NOW - 5 * SECOND)

    assert (shown_again, hidden) == (False, False)


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    ("error", "kind", "at_once"),
    [
        ("Unreachable", "delete", True), ("Unreachable", "update:type", False), ("BudgetSpent", "update:type", False),
        ("Gone", "update:type", True), ("Gone", "delete", True),
    ],
)  # fmt: skip
def test_what_is_put_off_waits_for_its_time_but_no_deletion_and_nothing_that_may_be_there_now(
    store: Store, error: str, kind: str, at_once: bool
) -> None:
    ring(store, "create", NOW - MINUTE)
    with store.write() as session:
        pending_activities.postpone(session, session.get_one(PendingActivity, (ANNA, 7)), NOW + DAY, NOW, error)
    ring(store, kind, NOW)

    assert pending(store).due_at == (NOW if at_once else NOW + DAY)


@pytest.mark.usefixtures("anna")
def test_what_changed_while_it_failed_is_due_at_once(store: Store) -> None:
    ring(store, "create", NOW - MINUTE)
    read = pending(store)
    ring(store, "delete", NOW)
    with store.write() as session:
        pending_activities.postpone(session, read, NOW + DAY, NOW, "Gone")

    assert (pending(store).kind, pending(store).due_at) == ("delete", NOW)


@pytest.mark.usefixtures("anna")
def test_no_update_comes_after_a_deletion_in_the_same_second(store: Store) -> None:
    ring(store, "create", NOW - MINUTE)
    assert ring(store, "delete", NOW)
    assert not ring(store, "update:type", NOW)


@pytest.mark.usefixtures("anna")
def test_a_cosmetic_edit_is_recorded_only_where_a_tag_of_ours_came_or_went(store: Store) -> None:
    ring(store, "create", NOW - MINUTE)
    other_title = ring(store, "update:title", NOW - 3 * SECOND, tags="", is_cosmetic=True)
    tagged = ring(store, "update:title", NOW - 2 * SECOND, tags="#nonote", is_cosmetic=True)
    hidden = ring(store, "update:private", NOW - SECOND, is_cosmetic=True)
    untagged = ring(store, "update:title", NOW, tags="", is_cosmetic=True)

    assert (other_title, tagged, hidden, untagged) == (False, True, False, True)


@pytest.mark.usefixtures("anna")
def test_an_activity_with_an_event_while_it_is_processed_goes_on_waiting(store: Store) -> None:
    ring(store)
    read = pending(store)
    ring(store, "update:type", NOW)
    with store.write() as session:
        pending_activities.mark_processed(session, [Processed(read, "noted", judged_as="Run")], NOW)

    with store.read() as session:
        assert [waiting.received for waiting in pending_activities.due(session, ANNA, NOW)] == [2]


@pytest.mark.usefixtures("anna")
def test_what_fails_for_seven_days_is_set_aside_and_taken_up_by_retry(store: Store) -> None:
    ring(store)
    for later in [*(NOW + n * DAY / 4 for n in range(9)), NOW + 7 * DAY]:
        assert pending(store).failed_at is None
        with store.write() as session:
            pending_activities.postpone(session, pending(store), later, later, "Unreachable")
    with store.write() as session:
        assert pending_activities.due(session, ANNA, NOW + 8 * DAY) == []
        assert pending_activities.retry(session, None, NOW + 8 * DAY) == 1
        assert len(pending_activities.due(session, ANNA, NOW + 8 * DAY)) == 1


@pytest.mark.usefixtures("anna")
def test_waiting_for_the_budget_is_no_failure(store: Store) -> None:
    ring(store)
    with store.write() as session:
        pending_activities.wait(session, ANNA, NOW + 9 * DAY, NOW + 8 * DAY, "BudgetSpent")

    waiting = pending(store)
    assert (waiting.failed_at, waiting.attempts, waiting.due_at) == (None, 0, NOW + 9 * DAY)


@pytest.mark.usefixtures("anna")
def test_processed_activities_are_deleted_after_seven_days_and_waiting_ones_are_not(store: Store) -> None:
    ring(store)
    ring(store, activity=8)
    with store.write() as session:
        pending_activities.mark_processed(session, [Processed(pending(store), "noted")], NOW)
        pending_activities.expire(session, NOW + 7 * DAY)
        assert session.scalars(select(PendingActivity.activity_id)).all() == [8]


@examples(15)
@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["create", "update:type", "delete"])), min_size=1))
@pytest.mark.usefixtures("anna")
def test_in_whatever_order_events_come_the_newest_is_known(store: Store, events: list[tuple[int, str]]) -> None:
    with store.write() as session:
        session.query(PendingActivity).delete()
    for age, kind in events:
        ring(store, kind, NOW - age * SECOND)

    assert pending(store).event_time == NOW - min(age for age, _ in events) * SECOND


@pytest.mark.usefixtures("anna")
def test_events_recorded_at_once_are_all_counted(store: Store) -> None:
    def one(number: int) -> bool:
        with store.write() as session:
            heard = ActivityEvent(ANNA, 7, f"update:{number}", NOW, "push")
            return pending_activities.record_event(session, heard, now=NOW, due_at=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(20)))

    assert pending(store).received == 20


@pytest.mark.usefixtures("anna")
def test_one_worker_at_a_time_holds_the_lease(store: Store) -> None:
    def claim(_: int) -> bool:
        with store.write() as session:
            return leases.take(session, ANNA, NOW) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(claim, range(12))) == 1


@pytest.mark.usefixtures("anna")
def test_whoever_lost_the_lease_stores_nothing(store: Store) -> None:
    with store.write() as session:
        stalled = leases.take(session, ANNA, NOW)
    assert stalled
    with store.write() as session:
        assert leases.take(session, ANNA, NOW + 31 * SECOND)

    with pytest.raises(LeaseLost), store.write() as session:
        leases.renew(session, stalled, NOW + 32 * SECOND)


def test_the_sweep_finds_who_has_something_due_and_is_not_attended(store: Store, anna: str) -> None:
    with store.read() as session:
        assert athletes.keys_due(session, NOW) == []
    ring(store)
    with store.write() as session:
        assert athletes.keys_due(session, NOW) == [anna]
        leases.take(session, ANNA, NOW)
        assert athletes.keys_due(session, NOW) == []
        assert athletes.keys_due(session, NOW + 31 * SECOND) == [anna]


def test_a_disconnected_athletes_activities_wait_for_the_reconnect(store: Store, vault: Vault, anna: str) -> None:
    ring(store)
    with store.write() as session:
        athletes.disconnect(session, ANNA, over=1, now=NOW)
        assert athletes.keys_due(session, NOW) == []
        athletes.connect(session, vault, ANNA, Tokens("new", "newer", NOW + DAY), "read", NOW)
        assert athletes.keys_due(session, NOW) == [anna]


@pytest.mark.usefixtures("anna")
def test_a_reconnect_is_never_overwritten_by_an_older_refresh(store: Store, vault: Vault) -> None:
    with store.write() as session:
        athletes.connect(session, vault, ANNA, Tokens("fresh", "fresher", NOW + DAY), "read", NOW)
        assert not athletes.keep_refreshed(session, vault, ANNA, Tokens("stale", "staler", NOW), over=1)
        athletes.disconnect(session, ANNA, over=1, now=NOW)
        athlete = athletes.find(session, ANNA)

    assert athlete
    assert (athletes.tokens(athlete, vault).access, athlete.state) == ("fresh", "connected")


def run(number: int, days_ago: float) -> Run:
    start = NOW - timedelta(days=days_ago)
    return Run(
        number, start, start.replace(tzinfo=None), "Run", 100_000, 3600, 3700, 500, cadence=171.4, name="Søndag 🏃"
    )


@pytest.mark.usefixtures("anna")
def test_a_history_comes_back_as_it_was_and_is_purged_whole(store: Store) -> None:
    kept = [run(1, 30), run(2, 3)]
    with store.write() as session:
        histories.add(session, ANNA, run(9, 1))  # absent: nothing to add to
        histories.replace(session, ANNA, kept, covered_from=NOW - 100 * DAY, now=NOW, newest_activity=5, activities=4)
        assert histories.runs(session, ANNA) == kept
        assert histories.fresh(session, ANNA, NOW + 5 * DAY, since=NOW - 100 * DAY)
        assert not histories.fresh(session, ANNA, NOW, since=NOW - 101 * DAY)
        assert histories.knows(session, ANNA, 5)
        assert histories.purge_stale(session, NOW + 6 * DAY) == [ANNA]
        assert histories.runs(session, ANNA) == []
        assert not histories.fresh(session, ANNA, NOW + 6 * DAY)


@pytest.mark.usefixtures("anna")
def test_late_runs_of_a_history_come_with_the_one_before_them(store: Store) -> None:
    kept = [run(1, 500), run(2, 480), run(3, 100), run(4, 50)]
    with store.write() as session:
        histories.replace(session, ANNA, kept, covered_from=NOW - 800 * DAY, now=NOW, newest_activity=5, activities=4)

        assert histories.runs(session, ANNA, since=NOW - 100 * DAY) == kept[1:]
        assert histories.runs(session, ANNA, since=NOW - 99 * DAY) == kept[2:]
        assert histories.runs(session, ANNA, since=NOW) == kept[3:]
        assert histories.runs(session, ANNA, since=NOW - 600 * DAY) == kept
        assert histories.runs(session, ANNA + 1, since=NOW) == []


@pytest.mark.usefixtures("anna")
def test_runs_that_are_added_replace_themselves_and_count_as_seen(store: Store) -> None:
    with store.write() as session:
        histories.replace(session, ANNA, [run(1, 30)], covered_from=NOW, now=NOW, newest_activity=5, activities=4)
        histories.add(session, ANNA)
        histories.add(session, ANNA, run(7, 2), run(1, 29), run(3, 1))
        assert histories.runs(session, ANNA) == [run(1, 29), run(7, 2), run(3, 1)]
        assert (histories.knows(session, ANNA, 7), histories.knows(session, ANNA, 8)) == (True, False)
        histories.add(session, ANNA, run(6, 1))
        assert histories.knows(session, ANNA, 7)
        histories.drop(session, ANNA, 1, 3, 6)
        assert histories.runs(session, ANNA) == [run(7, 2)]


@pytest.mark.usefixtures("anna")
def test_of_many_that_are_processed_each_keeps_its_outcome_and_what_came_meanwhile_waits(store: Store) -> None:
    for activity in (7, 8):
        ring(store, activity=activity)
    with store.read() as session:
        read = [session.get_one(PendingActivity, (ANNA, activity)) for activity in (7, 8)]
    ring(store, "update:type", NOW + SECOND, activity=8, tags="race")
    with store.write() as session:
        results = [Processed(read[0], "noted", "Run:1", "back"), Processed(read[1], "muted", "Run:2", "back")]
        pending_activities.mark_processed(session, results, NOW)

    with store.read() as session:
        seven, eight = (session.get_one(PendingActivity, (ANNA, activity)) for activity in (7, 8))
    assert (seven.outcome, seven.judged_as, seven.tags, seven.processed) == ("noted", "Run:1", "back", 1)
    assert (eight.outcome, eight.tags, eight.processed, eight.received) == ("muted", "race", 1, 2)


def note(number: int, state: str = "written") -> Note:
    return Note(
        athlete_id=ANNA, activity_id=number, state=state, written_at=NOW, severity=1, spike_band="small",
        block_hash="f", moves=["plank"], changed_at=NOW,
    )  # fmt: skip


@pytest.mark.usefixtures("anna")
def test_the_notes_of_some_activities_are_found_by_their_ids(store: Store) -> None:
    with store.write() as session:
        for number in (7, 8):
            ledger.begin(session, note(number))
    with store.read() as session:
        assert set(ledger.of(session, ANNA, [7, 9])) == {7}
        assert ledger.of(session, ANNA, []) == {}
        assert ledger.kept(session, ANNA) == {7, 8}


@pytest.mark.usefixtures("anna")
def test_a_note_asked_back_while_it_is_written_stays_asked_back(store: Store) -> None:
    with store.write() as session:
        ledger.begin(session, note(7, "writing"))
    with store.write() as session:
        assert ledger.ask_removal(session, ANNA, NOW) == 1
    with store.write() as session:
        ledger.finish(session, note(7, "writing"))

    with store.read() as session:
        assert [asked.activity_id for asked in ledger.to_remove(session, ANNA)] == [7]


@pytest.mark.usefixtures("anna")
def test_notes_of_what_is_gone_count_for_nothing_and_die_in_two_days(store: Store) -> None:
    with store.write() as session:
        ledger.begin(session, note(7, "gone"))
        ledger.begin(session, note(8))
        assert ledger.noted(session, ANNA) == {8: 1}
        ledger.expire(session, NOW + 2 * DAY)
        assert ledger.find(session, ANNA, 7) is None


@pytest.mark.usefixtures("anna")
def test_forgetting_leaves_no_row_of_the_athlete(store: Store) -> None:
    ring(store)
    with store.write() as session:
        histories.replace(session, ANNA, [run(1, 3)], covered_from=NOW, now=NOW, newest_activity=1, activities=1)
        ledger.begin(session, note(7))
        token = instance_facts.invite(session, "owner", NOW)
        assert instance_facts.use_invitation(session, token, ANNA, NOW) == "owner"
        assert instance_facts.use_invitation(session, token, 2002, NOW) is None
        assert deletions.forget(session, ANNA, DeletionReason.LEFT, NOW)

    with store.read() as session:
        assert session.scalars(select(Fact.name)).all() == [instance_facts.SOMEBODY_LEFT]
        assert [row.counts["notes"] for row in deletions.register(session)] == [1]
        for table in set(Table.metadata.sorted_tables) - {Fact.__table__, Deletion.__table__}:
            assert session.scalar(select(func.count()).select_from(table)) == 0, table.name


@pytest.mark.parametrize("role", ["owner", "guest"])
def test_of_two_who_open_one_invitation_at_once_one_is_let_in(store: Store, tmp_path: Path, role: str) -> None:
    settings, found = load_settings({"DATA_DIR": str(tmp_path / "var")}, checkout=tmp_path), Barrier(2, timeout=60)
    with store.write() as session:
        token = instance_facts.invite(session, role, NOW)

    def open_it(athlete_id: int) -> bool:
        if not store.is_sqlite:  # which has one writer at a time; here both have seen that the link is unused
            with store.read() as session:
                assert access_policy.opens(session, settings, token, NOW)
            found.wait()
        with store.write() as session:
            admitted = access_policy.admit(session, settings, athlete_id, token, NOW)
            time.sleep(0.1)  # the other one tries meanwhile
            return admitted

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_it, (ANNA, 2002))) == [False, True]


@pytest.mark.usefixtures("anna")
def test_keys_are_rotated_while_another_process_still_holds_the_old_ones(store: Store) -> None:
    from cryptography.fernet import Fernet

    keys = [Fernet.generate_key().decode()]
    running = Vault(lambda: keys)
    with store.write() as session:
        athlete = athletes.connect(session, running, ANNA, Tokens("a", "r", NOW), "read", NOW)
        session.get_one(Preferences, ANNA).answers = running.encrypt("{}")
    keys.insert(0, Fernet.generate_key().decode())
    with store.write() as session:
        assert athletes.relock_all(session, Vault(lambda: keys)) == 1
        athlete = session.get_one(type(athlete), ANNA)

    assert athletes.tokens(athlete, running).access == "a"
    assert athletes.tokens(athlete, Vault(lambda: keys[:1])).refresh == "r"


def test_a_database_that_cannot_be_written_says_so_in_one_line() -> None:
    with (
        pytest.raises(StoreUnavailable, match="cannot be used"),
        Store("sqlite:////nowhere/at/all.db").write() as session,
    ):
        session.execute(select(1))
