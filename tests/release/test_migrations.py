"""Migrations keep what is there, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from databases import new_postgresql
from made_runs import a_run
from sqlalchemy import String, inspect, text

from content.companion.recorded import RecordedSession
from content.moves.library import load
from content.notes.target import Target
from content.routines.progression import level
from content.runs import Run
from integration.store import (
    Store,
    Vault,
    athletes,
    deletions,
    histories,
    ledger,
    pending_activities,
    schema,
    session_log,
    web_sessions,
)
from integration.store.activity_events import ActivityEvent
from integration.store.athlete_states import DeletionReason
from integration.store.athletes import Tokens
from integration.store.database.column_types import EPOCH
from integration.store.pending_activities import Processed
from integration.store.schema import Age, age, downgrade, migrate
from integration.store.session_log import Entry
from integration.store.tables import Athlete, Note, PendingActivity, Preferences, StoredHistory, Table

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
ANNA = 1001
LIBRARY = load()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of each kind that no migration has seen."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path}/backstride.sqlite3")
    else:
        store = Store(new_postgresql(request.getfixturevalue("postgres")))
    yield store
    store.dispose()


def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Everything in the database, by table, as it stands there."""
    with store.engine.connect() as connection:
        names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
        return {
            name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()] for name in names
        }


def furnish(store: Store, vault: Vault) -> None:
    """An athlete with a note and two activities, one of them answered."""
    with store.write() as session:
        athletes.connect(session, vault, ANNA, Tokens("access", "refresh", NOW), "read,activity:read", NOW)
        session.flush()
        for activity in (7, 8):
            pending_activities.record_event(
                session, ActivityEvent(ANNA, activity, "create", NOW, "push"), now=NOW, due_at=NOW
            )
        pending = session.get_one(PendingActivity, (ANNA, 7))
        pending_activities.mark_processed(session, [Processed(pending, "noted", judged_as="Run:100000:")], NOW)
        ledger.begin(session, Note(
            athlete_id=ANNA, activity_id=7, state="written", written_at=NOW, severity=2, spike_band="moderate",
            block_hash="f", moves=["plank", "bridge"], changed_at=NOW,
        ))  # fmt: skip


