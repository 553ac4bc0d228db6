"""Backups: what they hold, where they restore, and how what is no whole backup of ours is refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typed_commands import ATHLETE, NOW, Command, refresh_token

from integration.backup import back_up, restore
from integration.backup_file import LARGEST, MOST_VALUES
from integration.config import Settings, load_settings
from integration.environment.setting_defaults import new_token_key
from integration.store import Store, schema, web_sessions
from integration.store.tables import Athlete, Fact, Preferences


def test_a_backup_restores_on_another_machine(
    connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.gz"
    token = refresh_token(connected)
    assert command("backup", str(file)).out == f"Wrote {file}: 1 athlete, 1 note.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    before = json.loads(command("export", str(ATHLETE)).out)

    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
    assert command("restore", str(file)).out == f"Restored {file}: 1 athlete, 1 note.\n"
    assert json.loads(command("export", str(ATHLETE)).out) == before
    assert refresh_token(load_settings()) == token
    assert load_settings().callback_url == connected.callback_url


def test_a_restored_backup_keeps_the_register_of_deletions_since(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = str(tmp_path / "backup.gz")
    assert command("backup", file).code == 0
    command("forget", str(ATHLETE), "--yes")
    registered = command("deletions").out
    assert command("restore", file, "--replace").code == 0

    assert command("export", str(ATHLETE)).code == 0
    assert command("deletions").out == registered
    assert registered.endswith("1 deletion.\n")


def test_a_backup_holds_no_data_of_stravas(connected: Settings, command: Command, tmp_path: Path) -> None:
    command("backup", str(tmp_path / "backup.gz"))
    content = json.loads(gzip.decompress((tmp_path / "backup.gz").read_bytes()))

    assert content["tables"].keys().isdisjoint({"runs", "histories"})
    assert [row["activity_id"] for row in content["tables"]["pending_activities"]] == [1, 2]


def test_a_backup_of_an_older_backstride_restores(connected: Settings, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    before = json.loads(command("export", str(ATHLETE)).out)
    store = Store(connected.database_url)
    schema.downgrade(store, "0001")
    back_up(connected, store, file, NOW)
    schema.downgrade(store, "base")

    assert command("restore", str(file)).code == 0
    assert json.loads(command("export", str(ATHLETE)).out)["notes"] == before["notes"]


def test_a_backup_of_a_newer_backstride_is_refused(connected: Settings, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    back_up(connected, Store(connected.database_url), file, NOW)
    content = json.loads(gzip.decompress(file.read_bytes())) | {"revision": "9999"}
    file.write_bytes(gzip.compress(json.dumps(content).encode()))
    said = command("restore", str(file), "--replace")

    assert said.code == 2
    assert said.err.startswith(f"{file}: is of a newer Backstride")
    assert command("export", str(ATHLETE)).code == 0


def test_restoring_over_somebody_asks_for_replace(connected: Settings, command: Command, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.gz")
    command("backup", file)
    store = Store(connected.database_url)
    with store.write() as session:
        session.get_one(Preferences, ATHLETE).units = "mi"
    said = command("restore", file)

    assert (said.code, said.err.split(":")[0]) == (2, "the database holds 1 athlete already")
    assert command("restore", file, "--replace").code == 0
    assert json.loads(command("export", str(ATHLETE)).out)["preferences"]["units"] == "km"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        gzip.compress(b"[1]", mtime=0),
        gzip.compress(b'{"backstride_backup": 1}', mtime=0),
        pytest.param(gzip.compress(b"[" * 10**6, mtime=0), id="nested a million times"),
        pytest.param(gzip.compress(b"[]", mtime=0)[:-9] + b"\xff" * 9, id="damaged in its middle"),
    ],
)
def test_what_is_no_backup_is_refused_and_changes_nothing(
    connected: Settings, command: Command, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "something"
    file.write_bytes(content)
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")
    assert command("export", str(ATHLETE)).code == 0


def test_a_small_file_that_unpacks_beyond_all_measure_is_refused_before_it_fills_the_memory(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "bomb.gz"
    with gzip.open(file, "wb", compresslevel=1) as packed:
        for _ in range(LARGEST // 2**20 + 1):
            packed.write(bytes(2**20))
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")


def test_a_small_backup_of_millions_of_rows_is_refused_before_they_fill_the_memory(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = changed_backup(connected, tmp_path, "unknown", lambda _: [{}] * (MOST_VALUES // 2))
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("athletes", "id", 10**30),
        ("athletes", "connected_at", "soon"),
        ("athletes", "connected_at", 10**18),
        ("athletes", "refresh_token", 7),
        ("facts", "value", "half a \ud83d character"),
        ("facts", "value", "NUL \x00 inside"),
        ("facts", "value", ["no text"]),
    ],
)
def test_a_backup_with_a_value_that_no_database_takes_is_one_line_and_changes_nothing(
    connected: Settings, command: Command, tmp_path: Path, table: str, field: str, value: object
) -> None:
    file = changed_backup(connected, tmp_path, table, lambda rows: [row | {field: value} for row in rows[:1]])
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.startswith(f"{file}: is of a newer Backstride, or damaged")
    assert command("export", str(ATHLETE)).code == 0


@pytest.mark.parametrize("rows", [{}, "rows", [1], None])
def test_a_backup_whose_table_is_no_list_of_rows_is_refused(
    connected: Settings, command: Command, tmp_path: Path, rows: object
) -> None:
    file = changed_backup(connected, tmp_path, "athletes", lambda _: rows)
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")


def test_a_table_that_we_do_not_know_is_not_reported_as_restored(connected: Settings, tmp_path: Path) -> None:
    file = changed_backup(connected, tmp_path, "sqlite_master", lambda _: [{"name": "x"}])
    restored = restore(connected, Store(connected.database_url), file, replace=True)

    assert restored["athletes"] == 1
    assert "sqlite_master" not in restored


def changed_backup(settings: Settings, directory: Path, table: str, change: Callable[[Any], object]) -> Path:
    """A backup in which one table, by its name, is changed."""
    file = directory / "changed.gz"
    store = Store(settings.database_url)
    with store.write() as session:
        session.merge(Fact(name="a fact", value="plain"))
    back_up(settings, store, file, NOW)
    content = json.loads(gzip.decompress(file.read_bytes()))
    content["tables"][table] = change(content["tables"].get(table))
    file.write_bytes(gzip.compress(json.dumps(content).encode()))
    return file


def test_a_backup_that_no_key_opens_is_refused(
    connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "backup.gz")
    command("backup", file)
    monkeypatch.setenv("TOKEN_KEYS", new_token_key())
    said = command("restore", file, "--replace")

    assert said.code == 2
    assert said.err.startswith("TOKEN_KEYS: no key opens this backup")


def test_a_backup_moves_from_sqlite_to_postgresql_and_back(
    store: Store, connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = str(tmp_path / "here.gz"), str(tmp_path / "there.gz")
    command("backup", here)
    before = json.loads(command("export", str(ATHLETE)).out)
    monkeypatch.setenv("DATABASE_URL", store.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))

    assert command("restore", here).code == 0
    assert json.loads(command("export", str(ATHLETE)).out) == before
    assert command("backup", there).code == 0
    assert command("restore", there, "--replace").code == 0
    assert json.loads(command("export", str(ATHLETE)).out) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite takes any length
def test_a_text_that_is_too_long_for_postgresql_is_one_line_there_and_goes_back_to_sqlite(
    store: Store, connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = changed_backup(connected, tmp_path, "athletes", lambda rows: [row | {"scopes": "r" * 201} for row in rows])
    assert command("restore", str(file), "--replace").code == 0
    monkeypatch.setenv("DATABASE_URL", store.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is of a newer Backstride, or damaged (ValueError)\n")
    assert schema.age(store) is schema.Age.CURRENT  # nothing was dropped


def test_a_restored_backup_opens_no_session_again(connected: Settings, command: Command, tmp_path: Path) -> None:
    store = Store(connected.database_url)

    def epoch() -> str:
        with store.read() as session:
            return session.get_one(Athlete, ATHLETE).session_epoch

    with store.write() as session:
        web_sessions.end_all(session, ATHLETE)
    before = epoch()
    command("backup", str(tmp_path / "backup.gz"))
    assert command("restore", str(tmp_path / "backup.gz"), "--replace").code == 0

    assert epoch() not in ("", before)