def test_the_schema_is_what_the_tables_say(empty: Store) -> None:
    assert age(empty) is not Age.CURRENT
    migrate(empty)

    assert age(empty) is Age.CURRENT
    with empty.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_migrating_again_changes_nothing(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    before = rows(empty)
    migrate(empty)

    assert rows(empty) == before


def test_down_and_up_again_keeps_every_row_that_has_a_place(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    before = rows(empty)
    downgrade(empty, "0001")
    older = rows(empty)
    assert [len(older[name]) for name in ("athletes", "bells", "notes", "preferences")] == [1, 2, 1, 1]
    assert "last_received" not in older["bells"][0]
    migrate(empty)

    after = rows(empty)
    for athlete in (*before["athletes"], *after["athletes"]):
        del athlete["receipt"]  # drawn anew
    assert after == before


def test_rows_that_refer_to_a_table_which_is_made_anew_stay(empty: Store, vault: Vault) -> None:
    """SQLite can change little of a table: it is copied and the old one dropped, and with it all that refers to it."""

    def make_athletes_anew(config: Config, revision: str) -> None:
        context = MigrationContext.configure(config.attributes["connection"])
        with Operations(context).batch_alter_table("athletes", recreate="auto") as table:
            table.alter_column("scopes", existing_type=String(200), type_=String(300))

    migrate(empty)
    furnish(empty, vault)
    before = rows(empty)
    schema._run(empty, make_athletes_anew, "")

    assert rows(empty) == before
    with empty.engine.connect() as connection:
        assert not empty.is_sqlite or connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_rows_of_the_first_schema_are_understood_by_the_newest(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    downgrade(empty, "0001")
    migrate(empty)

    with empty.write() as session:
        [waiting] = pending_activities.due(session, ANNA, NOW)
        assert (waiting.activity_id, waiting.last_received) == (8, NOW)
        assert pending_activities.record_event(
            session, ActivityEvent(ANNA, 8, "delete", NOW, "push"), now=NOW, due_at=NOW
        )
        athlete = athletes.find(session, ANNA)
        assert athlete
        assert athletes.tokens(athlete, vault).refresh == "refresh"
        assert [note.moves for note in ledger.notes(session, ANNA)] == [["plank", "bridge"]]


def test_what_was_told_of_the_back_stays_and_the_mark_of_a_done_routine_goes(empty: Store, vault: Vault) -> None:
    """The mark stood in plain text, and no consent to keeping it can be told from it."""
    migrate(empty)
    furnish(empty, vault)
    downgrade(empty, "0002")
    locked = vault.encrypt('{"7": {"back": 6, "where": ["hips"]}}')
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE preferences SET back_log = :locked"), {"locked": locked})
        connection.execute(text("UPDATE notes SET done_at = 1795000000000000"))
    migrate(empty)

    assert "done_at" not in rows(empty)["notes"][0]
    with empty.write() as session:
        told = session.get_one(Preferences, ANNA)
        first = Entry(EPOCH, 7, (), strength=False, back=6, where=("hips",))
        assert session_log.entries(told, vault) == [first]
        new = Entry(NOW, 7, ("plank",), strength=True, back=1)
        session_log.add(told, vault, new)
        assert session_log.entries(told, vault) == [first, new]
        past = session_log.past([first, new], ledger.notes(session, ANNA), LIBRARY)
    assert level(past, NOW + timedelta(days=1)) == 1  # what has no moment counts for nothing


def test_an_earlier_note_on_a_run_without_a_finding_was_asked_for_and_mutes_nothing(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    with empty.write() as session:
        ledger.begin(session, Note(
            athlete_id=ANNA, activity_id=8, state="pages", written_at=NOW, severity=0, spike_band=None,
            block_hash=None, moves=[], changed_at=NOW,
        ))  # fmt: skip
    downgrade(empty, "0004")
    migrate(empty)

    with empty.read() as session:
        assert {note.activity_id: note.mutes for note in ledger.notes(session, ANNA)} == {7: True, 8: False}
        assert ledger.noted(session, ANNA) == {7: 2, 8: 0}


def test_earlier_notes_stand_in_the_description_and_nothing_is_known_of_private_ones(
    empty: Store, vault: Vault
) -> None:
    migrate(empty)
    furnish(empty, vault)
    downgrade(empty, "0006")
    assert "target" not in rows(empty)["notes"][0]
    migrate(empty)

    with empty.read() as session:
        [note] = ledger.notes(session, ANNA)
        assert (note.target, note.unseen, note.is_private) == (Target.DESCRIPTION, False, False)
        told = session.get_one(Preferences, ANNA)
        assert (told.private_note_seen, told.links, told.private_links) == (None, False, True)


def test_histories_without_devices_are_fetched_again(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    with empty.write() as session:
        histories.replace(
            session, ANNA, [Run(1, NOW, NOW.replace(tzinfo=None), "Run", 90_000, 3_000, 3_000)], covered_from=NOW,
            now=NOW, newest_activity=1, activities=1,
        )  # fmt: skip
    downgrade(empty, "0008")
    migrate(empty)

    with empty.read() as session:
        assert (histories.find(session, ANNA), histories.runs(session, ANNA)) == (None, [])
        assert len(ledger.notes(session, ANNA)) == 1


def test_athletes_from_before_the_register_get_an_address_each(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    with empty.write() as session:
        athletes.connect(session, vault, ANNA + 1, Tokens("a", "r", NOW), "read", NOW)
    downgrade(empty, "0009")
    assert "receipt" not in rows(empty)["athletes"][0]
    migrate(empty)

    receipts = {str(row["receipt"]) for row in rows(empty)["athletes"]}
    assert len(receipts) == 2
    assert all(len(receipt) >= 20 for receipt in receipts)
    with empty.write() as session:
        gone = deletions.forget(session, ANNA, DeletionReason.LEFT, NOW)
        assert gone
        assert gone.receipt_hash in {deletions.hash_of(receipt) for receipt in receipts}


def test_athletes_from_before_sessions_ended_at_the_server_have_one_epoch_until_they_end_them(
    empty: Store, vault: Vault
) -> None:
    migrate(empty)
    furnish(empty, vault)
    downgrade(empty, "0005")
    assert "session_epoch" not in rows(empty)["athletes"][0]
    migrate(empty)

    with empty.write() as session:
        athlete = session.get_one(Athlete, ANNA)
        assert not web_sessions.has_ended(session, athlete, "a", "")
        web_sessions.end(session, "a", NOW)
        web_sessions.end(session, "a", NOW)
        assert web_sessions.has_ended(session, athlete, "a", "")
        assert not web_sessions.has_ended(session, athlete, "b", "")
        web_sessions.end_all(session, ANNA)
        session.refresh(athlete)
        assert web_sessions.has_ended(session, athlete, "b", "")


def test_all_the_way_down_leaves_nothing(empty: Store) -> None:
    migrate(empty)
    downgrade(empty, "base")
    assert rows(empty) == {}
    migrate(empty)

    assert age(empty) is Age.CURRENT


def test_a_migration_that_fails_changes_nothing(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    downgrade(empty, "0001")
    with empty.engine.begin() as connection:
        connection.execute(text("ALTER TABLE bells ADD COLUMN last_received BIGINT"))
    before = rows(empty)
    with pytest.raises(Exception, match="last_received"):
        migrate(empty)

    assert rows(empty) == before


def test_an_earlier_note_on_the_first_run_after_a_lay_off_mutes_nothing_and_that_on_a_long_one_goes_on(
    empty: Store, vault: Vault
) -> None:
    migrate(empty)
    furnish(empty, vault)
    starts = {5: 40, 7: 12, 8: 9}  # activity → days ago; the note on 7 is of severity 2
    with empty.write() as session:
        session.add(StoredHistory(athlete_id=ANNA, fetched_at=NOW, covered_from=NOW - timedelta(days=100)))
        for activity, days in starts.items():
            histories.add(session, ANNA, a_run(8, start=NOW - timedelta(days=days), id=activity))
        for activity in (5, 8, 9):
            ledger.begin(session, Note(
                athlete_id=ANNA, activity_id=activity, state="pages", written_at=NOW, severity=1, spike_band=None,
                block_hash=None, moves=[], changed_at=NOW,
            ))  # fmt: skip
        histories.add(session, ANNA, a_run(8, start=NOW - timedelta(days=71), id=4))
    downgrade(empty, "0010")
    migrate(empty)

    with empty.read() as session:
        assert ledger.noted(session, ANNA) == {5: 0, 7: 2, 8: 1, 9: 1}


def test_a_history_from_before_recorded_sessions_and_shoes_has_none_yet(empty: Store, vault: Vault) -> None:
    migrate(empty)
    furnish(empty, vault)
    run = a_run(8, start=NOW, id=1)
    with empty.write() as session:
        histories.replace(session, ANNA, [run], covered_from=NOW, now=NOW, newest_activity=1, activities=1)
    downgrade(empty, "0013")
    migrate(empty)

    with empty.write() as session:
        assert histories.recorded(session, ANNA) == ()
        assert [each.shoe for each in histories.runs(session, ANNA)] == [""]
        session.get_one(Preferences, ANNA).answers_consented_at = NOW
        histories.update_recorded(session, ANNA, added=[RecordedSession(5, NOW, "Yoga")], now=NOW)
    with empty.read() as session:
        assert [each.id for each in histories.recorded(session, ANNA)] == [5]


def test_an_earlier_note_keeps_what_it_is_and_is_not_taken_for_one_tried_from_a_page(
    empty: Store, vault: Vault
) -> None:
    migrate(empty)
    furnish(empty, vault)
    downgrade(empty, "0015")
    migrate(empty)

    with empty.read() as session:
        assert [(note.activity_id, note.asked_on_page) for note in ledger.notes(session, ANNA)] == [(7, False)]
